"""The scopes of grants (the equations of `crmdsl.ir.policy`) as tests of `principal` and `resource`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from crmdsl.backends.cedar.words import FALSE, TRUE, both, denied, either, holds, one_of, role
from crmdsl.ir.policy import Permission, Policy

Test = Callable[[str], str]
"""From a person to a test of him."""
OWNER, CREATOR = "resource._owner", "resource._creator"
OWNED, CREATED = "resource has _owner", "resource has _creator"


@dataclass(frozen=True, slots=True)
class Way:
    """Who may use a permission, and on which records."""

    who: str
    scope: str


class Scopes:
    """The ways to the permissions on one entity. While a record is created, whoever asks is its creator."""

    def __init__(self, policy: Policy, entity: str) -> None:
        self.policy = policy
        self.owners = policy.resources[entity].owners

    def ways(self, one: Permission) -> Iterator[Way]:
        """All ways to a permission: by its roles, and for who stands above each."""
        if one.scope == "all" or (one.scope in ("unit", "territory") and not self.policy.listed):
            yield Way(holds("principal", one.roles), TRUE)
            return
        scope = Scope(self, creating=one.action == "create")
        if one.scope == "department":
            yield from self._departments(one, scope)
            return
        yield Way(holds("principal", one.granted), scope.reached(one.scope, None))
        for below in one.granted:
            above = [heir for heir, those in one.heirs.items() if below in those]
            if above:
                yield Way(holds("principal", above), scope.reached(one.scope, below))

    def _departments(self, one: Permission, scope: Scope) -> Iterator[Way]:
        """By department: who holds a role of it, or reads because somebody below him does."""
        asking: dict[str, list[str]] = {}
        for name in one.granted:
            if name in self.policy.departments:
                above = [heir for heir, those in one.heirs.items() if name in those]
                asking.setdefault(self.policy.departments[name], []).extend([name, *above])
        for department, roles in asking.items():
            yield Way(holds("principal", roles), scope.department(department))


class Scope:
    """What a scope reaches; `below` is the role for whose holders somebody above it reads."""

    def __init__(self, scopes: Scopes, *, creating: bool) -> None:
        self.policy = scopes.policy
        self.owners = scopes.owners
        self.creating = creating

    def reached(self, scope: str, below: str | None) -> str:
        """Whether the record is own, of the unit or of the territory."""
        if scope == "own":
            return self.own(below)
        return self.placed(lambda person: (self.in_unit if scope == "unit" else self.in_territory)(person, below))

    def own(self, below: str | None) -> str:
        """Created or owned by who asks, or by those below him; nobody's for those who may own it."""

        def mine(person: str) -> str:
            if person == "principal":
                return TRUE
            return one_of(f"{person} == principal", holds(person, [below] if below else []))

        may_own = TRUE if below in self.owners else holds("principal", self.owners)
        return one_of(both(OWNED, mine(OWNER)), self.created(mine), both(may_own, self.nobodys()))

    def in_unit(self, person: str, below: str | None) -> str:
        """Whether a person is of the unit of who asks, or of somebody below him."""
        theirs = f"{role(below)}.units.contains({person}.unit)" if below else FALSE
        same = both("principal has unit", f"principal.unit == {person}.unit")
        return both(f"{person} has unit", one_of(same, theirs))

    def in_territory(self, person: str, below: str | None) -> str:
        """Whether his territory is that of who asks, or of somebody below him, or in it."""
        theirs = f"{person}.territory in {role(below)}.territories" if below else FALSE
        same = both("principal has territory", f"{person}.territory in principal.territory")
        return both(f"{person} has territory", one_of(same, theirs))

    def department(self, name: str) -> str:
        """Whether a record is of a department."""
        inside = [role for role, department in self.policy.departments.items() if department == name]
        as_owner = [role for role in inside if role in self.owners]

        def by_roles(person: str) -> str:
            besides = both(denied(holds(person, self.owners)), holds(person, inside))
            return one_of(holds(person, as_owner), besides)

        created = self.created(lambda person: holds(person, as_owner))
        nobodys = both(TRUE if as_owner else FALSE, self.unowned())
        return either(OWNED, by_roles(OWNER), one_of(created, nobodys))

    # whose a record is

    def created(self, test: Test) -> str:
        """That its creator passes a test."""
        if test(CREATOR) == FALSE:
            return FALSE
        if self.creating:
            return either(CREATED, test(CREATOR), test("principal"))
        return both(CREATED, test(CREATOR))

    def placed(self, test: Test) -> str:
        """That whose unit and territory are the record's passes a test."""
        return either(OWNED, test(OWNER), self.created(test))

    def unowned(self) -> str:
        """That its creator is none of those who own such records."""
        return denied(self.created(lambda person: holds(person, self.owners)))

    def nobodys(self) -> str:
        """That nobody is known to own it."""
        return both(denied(OWNED), self.unowned())
