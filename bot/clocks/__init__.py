"""A started time limit: when it is due, what may be done to it, when it warns. Pure."""
