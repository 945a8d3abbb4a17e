"""What everything on the screen is made with: theme, component ids, markup."""
