"""However a line that is too long is laid out, it means the same."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdsl.backends.python.lines import tidied
from crmdsl.backends.python.source import broken, literal

TEXTS = st.text(max_size=30) | st.sampled_from(["(", '"', "'", ",", "#", '"""', "\\", "[x, y", "a, b), c"])
LEAVES = TEXTS.map(literal) | st.integers(0, 10**12).map(str) | st.sampled_from(["name", "None", "a.b"])


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, min_size=1, max_size=5)
    return (
        several.map(lambda parts: f"call({', '.join(parts)})")
        | several.map(lambda parts: f"({', '.join(parts)}{',' * (len(parts) == 1)})")
        | several.map(lambda parts: f"[{', '.join(parts)}]")
        | inner.map(lambda part: f"({part})")
        | several.map(lambda parts: " + ".join(parts))
    )


@given(st.recursive(LEAVES, nested, max_leaves=30), st.sampled_from(["x = ", "return ", "if ", "call("]))
def test_the_meaning_stays(source: str, head: str) -> None:
    tail = {"if ": ":\n        pass", "call(": ")"}.get(head, "")
    text = f"def f():\n    {head}{source}{tail}\n"
    assert ast.dump(ast.parse(tidied(text))) == ast.dump(ast.parse(text))


@given(TEXTS)
def test_a_text_is_itself(text: str) -> None:
    assert ast.literal_eval(literal(text)) == text


LONG = ", ".join(f'"name_{number}"' for number in range(12))
RECORDS = ", ".join(f"Record{number}" for number in range(15))
SIDES = " and ".join(f"self._field_{number} is not None" for number in range(5))


@pytest.mark.checkout
@pytest.mark.parametrize(
    "line",
    [
        f"from .records import {RECORDS}",
        f"NAMES = ({LONG})",
        f"NAMES = [{LONG}]",
        f"NAMES = roles({LONG}).mask",
        f"NAMES = some_quite_long_name_of_a_function_that_takes_several_roles({LONG[:70]}).mask",
    ],
)
def test_formatters_leave_long_lines_alone(line: str) -> None:
    left_alone(tidied(line))


@pytest.mark.checkout
@pytest.mark.parametrize(
    "source",
    [
        "(facts.today + timedelta(seconds=94608000))",
        f"True if {SIDES} else False if {SIDES} and (({SIDES}) or other) else None",
        f"True if first else False if ({SIDES}) or other else None",
        f'({SIDES}) or self._kind in ("a", "b")',
    ],
)
def test_formatters_leave_long_conditions_alone(source: str) -> None:
    left_alone(f"def test():\n    return {broken(source, 4)}\n")


def left_alone(text: str) -> None:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length", "120", "-"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, input=text)
    assert done.stdout == text
