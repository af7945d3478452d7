"""The policy of a spec as a decision point of the OpenID Authorization API 1.0 (AuthZEN): data in, data out.

`requests` reads what is asked, strictly; `values` makes records of it; `point` decides; `server` speaks HTTP.
"""
