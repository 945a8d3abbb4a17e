"""What is on the screen: pure functions from views to components and figures."""
