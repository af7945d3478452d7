"""Names → declarations, conditions → typed trees."""
