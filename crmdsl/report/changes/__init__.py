"""Differences between two specs as people and programs read them."""
