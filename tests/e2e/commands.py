"""Runs the command line as people do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

SPECS = Path(__file__).parents[2] / "specs"
VALVOTECH = SPECS / "valvotech"
COMPANIES = sorted(path for path in SPECS.iterdir() if path.is_dir())


def crmdsl(*args: str | Path, code: int = 0, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run `crmdsl ARGS`; it must leave with `code` and show no traceback."""
    command = [sys.executable, "-m", "crmdsl", *map(str, args)]
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"}
    if cwd is not None:
        environment["PYTHONPATH"] = os.pathsep.join(entry for entry in sys.path if entry)
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=cwd, env=environment, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == code, f"{done.returncode}: {done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done


def answer(*args: str | Path, code: int = 0) -> Any:
    """The JSON answer of `crmdsl ARGS --format json`."""
    return json.loads(crmdsl(*args, "--format", "json", code=code).stdout)


def codes(spec: Path, code: int = 1) -> list[tuple[str, str, int, int]]:
    """The diagnostics of a spec: code, file, line, column."""
    found = answer("validate", spec, code=code)
    return [(d["code"], d["file"], d["line"], d["column"]) for d in found["diagnostics"]]
