"""Quotes and brackets that are never closed, so that the lines below are taken for a part of them."""

from __future__ import annotations

from crmdsl.diagnostics import Message
from crmdsl.syntax.brackets import Opener, first_dedent, unclosed
from crmdsl.syntax.nodes import Node, Scalar
from crmdsl.syntax.trouble import Mistake, Point, Trouble


def open_quote(trouble: Trouble) -> Mistake | None:
    """A text whose closing quote is missing, so that it runs on to the next quote or the end."""
    if "quoted scalar" in trouble.context:
        ended = "end of stream" in trouble.problem or "document" in trouble.problem
        return _missing_quote(trouble, trouble.since) if ended else None
    last = trouble.tree.last
    if not isinstance(last, Scalar) or last.style not in ("'", '"') or last.line == last.end_line:
        return None
    if last.end_line != trouble.at.line or last.end_offset > trouble.at.offset:
        return None
    dedent = first_dedent(trouble.clean, last.offset, trouble.block_column())
    if dedent is None or dedent > trouble.at.offset:
        return None
    return _missing_quote(trouble, Point(last.offset, last.line, last.indent + 1))


def _missing_quote(trouble: Trouble, point: Point) -> Mistake:
    quote = trouble.sign(point) or '"'
    return trouble.mistake(
        point,
        len(trouble.rest(point)),
        Message("the closing `{quote}` is missing", quote=quote),
        Message("end the text with `{quote}`", quote=quote),
        resume=point.line + 1,
    )


def open_bracket(trouble: Trouble) -> Mistake | None:
    """A `[` or `{` without its partner, so that the following lines are taken for a part of it."""
    flow = trouble.outermost_flow()
    if flow is None:
        return None
    boundary = first_dedent(trouble.clean, flow.offset, trouble.block_column())
    opener = unclosed(trouble.clean, flow.offset, len(trouble.clean) if boundary is None else boundary)
    return _missing_bracket(trouble, flow, opener) if opener else None


def _missing_bracket(trouble: Trouble, flow: Node, opener: Opener) -> Mistake:
    start = trouble.clean.rfind("\n", 0, opener.offset) + 1
    lines = trouble.clean.count("\n", flow.offset, opener.offset)
    return trouble.mistake(
        Point(opener.offset, flow.line + lines, opener.offset - start + 1),
        1,
        Message("`{sign}` is never closed", sign=opener.sign),
        Message("close it with `{closer}`", closer="]" if opener.sign == "[" else "}"),
        resume=flow.line + 1,
    )
