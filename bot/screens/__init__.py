"""What is shown, whatever the channel, and which words a channel may show. Pure."""
