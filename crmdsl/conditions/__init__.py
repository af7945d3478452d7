"""The language of `when`: text → tree → typed tree → other languages."""
