"""Nothing that a spec contains becomes code in what is generated from it."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmdsl import api
from crmdsl.ir.lower import lower
from tests.differential.generated import Generated, resolved
from tests.differential.running import compare
from tests.generators.specs import Dumper, generate
from tests.generators.traces import trace
from tests.reference.interpreter import Reference

PAYLOADS = (
    '"""', "'''", '"""\nimport os\nos._exit(1)\n"""', "'); raise SystemExit(1) #", '\\"""', "\\", "\\N{DIGIT ONE}",
    "{{ 7 * 7 }}", "{% for x in y %}", "{# #}", "${PATH}", "%s %(x)s", "{0} {name}", "\u202eevil\u202c", "🎉" * 3,
    "a\nraise SystemExit(1)\n", "a\r\nb", "a\u2028b\u2029c", "# type: ignore", "'; DROP TABLE orders; --", "\t",
    "x" * 500, "\x85", "\ufeff", "f'{__import__(\"os\")}'", "*/ --> ]]>",
)  # fmt: skip
HOSTILE = """
    class import lambda async none match type print list int object property super self cls exec eval id
    len record fire states ended allowed advance receive effects history trail to_json from_json start
    owner creator replace at by reason score date a__b x_ init mro slots case decimal annotations begun
    check entity fields outcome machine task person organisation can_class values kernel global_
"""
PLAIN = """
    amount discount quantity weight rush grade ceiling remark net stock blocked client payer improvement
    sale check improve approval_0 approval_1 handoff_0 agent clerk director boss submit confirm skip s0
    s1 b0 b1 l0 l1 low high won lost shipped paid office p0 p1
"""

NAMES, RENAMED = HOSTILE.split(), PLAIN.split()

SMALL = yaml.safe_load("""
crmdsl: '1'
company: {name: NAMED, label: {en: PLAIN, it: PLAIN}, note: PLAIN, currency: EUR, timezone: UTC, calendar: office}
calendars: {office: {hours: {mon-fri: ["09:00-17:00"]}, note: PLAIN}}
departments: {all: {label: PLAIN}}
roles:
  boss: {department: all, label: PLAIN, note: PLAIN}
  clerk: {department: all, reports_to: boss, label: {en: PLAIN}}
entities:
  thing:
    label: PLAIN
    note: PLAIN
    fields: {text: {type: text, label: PLAIN, note: PLAIN, derived: TEXT}, remark: {type: optional text, note: PLAIN}}
approvals:
  chain:
    {entity: thing, requester: clerk, note: PLAIN, label: PLAIN, levels: {one: {approver: boss, note: PLAIN}}}
handoffs:
  deal: {entity: thing, customer: clerk, supplier: boss, returns: remark, note: PLAIN, label: PLAIN}
processes:
  work:
    entity: thing
    label: {it: PLAIN, en: PLAIN}
    note: PLAIN
    inputs: [PLAIN]
    start: one
    steps:
      one:
        role: clerk
        note: PLAIN
        edits: remark
        outcomes: {go: {to: two, when: WHEN, set: {remark: TEXT}, note: PLAIN}, 'on': two}
      two: {approval: chain, note: PLAIN, outcomes: {approved: three, rejected: bad}}
      three: {handoff: deal, note: PLAIN, outcomes: {accepted: good, declined: bad}}
      good: {end: success, reason: PLAIN, note: PLAIN}
      bad: {end: failure, reason: {en: PLAIN}, label: PLAIN}
access:
  grants: [{role: [boss, clerk], can: [create, read, update], 'on': thing, note: PLAIN}]
""")  # fmt: skip


def filled(node: Any, text: str) -> Any:
    """The small spec with a text in every place that takes one."""
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(node, dict):
        return {key: filled(value, text) for key, value in node.items()}
    if isinstance(node, list):
        return [filled(value, text) for value in node]
    return {"PLAIN": text, "NAMED": f"x{text}", "TEXT": quoted, "WHEN": f"remark is missing or remark != {quoted}"}.get(
        node, node
    )


class Bones(ast.NodeTransformer):
    """Leaves of a module what runs: no texts, and a docstring or none the same."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)


@cache
def bones_of(code: str) -> str:
    """What runs of a module; most of a package is the same whatever it was made from."""
    return ast.dump(Bones().visit(ast.parse(code)))


@cache
def bones(text: str) -> dict[str, str]:
    """The code of the package of a small spec with a text in it."""
    body = yaml.dump(filled(SMALL, text), Dumper=Dumper, sort_keys=False, allow_unicode=False, width=10_000)
    files = api.emit(lower(resolved(body, "small")))
    return {file.path: bones_of(file.text) for file in files if file.path.endswith(".py")}


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_texts_never_become_code(payload: str) -> None:
    assert bones(payload) == bones("plain")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_any_text_never_becomes_code(text: str) -> None:
    assert bones(text) == bones("plain")


@pytest.mark.parametrize("seed", range(8))
def test_any_name_can_stand(seed: int, tmp_path: Path) -> None:
    """A generated spec under hostile names compiles, imports and does the same as the reference."""
    random = Random(seed)
    chosen = dict(zip(RENAMED, random.sample(NAMES, min(len(NAMES), len(RENAMED))), strict=False))
    text = re.sub(r"[a-z0-9_]+", lambda word: chosen.get(word[0], word[0]), generate(seed + 40))
    name = f"hostile_{seed}"
    spec = resolved(text, name)
    reference, generated = Reference(spec), Generated(spec, tmp_path, name)
    try:
        for number in range(6):
            made, _ = trace(Random(number), reference)
            assert compare(reference, generated, made, number) is None, (text, made)
    finally:
        generated.close()
