"""What differences do to those who use the generated package, and to cases that are running.

Both are worked out of what would be generated, on either side, and then told with the difference that they come of.
"""

from __future__ import annotations

from crmdsl.analysis.changes import running, surface
from crmdsl.analysis.changes.change import Change, Effect, Kind, Pair, Place

SECTION = "declared"


def attached(pair: Pair, changes: list[Change]) -> list[Change]:
    """Changes with their effects; an effect that comes of none of them is told on its own."""
    if not changes:
        return []
    by_place: dict[Place, list[Change]] = {}
    for change in changes:
        by_place.setdefault(change.place, []).append(change)
        if change.kind is Kind.RENAMED:
            by_place.setdefault((*change.place[:-1], change.before), []).append(change)
    found = list(changes)
    for effect in (*surface.effects(pair), *running.effects(pair)):
        cause = _cause(effect, by_place)
        if cause is None:
            cause = Change(SECTION, Kind.CHANGED, effect.places[0])
            by_place.setdefault(cause.place, []).append(cause)
            found.append(cause)
        if effect not in cause.effects:
            cause.effects.append(effect)
    return found


def _cause(effect: Effect, by_place: dict[Place, list[Change]]) -> Change | None:
    """The difference that an effect comes of: at one of its places, else around it, else inside it."""
    for place in effect.places:
        for length in range(len(place), 0, -1):
            found = by_place.get(place[:length])
            if found and (length > 1 or place in by_place):
                return min(found, key=lambda one: (one.key not in effect.keys, one.kind is Kind.CHANGED))
    for place in effect.places:
        for other, found in by_place.items():
            if other[: len(place)] == place:
                return found[0]
    return None
