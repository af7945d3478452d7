"""What can be worked out about a company, one module or folder an analysis; none knows its neighbour."""
