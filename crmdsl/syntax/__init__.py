"""YAML text becomes nodes with places; what the language refuses is refused here.

`loader.load` and `loader.load_text` read a spec, `nodes` are what they return, `faults` what they report.
"""
