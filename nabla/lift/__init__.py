"""What travels with a number through the user's function."""
