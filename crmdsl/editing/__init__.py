"""Changes to the text of a spec that keep what a person wrote: the formatter, and repairs that are certain."""
