"""What a file may have at most: more is no spec, but would take all time and memory."""

MAX_DEPTH = 64
MAX_EVENTS = 1_800_000
"""Of the YAML parser: a text is one, a list or map two. A spec of ordinary lines has fewer in 16 MiB."""
MAX_DECLARATIONS = 100_000
"""Of one map of a file. What comes behind is told and not read: what names what is worked out for all of them."""
