"""Who can sign the levels of a chain, for whoever asks; substitutes and escalation are not counted on.

Only where nobody at all holds a role that signs, the superior of `substitutes: superior` always acts for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from crmdsl.analysis.separation.assignment import Slot, shortage
from crmdsl.analysis.separation.crew import Crew
from crmdsl.conditions.regions.world import Somebody
from crmdsl.ir.policy import reported_to
from crmdsl.model.chains import Approval, Level
from crmdsl.model.spec import Spec


class Short(NamedTuple):
    """Levels (by their places) that need more different signers than there are: kinds `able`, but for some persons."""

    levels: tuple[int, ...]
    need: int
    able: frozenset[int]


class Signing:
    """The signatures that a chain asks of a company."""

    def __init__(self, spec: Spec, crew: Crew, chain: Approval) -> None:
        self.spec = spec
        self.crew = crew
        self.chain = chain
        self.levels = list(chain.levels.values())
        self.listed = [role.name for role in chain.requester]
        self._slots: dict[tuple[int, Somebody | None], list[Slot]] = {}

    def roles(self, level: Level, asker: Somebody | None) -> list[str]:
        """The roles that sign a level; none where a person is named, or nobody is above the asker."""
        if not level.manager_of:
            return [role.name for role in level.approver]
        unit = self.spec.sales_network.get(asker.unit) if asker is not None and asker.unit else None
        if unit is not None and unit.manager is not None:
            return [unit.manager.name]
        return reported_to(self.spec, [role for role in self.listed if asker is None or role in asker.roles])

    def slots(self, place: int, asker: Somebody | None) -> list[Slot]:
        """The signatures of a level."""
        found = self._slots.get((place, asker))
        if found is None:
            found = self._slots[place, asker] = self._signed(place, asker)
        return found

    def _signed(self, place: int, asker: Somebody | None) -> list[Slot]:
        level = self.levels[place]
        if level.named_in is not None:
            need = level.quorum if isinstance(level.quorum, int) else 1
            return [Slot(place, need, self.crew.everybody if need == 1 else frozenset())]
        roles = self.roles(level, asker)
        stands_in = self.chain.substitutes == "superior" and not self.crew.holding(roles)
        if level.quorum == "all" and level.approver:
            return [Slot(place, 1, self.able([role], stands_in)) for role in dict.fromkeys(roles)]
        return [Slot(place, level.quorum if isinstance(level.quorum, int) else 1, self.able(roles, stands_in))]

    def able(self, roles: Sequence[str], stands_in: bool) -> frozenset[int]:
        """Who signs for some roles."""
        return self.crew.holding(reported_to(self.spec, roles) if stands_in else roles)

    def short(
        self, places: Sequence[int], asker: Somebody | None, gone: Mapping[int, int], *, apart: bool
    ) -> Short | None:
        """The first levels of some for which there are too few signers, none of those `gone` (persons by kind).

        With `apart` nobody signs twice.
        """
        each = [self.slots(place, asker) for place in places]
        slots = [slot for group in each for slot in group]
        free = self.crew.free
        if gone:
            free = {kind: free[kind] - gone.get(kind, 0) for slot in slots for kind in slot.able}
        for group in [slots] if apart else each:
            lacking = shortage(group, free)
            if lacking is not None:
                few = [group[one] for one in lacking]
                levels = tuple(dict.fromkeys(slot.level for slot in few))
                return Short(levels, sum(slot.need for slot in few), frozenset().union(*(slot.able for slot in few)))
        return None
