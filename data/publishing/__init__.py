"""Publishing and withdrawing batches, and keeping the stored cube in step."""
