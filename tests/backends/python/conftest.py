"""A world for each spec that a test writes down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest

from crmdsl import api
from tests.backends.python.packages import World, imported, program

NUMBERS = count(1)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Callable[[str], World]]:
    with ExitStack() as stack:

        def make(text: str) -> World:
            name = f"small_{next(NUMBERS)}"
            return World(stack.enter_context(imported(api.emit(program(text, name)), tmp_path, name)))

        yield make
