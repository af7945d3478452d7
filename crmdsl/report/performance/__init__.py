"""What `crmdsl analyze` says: the figures of a company as data and as text."""
