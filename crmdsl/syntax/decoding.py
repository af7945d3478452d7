"""Bytes become text, and what the parser would stumble over is taken out of its way.

The text handed to the parser has the characters of the file in their places, so that the parser's marks are
places of the file; only tabs in the indentation become more or fewer spaces, which the `Source` accounts for.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from crmdsl.diagnostics import Diagnostic, Message, Span
from crmdsl.syntax.faults import NotUtf8, TooLarge, YamlSyntax
from crmdsl.syntax.nodes import Source

MAX_BYTES = 16 * 1024 * 1024
MAX_UNPRINTABLE = 100
HOLE = "\ufffd"

_ASCII = bytes([9, 10, 13, *range(0x20, 0x7F)])
_CONTROL = "\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\\x80-\\x84\\x86-\\x9f\ufeff\ufffe\uffff"
_UNPRINTABLE = re.compile(f"[{_CONTROL}]+")
_BREAKS = re.compile("[\x85\u2028\u2029]")
_TAB = re.compile(r"^ *\t", re.MULTILINE)
_WIDE_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


@dataclass(slots=True)
class Text:
    """A file ready for the parser.

    `clean` is its text with unprintable characters and the line breaks of YAML 1.1 replaced one by one, and
    without tabs in the indentation; `breaks` maps a stand-in back to such a line break; `holes` tells that
    unprintable characters were replaced by `HOLE`; `unaltered` is the file as bytes if nothing was replaced.
    """

    source: Source
    clean: str
    unaltered: bytes | None
    breaks: dict[int, str]
    holes: bool


def decode(path: str, data: bytes, found: list[Diagnostic]) -> Text | None:
    """The text of a file, `None` if it has none; what is wrong with it as text is added to `found`."""
    start = Span(path, 1, 1, 1, 1)
    if len(data) > MAX_BYTES:
        found.append(
            TooLarge.at(
                start, Message("the file has more than 16 MiB"), help=Message("divide it: a spec may have many files")
            )
        )
        return None
    if data.startswith(_WIDE_BOMS) or 0 in data[:2]:
        found.append(NotUtf8.at(start, Message("the file is UTF-16 or UTF-32 text, or no text"), help=_SAVE))
        return None
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _legacy(path, data, error, found)
    return clean(Source(path, text), data, found)


_SAVE = Message("save the file as UTF-8")


def _legacy(path: str, data: bytes, error: UnicodeDecodeError, found: list[Diagnostic]) -> Text | None:
    """What can be read of a file in another encoding; the first bad byte is reported."""
    before = data[: error.start].decode("utf-8")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    found.append(
        NotUtf8.at(
            Span(path, line, column, line, column + 1),
            Message("the byte `0x{byte}` is no UTF-8 text", byte=f"{data[error.start]:02X}"),
            help=_SAVE,
        )
    )
    western = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}
    text = data.decode("utf-8", "surrogateescape").translate(western)
    if _UNPRINTABLE.search(text):
        return None  # no text at all: whatever else would be said of it is noise
    return clean(Source(path, text), None, found)


def clean(source: Source, data: bytes | None, found: list[Diagnostic]) -> Text:
    """The text as the parser may see it. `data` is the same text as bytes."""
    text = source.text
    raw = text.encode() if data is None else data
    breaks: dict[int, str] = {}
    changed = text
    holes = False
    odd = raw.translate(None, _ASCII)
    if odd:
        odd_text = odd.decode()
        holes = _UNPRINTABLE.search(odd_text) is not None
        if holes:
            changed = _report_unprintable(source, found)
        breaks = _stand_ins(odd_text)
        for stand_in, character in breaks.items():
            changed = changed.replace(character, chr(stand_in))
    if "\t" in text and _TAB.search(text):
        from crmdsl.syntax.tabs import Untabbed

        untabbed = Untabbed(source.path, changed)
        found += untabbed.found
        source.without_tabs(untabbed.text, untabbed.shifts)
        changed = untabbed.text
    return Text(source, changed, raw if changed is text else None, breaks, holes)


def _report_unprintable(source: Source, found: list[Diagnostic]) -> str:
    text = source.text
    line, start = 1, 0
    for count, match in enumerate(_UNPRINTABLE.finditer(text)):
        if count == MAX_UNPRINTABLE:
            break
        line += text.count("\n", start, match.start())
        start = match.start()
        column = start - text.rfind("\n", 0, start)
        found.append(
            YamlSyntax.at(
                Span(source.path, line, column, line, column + len(match[0])),
                Message("an unprintable character, `{code}`", code=f"U+{ord(match[0][0]):04X}"),
                help=Message("remove it"),
            )
        )
    return _UNPRINTABLE.sub(lambda match: HOLE * len(match[0]), text)


def _stand_ins(odd: str) -> dict[int, str]:
    """A character that the file does not have for each line break of YAML 1.1 that is none in YAML 1.2."""
    used = set(odd)
    free = (code for code in range(0xE000, 0xF8FF) if chr(code) not in used)
    return {next(free): character for character in sorted(set(_BREAKS.findall(odd)))}
