"""What is typed at the terminal of the machine."""
