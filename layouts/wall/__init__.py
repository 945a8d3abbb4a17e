"""What a wall scene looks like."""
