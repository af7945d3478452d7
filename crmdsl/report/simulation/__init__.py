"""What `crmdsl simulate` says: the figures of a company at work as data and as text."""
