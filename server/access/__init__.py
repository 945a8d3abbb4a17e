"""Who a request is from, and whether it may have what it asks for."""
