"""The generators as strategies of hypothesis."""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st

from tests.generators.specs import generate
from tests.generators.traces import Trace, trace
from tests.reference.interpreter import Reference

seeds = st.integers(0, 2**32 - 1)
specs = st.builds(generate, seeds, st.integers(1, 4))
"""Texts of sound specs."""


def traces(reference: Reference) -> st.SearchStrategy[Trace]:
    """Traces through what a spec declares."""
    return seeds.map(lambda seed: trace(Random(seed), reference)[0])
