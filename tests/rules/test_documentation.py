"""What the documentation of a diagnostic shows as wrong is wrong, and what it shows as right is not."""

from __future__ import annotations

import pytest

from crmdsl.api import check_text, explained
from crmdsl.report.codes import codes
from crmdsl.report.examples import COMPANY, UNSHOWN, files_of, shown, spec_of

DOCUMENTED = codes()


@pytest.mark.parametrize("code", DOCUMENTED)
def test_wrong_is_wrong_and_right_is_right(code: str) -> None:
    documented = DOCUMENTED[code]
    assert documented.summary.endswith(".")
    assert documented.why
    assert documented.place, "what does it point at? `Place:` in the docstring says so"
    assert documented.wrong
    assert documented.right
    if code not in UNSHOWN:
        said = explained(documented).diagnostics
        assert {one.code for one in said} == {code}, "nothing is said of what is wrong"
        found = check_text(spec_of(documented.right)).diagnostics
        assert [one for one in found if one.code == code and one.span.file != COMPANY] == []


def test_the_company_around_is_fine() -> None:
    assert {one.severity.value for one in check_text(spec_of("roles: {}")).diagnostics} <= {"warning", "info"}


def test_a_piece_stands_in_its_declaration() -> None:
    text = files_of("levels:\n  a: {approver: lead}\n")["example.yaml"]
    assert text.startswith("crmdsl: 1\napprovals:\n  discount:\n")
    assert text.endswith("\n    levels:\n      a: {approver: lead}\n")
    assert "\n      b: {end: success}\n      work:\n        decide:\n" in shown("decide:\n  x: {to: b}\n")


def test_an_example_may_have_several_files() -> None:
    files = files_of("# a.yaml\nroles: {}\n# b/c.yaml\nunits: {}\n")
    assert files == {"a.yaml": "crmdsl: 1\nroles: {}\n", "b/c.yaml": "crmdsl: 1\nunits: {}\n"}


def test_what_an_example_declares_is_left_out_of_the_company() -> None:
    company = str(spec_of("roles:\n  agent: {department: sales}\n")[COMPANY])
    assert "\n  agent:" not in company
    assert "\n  lead:" in company
    assert "processes:" not in str(spec_of("entities: {order: {fields: {a: text}}}")[COMPANY])
