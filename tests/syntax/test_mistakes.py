"""Syntax errors: the exact place, a message in the user's words, and nothing that follows from them."""

from __future__ import annotations

import pytest

from crmdsl.syntax import events
from crmdsl.syntax.loader import load_text

CASES = [
    # brackets and quotes
    ("a: [b, c\nd: e\n", ["yaml-syntax 1:4-1:5 `[` is never closed"]),
    ("a: [b, c\n", ["yaml-syntax 1:4-1:5 `[` is never closed"]),
    ("a: {b: [c, d\ne: f\n", ["yaml-syntax 1:8-1:9 `[` is never closed"]),
    ("a: [b, {c: d}\ne: {f: g}\n", ["yaml-syntax 1:4-1:5 `[` is never closed"]),
    ("a: [\n  b: c\n  d: e\nf: g\n", ["yaml-syntax 1:4-1:5 `[` is never closed"]),
    ("a: {b: c]\n", ["yaml-syntax 1:9-1:10 `}` is expected here, not `]`"]),
    ("a: [b]]\n", ["yaml-syntax 1:7-1:8 `]` follows the end of the value"]),
    ("a: ]\n", ["yaml-syntax 1:4-1:5 `]` closes nothing"]),
    ("a: {b: c d: e}\n", ["yaml-syntax 1:11-1:12 `,` or `}` is expected before `:`"]),
    ('a: "bc\nd: e\n', ['yaml-syntax 1:4-1:7 the closing `"` is missing']),
    ('a: "bc # note\nd: "e"\n', ['yaml-syntax 1:4-1:7 the closing `"` is missing']),
    ("a: 'bc\nd: 'e'\nf: g\n", ["yaml-syntax 1:4-1:7 the closing `'` is missing"]),
    ("a: 'x\n...\n", ["yaml-syntax 1:4-1:6 the closing `'` is missing"]),
    # text that has to stand in quotes
    ('when: "Won" in x\n', ["yaml-syntax 1:13-1:17 `in x` follows the end of the value"]),
    ("when: [a] in x\n", ["yaml-syntax 1:11-1:15 `in x` follows the end of the value"]),
    ("note: a: b\n", ["yaml-syntax 1:8-1:9 a second `:` in one value"]),
    ("note: @b\n", ["yaml-syntax 1:7-1:8 a value cannot start with `@`"]),
    ("note: %b\n", ["yaml-syntax 1:7-1:8 a value cannot start with `%`"]),
    ("when: > 5\n", ["yaml-syntax 1:7-1:8 a value cannot start with `>`"]),
    ("when: ? b\n", ["yaml-syntax 1:7-1:8 a value cannot start with `?`"]),
    ("when: * 2\n", ["yaml-syntax 1:7-1:8 a value cannot start with `*`"]),
    ("a: {when: ? b}\n", ["yaml-syntax 1:11-1:12 a value cannot start with `?`"]),
    ('note: "C:\\dir"\n', ["yaml-syntax 1:10-1:12 `\\d` means nothing in double quotes"]),
    ('note: "\\xZZ"\n', ["yaml-syntax 1:8-1:10 `\\x` means nothing in double quotes"]),
    (
        'a: {when: name = "b, c", to: d}\n',
        ["yaml-syntax 1:11-1:24 the comma ends the value, although it stands in a quoted text"],
    ),
    ("a: - b\n", ["yaml-syntax 1:4-1:5 a list with dashes cannot begin behind a colon"]),
    # colons
    ("a: b\nc\nd: e\n", ["yaml-syntax 2:1-2:2 `c` has no colon"]),
    ("a: b\nc:2\nd: e\n", ["yaml-syntax 2:1-2:4 a space is missing behind the colon of `c`"]),
    ("a:\n  b\n    c: d\n", ["yaml-syntax 2:3-2:4 `b` has no colon"]),
    ("a\nb: c\n", ["yaml-syntax 1:1-1:2 `a` has no colon"]),
    ("a {b: c}\nd: e\n", ["yaml-syntax 1:1-1:5 `: ` is missing between `a` and `{`"]),
    ("a:{b: c, d: e}\nd: e\n", ["yaml-syntax 1:1-1:5 `: ` is missing between `a` and `{`"]),
    # indentation
    ("a:\n  b: 1\n   c: 2\n", ["yaml-syntax 3:4-3:5 the indentation of `c` fits none of the keys above"]),
    ("a:\n    b: 1\n  c: 2\nd: 3\n", ["yaml-syntax 3:3-3:4 the indentation of `c` fits none of the keys above"]),
    ("a:\n  b: {x: y}\n   c: 2\n", ["yaml-syntax 3:4-3:5 the indentation of `c` fits none of the keys above"]),
    ("a: b\n- c\n", ["yaml-syntax 2:1-2:2 a list entry stands where a key is due"]),
    ("a:\n- b\n- c\nd\n", ["yaml-syntax 4:1-4:2 `d` has no colon"]),
    ("- a\nb: c\n", ["yaml-syntax 2:1-2:5 `b: c` is no entry of the list above"]),
    ("{a: b}}\n", ["yaml-syntax 1:7-1:8 `}` does not belong to what stands above"]),
    (" a: 1\nb: 2\n", ["yaml-syntax 2:1-2:5 `b: 2` does not belong to what stands above"]),
    ("a:\n\tb: 1\n", ["yaml-syntax 2:1-2:2 a tab in the indentation"]),
    ("a:\n  b: 1\n\tc: 2\n", ["yaml-syntax 3:1-3:2 a tab in the indentation"]),
    ("a:\n  - b: 1\n  \tc: 2\nd: 3\n", ["yaml-syntax 3:3-3:4 a tab in the indentation"]),
    ("a:\n-\tb: 1\n", ["yaml-syntax 2:2-2:3 a tab in the indentation"]),
    ("a: |\n  x\n\ty\nb: c\n", ["yaml-syntax 3:1-3:2 a tab in the indentation"]),
    # characters
    ("a: b\0c\n", ["yaml-syntax 1:5-1:6 an unprintable character, `U+0000`"]),
    ("a: b\ufeffc\n", ["yaml-syntax 1:5-1:6 an unprintable character, `U+FEFF`"]),
    # keys
    ("[a, b]: c\nd: e\n", ["yaml-syntax 1:1-1:2 a list or a map where a key is due"]),
    ("{{ a }}: c\nd: e\n", ["yaml-syntax 1:1-1:2 a list or a map where a key is due"]),
    ("? {a: b}\n: c\nd: e\n", ["yaml-syntax 1:3-1:4 a list or a map where a key is due"]),
    # several at once
    (
        'a: [b\nc:\n  d: "x" y\n  e: f: g\nh: @i\nj: {k: &l m}\n',
        [
            "yaml-syntax 1:4-1:5 `[` is never closed",
            "yaml-syntax 3:10-3:11 `y` follows the end of the value",
            "yaml-syntax 4:7-4:8 a second `:` in one value",
            "yaml-syntax 5:4-5:5 a value cannot start with `@`",
            "yaml-feature 6:8-6:10 an anchor, `&l`",
        ],
    ),
    (
        "p:\n  steps:\n    a:\n      role: x\n   b:\n      role: y\n    c:\n      q: [x: y: z]\n  d: e: f\n",
        [
            "yaml-syntax 5:4-5:5 the indentation of `b` fits none of the keys above",
            "yaml-syntax 8:15-8:16 `,` or `]` is expected before `:`",
            "yaml-syntax 9:7-9:8 a second `:` in one value",
        ],
    ),
]

# What neither parser refuses: these are texts like any other.
FINE = ["a: b]\n", "a: it's\n", "a: ?b\n", "a: b #c\n", "a: http://x\n", "a:\tb\n", "a: [b,\n  \n  c]\n", "a: b\t# c\n"]


def told(text: str) -> list[str]:
    """The diagnostics of a text, a line each."""
    return [
        f"{found.code} {found.span.line}:{found.span.column}-{found.span.end_line}:{found.span.end_column} "
        f"{found.message}"
        for found in load_text({"a.yaml": text}).diagnostics
    ]


@pytest.fixture(params=["libyaml", "python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "python":
        monkeypatch.setattr(events, "CParser", None)
    elif events.CParser is None:
        pytest.skip("PyYAML was built without libyaml")
    return str(request.param)


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[repr(text) for text, _ in CASES])
def test_mistake(text: str, expected: list[str], parser: str) -> None:
    assert told(text) == expected


@pytest.mark.parametrize("text", FINE)
def test_no_mistake(text: str, parser: str) -> None:
    if parser == "python" and "\t" in text:
        pytest.skip("PyYAML's own parser takes no tab between words")
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('when: "Won" in x\n', "put the whole value in quotes: `when: '\"Won\" in x'`"),
        ("note: a: b # c\n", 'put the whole value in quotes: `note: "a: b"`'),
        ("note: 'it's'\n", "put the whole value in quotes: `note: 'it''s'`"),
        ('note: "say "hi" now"\n', "put the whole value in quotes: `note: 'say \"hi\" now'`"),
        ("when: > 5\n", 'put the whole value in quotes: `when: "> 5"`'),
        ('{when: a = "b, c"}\n', "put the whole value in quotes: `when: 'a = \"b, c\"'`"),
        ("a:2\nb: 1\n", "write `a: 2`"),
    ],
)
def test_the_help_shows_the_repair(text: str, shown: str) -> None:
    assert [str(found.help) for found in load_text({"a.yaml": text}).diagnostics] == [shown]
