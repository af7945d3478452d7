"""The reference interpreter and the generated machine agree on generated specs and traces."""

from __future__ import annotations

import gc
import json
import sys
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmdsl import api
from tests.differential.encoding import answers, decoded, encoded
from tests.differential.generated import Generated, resolved
from tests.differential.running import Answers, compare, shortened
from tests.generators import strategies
from tests.generators.coverage import CONSTRUCTS, constructs
from tests.generators.specs import generate
from tests.generators.traces import Trace, trace
from tests.reference.interpreter import RefCase, Reference

FIXTURES = Path(__file__).parent.parent / "fixtures" / "backends" / "python"
FOUND = sorted(path.parent for path in FIXTURES.glob("*/trace.json"))
TRACES = 20
"""Traces over each spec."""


class Tally:
    """How many traces touched each construct, how many events were refused, and where the two differ."""

    def __init__(self) -> None:
        self.traces = self.events = self.refused = 0
        self.constructs: Counter[str] = Counter()
        self.differences: list[str] = []

    def add(self, reference: Reference, made: Trace, answered: Answers) -> None:
        self.traces += 1
        self.events += len(answered)
        self.refused += sum(not isinstance(answer, RefCase) for answer in answered)
        self.constructs.update(constructs(reference, made, answered))

    def join(self, other: Tally) -> None:
        self.traces += other.traces
        self.events += other.events
        self.refused += other.refused
        self.constructs += other.constructs
        self.differences += other.differences

    def missing(self, share: float) -> dict[str, int]:
        """The constructs that are at work in less than a share of the traces."""
        return {
            name: self.constructs[name] for name in sorted(CONSTRUCTS) if self.constructs[name] < share * self.traces
        }  # fmt: skip


def report(text: str, made: Trace, reference: Reference, generated: Generated, seed: int) -> str:
    """A difference for whoever repairs it: the shortest trace, what differs, the spec."""
    short = shortened(reference, generated, made, seed)
    difference = compare(reference, generated, short, seed)
    assert difference is not None
    lines = [f"step {difference.step}:"]
    for aspect, (mine, theirs) in difference.found.items():
        lines += [f"{aspect}:", f"  reference: {mine}", f"  generated: {theirs}"]
    return "\n".join([*lines, "trace:", json.dumps(encoded(short)), f"seed {seed}", "spec:", text])


def check(seeds: Iterable[int], folder: Path) -> Tally:
    """Runs traces over the specs of some seeds on both machines, until the two differ."""
    tally = Tally()
    for seed in seeds:
        text = generate(seed, size=2 + seed % 3)
        name = f"generated_{seed}"
        spec = resolved(text, name)
        reference = Reference(spec)
        generated = Generated(spec, folder, name)
        try:
            for number in range(TRACES):
                made, answered = trace(Random(1000 * seed + number), reference)
                tally.add(reference, made, answered)
                if compare(reference, generated, made, number, answered) is not None:
                    tally.differences.append(report(text, made, reference, generated, number))
                    return tally
        finally:
            generated.close()
    return tally


@pytest.mark.parametrize("part", range(5))
def test_agreement(part: int, tmp_path: Path) -> None:
    tally = check(range(5 * part, 5 * part + 5), tmp_path)
    assert not tally.differences, tally.differences[0]
    assert tally.traces == 100
    assert tally.refused > tally.events / 5


@settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_agreement_on_any_spec(data: st.DataObject) -> None:
    text = data.draw(strategies.specs)
    spec = resolved(text, "any_spec")
    reference = Reference(spec)
    with TemporaryDirectory() as folder:
        generated = Generated(spec, Path(folder), "any_spec")
        try:
            for made in data.draw(st.lists(strategies.traces(reference), min_size=1, max_size=10)):
                assert compare(reference, generated, made) is None, text
        finally:
            generated.close()


@pytest.mark.parametrize("seed", range(3000, 3010))
def test_generated_specs_are_sound(seed: int) -> None:
    checked = api.check_text({"spec.yaml": generate(seed, size=2 + seed % 3)})
    assert not checked.failed, checked.diagnostics


def alone() -> None:
    """Spares a process that only compares what is of no use to it: compiled packages kept, and garbage sought often.

    What it shares with the one that it came from is not searched, and so not copied.
    """
    gc.freeze()
    gc.set_threshold(100_000)
    sys.dont_write_bytecode = True


@pytest.mark.slow
@pytest.mark.long
def test_agreement_on_many(tmp_path: Path) -> None:
    """10,000 traces over 500 specs, in which every construct of the language is at work in one of a hundred."""
    whole = Tally()
    parts = [range(first, first + 25) for first in range(100, 600, 25)]
    with ProcessPoolExecutor(2, mp_context=get_context("fork"), initializer=alone) as pool:
        for tally in pool.map(check, parts, [tmp_path / str(part.start) for part in parts]):
            whole.join(tally)
            assert not whole.differences, whole.differences[0]
    assert whole.traces == 10_000
    assert whole.refused > whole.events / 5
    assert not whole.missing(0.01)


@pytest.mark.parametrize("folder", FOUND, ids=lambda folder: folder.name)
def test_what_was_found_once(folder: Path, tmp_path: Path) -> None:
    text = (folder / "spec.yaml").read_text(encoding="utf-8")
    made = decoded(json.loads((folder / "trace.json").read_text(encoding="utf-8")))
    name = f"found_{folder.name}"
    spec = resolved(text, name)
    reference = Reference(spec)
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(answers(reference, made))) == expected
    generated = Generated(spec, tmp_path, name)
    try:
        assert compare(reference, generated, made) is None
    finally:
        generated.close()
