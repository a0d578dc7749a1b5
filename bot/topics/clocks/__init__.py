"""Limits, and clocks that were started from them."""
