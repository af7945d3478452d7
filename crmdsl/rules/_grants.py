"""What the grants of a spec come to for the rules on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from crmdsl.conditions.ast import And, Compare, Expr, In, Literal, Not, Or, State, walk
from crmdsl.ir.needs import Need, Place, Whereabouts, inside
from crmdsl.ir.policy import granted_fields, superiors
from crmdsl.syntax.nodes import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from crmdsl.ir.program import Program
    from crmdsl.model.access import Grant

ANY = "*"
"""Stands for a part of a grant that could not be read: it may be any role, entity, action or field."""
UNREADABLE = frozenset({"yaml-syntax", "yaml-feature", "not-utf8", "too-large"})
"""Faults after which nobody knows which grants there are."""
ACTIONS = ("create", "read", "update", "delete", "export")


class Holdings:
    """Which fields each role may read and update."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.spec = program.spec
        self.unreadable = any(fault.code in UNREADABLE for fault in program.resolved.memo.get("reading", ()))
        self.open: dict[tuple[str, str, str], set[str]] = {}
        """(role, entity, action) -> the fields open to it whatever the state."""
        self.asked: dict[tuple[str, str, str], list[tuple[frozenset[str], Expr]]] = {}
        """The same for grants whose condition asks for the state."""
        self._above: dict[str, tuple[str, ...]] = {}
        self._whole: dict[str, frozenset[str]] = {}
        self._where: Whereabouts | None = None
        for grant in self.spec.access.grants:
            self._take(grant)
        self._wild = any(ANY in key for known in (self.open, self.asked) for key in known)
        """Whether of some grant it is not known whose it is, or of what."""
        self._tested: tuple[Place, list[Callable[[str], bool | None]]] | None = None

    def _take(self, grant: Grant) -> None:
        """Note what a grant opens; of a part of it that has a fault anything is taken."""
        roles = [ref.name if ref.name in self.spec.roles else ANY for ref in grant.role] or [ANY]
        entities = [ref.name if ref.name in self.spec.entities else ANY for ref in grant.on] or [ANY]
        roles += [] if _names_all(grant, "role") else [ANY]
        entities += [] if _names_all(grant, "on") else [ANY]
        trees = {name: self._tree(grant, name) for name in entities}
        faulty = grant.when is None and grant.has("when")
        faulty = faulty or (grant.when is not None and all(tree is None for tree in trees.values()))
        for entity in dict.fromkeys(entities):
            tree = trees[entity]
            if grant.when is not None and tree is None and not faulty:
                continue
            fields = self._fields(grant, entity)
            stateful = tree is not None and not faulty and _asks_state(grant, tree)
            for action in _actions(grant):
                for role in roles:
                    for holder in (role, *self._readers(role)) if action == "read" else (role,):
                        key = holder, entity, action
                        if tree is not None and stateful:
                            self.asked.setdefault(key, []).append((fields, tree))
                        else:
                            self.open.setdefault(key, set()).update(fields)

    def _readers(self, role: str) -> tuple[str, ...]:
        """The roles that read what a role reads."""
        found = self._above.get(role)
        if found is None:
            found = self._above[role] = superiors(self.spec, role)
        return found

    def _tree(self, grant: Grant, entity: str) -> Expr | None:
        return None if grant.when is None else self.program.resolved.typed_for(grant.when, entity)

    def _fields(self, grant: Grant, entity: str) -> frozenset[str]:
        if entity == ANY:
            return frozenset((ANY,))
        entities = self.spec.entities
        if not grant.fields and not grant.excluded and not grant.has("fields"):
            if entity not in self._whole:
                self._whole[entity] = frozenset(entities[entity].fields)
            return self._whole[entity]
        known = {name for ref in grant.on if ref.name in entities for name in entities[ref.name].fields}
        misspelt = any(ref.name not in known for ref in grant.fields) or (grant.has("fields") and not grant.fields)
        return frozenset((ANY,)) if misspelt else frozenset(granted_fields(self.spec, grant, entity))

    def lacking(self, need: Need, action: str, fields: tuple[str, ...]) -> list[str]:
        """The fields of a need that its role may not read (or update) where it works."""
        own = need.role.name, need.entity, action
        opened = self.open.get(own)
        if not fields or (opened is not None and opened.issuperset(fields)):
            return []
        keys = [own]
        if self._wild:
            keys = [(role, entity, action) for role in (need.role.name, ANY) for entity in (need.entity, ANY)]
        missing = [name for name in fields if not any(self._has(key, name) for key in keys)]
        if missing and any(key in self.asked for key in keys):
            tests = self._tests(need)
            for key in keys:
                for granted, tree in self.asked.get(key, ()):
                    if any(can_hold(tree, test) for test in tests):
                        missing = [name for name in missing if name not in granted and ANY not in granted]
        return missing

    def _has(self, key: tuple[str, str, str], field: str) -> bool:
        opened = self.open.get(key)
        return opened is not None and (field in opened or ANY in opened)

    def _tests(self, need: Need) -> list[Callable[[str], bool | None]]:
        """Whether a case may be in a state while somebody works in the place; the same as asked last, mostly."""
        if self._tested is None or self._tested[0] is not need.place:
            if self._where is None:
                self._where = Whereabouts(self.spec)
            self._tested = need.place, [inside(names) for names in self._where.of(need.place)]
        return self._tested[1]


def _actions(grant: Grant) -> tuple[str, ...]:
    """What a grant opens; any action where one of those written could not be read."""
    return (
        grant.can if all(isinstance(one, Scalar) and one.value in ACTIONS for one in _items(grant, "can")) else ACTIONS
    )


def _names_all(grant: Grant, key: str) -> bool:
    """Whether all that is listed under a key could be read as names."""
    return all(isinstance(one, Scalar) for one in _items(grant, key))


def _items(grant: Grant, key: str) -> Iterable[Node | None]:
    """What stands under a key, one by one."""
    written = grant.node.get(key) if isinstance(grant.node, Mapping) else None
    return written.items if isinstance(written, Sequence) else (written,)


def _asks_state(grant: Grant, tree: Expr) -> bool:
    named = grant.when is not None and "state" in grant.when.text
    return named and any(isinstance(part, State) for part in walk(tree))


def can_hold(expr: Expr, within: Callable[[str], bool | None]) -> bool:
    """Whether a condition may be true of a case of which it is known in which states it is."""
    return _truth(expr, within) is not False


def _truth(expr: Expr, within: Callable[[str], bool | None]) -> bool | None:
    """What the state alone makes of a condition, `None` if it depends on more."""
    if isinstance(expr, Not):
        found = _truth(expr.value, within)
        return None if found is None else not found
    if isinstance(expr, (And, Or)):
        parts = [_truth(part, within) for part in expr.parts]
        decisive = isinstance(expr, Or)
        return decisive if decisive in parts else None if None in parts else not decisive
    if isinstance(expr, Compare):
        for state, other in ((expr.left, expr.right), (expr.right, expr.left)):
            if isinstance(state, State) and isinstance(other, Literal):
                found = within(other.value)
                return found if expr.op == "=" or found is None else not found
    if isinstance(expr, In) and isinstance(expr.value, State):
        tests = [within(one.value) for one in expr.choices if isinstance(one, Literal)]
        return True if True in tests else None if None in tests else False
    if isinstance(expr, Literal) and isinstance(expr.value, bool):
        return expr.value
    return None


def is_whole(program: Program, grant: Grant) -> bool:
    """Whether every part of a grant could be read and resolved."""
    spec = program.spec
    roles, entities = spec.roles, spec.entities
    if not (grant.role and grant.on and grant.can):
        return False
    if any(ref.name not in roles for ref in grant.role) or any(ref.name not in entities for ref in grant.on):
        return False
    if grant.fields or grant.excluded:
        names = {name for ref in grant.on for name in entities[ref.name].fields}
        if any(ref.name not in names for ref in (*grant.fields, *grant.excluded)):
            return False
    return not grant.has("when") or any(_typed(program, grant, ref.name) for ref in grant.on)


def _typed(program: Program, grant: Grant, entity: str) -> bool:
    return grant.when is not None and program.resolved.typed_for(grant.when, entity) is not None
