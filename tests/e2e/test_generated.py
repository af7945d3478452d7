"""What is committed under generated/ is what the specs say, to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.commands import SPECS, crmdsl

GENERATED = Path(__file__).parents[2] / "generated"


@pytest.mark.parametrize("spec", sorted(SPECS.iterdir()), ids=lambda path: path.name)
def test_generated_is_up_to_date(spec: Path) -> None:
    """Run `make generated` and commit the result where this fails."""
    crmdsl("compile", spec, "--out", GENERATED, "--check")
