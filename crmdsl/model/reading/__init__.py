"""Nodes become declarations: driven by the keys that each declaration class describes."""
