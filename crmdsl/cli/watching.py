"""What `--watch` waits for: a change of a file of the spec."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def changes(spec: Path, pause: float = 0.5) -> Iterator[None]:
    """Once at first, and again after each change of a file's time or size, for ever."""
    import gc
    import time

    seen: dict[Path, tuple[int, int]] | None = None
    while True:
        if seen != (now := stamps(spec)):
            seen = now
            yield
            gc.collect()
        time.sleep(pause)


def stamps(spec: Path) -> dict[Path, tuple[int, int]]:
    """Time and size of each file of a spec; those that vanish meanwhile are left out."""
    found = {}
    for path in [spec, *spec.rglob("*.yaml"), *spec.rglob("*.yml")]:
        try:
            state = path.stat()
        except OSError:
            continue
        if path.is_file():
            found[path] = (state.st_mtime_ns, state.st_size)
    return found
