"""What is web but not Dash: headers, health, logging."""
