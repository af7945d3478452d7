"""What has another name and is the same else, so that it is neither lost nor gained.

A renaming is what `declared` tells as one. People who are called by a role, and processes, are known by their newer
name on either side from the beginning. Of entities, fields and steps, which conditions ask for, a loss and a gain are
found under two names; they belong together if they are the same once the older names are replaced by the newer.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from crmdsl.analysis.changes.change import Extent, Kind, Pair, Place
from crmdsl.analysis.changes.declared import newer_names

if TYPE_CHECKING:
    from crmdsl.analysis.changes.access import Found


class Renaming(NamedTuple):
    """The newer names of what has other ones: by the place of the map that it stands in, older name -> newer name."""

    names: Mapping[Place, Mapping[str, str]]

    def of(self, section: str, name: str) -> str:
        """The newer name of a member of a section."""
        return self.names.get((section,), {}).get(name, name)

    def field(self, entity: str, name: str) -> str:
        """The newer name of a field, of an entity by its newer name."""
        return self.names.get(("entities", entity, "fields"), {}).get(name, name)

    def situation(self, text: str) -> str:
        """The newer names of states, as regions write them, of a process by its newer name."""
        process, colon, states = text.partition(": ")
        steps = self.names.get(("processes", process, "steps"), {})
        return f"{process}{colon}{' + '.join(_inside(steps, state) for state in states.split(' + '))}"

    def extent(self, entity: str, one: Extent) -> Hashable:
        """What an extent says, in the newer names."""
        first, *more = one.name.split(".")
        around = one.name == one.base == "case"
        values = frozenset(map(self.situation, one.values) if around else one.values)
        name = ".".join((self.field(entity, first), *more))
        return name, one.base, one.ranges, values, one.others, one.missing, one.known

    def key(self, one: Found) -> Hashable:
        """All that a loss and a gain must have in common, in the newer names."""
        entity, asked = self.of("entities", one.entity), one.request
        whose = None if asked is None else (asked.standing, asked.creator, asked.owner)
        return (
            entity, one.action, frozenset(self.field(entity, name) for name in one.fields), frozenset(one.names),
            frozenset(self.extent(entity, each) for each in one.region), whose,
        )  # fmt: skip


NOTHING = Renaming({})


def _inside(steps: Mapping[str, str], state: str) -> str:
    """The newer name of a state: that of the step that it is, or is inside of."""
    parts = state.split(".")
    for length in range(len(parts), 0, -1):
        newer = steps.get(".".join(parts[:length]))
        if newer is not None:
            return ".".join((newer, *parts[length:]))
    return state


def renaming(pair: Pair) -> Renaming:
    """What has another name."""
    return Renaming(newer_names(pair))


def without_renamed(found: list[Found], names: Renaming) -> list[Found]:
    """Findings without the losses and gains that are one thing under two names.

    What a level bars is gained under the older name and lost under the newer.
    """
    gone: set[int] = set()
    for older, newer in ((Kind.LOST, Kind.GAINED), (Kind.GAINED, Kind.LOST)):
        known: dict[Hashable, list[Found]] = {}
        for one in found:
            if one.kind is newer and names.names:
                known.setdefault(NOTHING.key(one), []).append(one)
        for one in found:
            if one.kind is older and known:
                key = names.key(one)
                if key != NOTHING.key(one) and known.get(key):
                    gone |= {id(one), id(known[key].pop())}
    return [one for one in found if id(one) not in gone]
