"""The same order approval against machines written by hand and against libraries, in one run.

    python -m benchmarks.bench_machine

Needs the extra `bench`. Times are per question or event, denied ones included; a ratio over 1 means that crmdsl
is quicker than the peer.
"""

from __future__ import annotations

import gc
import importlib
import os
import subprocess
import sys
import time
import tracemalloc
from types import ModuleType

from benchmarks.table import medians, show

PEERS = ("crmdsl_peer", "dict_bare", "dict_full", "if_chain", "transitions_peer", "statemachine_peer",
         "sismic_peer", "xstate_peer", "spiff_peer")  # fmt: skip
STANDARD = "datetime, decimal"


def peers() -> list[ModuleType]:
    """The peers that are installed; a missing one is said aloud."""
    found = []
    for name in PEERS:
        try:
            found.append(importlib.import_module(f"benchmarks.peers.{name}"))
        except ImportError as error:
            print(f"left out: {name} ({error})", file=sys.stderr)
    return found


def compare(title: str, verb: str, modules: list[ModuleType], rounds: int = 11) -> None:
    """One table: microseconds and the ratio to crmdsl."""
    works, counts = {}, {}
    for module in modules:
        work = getattr(module, verb)
        if work is None:
            continue
        work(20)
        start = time.perf_counter()
        work(20)
        repeat = max(20, int(20 * 0.05 / (time.perf_counter() - start)))
        counts[module.NAME] = work(1) * repeat
        works[module.NAME] = lambda work=work, repeat=repeat: work(repeat)
    gc.collect()
    times = {name: t / counts[name] for name, t in medians(works, rounds).items()}
    ours = times["crmdsl"]
    show(title, ["", "µs", "times crmdsl"], [(n, f"{1e6 * t:.2f}", f"{t / ours:.2f}") for n, t in times.items()])


def memory(modules: list[ModuleType], count: int = 5_000) -> None:
    """Bytes of a finished case with its history, against the peer by hand that keeps the same."""
    rows, sizes = [], {}
    for module in modules:
        if not hasattr(module, "cases"):
            continue
        module.cases(10)
        tracemalloc.start()
        kept = module.cases(count)
        sizes[module.NAME] = tracemalloc.get_traced_memory()[0] / count
        tracemalloc.stop()
        del kept
    for name, size in sizes.items():
        rows.append((name, f"{size:.0f}", f"{size / sizes['dict dispatch, same work']:.2f}"))
    show("Memory of a finished case", ["", "bytes", "times the peer by hand"], rows)


def imports(rounds: int = 15) -> None:
    """Importing the generated package against importing the standard modules that it uses."""
    from benchmarks.peers import crmdsl_peer

    environment = {n: v for n, v in os.environ.items() if n != "PYTHONDONTWRITEBYTECODE"}
    name = crmdsl_peer.NAME_OF_PACKAGE

    def run(code: str) -> None:
        subprocess.run([sys.executable, "-S", "-c", code], cwd=crmdsl_peer.FOLDER, env=environment, check=True)

    times = medians(
        {
            "pass": lambda: run("pass"),
            f"import {STANDARD}": lambda: run(f"import {STANDARD}"),
            "import the process": lambda: run(f"from {name}.processes import order_approval"),
            "and `decimal`, as its first amount does": lambda: run(
                f"from {name}.processes import order_approval; import decimal"
            ),
            "import the package": lambda: run(f"import {name}"),
        },
        rounds,
    )
    base = times[f"import {STANDARD}"]
    show("Import", ["", "ms", f"times `import {STANDARD}`"],
         [(n, f"{1000 * t:.1f}", f"{t / base:.2f}") for n, t in times.items()])  # fmt: skip


if __name__ == "__main__":
    found = peers()
    compare("Deciding whether somebody may", "decide", found)
    compare("Firing an event", "fire", found)
    memory(found)
    imports()
