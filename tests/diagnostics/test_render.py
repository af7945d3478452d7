"""Diagnostics as people and programs are shown them."""

from __future__ import annotations

import json as stdlib_json

import pytest

from crmdsl.diagnostics import Diagnostic, Fix, Message, Related, Severity, Span
from crmdsl.diagnostics.collection import collect
from crmdsl.diagnostics.render import Report, counts, github, json, sarif, text


class File:
    def __init__(self, content: str) -> None:
        self.content = content

    def line(self, number: int) -> str:
        lines = self.content.split("\n")
        return lines[number - 1] if 0 < number <= len(lines) else ""


def fault(
    span: tuple[int, int, int, int] = (2, 9, 2, 13),
    *,
    code: str = "unknown-name",
    severity: Severity = Severity.ERROR,
    message: Message | None = None,
    file: str = "roles.yaml",
) -> Diagnostic:
    return Diagnostic(
        code,
        severity,
        Span(file, *span),
        message or Message("no role `{name}`", name="agnt"),
        help=Message("did you mean `{near}`?", near="agent"),
        related=(Related(Span("a/b.yaml", 7, 3, 7, 8), Message("declared here")),),
        fix=Fix(Span(file, *span), "agent"),
    )


CONTENT = "crmdsl: 1\n  role: agnt\n"
REPORT = Report("shop", [fault(severity=severity) for severity in Severity], {"roles.yaml": File(CONTENT)})


def shown(line: str, span: tuple[int, int, int, int]) -> list[str]:
    """The line and the caret under it."""
    report = Report("shop", [fault(span)], {"roles.yaml": File(line)})
    return [row.partition("| ")[2] for row in text.render(report).split("\n") if "| " in row]


def test_text() -> None:
    report = Report("shop", REPORT.diagnostics[:1], REPORT.sources)
    assert text.render(report).split("\n") == [
        "error[unknown-name]: no role `agnt`",
        " --> roles.yaml:2:9",
        "  |",
        "2 |   role: agnt",
        "  |         ^^^^",
        "  related: a/b.yaml:7:3: declared here",
        "  help: did you mean `agent`?",
        "",
    ]


def test_text_without_the_source() -> None:
    assert text.render(Report("shop", [fault()])).split("\n")[:3] == [
        "error[unknown-name]: no role `agnt`",
        " --> roles.yaml:2:9",
        "  related: a/b.yaml:7:3: declared here",
    ]


def test_text_without_faults() -> None:
    report = Report("shop", ())
    assert text.render(report) == ""
    assert str(text.summary(report)) == "shop: no faults"


def test_summary() -> None:
    assert str(text.summary(REPORT)) == "shop: 1 error, 1 warning, 1 info"
    assert str(text.summary(Report("shop", [fault()] * 2))) == "shop: 2 errors"


def test_colour_only_where_asked() -> None:
    assert "\x1b" not in text.render(REPORT)
    assert "\x1b[1;31merror[unknown-name]\x1b[0m" in text.render(REPORT, colour=True)


@pytest.mark.parametrize(
    ("line", "span", "expected"),
    [
        ("a: b", (1, 4, 1, 5), ["a: b", "   ^"]),
        ("a: b", (1, 4, 1, 4), ["a: b", "   ^"]),
        ("a: b", (1, 5, 1, 5), ["a: b", "    ^"]),
        ("a: 漢字 b", (1, 7, 1, 8), ["a: 漢字 b", "        ^"]),
        ("a: 漢字 b", (1, 4, 1, 6), ["a: 漢字 b", "   ^^^^"]),
        ("\ta: b", (1, 1, 1, 2), ["    a: b", "^^^^"]),
        ("\ta: b", (1, 5, 1, 6), ["    a: b", "       ^"]),
        ("a: [b,", (1, 4, 3, 2), ["a: [b,", "   ^^^"]),
        ("a: \x1b[31m\u202eb", (1, 10, 1, 11), ["a: \ufffd[31m\ufffdb", "         ^^"[1:]]),
        ("a: e\u0301 b", (1, 7, 1, 8), ["a: e\u0301 b", "     ^"]),
        ("", (1, 1, 1, 1), []),
        ("a" * 500, (1, 1, 1, 3), ["a" * 110 + "…", "^^"]),
        ("a" * 250 + "bc" + "d" * 248, (1, 251, 1, 253), ["…" + "a" * 54 + "bc" + "d" * 54 + "…", " " * 55 + "^^"]),
        ("a" * 500, (1, 500, 1, 501), ["…" + "a" * 110, " " * 110 + "^"]),
        ("a" * 500, (1, 1, 1, 501), ["a" * 110 + "…", "^" * 110]),
    ],
)
def test_the_caret_stands_under_the_span(line: str, span: tuple[int, int, int, int], expected: list[str]) -> None:
    if "\x1b" in line:
        assert shown(line, span)[0] == expected[0]
    else:
        assert shown(line, span) == expected


def test_text_moves_no_cursor() -> None:
    report = Report("s\x1b[2J", [fault(message=Message("`{x}`", x="a\x1b]0;b\x07\rc"), file="d\x1b.yaml")])
    assert not set(text.render(report) + str(text.summary(report))) & set("\x1b\x07\r")


class Italian:
    def __init__(self, known: dict[str, str]) -> None:
        self.known = known

    def gettext(self, message: str) -> str:
        return self.known.get(message, message)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        return self.gettext(singular if count == 1 else plural)


def test_messages_are_translated() -> None:
    italian = Italian(
        {"no role `{name}`": "nessun ruolo `{name}`", "help": "aiuto", "did you mean `{near}`?": "`{near}`?"}
    )
    told = text.render(REPORT, translate=italian)
    assert "nessun ruolo `agnt`" in told
    assert "aiuto: `agent`?" in told
    data = stdlib_json.loads(json.render(REPORT, translate=italian))
    assert data["diagnostics"][0]["message"] == "nessun ruolo `agnt`"


def test_json() -> None:
    data = stdlib_json.loads(json.render(REPORT))
    assert data["spec"] == "shop"
    assert data["counts"] == {"error": 1, "warning": 1, "info": 1}
    assert [found["severity"] for found in data["diagnostics"]] == ["error", "warning", "info"]
    assert data["diagnostics"][0] == {
        "code": "unknown-name",
        "severity": "error",
        "message": "no role `agnt`",
        "file": "roles.yaml",
        "line": 2,
        "column": 9,
        "end_line": 2,
        "end_column": 13,
        "help": "did you mean `agent`?",
        "fix": {"file": "roles.yaml", "line": 2, "column": 9, "end_line": 2, "end_column": 13, "text": "agent"},
        "related": [{"file": "a/b.yaml", "line": 7, "column": 3, "message": "declared here"}],
    }


def test_json_of_a_bare_diagnostic() -> None:
    bare = Diagnostic("dead-end", Severity.ERROR, Span("a.yaml", 1, 1, 1, 1), Message("no end"))
    found = json.as_data(Report("shop", [bare]))["diagnostics"][0]
    assert found["help"] is None
    assert found["related"] == []
    assert "fix" not in found


def test_github() -> None:
    found = fault(message=Message("100% `{x}`", x="a\nb,c"), file="a,b:c.yaml")
    assert github.render(Report("shop", [found], folder="specs/shop")) == (
        "::error file=specs/shop/a%2Cb%3Ac.yaml,line=2,endLine=2,col=9,endColumn=12,title=unknown-name::"
        "100%25 `a%0Ab,c`%0Aa/b.yaml:7:3: declared here%0Ahelp: did you mean `agent`?\n"
    )
    assert [line.split(" ")[0] for line in github.render(REPORT).splitlines()] == ["::error", "::warning", "::notice"]


def test_sarif() -> None:
    log = stdlib_json.loads(sarif.render(Report("shop", REPORT.diagnostics, folder="my shop/")))
    assert log["version"] == "2.1.0"
    run = log["runs"][0]
    assert run["tool"]["driver"]["rules"] == [{"id": "unknown-name"}]
    assert [result["level"] for result in run["results"]] == ["error", "warning", "note"]
    result = run["results"][0]
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "my%20shop/roles.yaml"},
        "region": {"startLine": 2, "startColumn": 9, "endLine": 2, "endColumn": 13},
    }
    assert result["relatedLocations"][0]["message"]["text"] == "declared here"
    assert result["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"] == "agent"


def test_counts_name_every_severity() -> None:
    assert counts([]) == {"error": 0, "warning": 0, "info": 0}


def test_collection_is_sorted_and_each_stands_once() -> None:
    first, second = fault((1, 2, 1, 3)), fault((1, 2, 1, 3), code="dead-end")
    third, other = fault((1, 10, 1, 11)), fault(file="a.yaml")
    assert collect([third, first, other, second, first]) == (other, second, first, third)
