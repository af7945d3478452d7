"""Tabs in the indentation: each is reported, and read as the spaces that were probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crmdsl.diagnostics import Diagnostic, Fix, Message, Span
from crmdsl.syntax.blocks import block_scalar_lines
from crmdsl.syntax.faults import YamlSyntax
from crmdsl.syntax.features import too_many

MAX_REPORTED = 2_000

_INDENT = re.compile(r"[ \t]*")
_OPENS = re.compile(r"(?:^|[\s'\"\w]):\s*(?:#.*)?$")


class Untabbed:
    """A text without tabs in its indentation.

    `shifts` tells for each line (from 1) that was changed how many characters it grew by.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.lines = text.split("\n")
        self.shifts: dict[int, int] = {}
        self.found: list[Diagnostic] = []
        self._open = [0]
        self._opened = False
        self._width = 0
        self._certain = True
        for number, (line, inside) in enumerate(zip(self.lines, block_scalar_lines(text.split("\n")), strict=True), 1):
            lead = _INDENT.match(line)[0]  # type: ignore[index] # it matches anything
            if len(lead) == len(line.rstrip("\r")):
                if inside is None:
                    self.lines[number - 1] = line[len(lead) :]
                continue
            if 0 <= lead.find("\t") < (len(lead) if inside is None else inside):
                self._certain = self._certain and inside is None and self._is_certain(lead)
                self._replace(number, line, lead)
            if len(self.shifts) == MAX_REPORTED:
                self._give_up(number)
                break
            if inside is None:
                self._follow(self.lines[number - 1])
        self.text = "\n".join(self.lines)
        if self._certain:
            self.found = [one._replace(fix=self._fix(one.span)) for one in self.found]

    def _give_up(self, number: int) -> None:
        """Leave out what follows a line."""
        self._certain = False
        del self.lines[number:]
        self.found.append(too_many(self.found[-1].span, MAX_REPORTED))

    def _is_certain(self, lead: str) -> bool:
        """Whether an indentation can mean one thing only: an entry of what was just opened, or of one list or map."""
        return self._opened or len({indent for indent in _widths(lead, 2, 4, 8) if self._fits(indent)}) == 1

    def _fix(self, span: Span) -> Fix:
        """The indentation of a line as it was read."""
        line = self.lines[span.line - 1]
        indent = len(line) - len(line.lstrip(" "))
        return Fix(Span(span.file, span.line, 1, span.line, indent - self.shifts[span.line] + 1), " " * indent)

    def _replace(self, number: int, line: str, lead: str) -> None:
        indent = self._indent(lead, number)
        self.lines[number - 1] = " " * indent + line[len(lead) :]
        self.shifts[number] = indent - len(lead)
        column = lead.find("\t") + 1
        self.found.append(
            YamlSyntax.at(
                Span(self.path, number, column, number, len(lead.rstrip(" ")) + 1),
                Message("a tab in the indentation"),
                help=Message("indent with spaces, two for each level"),
            )
        )

    def _indent(self, lead: str, number: int) -> int:
        """The indentation meant: one that fits what stands around it, by the width of tabs seen before if it does."""
        usual = len(lead.replace("\t", " " * self._width))
        if self._width and self._fits(usual):
            return usual
        indent = self._likely(lead, number)
        if not lead.strip("\t"):
            self._width = indent // len(lead)
        return indent

    def _likely(self, lead: str, number: int) -> int:
        before, following = self._open[-1], self._following(number)
        opens = _OPENS.search(self.lines[number - 1]) is not None
        fitting = [indent for indent in _widths(lead, 2, 4) if self._fits(indent)]
        fitting = fitting or [indent for indent in _widths(lead, 8) if self._fits(indent)]
        if opens and following > before * self._opened:
            fitting = [indent for indent in fitting if indent < following]
        elif self._opened and following > before and not opens:
            fitting = [following]
        if not fitting:
            return before + 2 if self._opened else before
        if self._opened:
            return fitting[0]
        wide = [*fitting, *(indent for indent in _widths(lead, 8) if self._fits(indent))]
        preferred = [before, following - 2 if opens else following]
        return next((indent for indent in preferred if indent in wide), max(fitting[:2]))

    def _fits(self, indent: int) -> bool:
        return indent > self._open[-1] if self._opened else indent in self._open

    def _following(self, number: int) -> int:
        """The indentation of the next line that has text and no tab, -1 if there is none near."""
        for line in self.lines[number : number + 20]:
            lead = _INDENT.match(line)[0]  # type: ignore[index] # it matches anything
            if len(lead) < len(line.rstrip("\r")) and "\t" not in lead:
                return len(lead)
        return -1

    def _follow(self, line: str) -> None:
        """Keep account of the indentations that are open."""
        text = line.lstrip(" ")
        if text.startswith("#"):
            return
        indent = len(line) - len(text)
        while len(self._open) > 1 and self._open[-1] > indent:
            self._open.pop()
        if self._open[-1] < indent:
            self._open.append(indent)
        inner = indent
        while text.startswith("- "):
            inner += len(text) - len(text[1:].lstrip(" "))
            text = text[1:].lstrip(" ")
            self._open.append(inner)
        self._opened = _OPENS.search(line) is not None or text.strip() == "-"


def _widths(lead: str, *widths: int) -> Iterator[int]:
    """The indentations that an editor may have shown for blanks with tabs."""
    for width in widths:
        yield from dict.fromkeys((len(lead.replace("\t", " " * width)), len(lead.expandtabs(width))))
