"""Random specs, sound by construction, and random traces through them."""
