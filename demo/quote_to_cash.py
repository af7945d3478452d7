"""What crmdsl does, in a minute: a company checked, drawn and compiled, and one order run from quote to cash."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from io import TextIOWrapper
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "demo-out"
sys.path[:0] = [str(ROOT), str(OUT / "generated")]

from demo.story import BOLD, DIM, PLAIN, chapter  # noqa: E402 - found by the line above

MISTAKES = (
    ("approvals.yaml", "approver: area_manager", "approver: area_manger"),
    ("approvals.yaml", "when: amount > 10_000 EUR", "when: amount > 10_000"),
    ("processes/order_to_cash.yaml", "grant: {to: kind_gate, chance: 40%}", "grant: {to: kind_gate, chance: 140%}"),
)
"""What a busy consultant writes late in the evening: file, right, wrong."""


def crmdsl(*args: str, fine: bool = True, only: str = "") -> None:
    """Show a command and what it answers; with `only`, of the diagnostics those of that severity and the count."""
    print(f"{BOLD}$ crmdsl {' '.join(args)}{PLAIN}", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "crmdsl", *args], cwd=ROOT, encoding="utf-8", check=False,
        stdout=subprocess.PIPE if only else None, stderr=subprocess.PIPE if only else subprocess.STDOUT,
    )  # fmt: skip
    if only:
        shown = [text.strip("\n") for text in done.stdout.split("\n\n") if text.startswith(only)]
        print("\n\n".join([*shown, done.stderr.strip()]))
    if (done.returncode == 0) is not fine:
        sys.exit(f"the demo is broken: exit code {done.returncode}")


def with_mistakes() -> None:
    """Check Valvotech with three slips of the pen."""
    spec = OUT / "mistakes"
    shutil.copytree(ROOT / "specs/valvotech", spec)
    for file, right, wrong in MISTAKES:
        text = (spec / file).read_text("utf-8")
        (spec / file).write_text(text.replace(right, wrong), "utf-8")
    crmdsl("validate", "demo-out/mistakes", fine=False, only="error")


def main() -> None:
    """The whole demo."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    print(
        f"{BOLD}Valvotech makes valves.{PLAIN} 14 agents, three approval levels, a credit office that has been burnt."
    )
    print("Everything about it stands in eight YAML files: specs/valvotech.")
    chapter(1, "Does the company hold together?")
    crmdsl("validate", "specs/valvotech", only="error")
    print(
        f"{DIM}  No error, no warning: every role, approval, deadline, grant and condition fits all the others.{PLAIN}"
    )
    chapter(2, "And with three slips of the pen?")
    with_mistakes()
    chapter(3, "Pictures to talk about, code to run, scenarios that prove it")
    crmdsl("render", "specs/valvotech", "--out", "demo-out/diagrams", "--lang", "en")
    crmdsl("compile", "specs/valvotech", "--out", "demo-out/generated")
    crmdsl("test", "specs/valvotech")
    chapter(4, "One order, from quote to cash, through the code that was just generated")
    importlib.invalidate_caches()
    from demo.one_order import tell

    tell()
    chapter(5, "Yours")
    print("  look   demo-out/diagrams/order_to_cash.svg     the process that you just saw running")
    print("  read   demo-out/generated/valvotech/           typed, documented, standard library alone")
    print(f"  start  {BOLD}.venv/bin/crmdsl new acme{PLAIN}               then follow docs/tutorial.md")


if __name__ == "__main__":
    main()
