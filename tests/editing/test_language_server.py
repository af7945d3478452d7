"""An editor with yaml-language-server completes and explains every key: asked of the real server, from npm."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from tests.e2e.commands import VALVOTECH, crmdsl
from tests.editing.language_client import LanguageClient

ROOT = Path(__file__).parents[2]
VERSION = "1.25.0"
HEAD = "# yaml-language-server: $schema=crmdsl.schema.json\ncrmdsl: 1\n"
SECTIONS = {  # where the cursor stands, and some of what must be offered there
    "": {"company", "roles", "entities", "processes", "approvals", "handoffs", "access", "scenarios"},
    "company:\n  ": {"name", "currency", "timezone", "calendar", "language"},
    "calendars:\n  office:\n    ": {"hours", "holidays", "closed", "years"},
    "departments:\n  sales:\n    ": {"head", "class", "functions"},
    "roles:\n  agent:\n    ": {"department", "reports_to", "headcount", "hourly_cost"},
    "people:\n  anna:\n    ": {"roles", "unit", "substitute"},
    "sales_network:\n  agents:\n    ": {"kind", "role", "territories", "functions"},
    "channels:\n  phone:\n    ": {"kind", "handled_by", "volume", "feeds"},
    "entities:\n  order:\n    ": {"owner", "fields", "key"},
    "processes:\n  sale:\n    ": {"entity", "start", "steps", "promise", "anytime"},
    "processes:\n  sale:\n    steps:\n      quote:\n        ": {"role", "approval", "handoff", "decide", "end"},
    "approvals:\n  discount:\n    ": {"requester", "levels", "otherwise", "separation"},
    "approvals:\n  discount:\n    levels:\n      manager:\n        ": {"when", "approver", "quorum", "late"},
    "handoffs:\n  rating:\n    ": {"customer", "supplier", "gives", "returns", "respond", "deliver", "verify"},
    "kpis:\n  margin:\n    ": {"of", "measure", "target"},
    "scenarios:\n  first:\n    ": {"process", "given", "when", "then"},
}
pytestmark = [pytest.mark.checkout, pytest.mark.slow]


@pytest.fixture(scope="module")
def server() -> Path:
    """The server in the cache of the checkout; npm brings it there once."""
    cache = ROOT / ".venv/language-server"
    program = cache / VERSION / "node_modules/.bin/yaml-language-server"
    if program.exists():
        return program
    npm = shutil.which("npm")
    if npm is None:
        leave_out("npm is not installed")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as fresh:
        whole = Path(fresh) / VERSION
        whole.mkdir()
        command = [npm, "install", "--no-fund", "--no-audit", "--prefix", whole, f"yaml-language-server@{VERSION}"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        except subprocess.TimeoutExpired:
            leave_out("npm does not answer")
        if done.returncode != 0:
            leave_out(f"npm cannot bring yaml-language-server: {done.stderr[-300:]}")
        if not program.exists():  # another worker may have been faster
            whole.rename(cache / VERSION)
    return program


def leave_out(reason: str) -> NoReturn:
    assert "CI" not in os.environ, reason
    pytest.skip(f"no editor was tested: {reason}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("edited")
    crmdsl("schema", "--out", "crmdsl.schema.json", cwd=path)
    return path


@pytest.fixture
def client(folder: Path, server: Path) -> Iterator[LanguageClient]:
    with LanguageClient([str(server), "--stdio"], folder) as client:
        yield client


def test_keys_are_offered_in_every_section(client: LanguageClient, folder: Path) -> None:
    for number, (text, expected) in enumerate(SECTIONS.items()):
        path = folder / f"offered_{number}.yaml"
        client.open(path, HEAD + text)
        lines = (HEAD + text).split("\n")
        offered = client.at("completion", path, len(lines) - 1, len(lines[-1]))
        labels = {item["label"] for item in offered["items"]}
        assert expected <= labels, f"{text!r}: {sorted(expected - labels)} are not among {sorted(labels)}"


def test_every_key_of_the_acceptance_company_is_explained_and_none_is_questioned(
    client: LanguageClient, folder: Path
) -> None:
    for source in sorted(VALVOTECH.rglob("*.yaml")):
        path = folder / source.name
        client.open(path, HEAD + source.read_text("utf-8").replace("crmdsl: 1\n", "", 1))
        assert client.published(path) == [], source.name
    path = folder / "explained.yaml"
    text = HEAD + "approvals:\n  discount:\n    entity: order\n    requester: agent\n    separation: [levels]\n"
    client.open(path, text)
    for line, key in ((2, "approvals"), (4, "entity"), (5, "requester"), (6, "separation")):
        told = client.at("hover", path, line, text.split("\n")[line].index(key) + 1)
        assert told, f"nothing explains `{key}`"
        assert len(told["contents"]["value"]) > 30, told


def test_a_key_that_does_not_exist_is_marked(client: LanguageClient, folder: Path) -> None:
    path = folder / "wrong.yaml"
    client.open(path, HEAD + "roles:\n  agent:\n    departement: sales\n")
    assert any("departement" in found["message"] for found in client.published(path))
