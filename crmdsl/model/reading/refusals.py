"""Diagnostics of keys, values and names that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from unicodedata import combining, normalize

from crmdsl.diagnostics import Fix, Message, Related
from crmdsl.diagnostics.nearest import nearest
from crmdsl.model.faults import BadName, BadValue, DuplicateName, MissingKey, UnknownKey, WrongType
from crmdsl.model.kinds import Kind, RefKind
from crmdsl.model.parse import is_name
from crmdsl.model.reading.context import STRUCTURE, Reading
from crmdsl.syntax.nodes import Mapping, Misplaced, Node, Scalar, Sequence, unreadable

SHOWN = 60
MOST = 12
"""How many names of the spec a message lists at most."""
TEXT = Message("a text")
LIST = Message("a list")
MAP = Message("a map")


def shown(text: str) -> str:
    """A text of the user as a message quotes it: on one line, and not all of a long one."""
    line = " ".join(text[: 4 * SHOWN].split())
    return line if len(line) <= SHOWN and len(text) <= 4 * SHOWN else line[:SHOWN] + "…"


def did_you_mean(name: str) -> Message:
    """The name that was probably meant."""
    return Message("did you mean `{name}`?", name=name)


def empty(node: Node) -> bool:
    """Whether nothing stands where a value should (`""` is a text)."""
    return type(node) is Scalar and not node.value and node.style is None


def torn(entries: dict[str, tuple[Scalar, Node]], key: Scalar) -> Message | None:
    """The repair of a key that is but the rest of a text that a comma has ended: `{it: one, two, en: three}`."""
    whole: list[Scalar] = []
    for at, value in entries.values():
        if not empty(value):
            whole = [at, value] if type(value) is Scalar and value.style is None else []
        elif whole:
            whole.append(at)
        if at is key:
            break
    if len(whole) < 3 or whole[-1] is not key or whole[0].line != key.line:
        return None
    text = ", ".join(part.value for part in whole[1:]).replace('"', "")
    return Message("put the whole value in quotes: `{text}`", text=f'{whole[0].value}: "{shown(text)}"')


def shape(node: Node) -> Message:
    """What a node is, in words."""
    if isinstance(node, Scalar):
        return TEXT
    if isinstance(node, Sequence):
        return LIST if node.items else Message("an empty list")
    return MAP if isinstance(node, Mapping) and node.entries else Message("an empty map")


def wrong_type(
    reading: Reading, name: str, at: Node, node: Node, expected: Message, *, hint: Message | None = None
) -> None:
    """Another shape of YAML than the key takes; reported at the key where there is no value."""
    if reading.full:
        return
    reading.miss(name)
    if name in STRUCTURE:
        reading.lack()
    if unreadable(node):
        reading.lack()
        return
    if reading.hushed(node):
        return
    reading.said[id(node)] = None
    example = reading.example(name)
    if hint is None:
        hint = one_of_a_list(reading, name, node)
    if hint is None and example:
        hint = Message("write it like `{key}: {example}`", key=name, example=example)
    elif hint is None:
        hint = Message("write {expected}", expected=expected)
    if empty(node):
        message = Message("`{key}` takes {expected}, and nothing stands here", key=shown(name), expected=expected)
    else:
        message = Message(
            "`{key}` takes {expected}, not {found}", key=shown(name), expected=expected, found=shape(node)
        )
    reading.report(WrongType.at((at if empty(node) else node).span, message, help=hint))


def one_of_a_list(reading: Reading, name: str, node: Node) -> Message | None:
    """What to do where one name must stand, and not a list."""
    if not isinstance(node, Sequence) or not isinstance(reading.examples.get(name, (None, ""))[0], RefKind):
        return None
    texts = [item.value for item in node.items if isinstance(item, Scalar) and item.value]
    if not texts or len(texts) < len(node.items):
        return None
    if len(texts) == 1:
        return Message("write it without brackets: `{key}: {name}`", key=name, name=shown(texts[0]))
    return Message("only one can stand here, as `{key}: {name}`", key=name, name=shown(texts[0]))


def no_text(
    reading: Reading, name: str, at: Node, node: Node, expected: Message, *, hint: Message | None = None
) -> None:
    """Where a text with something in it must stand: a text of the right shape that is empty, or another shape."""
    if not isinstance(node, Scalar) or empty(node) or unreadable(node):
        wrong_type(reading, name, at, node, expected, hint=hint)
        return
    reading.miss(name)
    if name in STRUCTURE:
        reading.lack()
    example = reading.example(name)
    if hint is None:
        hint = (
            Message("write it like `{key}: {example}`", key=name, example=example) if example else Message("fill it in")
        )
    bad_value(reading, node, Message("the text of `{key}` is empty", key=shown(name)), hint)


def bad_value(reading: Reading, node: Node, message: Message, hint: Message | None, fix: str | None = None) -> None:
    """A text that is not what its key takes."""
    if reading.hushed(node):
        return
    reading.said[id(node)] = None
    span = node.span
    if fix is not None:
        hint = Message("write `{text}`", text=fix)
    reading.report(BadValue.at(span, message, help=hint, fix=None if fix is None else Fix(span, fix)))


def plainly(word: str) -> str:
    """A word as the words of the language are written: small letters, and underscores in place of dashes."""
    return re.sub(r"[\s-]", "_", word.strip()).lower()


def unknown_key(
    reading: Reading, key: Scalar, known: Iterable[str], beside: Container[str], hint: Message | None = None
) -> str | None:
    """A key that has no place here, among those `beside` it. Gives the known one that was probably meant."""
    if reading.hushed(key):
        return reading.said.get(id(key))
    if isinstance(key, Misplaced):
        return None
    words = list(known)
    near = nearest(key.value, words)
    if near is not None:
        hint = did_you_mean(near)
    elif hint is None:
        hint = Message("the keys here are {keys}", keys=listed(words))
    certain = near is not None and plainly(key.value) == near and near not in beside
    fix = Fix(key.span, near) if near is not None and certain else None
    reading.report(UnknownKey.at(key.span, Message("unknown key `{key}`", key=shown(key.value)), help=hint, fix=fix))
    if near is not None:
        reading.miss(near)
    reading.said[id(key)] = near
    return near


def second_key(reading: Reading, body: Mapping, rivals: Iterable[str]) -> int:
    """Report the second and later ones of keys that exclude each other. Gives how many of them stand."""
    wanted = set(rivals)
    found = [key for name, (key, _) in body.entries.items() if name in wanted]
    for key in found[1:]:
        message = Message("`{key}` cannot stand beside `{other}`", key=key.value, other=found[0].value)
        hint = Message("keep one of the two")
        related = (Related(found[0].span, Message("`{other}` stands here", other=found[0].value)),)
        reading.report(UnknownKey.at(key.span, message, help=hint, related=related))
    return len(found)


def missing_key(reading: Reading, at: Node, owner: str, key: str, example: str, kind: Kind | None = None) -> None:
    """A key that must stand, reported where its parent is named."""
    reading.spoil()
    if key == "fields":
        reading.lack()
    if reading.using and (id(at), key) in reading.lacking:
        return
    reading.lacking.add((id(at), key))
    message = Message("`{owner}` lacks the key `{key}`", owner=shown(owner), key=key)
    names = reading.names_for(kind) if kind else []
    if len(names) > 1:
        hint = Message("add `{key}`, one of {names}", key=key, names=listed(names[:MOST]) + ", …" * (len(names) > MOST))
    else:
        hint = Message("add `{key}: {example}`", key=key, example=reading.own(kind, example) if kind else example)
    reading.report(MissingKey.at(at.span, message, help=hint))


def missing_one(reading: Reading, at: Node, owner: str, keys: Iterable[str]) -> None:
    """One of several keys must stand."""
    reading.spoil()
    message = Message("`{owner}` needs one of the keys {keys}", owner=shown(owner), keys=listed(keys))
    reading.report(MissingKey.at(at.span, message, help=Message("add one of {keys}", keys=listed(keys))))


def check_name(reading: Reading, key: Scalar) -> None:
    """Report a name that is not written as names are."""
    name = key.value
    if name not in reading.names:
        if is_name(name):
            reading.names.add(name)
        else:
            bad_name(reading, key)


def bad_name(reading: Reading, node: Scalar) -> None:
    """A name that is not written as names are."""
    text = node.value
    fixed = proper(text)
    if len(text) > 64:
        message = Message("the name `{name}` has more than 64 characters", name=shown(text))
    else:
        message = Message("`{name}` is not written as names are", name=shown(text))
    if fixed[:1].isalpha():
        hint = Message("small letters, digits and underscores: `{name}`", name=fixed)
    else:
        hint = Message("a letter first, then small letters, digits and underscores, as `area_manager`")
    reading.report(BadName.at(node.span, message, help=hint))


def proper(text: str, *, keep: bool = False) -> str:
    """A text as names are written, as far as it can be: without accents, with underscores for all that is no letter.

    Capitals stay if `keep` says so.
    """
    cased = text[:80] if keep else text[:80].lower()
    plain = "".join(letter for letter in normalize("NFKD", cased) if not combining(letter))
    fixed = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in plain)
    return fixed.strip("_")[:64]


def bad_value_name(reading: Reading, node: Node, word: str) -> None:
    """A value of an enumeration that is not written as values are."""
    reading.said[id(node)] = None
    message = Message("`{value}` is not written as a value of an enumeration is", value=shown(word))
    fixed = proper(word, keep=True)
    if fixed[:1].isalpha() and len(word) <= 64:
        hint = Message("write `{value}`: letters, digits and underscores, a letter first", value=fixed)
    else:
        hint = Message("a letter first, then letters, digits and underscores, at most 64, as `in_progress`")
    reading.report(BadName.at(node.span, message, help=hint))


def duplicate_name(reading: Reading, key: Scalar, first: Scalar) -> None:
    """A name that is declared already."""
    message = Message("`{name}` is declared twice", name=shown(key.value))
    related = (Related(first.span, Message("`{name}` is declared here first", name=shown(key.value))),)
    hint = Message("give one of them another name, or remove it")
    reading.report(DuplicateName.at(key.span, message, help=hint, related=related))


def listed(words: Iterable[str]) -> str:
    """Words in backticks, with commas."""
    return ", ".join(f"`{word}`" for word in words)
