"""How all tests run: the same examples on every run, and no failure because a machine is busy."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("house", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
os.environ.pop("CRMDSL_LANG", None)  # messages are in English wherever the tests run
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else all of crmdsl is compiled anew for every process that is started


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden cases anew from what is found")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes minutes begins first: the others fill the time beside it, and nobody waits for it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
