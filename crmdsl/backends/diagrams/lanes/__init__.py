"""Processes as swim lanes: a lane a role, from left to right, in as many strips as a slide needs."""
