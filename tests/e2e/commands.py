"""Runs the command line as people do."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from crmdsl.cli.process import run

SPECS = Path(__file__).parents[2] / "specs"
VALVOTECH = SPECS / "valvotech"
COMPANIES = sorted(path for path in SPECS.iterdir() if path.is_dir())


class Done(NamedTuple):
    """What a call of the command line came to."""

    stdout: str
    stderr: str


def crmdsl(*args: str | Path, code: int = 0, cwd: Path | None = None) -> Done:
    """Run `crmdsl ARGS` in this process, which saves its start-up; it must leave with `code` and show no traceback."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    with contextlib.chdir(cwd or "."), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        left = run([str(arg) for arg in args])
    return checked(left, code, *map(text_of, (out, err)))


def started(*args: str | Path, code: int = 0, cwd: Path | None = None) -> Done:
    """Run `crmdsl ARGS` as a process of its own, as a shell does."""
    command = [sys.executable, "-m", "crmdsl", *map(str, args)]
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"}
    if cwd is not None:
        environment["PYTHONPATH"] = os.pathsep.join(entry for entry in sys.path if entry)
    done = subprocess.run(command, capture_output=True, encoding="utf-8", cwd=cwd, env=environment, check=False)
    return checked(done.returncode, code, done.stdout, done.stderr)


def text_of(stream: io.TextIOWrapper) -> str:
    """What was written to a stream."""
    stream.flush()
    stream.seek(0)
    return stream.read()


def checked(left: int, code: int, stdout: str, stderr: str) -> Done:
    """What was said, if it is not a traceback and the exit code is the right one."""
    assert "Traceback" not in stderr, stderr
    assert left == code, f"{left}: {stdout[-2000:]}\n{stderr[-2000:]}"
    return Done(stdout, stderr)


def answer(*args: str | Path, code: int = 0, cwd: Path | None = None) -> Any:
    """The JSON answer of `crmdsl ARGS --format json`."""
    return json.loads(crmdsl(*args, "--format", "json", code=code, cwd=cwd).stdout)


def codes(spec: Path, code: int = 1) -> list[tuple[str, str, int, int]]:
    """The diagnostics of a spec: code, file, line, column."""
    found = answer("validate", spec, code=code)
    return [(d["code"], d["file"], d["line"], d["column"]) for d in found["diagnostics"]]
