"""The reference interpreter and the generated machine agree on generated specs and traces."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.differential.encoding import answers, decoded, encoded
from tests.differential.generated import Generated, resolved
from tests.differential.running import compare, shortened
from tests.generators.coverage import CONSTRUCTS, constructs
from tests.generators.specs import generate
from tests.generators.traces import Trace, trace
from tests.reference.interpreter import RefCase, Reference

FIXTURES = Path(__file__).parent.parent / "fixtures" / "backends" / "python"
FOUND = sorted(path.parent for path in FIXTURES.glob("*/trace.json"))


class Tally:
    """How many traces touched each construct, and how many events were refused."""

    def __init__(self) -> None:
        self.traces = self.events = self.refused = 0
        self.constructs: Counter[str] = Counter()

    def add(self, reference: Reference, made: Trace, answered: list[object]) -> None:
        self.traces += 1
        self.events += len(answered)
        self.refused += sum(not isinstance(answer, RefCase) for answer in answered)
        self.constructs.update(constructs(reference, made, answered))  # type: ignore[arg-type]

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


def check(seed: int, folder: Path, traces: int, tally: Tally) -> None:
    """Runs traces over the spec of a seed on both machines."""
    text = generate(seed, size=2 + seed % 3)
    name = f"generated_{seed}"
    spec = resolved(text, name)
    reference = Reference(spec)
    generated = Generated(spec, folder, name)
    try:
        for number in range(traces):
            made, answered = trace(Random(1000 * seed + number), reference)
            tally.add(reference, made, list(answered))
            difference = compare(reference, generated, made, number)
            if difference is not None:
                pytest.fail(report(text, made, reference, generated, number))
    finally:
        generated.close()


@pytest.mark.parametrize("part", range(5))
def test_agreement(part: int, tmp_path: Path) -> None:
    tally = Tally()
    for seed in range(5 * part, 5 * part + 5):
        check(seed, tmp_path, 20, tally)
    assert tally.refused > tally.events / 5


@pytest.mark.slow
def test_agreement_on_many(tmp_path: Path) -> None:
    """10,000 traces over 500 specs, in which every construct of the language is at work in one of a hundred."""
    tally = Tally()
    for seed in range(100, 600):
        check(seed, tmp_path, 20, tally)
    assert tally.traces == 10_000
    assert tally.refused > tally.events / 5
    assert not tally.missing(0.01)


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
