"""`render` of a company beside its `validate`, which reads and checks the same spec.

python -m benchmarks.bench_render
"""

from __future__ import annotations

import tempfile

from benchmarks.bench_validate import command
from benchmarks.table import medians, show


def pictures(rounds: int = 5) -> None:
    """All pictures of valvotech as SVG, and the lanes of its largest process, with whatever Graphviz is here."""
    with tempfile.TemporaryDirectory() as folder:
        render = ("-m", "crmdsl", "render", "specs/valvotech", "--out", folder, "--as", "svg")
        command(*render)  # Graphviz as WebAssembly is compiled once and kept
        times = medians(
            {
                "crmdsl validate specs/valvotech": lambda: command("-m", "crmdsl", "validate", "specs/valvotech"),
                "crmdsl render specs/valvotech": lambda: command(*render),
                "the same, `--only order_to_cash`": lambda: command(*render, "--only", "order_to_cash"),
            },
            rounds,
        )
    base = times["crmdsl validate specs/valvotech"]
    show("Pictures", ["command", "median s", "times `validate`"],
         [(name, f"{t:.2f}", f"{t / base:.1f}") for name, t in times.items()])  # fmt: skip


if __name__ == "__main__":
    pictures()
