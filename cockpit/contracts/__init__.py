"""What goes in: the contract of every sheet, findings about it, and the checked batch."""
