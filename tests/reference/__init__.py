"""The reference interpreter: runs the resolved model itself, slowly and plainly (see DECISIONS.md)."""
