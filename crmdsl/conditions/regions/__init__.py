"""Conditions as regions of cases: an exact engine over what the language can say of constants.

A condition is read into a `Space` of variables (the fields that it mentions, derived ones by their expressions,
persons, the day), each cut into cells where a condition cuts it, in the smallest unit of its type. It holds in some
*boxes* (variable -> cells, a bit mask), fails in others, and neither where something is unknown. On boxes:

- `Decisions(world, entity, conditions)`: several conditions together. `gap()` and `overlaps()` give readable
  `Case`s, `reached(i, before)` whether one is left for a condition; `partition()` all `Region`s with the conditions
  that hold there.
- `hole(decisions)`: what passes although a smaller case is stopped.
- `Case.text(space)`: `amount = 100_000.01 EUR, discount = 12%`.

Comparisons between fields are variables too (`Sum`, `Relation`); whether cells of them go together is decided by
`relations`. What could not be decided is in `Decisions.unproven`, and no answer hangs on it. `TooManyCases` is
raised where a bound on the work is reached. `crmdsl.ir.casespace` makes the `World` of a spec.

The method is that of decision tables checked for completeness and overlap (each rule a box, the input space divided
until it is plain), here with missing values, persons and linear relations.
"""

from crmdsl.conditions.regions.cases import Case, case_in
from crmdsl.conditions.regions.decisions import Decisions, Overlap, Region
from crmdsl.conditions.regions.holes import Hole, hole
from crmdsl.conditions.regions.nodes import Box, TooManyCases
from crmdsl.conditions.regions.space import Space
from crmdsl.conditions.regions.world import FieldFacts, Somebody, World

__all__ = [
    "Box", "Case", "Decisions", "FieldFacts", "Hole", "Overlap", "Region", "Somebody", "Space", "TooManyCases",
    "World", "case_in", "hole",
]  # fmt: skip
