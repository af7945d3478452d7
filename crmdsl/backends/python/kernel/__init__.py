"""What every generated case stands on: people, records, conditions, time, and the rules of who may do what."""
