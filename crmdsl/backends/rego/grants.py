"""The policy of a program as data; `templates/rego/policy.rego` says what it means."""

from __future__ import annotations

from typing import Any

from crmdsl.backends._engines.kept import Records
from crmdsl.backends._engines.refusal import inexpressible
from crmdsl.backends.faults import NotExpressible
from crmdsl.conditions.inexpressible import Inexpressible
from crmdsl.conditions.rego import ALWAYS, Alternatives, to_rego
from crmdsl.diagnostics import Diagnostic
from crmdsl.ir.policy import BY_FIELD, CHANGING, HISTORY, WRITING, Permission, Place
from crmdsl.ir.program import Program

Data = dict[str, Any]


class Grants:
    """Makes the data of entities."""

    def __init__(self, program: Program, records: Records) -> None:
        self.policy = program.policy
        self.records = records
        self.faults: dict[object, Diagnostic] = {}

    def entities(self) -> Data:
        """By entity who owns its records, and by action what is granted and what bars it. Raises `NotExpressible`."""
        found: Data = {
            name: {"owners": list(resource.owners), "actions": {}} for name, resource in self.policy.resources.items()
        }
        for one in self.policy.permissions:
            actions = found[one.entity]["actions"]
            if one.action not in actions:
                actions[one.action] = {"grants": [], "bars": self.bars(one.entity, one.action)}
            actions[one.action]["grants"].append(self.grant(one))
        if self.faults:
            raise NotExpressible(tuple(self.faults.values()))
        return found

    def grant(self, one: Permission) -> Data:
        """A permission."""
        span = one.declaration.name_span
        everybody = one.scope in ("unit", "territory") and not self.policy.listed
        found: Data = {
            "place": f"{span.file}:{span.line}", "scope": "all" if everybody else one.scope, "ways": self.ways(one),
            "fields": {}, "when": self.when(one),
        }  # fmt: skip
        written = self.policy.resources[one.entity].fields
        places: list[list[str]] = []
        for name in one.fields:
            if one.action in WRITING and written[name].by == "nobody":
                continue
            found["fields"][name] = among(written[name].edited) if one.action == "update" else []
            places.append(found["fields"][name])
        if one.action not in BY_FIELD or [] in places:
            found["whole"] = []
        elif places:
            found["whole"] = list(dict.fromkeys(place for each in places for place in each))
        return found

    def ways(self, one: Permission) -> list[Data]:
        """By each role of the grant: who holds it, and who reads because he stands above it."""
        found = []
        for role in one.granted:
            department = self.policy.departments.get(role)
            found.append({"role": role, "by": [role], "above": False, "department": department})
            above = [heir for heir, below in one.heirs.items() if role in below]
            if above:
                found.append({"role": role, "by": above, "above": True, "department": department})
        return found

    def when(self, one: Permission) -> Alternatives:
        """The alternatives of its condition; what Rego cannot say is kept as a fault."""
        if one.tree is None or one.when is None:
            return ALWAYS
        try:
            tree = self.records.written_out(one.tree)
            return to_rego(tree, self.records.kind, self.records.bounds, day=self.records.day)
        except Inexpressible as error:
            self.faults.setdefault(one.when, inexpressible(one.when.span, error.message))
            return []

    def bars(self, entity: str, action: str) -> Data:
        """What refuses an action whatever is granted: places, what one must not have done, and roles beside."""
        locked = self.policy.resources[entity].locked if action in CHANGING else ()
        did: dict[str, None] = {}
        roles: dict[str, None] = {}
        for rule in self.policy.separations:
            if (entity, action) not in rule.actions:
                continue
            if rule.per_person:
                having = (role for other, may in rule.may.items() if other != (entity, action) for role in may)
                roles |= dict.fromkeys(having)
            else:
                did |= dict.fromkeys(
                    HISTORY[other] for of, other in rule.actions
                    if of == entity and other != action and other in HISTORY
                )  # fmt: skip
        return {"places": among(locked), "did": list(did), "roles": list(roles)}


def among(places: tuple[Place, ...]) -> list[str]:
    """Places as they are told."""
    return ["/".join(place) for place in places]
