"""The YAML parser: PyYAML's event stream, on libyaml where it is there and in pure Python elsewhere.

Events, and not the composer: libyaml's composer recurses (a few ten thousand `[` crash the process) and
hides anchors, aliases and tags.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

CParser: Any
try:
    from yaml.cyaml import CParser  # type: ignore[attr-defined, no-redef, unused-ignore] # not in the stubs
except ImportError:  # PyYAML was built without libyaml
    CParser = None


class Chunks:
    """The text from an offset on, in pieces that grow: to start again costs only what is then read."""

    def __init__(self, prefix: str, text: str, offset: int) -> None:
        self.prefix = prefix
        self.text = text
        self.offset = offset
        self._size = 512

    def read(self, size: int) -> str:
        """The next piece of text, empty at the end."""
        if self.prefix:
            piece, self.prefix = self.prefix, ""
            return piece
        start = self.offset
        self.offset += min(size, self._size)
        self._size *= 2
        return self.text[start : self.offset]


class PythonParser(Reader, Scanner, Parser):
    """PyYAML's own parser, some forty times slower than libyaml."""

    def __init__(self, stream: Any) -> None:
        Reader.__init__(self, stream)
        Scanner.__init__(self)
        Parser.__init__(self)


def events(stream: bytes | Chunks) -> Iterator[Any]:
    """The events of a YAML stream. Raises `yaml.YAMLError` where it is none, from any step on."""
    parser = PythonParser(stream) if CParser is None else CParser(stream)
    return iter(parser.get_event, None)
