"""Pictures of processes: nothing lost, nothing broken out, the same bytes every time."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from crmdsl.backends.diagrams import diagrams, emit
from crmdsl.backends.diagrams.metrics import shorten, width, wrap
from crmdsl.model.reader import read
from crmdsl.model.spec import Spec
from crmdsl.syntax.loader import load

SPECS = Path(__file__).parents[3] / "specs"
HOSTILE = Path(__file__).parent / "hostile.yaml"
SVG = "{http://www.w3.org/2000/svg}"


def spec(path: Path) -> Spec:
    found, faults = read(load(path))
    assert faults == []
    return found


@pytest.fixture(scope="module")
def valvotech() -> Spec:
    return spec(SPECS / "valvotech")


def drawn(spec: Spec, process: str, form: str = "svg", language: str = "en") -> str:
    """The state machine of a process."""
    (file,) = emit(spec, form, language, [f"{process}-states"])
    assert file.path.startswith(f"{process}-states.")
    return file.text


def test_every_step_is_drawn(valvotech: Spec) -> None:
    for diagram in diagrams(valvotech):
        steps = valvotech.processes[diagram.name].all_steps
        drawn = {node.id.partition("#")[0] for node in diagram.nodes} - {""}
        assert drawn == set(steps)


def test_every_outcome_is_drawn(valvotech: Spec) -> None:
    (diagram,) = diagrams(valvotech, only=["order_to_cash"])
    events = [edge.event for edge in diagram.edges if edge.event]
    assert sorted(events) == sorted(
        ["submit", "abandon", "approved", "rejected", "accepted", "declined", "blocked", "within_limit", "over_limit",
         "grant", "refuse", "special", "standard", "accepted", "declined", "feasible", "infeasible", "confirm",
         "goods_shipped", "invoice", "payment_received", "timeout", "collected", "write_off", "approved", "rejected",
         "cancel"]
    )  # fmt: skip


def test_labels_are_in_the_language_asked_for(valvotech: Spec) -> None:
    assert "Dall&#39;offerta all&#39;incasso" in drawn(valvotech, "order_to_cash", language="it")
    assert "From quote to cash" in drawn(valvotech, "order_to_cash")


def test_a_role_has_one_colour_in_all_pictures(valvotech: Spec) -> None:
    pictures = diagrams(valvotech)
    numbers = {(role, number) for diagram in pictures for role, number in diagram.colours.items()}
    assert len({role for role, _ in numbers}) == len(numbers) == len({number for _, number in numbers})


def test_texts_stay_inside_the_picture(valvotech: Spec) -> None:
    for name in ("order_to_cash", "lead_qualification", "ticket_handling"):
        root = ElementTree.fromstring(drawn(valvotech, name))
        wide = float(root.get("width", "0"))
        for text, left in _texts(root, 0.0):
            size, content = float(text.get("font-size", "0")), text.text or ""
            length = width(content, size, bold=text.get("font-weight") == "600")
            start = left + float(text.get("x", "0")) - (length / 2 if text.get("text-anchor") == "middle" else 0)
            assert start >= 0, content
            assert start + length <= wide, content


def _texts(element: ElementTree.Element, left: float) -> list[tuple[ElementTree.Element, float]]:
    """Every text with the distance by which its groups are moved."""
    moved = re.match(r"translate\((\S+) ", element.get("transform", ""))
    left += float(moved[1]) if moved else 0
    found = [(element, left)] if element.tag == f"{SVG}text" else []
    return found + [item for child in element for item in _texts(child, left)]


def test_nothing_of_the_spec_becomes_markup() -> None:
    hostile = spec(HOSTILE)
    text = drawn(hostile, "nested")
    root = ElementTree.fromstring(text)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags == {"svg", "title", "desc", "a", "g", "rect", "circle", "path", "text"}
    assert "\u202e" not in text
    assert not any(name.startswith("on") for element in root.iter() for name in element.attrib)


def test_mermaid_is_plain(valvotech: Spec) -> None:
    text = drawn(spec(HOSTILE), "nested", "mermaid")
    assert text.startswith("stateDiagram-v2\n")
    labels = re.findall(r'state "(.*)" as \w+(?: \{)?\n', text)
    assert labels
    assert all(not re.search(r'["{}:;<>]', re.sub(r"#\d+;|<br/>", "", label)) for label in labels)
    assert text.count("{") == text.count("}")
    assert "s1_prepare_quote --> s2_discount_check : Submit" in drawn(valvotech, "order_to_cash", "mermaid")


def test_as_data(valvotech: Spec) -> None:
    data = json.loads(drawn(valvotech, "order_to_cash", "json"))
    (check,) = (node for node in data["nodes"] if node["id"] == "discount_check")
    assert [row["state"] for row in check["rows"]] == ["area", "director", "board", ""]
    assert check["place"] == "processes/order_to_cash.yaml:26"


def test_a_block_in_a_block() -> None:
    (diagram,) = diagrams(spec(HOSTILE), "en", ["nested"])
    assert [cluster.id for cluster in diagram.clusters] == ["both", "both.one", "both.one.p", "both.one.p.y"]
    edges = {(edge.source, edge.target) for edge in diagram.edges}
    assert {("both.one.p.x", "both.one.p#join"), ("both.one.good", "both#join"), ("both.two", "both#join")} <= edges


@pytest.mark.parametrize("form", ["svg", "mermaid", "dot", "json"])
def test_the_same_bytes_whatever_the_hash_seed(form: str) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.backends.diagrams.test_diagrams import drawn, spec, HOSTILE\n"
        f"sys.stdout.buffer.write(drawn(spec(HOSTILE), 'nested', {form!r}).encode())"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", script], env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True,
            cwd=Path(__file__).parents[3],
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(texts) == 1


def test_long_texts_are_cut_to_the_room() -> None:
    assert shorten("short", 12, 100) == "short"
    assert width(shorten("x" * 5_000_000, 12, 100), 12) <= 100
    lines = wrap("one two three four five six seven eight nine ten", 12, 60, 2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
