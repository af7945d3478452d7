"""Networks of queues, run fast: cases that go from activity to activity and wait there for a server of a pool.

`model` declares a network, `run` runs it, `log` is what happened, `figures` what it comes to; `intervals` and
`replications` are the statistics of simulation, for whatever is run; `lowering` finds the network of a spec.
"""
