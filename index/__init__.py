"""How a question finds its guide; everything here can be rebuilt from the guides."""
