"""What needs no server to be tested of the server."""
