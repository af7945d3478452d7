"""Texts as constants of PostgreSQL."""

from __future__ import annotations


def quoted(text: str) -> str:
    """A text as a constant that nothing can get out of, whatever the settings of the session.

    A backslash, and what does not print (line ends, marks that turn the direction), stands in an `E` constant.
    Raises `ValueError` for what no text of PostgreSQL can hold: U+0000 and surrogates.
    """
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError(text)
    if text.isprintable() and "\\" not in text:
        return "'" + text.replace("'", "''") + "'"
    return "E'" + "".join(_escaped(char) for char in text) + "'"


def _escaped(char: str) -> str:
    if char in "'\\":
        return char * 2
    if char.isprintable():
        return char
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"
