"""The demo of the README runs to its end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.checkout, pytest.mark.slow]


def test_it_tells_its_story() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "demo/quote_to_cash.py")], capture_output=True, encoding="utf-8", check=False,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    for word in ("four-eyes", "did you mean `area_manager`?", "sales_director may act as well now", "→ won",
                 "Anna, an agent too, may see nothing", "and Dora margin too"):  # fmt: skip
        assert word in done.stdout
    assert (ROOT / "demo-out/diagrams/order_to_cash.svg").exists()
