"""How long a test waits for what must come.

Longer than the busiest machine needs: whatever comes is taken at once, so that the whole of it
is waited for only where something is broken.
"""

PATIENCE = 120.0  # seconds
