"""Typed conditions as z3 has them, made without the engine that is compared with it."""

from __future__ import annotations

import operator
from typing import Any

import z3

from crmdsl.conditions import ast

SIGNS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def written(expr: Any) -> str:
    """A typed condition as SMT-LIB has it, which z3 reads many times faster than Python builds its terms."""
    if isinstance(expr, ast.And | ast.Or):
        return f"({'and' if isinstance(expr, ast.And) else 'or'} {' '.join(map(written, expr.parts))})"
    if isinstance(expr, ast.Not):
        return f"(not {written(expr.value)})"
    if isinstance(expr, ast.Between):
        return f"(<= {written(expr.low)} {written(expr.value)} {written(expr.high)})"
    if isinstance(expr, ast.Path):
        return expr.parts[0]
    if isinstance(expr, ast.Literal):
        return str(int(expr.value))
    return f"({expr.op} {written(expr.left)} {written(expr.right)})"


def translated(expr: Any, fields: dict[str, Any]) -> Any:
    """A typed condition as z3 has it; the fields are whole numbers that are never missing."""
    if isinstance(expr, ast.And | ast.Or):
        parts = [translated(part, fields) for part in expr.parts]
        return z3.And(*parts) if isinstance(expr, ast.And) else z3.Or(*parts)
    if isinstance(expr, ast.Not):
        return z3.Not(translated(expr.value, fields))
    if isinstance(expr, ast.Between):
        value, low, high = (translated(part, fields) for part in (expr.value, expr.low, expr.high))
        return z3.And(low <= value, value <= high)
    if isinstance(expr, ast.Path):
        return fields[expr.parts[0]]
    if isinstance(expr, ast.Literal):
        return z3.IntVal(int(expr.value))
    left, right = translated(expr.left, fields), translated(expr.right, fields)
    if isinstance(expr, ast.Arithmetic):
        return left * right if expr.op == "*" else left - right
    return SIGNS[expr.op](left, right)
