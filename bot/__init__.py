"""How people talk to the guides: one assistant without channels, and the channels."""
