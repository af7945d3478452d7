"""Targets, one module or folder each: `emit(…) -> list[GeneratedFile]`, without I/O."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GeneratedFile:
    """A file to write: its path inside the target's folder, with forward slashes, and its text."""

    path: str
    text: str
