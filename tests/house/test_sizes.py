"""Modules and functions stay small enough to read."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import crmdsl

PACKAGE = Path(crmdsl.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
LINES_OF_A_MODULE = 600
LINES_OF_A_FUNCTION = 59


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_can_be_read(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert text.count("\n") <= LINES_OF_A_MODULE
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None
        if node.end_lineno - node.lineno + 1 > LINES_OF_A_FUNCTION
    ]
    assert long == []


def test_no_module_is_named_for_nothing_in_particular() -> None:
    nothing = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}
    assert [str(path) for path in MODULES if path.stem in nothing or path.parent.name in nothing] == []
