"""Reading of possibly hostile files, in a process of its own. Imports nothing but the reader."""
