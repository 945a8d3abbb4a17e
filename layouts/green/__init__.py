"""The view 绿色能源 of the green-energy chain."""
