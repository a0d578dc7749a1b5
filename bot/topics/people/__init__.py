"""Members, invites, one's own data."""
