"""The same network of five activities run by every simulator, with a full log, in the same run.

python -m benchmarks.bench_simulation [CASES]

Ours goes through the language: the network is lowered from `specs/five_activities.yaml` (which is timed apart), run,
checked against Little's law, and its log is there in columns, as all the others' are. The bare loops are written by
hand for this network alone. Every contestant must agree on the mean stay, or the run fails. Times are of the processor.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from benchmarks.queues import COLUMNS, array_loop, ciw_peer, heap_loop, simpy_peer
from benchmarks.table import show
from crmdsl.analysis.simulation.network.lowering import Inexpressible, expressible
from crmdsl.analysis.simulation.network.model import Network
from crmdsl.analysis.simulation.network.run import Loop, simulate_network
from crmdsl.api import check

SPEC = Path(__file__).parent / "specs" / "five_activities.yaml"
CASES = 100_000
Columns = Sequence[Sequence[float]]


def network(cases: int) -> Network:
    """The network of the spec."""
    found = expressible(check(SPEC).program, cases=cases)
    assert not isinstance(found, Inexpressible), found
    return found


def ours(made: Network, loop: Loop, cases: int, seed: int) -> Columns:
    """Our log in columns."""
    log = simulate_network(replace(made, cases=cases), seed, loop)
    return log.case, log.activity, log.server, log.queued, log.started, log.finished


def seconds(run: Callable[[int, int], Columns], cases: int, rounds: int) -> tuple[float, Columns]:
    """The median time of some runs, and the log of the last."""
    times = []
    for number in range(rounds):
        start = time.process_time()
        columns = run(cases, number)
        times.append(time.process_time() - start)
    return median(times), columns


def stay(columns: Columns) -> float:
    """The mean time between the first queue and the last finish of a case; checks the log on the way."""
    first: dict[float, float] = {}
    last: dict[float, float] = {}
    found = dict(zip(COLUMNS, columns, strict=True))
    for case, queued, started, finished in zip(
        found["case"], found["queued"], found["started"], found["finished"], strict=True
    ):
        assert queued <= started <= finished
        first[case] = min(first.get(case, queued), queued)
        last[case] = max(last.get(case, finished), finished)
    return sum(last[case] - first[case] for case in first) / len(first)


def main() -> None:
    """The table."""
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    start = time.process_time()
    made = network(cases)
    print(f"from YAML to a network: {1000 * (time.process_time() - start):.0f} ms")
    contestants: dict[str, tuple[Callable[[int, int], Columns], int]] = {
        "ours, plain Python": (partial(ours, made, "plain"), 5),
        "bare heapq loop": (heap_loop.run, 5),
        "SimPy": (simpy_peer.run, 1),
        "Ciw": (ciw_peer.run, 1),
        "ours, numba": (partial(ours, made, "fast"), 9),
        "bare array loop, numba": (array_loop.run, 9),
    }
    for name in ("ours, numba", "bare array loop, numba"):
        contestants[name][0](1_000, 0)  # compiled before it is timed
    times, stays = {}, {}
    for name, (run, rounds) in contestants.items():
        times[name], columns = seconds(run, cases, rounds)
        stays[name] = stay(columns)
        assert len(set(map(int, columns[0]))) >= cases
    if find_spec("prosimos"):  # for reference, if it is installed: at a tenth of the cases it takes long enough
        from benchmarks.queues import prosimos_peer

        taken, columns = seconds(prosimos_peer.run, cases // 10, 1)
        times["Prosimos"], stays["Prosimos"] = 10 * taken, stay(columns)
    middle = median(stays.values())
    assert all(
        abs(one / middle - 1) < 2 / (cases / 1_000) ** 0.5 for name, one in stays.items() if name != "Prosimos"
    ), stays
    rows = [
        (name, f"{1000 * taken:,.0f}", f"{1e6 * taken / cases:.2f}", f"{times['SimPy'] / taken:.1f}",
         f"{times['Ciw'] / taken:.1f}", f"{stays[name]:.2f}")
        for name, taken in times.items()
    ]  # fmt: skip
    show(f"{cases:,} cases of five activities with a full log",
         ["", "ms", "µs a case", "times SimPy", "times Ciw", "mean stay, min"], rows)  # fmt: skip
    print(f"\nplain Python against the bare loop: {times['ours, plain Python'] / times['bare heapq loop']:.2f}")
    print(f"numba against the bare array loop: {times['ours, numba'] / times['bare array loop, numba']:.2f}")


if __name__ == "__main__":
    main()
