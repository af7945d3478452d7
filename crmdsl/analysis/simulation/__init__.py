"""Simulation: what happens to the cases of a company when chance has its way, run on a clock of its own."""
