"""However a line that is too long is laid out, it means the same."""

from __future__ import annotations

import ast

from hypothesis import given
from hypothesis import strategies as st

from crmdsl.backends.python.lines import tidied
from crmdsl.backends.python.source import literal

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
