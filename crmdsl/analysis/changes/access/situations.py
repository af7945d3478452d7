"""Where the case of a record can be, as far as access looks at it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from itertools import combinations
from typing import NamedTuple

from crmdsl.analysis.changes.access.renaming import Renaming
from crmdsl.ir.machine import Machine
from crmdsl.ir.policy import Place
from crmdsl.ir.program import Program


class Situation(NamedTuple):
    """A process and the states that are active in it, none of either for a record without a case.

    `alike` are the places (a process and a state) that make no difference to it.
    """

    process: str = ""
    states: tuple[str, ...] = ()
    alike: tuple[Place, ...] = ()

    def among(self, places: Iterable[Place]) -> bool:
        """Whether the case is in one of some places."""
        return any(process == self.process and state in self.states for process, state in places)

    def covered(self, state: str) -> bool:
        """Whether a state, or one inside it, is active."""
        return any(name == state or name.startswith(f"{state}.") for name in self.states)


NOWHERE = Situation()
"""A record that no case is about."""


class Situations:
    """All situations of the processes of two programs: single states, and pairs in different branches of a block.

    What asks for more than two branches together is not told apart.
    """

    def __init__(self, programs: tuple[Program, Program], names: Renaming) -> None:
        """`names` are what processes of the first program are called in the second."""
        known: dict[tuple[str, tuple[str, ...]], None] = {}
        places: tuple[set[Place], set[Place]] = (set(), set())
        for side, program in enumerate(programs):
            for process, machine in program.processes.items():
                name = names.of("processes", process) if program is programs[0] else process
                leaves = [state.name for state in machine.states.values() if state.is_leaf]
                places[side].update((name, state) for state in leaves)
                known.update({(name, (state,)): None for state in leaves})
                known.update({(name, pair): None for pair in _together(machine, leaves)})
        self.shared = places[0] & places[1]
        """The places of both: nobody loses what he may do by a lock where no case could be, nor gains by its end."""
        self._all = sorted(known, key=lambda one: len(one[1]))

    def told_apart(self, look: Callable[[Situation], Hashable]) -> list[Situation]:
        """One situation for each that looks different, the record without a case first."""
        found: dict[Hashable, Situation] = {look(NOWHERE): NOWHERE}
        alike: dict[Hashable, list[Place]] = {}
        for process, states in self._all:
            one = Situation(process, states)
            key = look(one)
            found.setdefault(key, one)
            if len(states) == 1:
                alike.setdefault(key, []).append((process, states[0]))
        return [one._replace(alike=tuple(alike.get(key, ()))) for key, one in found.items()]


def _together(machine: Machine, leaves: list[str]) -> Iterable[tuple[str, str]]:
    """The states that can be active together: in different branches of one block."""
    if not any(state.kind == "parallel" for state in machine.states.values()):
        return
    for one, other in combinations(leaves, 2):
        shared = []
        for first, second in zip(one.split("."), other.split("."), strict=False):
            if first != second:
                break
            shared.append(first)
        around = machine.states.get(".".join(shared))
        if around is not None and around.kind == "parallel":
            yield one, other
