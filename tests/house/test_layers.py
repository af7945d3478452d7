"""Imports point one way, and neighbours do not know each other."""

from __future__ import annotations

from pathlib import Path

import pytest

pytestmark = pytest.mark.checkout
ROOT = Path(__file__).parents[2]


def test_the_contracts_hold(capsys: pytest.CaptureFixture[str]) -> None:
    from importlinter.application.use_cases import SUCCESS
    from importlinter.cli import lint_imports

    verdict = lint_imports(str(ROOT / "pyproject.toml"), cache_dir=None)
    assert verdict == int(not SUCCESS), capsys.readouterr().out


def neighbour(module: str, station: str) -> str | None:
    """The part of a station that a module belongs to (`crmdsl.rules.dead_end` -> `dead_end`)."""
    prefix = f"crmdsl.{station}."
    return module.removeprefix(prefix).split(".")[0] if module.startswith(prefix) else None


@pytest.mark.parametrize("station", ["rules", "analysis", "backends", "cli"])
def test_neighbours_share_only_what_is_private_to_their_station(station: str) -> None:
    """What a rule and its neighbour share stands in a module with a leading underscore, or in a lower station."""
    import grimp

    shared = (
        {"language", "options", "verbs", "process", "writing", "reading", "answers", "watching"}
        if station == "cli"
        else set()
    )
    graph = grimp.build_graph("crmdsl", cache_dir=None)
    wrong = [
        f"{importer} imports {imported}"
        for importer in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(importer))
        if (ours := neighbour(importer, station)) and (theirs := neighbour(imported, station))
        if ours != theirs and not theirs.startswith("_") and theirs not in shared and theirs not in SHARED
    ]
    assert wrong == []


SHARED = {"faults"}
"""The codes that arise in a station, which its parts may all give."""
