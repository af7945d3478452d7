"""What the documentation calls wrong is refused with that code, and what it calls right is not."""

from __future__ import annotations

import pytest

from crmdsl.report.codes import codes
from crmdsl.syntax.loader import load_text


@pytest.mark.parametrize("code", ["yaml-syntax", "yaml-feature", "duplicate-key", "too-large"])
def test_the_examples_are_true(code: str) -> None:
    documented = codes()[code]
    assert documented.why
    assert code in {found.code for found in load_text({"a.yaml": documented.wrong}).diagnostics}
    assert load_text({"a.yaml": documented.right}).diagnostics == []
