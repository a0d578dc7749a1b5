"""What rules and store do together, one file a matter."""
