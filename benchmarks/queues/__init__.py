"""One network for every simulator: five activities, pools of 4, 3, 2, 2 and 6, three branches, 15% rework.

Cases arrive at random, one a minute on average, are prepared, go one of three ways, and are checked; 15% go back to the
start. All efforts are exponential. The spec `benchmarks/specs/five_activities.yaml` says the same.
"""

from __future__ import annotations

ACTIVITIES = ("prepare", "repair", "replace", "inspect", "check")
SERVERS = (4, 3, 2, 2, 6)
MEANS = (3.0, 4.0, 4.0, 6.0, 4.0)
BRANCHES = ((1, 0.5), (2, 0.3), (3, 0.2))
REWORK = 0.15
RATE = 1.0
COLUMNS = ("case", "activity", "server", "queued", "started", "finished")
