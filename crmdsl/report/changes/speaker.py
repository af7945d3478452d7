"""The words in which differences are told: labels of the specs, values as people write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from crmdsl.analysis.changes.change import Change, Class, Extent, Place, Range, Signer, Way
from crmdsl.backends.diagrams.phrases import FIGURES
from crmdsl.backends.diagrams.words import called, human
from crmdsl.diagnostics import Catalogue, Message, numbers
from crmdsl.model.declaration import Declaration
from crmdsl.model.spec import Spec

SECTIONS = {
    "unit": "sales_network", "territory": "territories", "channel": "channels", "product_line": "product_lines",
    "role": "roles",
}  # fmt: skip
CLASSES = {
    Class.API: Message("generated API"), Class.CASES: Message("running cases"), Class.DECIDERS: Message("who decides"),
    Class.GAIN: Message("gains access"), Class.LOSS: Message("loses access"),
}  # fmt: skip
ENDS = {
    "approved": Message("approved without a signature"), "rejected": Message("rejected without a signature"),
    "nobody": Message("nobody, no level covers it"),
}  # fmt: skip
AROUND = {
    "records": Message("records"), "case": Message("case"), "writers": Message("written by"),
    "signers": Message("signed by"),
}  # fmt: skip
"""What stands around a record when access to it is asked."""
STANDINGS = {
    "own": Message("own"), "below": Message("of those below"), "unowned": Message("that nobody owns yet"),
    "unit": Message("of the unit"), "territory": Message("of the territory"),
    "department": Message("of the department"), "others": Message("all others"),
}  # fmt: skip
"""Whose records are, for the one who asks."""
HISTORIES = {
    "others": Message("others"), "actor": Message("who asks, among others"), "unknown": Message("nobody knows whom"),
}  # fmt: skip
"""Who wrote or signed a record."""
HELD = {"true": Message("holds"), "false": Message("does not hold")}


class Speaker:
    """Speaks of two specs: labels in `language`, everything else in that of a catalogue (`None`: English)."""

    def __init__(self, before: Spec, now: Spec, language: str | None, catalogue: Catalogue | None) -> None:
        self.specs = now, before
        self.language = language or (now.company.language if now.company else "en")
        self.catalogue = catalogue
        self.numbers = "it" if catalogue else "en"

    def say(self, message: Message) -> str:
        """A message in the language."""
        return message.text(self.catalogue)

    def tags(self, change: Change) -> list[str]:
        """What a change can break."""
        return [self.say(CLASSES[one]) for one in change.classed]

    # what things are called

    def declared(self, section: str, name: str) -> Declaration | None:
        """A declaration of the newer spec, else of the older."""
        return next((found for spec in self.specs if (found := getattr(spec, section).get(name))), None)

    def called(self, section: str, name: str) -> str:
        """What people call a declaration."""
        found = self.declared(section, name)
        return called(found, self.language) if found else name

    def titled(self, section: str, name: str) -> str:
        """What people call a declaration, and its name where that is another word."""
        label = self.called(section, name)
        return label if label in (name, human(name)) else f"{label} (`{name}`)"

    def roles(self, names: Iterable[str]) -> str:
        """The labels of roles."""
        return ", ".join(self.called("roles", name) for name in names)

    def step(self, process: str, name: str) -> str:
        """What people call a step of a process, or of a branch of it."""
        for spec in self.specs:
            declared = spec.processes.get(process)
            for path, step in (declared.all_steps if declared else {}).items():
                if path == name or path.endswith(f".{name}"):
                    return called(step, self.language)
        return name

    def field(self, entity: str, path: str) -> str:
        """The labels along the path of a field; the path itself where there is no such field, as for a sum."""
        for spec in self.specs:
            at, labels = entity, []
            for part in path.split("."):
                declared = spec.entities.get(at)
                field = declared.fields.get(part) if declared else None
                if field is None:
                    break
                labels.append(called(field, self.language))
                at = field.type.entity if field.type else ""
            else:
                return " › ".join(labels)
        return path

    # regions

    def region(self, entity: str, region: Sequence[Extent]) -> str:
        """All that a region says: `Discount: 12.01% to 15%; Amount: up to 100,000 EUR`."""
        if not region:
            return self.say(Message("every case"))
        return "; ".join(f"{self.name(entity, one)}: {self.extent(one)}" for one in region)

    def name(self, entity: str, one: Extent) -> str:
        """What an extent is about."""
        if one.base == "condition":
            return f"`{one.name}`"
        if one.base == one.name and one.base in AROUND:
            return self.say(AROUND[one.base])
        if one.name == "today":
            return self.say(Message("day"))
        root, _, part = one.name.partition(".")
        if root in ("requester", "actor") and self.field(entity, root) == root:
            who = self.say(Message("requester") if root == "requester" else Message("who acts"))
            return f"{who} › {part}" if part else who
        return self.field(entity, one.name)

    def extent(self, one: Extent) -> str:
        """The values of one thing."""
        found = [self.range(one, each) for each in one.ranges]
        if one.others:
            values = ", ".join(self.value(one.base, each) if one.base in AROUND else each for each in one.values)
            found.append(self.say(Message("any but {values}", values=values) if values else Message("any")))
        else:
            found += [self.value(one.base, value) for value in one.values]
        if one.known:
            found.append(self.say(Message("given")))
        if one.missing:
            found.append(self.say(Message("not known") if one.base == "condition" else Message("missing")))
        return ", ".join(found)

    def range(self, one: Extent, each: Range) -> str:
        """Values from one to another."""
        low, high = (None if end is None else self.value(one.base, end) for end in (each.low, each.high))
        if low is None:
            return self.say(Message("under {high}", high=high) if each.short else Message("up to {high}", high=high))
        if high is None:
            return self.say(Message("over {low}", low=low) if each.after else Message("from {low}", low=low))
        if low == high:
            return low
        if each.after:
            between = Message("over {low}, up to {high}", low=low, high=high)
            return self.say(Message("over {low}, under {high}", low=low, high=high) if each.short else between)
        if each.short:
            return self.say(Message("from {low}, under {high}", low=low, high=high))
        return self.say(Message("{low} to {high}", low=low, high=high))

    def value(self, base: str, value: str) -> str:
        """A value as people write it."""
        if base in FIGURES:
            return numbers.figure(value, self.numbers)
        if base == "flag":
            return self.say(Message("yes") if value == "true" else Message("no"))
        if base == "condition":
            return self.say(HELD[value])
        if base in AROUND:
            return self.around(base, value)
        return self.called(SECTIONS[base], value) if base in SECTIONS else value

    def around(self, base: str, value: str) -> str:
        """What is around a record: whose it is, where its case is, who wrote and signed it."""
        if base == "case":
            process, _, states = value.partition(": ")
            return self.case(process, states.split(" + ")) if value else self.say(Message("no case"))
        return self.say((STANDINGS if base == "records" else HISTORIES)[value])

    def case(self, process: str, states: Sequence[str]) -> str:
        """Where a case is."""
        return f"{self.called('processes', process)} › {' + '.join(self.step(process, one) for one in states)}"

    # who decides, what is open

    def decided(self, change: Change, value: Any) -> str:
        """Who decides, or which ways are open."""
        if value is None:
            return self.say(Message("there was no such case"))
        if not value:
            return self.say(Message("nothing") if change.section == "guards" else Message("as the other levels say"))
        rest = self.say(Message("the others as before")) if change.partly else ""
        if isinstance(value[0], Signer):
            shown = " → ".join(self.signer(self.entity(change.place), one) for one in value)
            return f"{shown} → {rest}" if rest else shown
        shown = ", ".join(self.way(change.place[1], one) for one in value)
        return f"{shown}, {rest}" if rest else shown

    def way(self, process: str, one: Way | str) -> str:
        """Where it goes."""
        if isinstance(one, Way):
            return f"{one.outcome} → {self.step(process, one.to)}"
        return self.step(process, one)

    def signer(self, entity: str, one: Signer) -> str:
        """Who signs a level, and how many of them."""
        if one.kind in ENDS:
            return self.say(ENDS[one.kind])
        if one.kind == "manager":
            return self.say(Message("the requester's manager"))
        if one.kind == "named":
            return self.say(Message("the person in “{field}”", field=self.field(entity, one.names[0])))
        roles = self.roles(one.names)
        if one.quorum == "all":
            return self.say(Message("{roles} (one of each)", roles=roles))
        return (
            roles
            if one.quorum == 1
            else self.say(Message("{roles} ({count} signatures)", count=one.quorum, roles=roles))
        )

    # where

    def entity(self, place: Place) -> str:
        """The entity that a chain or process is about."""
        found: Any = self.declared(place[0], place[1])
        return found.entity.name if found is not None and found.entity else ""

    def heading(self, place: Place) -> str:
        """What people call the chain or step at a place."""
        found = self.titled(place[0], place[1])
        if place[2:3] == ("steps",):
            return f"{found} › {self.step(place[1], place[3])}"
        return f"{found} › {self.say(Message('at any time'))}" if place[2:3] == ("anytime",) else found
