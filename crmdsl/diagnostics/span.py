"""Where something stands in a spec."""

from __future__ import annotations

from typing import NamedTuple


class Span(NamedTuple):
    """A region of one file: 1-based lines and columns (in characters), the end exclusive.

    `file` is relative to the spec's folder, with forward slashes (the bare name for a one-file spec).
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"
