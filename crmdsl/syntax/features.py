"""What a spec may not use of YAML, as diagnostics."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crmdsl.diagnostics import Diagnostic, Fix, Message, Related, Span
from crmdsl.syntax.faults import DuplicateKey, TooLarge, YamlFeature, YamlSyntax
from crmdsl.syntax.nodes import Broken, Mapping, Misplaced, Node, Scalar, Sequence, Source

MAX_PROPERTIES = 4
MAX_DIRECTIVES = 1_000

_PROPERTY = re.compile(r"!<[^>\s]*>|[&!][^\s,\[\]{}]*")
_CROWDED = re.compile(r"([\w-]+)(?::| +|)([\[{])")
_BLANK = re.compile(r"(?:\s+(?:#[^\n]*)?)*")


def may_have_properties(text: str) -> bool:
    """Whether there may be an anchor or a tag anywhere in a text (`!=` is none)."""
    return "&" in text or "!" in text.replace("!=", "")


def properties(clean: str, node: Node) -> Iterator[Diagnostic]:
    """Report the anchors and tags in front of a node, and move its start behind them."""
    position = node.offset
    for _ in range(MAX_PROPERTIES):
        match = _PROPERTY.match(clean, position)
        if match is None:
            break
        yield _property(match[0], _span(node.source, match.start(), len(match[0])))
        blank = _BLANK.match(clean, match.end())
        position = blank.end() if blank else match.end()
    if isinstance(node, Scalar):
        position = min(position, node.end_offset)
    node.offset = position


def _property(text: str, span: Span) -> Diagnostic:
    if text[0] == "&":
        help_ = Message("remove it; what is common to several declarations is taken over with `use:`")
        return YamlFeature.at(span, Message("an anchor, `{text}`", text=text), help=help_)
    help_ = Message("remove it; a condition says `not`, and text that starts with `!` stands in quotes")
    return YamlFeature.at(span, Message("a tag, `{text}`", text=text), help=help_)


def _span(source: Source, offset: int, width: int) -> Span:
    line, column = source.place(offset)
    return Span(source.path, line, column, line, column + width)


def alias(name: str, span: Span) -> Diagnostic:
    """An alias was used."""
    return YamlFeature.at(
        span,
        Message("an alias, `*{name}`", name=name),
        help=Message("write the value out, or take it over with `use:`"),
    )


def too_many(span: Span, count: int) -> Diagnostic:
    """There are more faults than anybody reads."""
    return TooLarge.at(
        span,
        Message("more than {count} faults in one file, the rest is left out", count=count),
        help=Message("repair these first"),
    )


def second_document(span: Span) -> Diagnostic:
    """Another document begins in the file."""
    return YamlFeature.at(
        span,
        Message("a second document in one file"),
        help=Message("remove the line, or move what follows to a file of its own"),
    )


def directives(source: Source, clean: str, found: list[Diagnostic]) -> str:
    """The text without the directives at its head, each of which is reported."""
    if "%" not in clean or not re.match(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*%", clean):
        return clean
    lines = clean.split("\n")
    for number, line in enumerate(lines[:MAX_DIRECTIVES], 1):
        if line.startswith("%"):
            text = line.rstrip()
            found.append(
                YamlFeature.at(
                    Span(source.path, number, 1, number, len(text) + 1),
                    Message("a directive, `{text}`", text=text),
                    help=Message("remove the line"),
                )
            )
            lines[number - 1] = " " * len(text) + line[len(text) :]
        elif line.strip() and not line.lstrip().startswith("#"):
            break
    return "\n".join(lines)


def duplicate(first: Scalar, second: Scalar) -> Diagnostic:
    """A key stands twice in a map."""
    return DuplicateKey.at(
        second.span,
        Message("the key `{name}` stands twice in this map", name=second.value),
        help=Message("remove one of the two, or give it another name"),
        related=(Related(first.span, Message("the first one")),),
    )


def no_key(node: Node) -> Diagnostic:
    """A list or a map stands where a key is due."""
    span = node.span
    return YamlSyntax.at(
        Span(span.file, span.line, span.column, span.line, span.column + 1),
        Message("a list or a map where a key is due"),
        help=Message("a key is a single word; a value that starts with a bracket stands in quotes"),
    )


def merge(node: Mapping) -> Iterator[Diagnostic]:
    """Put in what a merge key brings, and report it."""
    key, value = node.entries["<<"]
    if key.style is not None:
        return
    del node.entries["<<"]
    node.broken = True
    yield YamlFeature.at(
        key.span, Message("a merge key, `<<`"), help=Message("take the keys of another declaration over with `use:`")
    )
    for source in value.items if isinstance(value, Sequence) else [value]:
        if isinstance(source, Mapping):
            for name, entry in source.entries.items():
                node.entries.setdefault(name, entry)


def crowded_key(key: Scalar) -> Diagnostic | None:
    """A key that swallowed the bracket of its value, since its colon or the space behind it is missing."""
    match = _CROWDED.match(key.value) if key.style is None else None
    if match is None:
        return None
    start = key.span
    width = len(match[0]) - 1
    missing = Span(start.file, start.line, start.column + len(match[1]), start.line, start.column + width)
    return YamlSyntax.at(
        key.span,
        Message("`: ` is missing between `{key}` and `{sign}`", key=match[1], sign=match[2]),
        help=Message("write `{text}`", text=f"{match[1]}: {match[2]}…"),
        fix=Fix(missing, ": ") if match[0][-2] == ":" else None,
    )


def uncrowd(node: Mapping) -> Iterator[Diagnostic]:
    """Report such keys of a map, and keep their names."""
    entries = list(node.entries.values())
    node.entries.clear()
    for key, value in entries:
        fault = crowded_key(key)
        if fault is None:
            node.entries[key.value] = (key, value)
            continue
        yield fault
        node.broken = True
        word = re.split(r"[\s:]", key.value)[0]
        name = Misplaced.of(key.source, word, None, key.offset, key.end_offset)
        node.entries.setdefault(name.value, (name, Broken(key.source, key.offset, value.end_offset)))


def rejoin(clean: str, node: Mapping) -> Iterator[Diagnostic]:
    """Put together a text in quotes that a comma of a flow mapping tore apart, and report it.

    In `{when: name = "a, b", to: next}` YAML ends the value at the first comma and sees a key `b"`.
    """
    before: tuple[Scalar, Node] | None = None
    for name, (key, value) in list(node.entries.items()):
        if before and _half(before[1]) and _half(key) and isinstance(value, Scalar) and _is_empty(value):
            torn = before[1]
            assert isinstance(torn, Scalar)  # noqa: S101 - `_half` holds of scalars only
            text = clean[torn.offset : key.end_offset]
            whole = Scalar.of(torn.source, text, None, torn.offset, key.end_offset)
            node.entries[before[0].value] = (before[0], whole)
            del node.entries[name]
            quoted = "'" + text.replace("'", "''") + "'"
            yield YamlSyntax.at(
                whole.span,
                Message("the comma ends the value, although it stands in a quoted text"),
                help=Message("put the whole value in quotes: `{text}`", text=f"{before[0].value}: {quoted}"),
                fix=None if "\n" in text else Fix(whole.span, quoted),
            )
        else:
            before = (key, value)


def _half(node: Node) -> bool:
    return isinstance(node, Scalar) and node.style is None and node.value.count('"') % 2 == 1


def _is_empty(node: Scalar) -> bool:
    return node.style is None and not node.value
