"""The names of a spec, and what is said of those that are not there."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import chain
from typing import Any

from crmdsl.conditions.faults import UnknownName
from crmdsl.diagnostics import Diagnostic, Message, Related, Span, quoted
from crmdsl.diagnostics.collection import MOST as MOST_FAULTS
from crmdsl.diagnostics.nearest import Dictionary, nearest
from crmdsl.model.declaration import Declaration
from crmdsl.model.parse import is_name
from crmdsl.model.reading.refusals import proper
from crmdsl.model.spec import SECTIONS, Spec
from crmdsl.model.values import Ref
from crmdsl.resolve.faults import WrongKind

ONE = {
    "calendars": Message("a calendar"), "departments": Message("a department"), "roles": Message("a role"),
    "people": Message("a person"), "territories": Message("a territory"), "product_lines": Message("a product line"),
    "sales_network": Message("a unit of the sales network"), "channels": Message("a channel"),
    "entities": Message("an entity"), "processes": Message("a process"), "approvals": Message("an approval chain"),
    "handoffs": Message("a handoff"), "kpis": Message("a kpi"), "dashboards": Message("a dashboard"),
    "integrations": Message("an integration"), "scenarios": Message("a scenario"),
}  # fmt: skip
"""What one member of a section is."""
NONE = {
    "calendars": Message("no calendar `{name}`"),
    "departments": Message("no department `{name}`"),
    "roles": Message("no role `{name}`"),
    "people": Message("no person `{name}`"),
    "territories": Message("no territory `{name}`"),
    "product_lines": Message("no product line `{name}`"),
    "sales_network": Message("no unit of the sales network `{name}`"),
    "channels": Message("no channel `{name}`"),
    "entities": Message("no entity `{name}`"),
    "processes": Message("no process `{name}`"),
    "approvals": Message("no approval chain `{name}`"),
    "handoffs": Message("no handoff `{name}`"),
    "kpis": Message("no kpi `{name}`"),
    "dashboards": Message("no dashboard `{name}`"),
    "integrations": Message("no integration `{name}`"),
    "scenarios": Message("no scenario `{name}`"),
}
"""That a section has no such name."""
Hint = Callable[[str], Message | None]
"""What to do with a word that is no name where it stands, but says something all the same."""
_BETWEEN = re.compile(r",|/|\||\+| (?:and|or|e|o|oppure) ")
MOST = 20
"""How many names of a section a message lists at most."""


class Symbols:
    """Looks names up and keeps the diagnostics. `owner` is the declaration being looked at: `("processes", "p")`."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.sections: dict[str, Mapping[str, Declaration]] = {name: getattr(spec, name) for name in SECTIONS}
        self.diagnostics: list[Diagnostic] = []
        self.owner: tuple[str, str] = ("", "")
        self.unsound: set[tuple[str, str]] = set()
        self.circular: set[str] = set()
        self._crooked: dict[int, frozenset[str]] = {}
        self._names: dict[tuple[object, ...], tuple[list[str], Dictionary]] = {}
        self._wrong: dict[tuple[object, ...], tuple[type[Any], Message, Message | None]] = {}

    def report(self, diagnostic: Diagnostic) -> None:
        """Keep a diagnostic, unless there are more than anybody reads."""
        if not self.full:
            self.diagnostics.append(diagnostic)

    @property
    def full(self) -> bool:
        """Whether there are more diagnostics than are told in the end."""
        return len(self.diagnostics) > MOST_FAULTS

    def spoil(self) -> None:
        """The declaration at hand has an unresolved name."""
        self.unsound.add(self.owner)

    def check(self, ref: Ref, sections: tuple[str, ...], also: tuple[str, ...] = (), hint: Hint | None = None) -> bool:
        """Whether a name is in one of the sections, or one of the words `also`; reports it otherwise.

        `hint` may say what to do where no name is near.
        """
        name = ref.name
        for section in sections:
            if name in self.sections[section]:
                return True
        return name in also or self.missing(ref.node.span, name, sections, also, hint)

    def missing(
        self, span: Span, name: str, sections: tuple[str, ...], also: tuple[str, ...] = (), hint: Hint | None = None
    ) -> bool:
        """Report a name that is in none of the sections. Gives `False`."""
        self.spoil()
        if self.full or any(section in self.spec.incomplete for section in sections):
            return False
        if any(name in self.crooked(self.sections[section]) for section in sections):
            return False
        other = self.section_of(name)
        key = (name, sections, other, id(self.sections["people"]))
        if key not in self._wrong:
            self._wrong[key] = self._said(name, sections, also, other)
        fault, message, told = self._wrong[key]
        near = told is not None and told.template == NEAR
        own = hint(name) if hint and not near else None
        related: tuple[Related, ...] = ()
        if other is not None:
            declared = self.sections[other][name]
            related = (Related(declared.name_span, Message("`{name}` is declared here", name=name)),)
        self.report(fault.at(span, message, help=own or told, related=related))
        return False

    def crooked(self, known: Mapping[str, Any]) -> frozenset[str]:
        """The names meant by those that are not written as names are, which is said where they are declared."""
        found = self._crooked.get(id(known))
        if found is None:
            found = self._crooked[id(known)] = frozenset(proper(name) for name in known if not is_name(name))
        return found

    def section_of(self, name: str) -> str | None:
        """The first section that has a name."""
        return next((section for section, known in self.sections.items() if name in known), None)

    def _said(
        self, name: str, sections: tuple[str, ...], also: tuple[str, ...], other: str | None
    ) -> tuple[type[Any], Message, Message | None]:
        wanted = ONE[sections[0]]
        known, dictionary = self._known(sections, also)
        near = nearest(name, dictionary)
        if other is not None:
            message = Message("`{name}` is {other}, not {wanted}", name=name, other=ONE[other], wanted=wanted)
            return WrongKind, message, suggestion(near, known)
        several = [part.strip() for part in _BETWEEN.split(name)]
        if len(several) > 1 and all(part in known for part in several):
            hint: Message | None = Message("write a list: `[{names}]`", names=", ".join(several))
        else:
            hint = suggestion(near, known) or Message("declare it under `{section}`", section=sections[0])
        return UnknownName, NONE[sections[0]].having(name=name), hint

    def _known(self, sections: tuple[str, ...], also: tuple[str, ...]) -> tuple[list[str], Dictionary]:
        """The names of some sections, in their order and to be searched. A scenario may have people of its own."""
        members = [self.sections[section] for section in sections]
        key = (also, *map(id, members))
        found = self._names.get(key)
        if found is None:
            names = [*also, *chain.from_iterable(members)]
            found = self._names[key] = names, Dictionary(names)
        return found

    def unknown(
        self, span: Span, message: Message, name: str, known: Iterable[str], hint: Message | None = None
    ) -> None:
        """Report a name that is not among some that are not a section: steps, fields, events."""
        self.spoil()
        words = [] if self.full else list(known)
        self.report(UnknownName.at(span, message, help=hint or suggestion(nearest(name, words), words)))

    def field(self, ref: Ref, entity: str) -> bool:
        """Whether a name is a field of an entity; reports it otherwise. Any is, of an unknown entity."""
        declared = self.spec.entities.get(entity)
        if declared is None or ref.name in declared.fields:
            return True
        self.no_field(ref.span, ref.name, entity)
        return False

    def no_field(self, span: Span, name: str, entity: str) -> None:
        """Report a field that an entity does not have."""
        fields = self.spec.entities[entity].fields
        if self.doubtful(f"entities.{entity}", "entities"):
            self.spoil()
            return
        self.unknown(span, Message("`{entity}` has no field `{name}`", entity=entity, name=name), name, fields)

    def doubtful(self, *places: str) -> bool:
        """Whether something in one of the places could not be read, so that a name may stand there."""
        return any(place in self.spec.incomplete for place in places)


NEAR = "did you mean `{name}`?"


def suggestion(near: str | None, known: Collection[str]) -> Message | None:
    """The name that was probably meant, else all that there are if they are few."""
    if near is not None:
        return Message("did you mean `{name}`?", name=near)
    if 0 < len(known) <= MOST:
        return Message("there are {names}", names=quoted(known))
    return None
