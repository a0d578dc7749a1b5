"""Speed and quality, measured in one run beside a peer, as ratios."""
