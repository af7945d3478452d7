"""The generated machine against the reference."""
