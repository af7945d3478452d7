"""A scalar as YAML text: plain where that reads the same, in double quotes where it must be quoted."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"(?:[^\s\-?:,\[\]{}#&*!|>'\"%@`]|-(?=\d))(?:[^\n\t]*\S)?")
_ENDS = re.compile(r":(?:\s|$)|\s#")
_FLOW = re.compile(r"[,\[\]{}?]|:(?=[,\[\]{}])")
_KEY = re.compile(r"[A-Za-z][\w.-]*")
_ODD = re.compile("[^\x20-\x7e\xa1-\u2027\u202a-\ud7ff\ue000-\ufefe]")


def is_plain(text: str, *, flow: bool) -> bool:
    """Whether YAML reads a text on one line as it is without quotes, inside of brackets or not."""
    if _PLAIN.fullmatch(text) is None or _ENDS.search(text) or _ODD.search(text):
        return False
    return not (_FLOW.search(text) if flow else "{" in text)


def plain_key(text: str) -> bool:
    """Whether a key needs no quotes."""
    return _KEY.fullmatch(text) is not None


def written(text: str, *, flow: bool, quoted: bool) -> str | None:
    """A text on one line, plain unless it must or (`quoted`) shall stand in quotes; `None` where it needs escapes."""
    if not quoted and is_plain(text, flow=flow):
        return text
    if _ODD.search(text):
        return None
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def restyled(raw: str, value: str, style: str | None, *, flow: bool, loose: bool, new: str) -> str:
    """A scalar of one line, written anew: `raw` as it stands in the file, `new` the text that it shall have.

    What is for people to read keeps its quotes. Without a way to write it the scalar stays as it is.
    """
    if style is None:
        if new == value:
            return raw
        return written(new, flow=flow, quoted=False) or raw
    if not loose and "\\" in raw:
        return raw
    return written(new, flow=flow, quoted=not loose or not new) or raw
