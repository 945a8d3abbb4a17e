"""What a request is checked for before anything else: its host and origin, its size, what a callback posts."""
