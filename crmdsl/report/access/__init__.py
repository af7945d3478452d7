"""Access for people: who holds what, why somebody may or may not, and what justifies a grant."""
