"""What runs in a process of its own: reading files that may be hostile. Imports nothing but the reader."""
