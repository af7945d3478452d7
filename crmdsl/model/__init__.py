"""What a spec says: its declarations, and the reading of nodes into them."""
