"""Walking along a guide: start, tick, hand over, take away."""
