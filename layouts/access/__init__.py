"""Pages around an account: to log in, to accept an invitation."""
