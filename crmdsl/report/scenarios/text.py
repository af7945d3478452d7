"""Results of scenarios for people at a terminal: a line each, and the whole story of those that failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from crmdsl.analysis.scenarios.results import Act, ScenarioResult
from crmdsl.diagnostics import Catalogue, Message
from crmdsl.diagnostics.render.excerpt import visible

DAYS = (
    Message("Mon"), Message("Tue"), Message("Wed"), Message("Thu"), Message("Fri"), Message("Sat"), Message("Sun"),
)  # fmt: skip

EXPECTED, HAPPENED = Message("expected"), Message("happened")


class Marks(NamedTuple):
    """The signs of a terminal: those of Unicode, or what ASCII has for them."""

    passed: str
    failed: str
    arrow: str


UNICODE, ASCII = Marks("✓", "✗", "→"), Marks("ok  ", "FAIL", "->")
GREEN, RED, DIM, BOLD = "32", "31", "2", "1"


def render(
    results: Sequence[ScenarioResult],
    catalogue: Catalogue | None = None,
    *,
    traces: bool = False,
    unicode: bool = True,
    colour: bool = False,
) -> str:
    """One line a scenario; under one that failed what was expected, what happened, and every act.

    With `traces` the acts stand under all of them.
    """
    page = _Page(UNICODE if unicode else ASCII, colour, catalogue)
    return "".join(f"{line}\n" for result in results for line in page.scenario(result, traces))


def summary(results: Sequence[ScenarioResult]) -> Message:
    """`12 scenarios, 1 failed`."""
    failed = sum(not result.passed for result in results)
    if not results:
        return Message("no scenarios")
    count = len(results)
    if failed:
        return Message.counted(
            "{count} scenario, {failed} failed", "{count} scenarios, {failed} failed", count=count, failed=failed
        )
    return Message.counted("{count} scenario, all passed", "{count} scenarios, all passed", count=count)


class _Page:
    def __init__(self, marks: Marks, colour: bool, catalogue: Catalogue | None) -> None:
        self.catalogue = catalogue
        self.marks = marks
        self.colour = colour

    def scenario(self, result: ScenarioResult, traces: bool) -> Iterator[str]:
        """The lines of one scenario."""
        name = visible(result.name)
        if result.passed:
            yield f"{self._paint(self.marks.passed, GREEN)} {name}"
        else:
            yield f"{self._paint(self.marks.failed, RED)} {self._paint(name, BOLD)}  {result.span}"
            for check in result.checks:
                if not check.passed:
                    wide = max(len(self._said(EXPECTED)), len(self._said(HAPPENED)))
                    yield f"    {self._said(EXPECTED):{wide}}  {self._said(check.expected)}"
                    yield f"    {self._said(HAPPENED):{wide}}  {self._said(check.happened)}"
        if traces or not result.passed:
            yield ""
            yield from self._trace(result.trace)
            yield ""

    def _trace(self, trace: Sequence[Act]) -> Iterator[str]:
        """The acts as a table: when, who, what, where the case is then."""
        who = max((len(act.by) for act in trace), default=0)
        what = max((len(self._said(act.what)) for act in trace), default=0)
        for act in trace:
            when = f"{self._said(DAYS[act.at.weekday()])} {act.at:%Y-%m-%d %H:%M}"
            line = f"    {self._paint(when, DIM)}  {visible(act.by):{who}}  {self._said(act.what):{what}}"
            if act.refused is not None:
                refused = self._said(Message("refused: {sentence}", sentence=act.refused.message))
                yield f"{line}  {self._paint(refused, RED)}"
                yield f"    {'':21} {self._paint(f'{act.refused.rule}, {act.refused.place}', DIM)}"
                continue
            moved = act.after if act.after != act.before else ""
            told = f"  {self._paint('; '.join(map(self._said, act.effects)), DIM)}" if act.effects else ""
            yield f"{line}  {self.marks.arrow + ' ' + moved if moved else ''}{told}".rstrip()

    def _said(self, message: Message) -> str:
        return visible(message.text(self.catalogue))

    def _paint(self, text: str, tone: str) -> str:
        return f"\x1b[{tone}m{text}\x1b[0m" if self.colour else text
