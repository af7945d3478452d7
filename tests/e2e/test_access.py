"""`crmdsl access`: who may do what, why, and what justifies it."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from crmdsl.cli.process import run

ROOT = Path(__file__).parents[2]
VALVOTECH = str(ROOT / "specs" / "valvotech")
RECORD = {
    "fields": {"amount": "100.00", "discount": "3", "kind": "special", "customer": {"vat_number": "x"}},
    "owner": "agent_1", "process": "order_to_cash", "states": ["prepare_quote"],
}  # fmt: skip


def asked(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert run(["access", VALVOTECH, *words]) == code
    return capsys.readouterr().out


def test_who_can(capsys: pytest.CaptureFixture[str]) -> None:
    text = asked(capsys, "who-can", "read", "order.margin")
    assert "area_manager: territory  [approvals.yaml:96]" in text
    assert "agent" not in text
    found = json.loads(asked(capsys, "who-can", "export", "lead", "--format", "json"))
    assert [(way["role"], way["scope"], way["place"]) for way in found["ways"]] == [
        ("sales_director", "all", "approvals.yaml:97")
    ]


def test_who_signs(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(asked(capsys, "who-can", "approve", "order", "--format", "json"))["ways"]
    told = [(one["signer"], one["as"], f"{one['chain']}.{one['level']}") for one in found]
    assert told[:4] == [
        ("area_manager", "approver", "discount.area"), ("sales_director", "substitute", "discount.area"),
        ("sales_director", "escalated", "discount.area"), ("sales_director", "approver", "discount.director"),
    ]  # fmt: skip
    assert found[0]["when"].startswith("discount > 5%")
    assert "chief_accountant: write_off.accounting  [approvals.yaml:45]" in asked(capsys, "who-can", "approve", "order")
    said = asked(capsys, "who-can", "approve", "order", "--lang", "it")
    assert "sales_director, finché tutti quelli che firmano sono assenti: discount.area" in said
    assert asked(capsys, "who-can", "approve", "order.amount", code=2) == ""


def test_explain(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    record = tmp_path / "record.json"
    record.write_text(json.dumps(RECORD), encoding="utf-8")
    words = ("explain", "--on", "order.amount", "--action", "update", "--record", str(record), "--actor")
    assert "approvals.yaml:93" in asked(capsys, *words, "agent")
    found = json.loads(asked(capsys, *words, "agent 2", "--format", "json"))
    assert (found["allowed"], found["rule"], found["actor"]) == (False, "no-grant", "agent_2")
    assert found["attempts"][0] == {
        "place": "approvals.yaml:93", "part": "scope", "text": "own", "values": {"owner": "agent_1", "creator": None},
    }  # fmt: skip
    said = asked(capsys, *words, "back_office_clerk", "--lang", "it")
    assert "`state != prepare_quote` non vale" in said
    assert "nessun permesso lascia a back_office_clerk_1 update su order.amount" in said


def test_the_words_of_other_systems(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def told(*words: str, code: int = 0) -> str:
        assert run(["access", str(ROOT / "tests" / "fixtures" / "authzen" / "todo"), *words]) == code
        return "".join(capsys.readouterr())

    assert told("who-can", "can_update_todo") == told("who-can", "update", "todo") != ""
    assert "`can_update_todo` means `update` on `todo`" in told("who-can", "can_update_todo", "user", code=2)
    record = tmp_path / "record.json"
    record.write_text("{}", encoding="utf-8")
    words = ("--record", str(record), "--actor", "rick@the-citadel.com")
    assert "rick" in told("explain", "--action", "can_update_todo", *words)
    assert told("explain", "--action", "update", *words, code=2)


@pytest.mark.parametrize(
    "content", ["[", "[]", "3", '{"nothing": 1}', '{"amount": []}', '{"fields": 3}', "\x00", "[" * 9999]
)
def test_a_record_that_is_none_is_wrong_usage(capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str) -> None:
    record = tmp_path / "record.json"
    record.write_text(content, encoding="utf-8")
    words = ("--actor", "agent", "--action", "read", "--on", "order", "--record", str(record))
    asked(capsys, "explain", *words, code=2)


def test_matrix(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(asked(capsys, "matrix", "--format", "csv"))))
    assert {"role": "agent", "entity": "order", "field": "amount", "action": "update", "scope": "own", "when": "",
            "below": "", "place": "approvals.yaml:93"} in rows  # fmt: skip
    assert not [row for row in rows if (row["field"], row["action"]) == ("exposure", "update")]
    assert len(json.loads(asked(capsys, "matrix", "--format", "json"))["ways"]) == len(rows)
    assert "agent              C1" in asked(capsys, "matrix")


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_page_for_the_auditor(capsys: pytest.CaptureFixture[str], language: str) -> None:
    text = asked(capsys, "matrix", "--format", "html", "--lang", language)
    assert f'<html lang="{language}">' in text
    assert "{{" not in text
    assert "http" not in text
    open_tags: list[str] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag not in ("meta", "br"):
                open_tags.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert open_tags.pop() == tag

    Parser().feed(text)
    assert open_tags == []


def test_path(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(asked(capsys, "path", "--format", "json"))["grants"]
    assert all(grant["justified"] for grant in found)
    agents = next(grant for grant in found if grant["place"] == "approvals.yaml:93")
    assert [need["where"] for need in agents["needs"]] == ["order_to_cash.prepare_quote"]


@pytest.mark.parametrize(
    "words",
    [("who-can", "raed", "order"), ("who-can", "read"), ("who-can", "read", "odrer"), ("who-can", "read", "order.x"),
     ("explain",), ("path", "x"), ("path", "--format", "csv"), ("nothing",), ()],
)  # fmt: skip
def test_wrong_usage(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    asked(capsys, *words, code=2)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"{", b"[" * 100_000], ids=["empty", "binary", "open", "deep"])
def test_a_record_that_is_no_json(capsys: pytest.CaptureFixture[str], tmp_path: Path, data: bytes) -> None:
    record = tmp_path / "record.json"
    record.write_bytes(data)
    words = ("--actor", "agent", "--action", "read", "--on", "order", "--record", str(record))
    assert asked(capsys, "explain", *words, code=2) == ""
