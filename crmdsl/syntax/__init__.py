"""YAML text becomes nodes with places; what the language refuses is refused here."""
