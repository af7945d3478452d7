"""Approval chains: the cases that others decide now."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

from crmdsl.analysis.changes.change import Change, Class, Kind, Pair, Signer
from crmdsl.analysis.changes.decisions import Asked, Meaning, Told, changes, compare, faulty, unknown
from crmdsl.analysis.changes.declared import newer_names
from crmdsl.analysis.changes.older import Names, OlderSpace
from crmdsl.conditions.regions import TooManyCases
from crmdsl.conditions.regions.comparison import Side
from crmdsl.diagnostics import Message
from crmdsl.ir.casespace import nowhere
from crmdsl.ir.joint import Incomparable
from crmdsl.ir.places import Places
from crmdsl.ir.program import Program
from crmdsl.model.chains import Approval, Level

SECTION = "deciders"
DECIDERS = frozenset([Class.DECIDERS])


def find(pair: Pair) -> Iterator[Change]:
    """Where the chains that both specs have are decided by others."""
    meaning, newer = Meaning(), newer_names(pair)
    places = tuple(Places(program.spec) for program in pair.programs)
    for name, old, new in pair.both("approvals"):
        before, now = _asked(pair.before, old, places[0], newer), _asked(pair.now, new, places[1], {})
        where = ("approvals", name)
        if before is None or now is None or new.entity is None:
            if old.entity and new.entity and _conditions(pair.before, old) != _conditions(pair.now, new):
                yield unknown(SECTION, where, None, DECIDERS, new.name_span)
            continue
        if _means(meaning, old, before) == _means(meaning, new, now):
            continue
        if old.entity is None or before.world.entity(old.entity.name) != new.entity.name:
            reason = Message("the chain was about `{entity}`", entity=old.entity)
            yield Change(SECTION, Kind.UNKNOWN, where, classes=DECIDERS, reason=reason, span=new.name_span)
            continue
        try:
            exclusive = "bands" in (old.mode, new.mode)
            found = compare(new.entity.name, before, now, (_told(old), _told(new)), exclusive=exclusive)
        except (TooManyCases, Incomparable) as error:
            yield unknown(SECTION, where, error, DECIDERS, new.name_span)
        else:
            yield from changes(SECTION, where, found, DECIDERS, new.name_span)


def _conditions(program: Program, chain: Approval) -> list[str]:
    return [level.when.text if level.when else "" for level in chain.levels.values()]


def _asked(program: Program, chain: Approval, places: Places, newer: Names) -> Asked | None:
    """What the levels of a chain ask; `None` where that has a fault. `newer` are names that are other ones now."""
    resolved, levels = program.resolved, list(chain.levels.values())
    sound = chain.entity is not None and chain.entity.name in program.spec.entities and chain.levels
    if not sound or faulty(resolved, [level.when for level in levels]):
        return None
    requesters = frozenset(ref.name for ref in chain.requester)
    stateful = any(level.when and "state" in level.when.text for level in levels)
    world = OlderSpace(resolved, newer, requesters, places.of_chain(chain.name) if stateful else nowhere)
    trees = [world.told(tree) if (tree := resolved.typed(level.when)) else None for level in levels]
    side = Side(world, (), requesters=world.roles(requesters))
    return Asked(world, trees, [signer(level, world) for level in levels], side)


def _means(meaning: Meaning, chain: Approval, asked: Asked) -> Hashable:
    """All on which it hangs who decides what."""
    return (
        meaning.of(asked.world, asked.trees),
        tuple(asked.means),
        chain.mode,
        chain.otherwise,
        asked.world.entity(chain.entity.name if chain.entity else ""),
    )


def _told(chain: Approval) -> Told:
    """Who decides where some levels sign."""

    def told(signers: Sequence[Hashable]) -> Hashable:
        if not signers:
            kind = {"approve": "approved", "reject": "rejected"}.get(chain.otherwise or "", "nobody")
            return (Signer(kind, quorum=0),)
        return tuple(signers) if chain.mode == "ladder" else tuple(signers[:1])

    return told


def signer(level: Level, world: OlderSpace) -> Signer:
    """Who signs a level, whatever the level is called; roles by their newer names."""
    if level.manager_of:
        return Signer("manager")
    if level.named_in is not None:
        return Signer("named", (level.named_in.name,))
    names = tuple(sorted(world.roles(ref.name for ref in level.approver)))
    quorum = level.quorum
    if quorum == "any" or (quorum == "all" and len(names) == 1):
        quorum = 1
    return Signer("roles", names, quorum)
