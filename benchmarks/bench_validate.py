"""Start-up and `validate` of a company, and of large specs against PyYAML's own `compose` of the same text.

python -m benchmarks.bench_validate
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.spec_generator import generate
from benchmarks.table import medians, show

ROOT = Path(__file__).resolve().parent.parent
MEASURE = """
import gc, os, resource, sys, time
text = open(sys.argv[2], encoding="utf-8").read()
if sys.argv[1] == "compose":
    import yaml
    start = time.perf_counter(), sum(os.times()[:4])
    kept = yaml.compose(text, Loader=yaml.CSafeLoader)
else:
    from pathlib import Path
    from crmdsl.api import check
    start = time.perf_counter(), sum(os.times()[:4])
    kept = check(Path(sys.argv[2]))
end = time.perf_counter(), sum(os.times()[:4])
print(end[0] - start[0], end[1] - start[1], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def command(*arguments: str) -> None:
    """Run the interpreter on arguments; its answer is thrown away. Byte code is cached, as on a user's machine."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   cwd=ROOT, env=environment, check=False)  # fmt: skip


def start_up(rounds: int = 15) -> None:
    """`--help` and `validate` of valvotech as multiples of an interpreter that does nothing."""
    times = medians(
        {
            "python -c pass": lambda: command("-c", "pass"),
            "crmdsl --help": lambda: command("-m", "crmdsl", "--help"),
            "crmdsl validate specs/valvotech": lambda: command("-m", "crmdsl", "validate", "specs/valvotech"),
        },
        rounds,
    )
    base = times["python -c pass"]
    show("Start-up", ["command", "median ms", "times `python -c pass`"],
         [(name, f"{1000 * t:.0f}", f"{t / base:.1f}") for name, t in times.items()])  # fmt: skip


class Measured(NamedTuple):
    """A fresh process: seconds on the wall, seconds of all processors (those of a second process too), peak MiB."""

    wall: float
    processors: float
    memory: int


def measured(what: str, file: Path) -> Measured:
    """One `compose` or `check` of a file. A busy machine disturbs the seconds of the processors least."""
    done = subprocess.run([sys.executable, "-c", MEASURE, what, str(file)], capture_output=True, text=True,
                          cwd=ROOT, check=True)  # fmt: skip
    wall, processors, memory = done.stdout.split()
    return Measured(float(wall), float(processors), int(memory))


def large(rounds: int = 5) -> None:
    """Specs of 50,000 to 200,000 lines, and one with a thousand faults."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for lines, faults in ((50_000, 0), (50_000, 1_000), (100_000, 0), (200_000, 0)):
            file = Path(folder) / f"spec_{lines}_{faults}.yaml"
            file.write_text(generate(lines, faults), encoding="utf-8")
            pairs = [(measured("compose", file), measured("check", file)) for _ in range(rounds)]
            compose, check = (Measured(*map(median, zip(*each, strict=True))) for each in zip(*pairs, strict=True))
            rows.append(
                (
                    f"{lines:,}",
                    faults,
                    f"{compose.wall:.2f}",
                    f"{check.wall:.2f}",
                    f"{check.wall / compose.wall:.2f}",
                    f"{check.processors / compose.processors:.2f}",
                    check.memory,
                    compose.memory,
                )
            )
    show("Large specs (one file, CSafeLoader with the collector on)",
         ["lines", "faults", "compose s", "validate s", "ratio", "of all processors", "MiB", "MiB of compose"], rows)  # fmt: skip


if __name__ == "__main__":
    start_up()
    large()
