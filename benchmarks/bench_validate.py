"""Start-up and `validate` of a company, and of large specs against PyYAML's own `compose` of the same text.

python -m benchmarks.bench_validate
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.spec_generator import generate
from benchmarks.table import medians, show

ROOT = Path(__file__).resolve().parent.parent
MEASURE = """
import gc, resource, sys, time
text = open(sys.argv[2], encoding="utf-8").read()
if sys.argv[1] == "compose":
    import yaml
    start = time.process_time()
    kept = yaml.compose(text, Loader=yaml.CSafeLoader)
else:
    from pathlib import Path
    from crmdsl.api import check
    start = time.process_time()
    kept = check(Path(sys.argv[2]))
print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
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


def measured(what: str, file: Path) -> tuple[float, int]:
    """Seconds of the processor inside a fresh process, which a busy machine disturbs least, and its peak memory in MiB."""
    done = subprocess.run([sys.executable, "-c", MEASURE, what, str(file)], capture_output=True, text=True,
                          cwd=ROOT, check=True)  # fmt: skip
    time, memory = done.stdout.split()
    return float(time), int(memory)


def large(rounds: int = 5) -> None:
    """Specs of 50,000 to 200,000 lines, and one with a thousand faults."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for lines, faults in ((50_000, 0), (50_000, 1_000), (100_000, 0), (200_000, 0)):
            file = Path(folder) / f"spec_{lines}_{faults}.yaml"
            file.write_text(generate(lines, faults), encoding="utf-8")
            pairs = [(measured("compose", file), measured("check", file)) for _ in range(rounds)]
            compose = sorted(pair[0][0] for pair in pairs)[rounds // 2]
            check = sorted(pair[1][0] for pair in pairs)[rounds // 2]
            memory = pairs[0][1][1]
            rows.append(
                (
                    f"{lines:,}",
                    faults,
                    f"{compose:.2f}",
                    f"{check:.2f}",
                    f"{check / compose:.2f}",
                    memory,
                    pairs[0][0][1],
                )
            )
    show("Large specs (one file, CSafeLoader with the collector on)",
         ["lines", "faults", "compose s", "validate s", "ratio", "MiB", "MiB of compose"], rows)  # fmt: skip


if __name__ == "__main__":
    start_up()
    large()
