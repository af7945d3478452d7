"""The companies of `specs/` and the pages that tell their stories."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent, indent

import pytest

from crmdsl import api
from crmdsl.model.declaration import Declaration, keys_of
from crmdsl.model.kinds import MapKind
from crmdsl.model.processes import Branch, End
from tests.e2e.commands import SPECS

PAGES = sorted((SPECS.parent / "docs" / "companies").glob("*.md"))
UNSEEN = {"people", "scenarios"}
"""Sections whose names are names already, or that only tests read."""
ROUTED = {"accepted", "approved", "cancelled", "declined", "done", "failure", "rejected", "success", "timeout"}
"""Outcomes that the kind of their step names."""
pytestmark = pytest.mark.checkout


def excerpts(page: Path) -> Iterator[str]:
    yield from re.findall(r"(?ms)^```yaml\n(.*?)^```$", page.read_text("utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_excerpts_stand_in_the_spec(page: Path) -> None:
    files = [file.read_text("utf-8") for file in (SPECS / page.name.partition(".")[0]).rglob("*.yaml")]
    assert list(excerpts(page))
    for excerpt in excerpts(page):
        depths = (" " * depth for depth in range(0, 24, 2))
        assert any(indent(dedent(excerpt), depth) in text for depth in depths for text in files), excerpt


def test_pages_stand_in_two_languages() -> None:
    names = {page.name for page in PAGES}
    assert {name.replace(".it.md", ".md") for name in names} | {
        f"{name.partition('.')[0]}.it.md" for name in names
    } == names


def seen(declaration: Declaration, path: str) -> Iterator[tuple[str, Declaration]]:
    """What people see of a declaration: itself and the steps, outcomes, levels and fields in it."""
    single = isinstance(declaration, Branch) and declaration.single
    if not single:
        yield path, declaration
    for attribute, key in keys_of(type(declaration)).values():
        if isinstance(key.kind, MapKind):
            for name, inner in getattr(declaration, attribute).items():
                if isinstance(inner, Declaration) and name not in ROUTED:
                    yield from seen(inner, f"{path}.{name}")


@pytest.mark.parametrize("company", ["montalta", "termolinea"])
def test_everything_that_people_see_is_labelled_twice(company: str) -> None:
    spec = api.check(SPECS / company).program.spec
    missing = []
    for section in sorted(set(spec.section_spans) - UNSEEN - {"access", "company", "crmdsl"}):
        for name, declaration in getattr(spec, section).items():
            for path, one in seen(declaration, f"{section}.{name}"):
                label = (one.reason if isinstance(one, End) else None) or one.label
                if not label or not {"it", "en"} <= set(label.texts):
                    missing.append(path)
    assert missing == []
