"""What the engines of policies share: how a record is told to them, what they cannot say, how files are laid out."""
