"""Views of 绿色能源, on the green-energy chain's page."""
