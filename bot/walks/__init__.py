"""A guide walked for one incident. Pure."""
