"""The words of a table of cases in the language asked for: headings, values, who signs."""

from __future__ import annotations

from typing import Any

from crmdsl.analysis.boundaries import Column, Special, Table
from crmdsl.backends.diagrams.chains import may_sign
from crmdsl.backends.diagrams.phrases import amount, span
from crmdsl.backends.diagrams.words import called
from crmdsl.conditions.regions import Somebody
from crmdsl.diagnostics import Message
from crmdsl.diagnostics.languages import catalogue
from crmdsl.model.chains import Approval, Level
from crmdsl.model.entities import Field
from crmdsl.model.spec import Spec

SECTIONS = {"unit": "sales_network", "territory": "territories", "channel": "channels", "product_line": "product_lines"}


class Words:
    """Speaks of one spec in one language."""

    def __init__(self, spec: Spec, language: str) -> None:
        self.spec = spec
        self.language = language
        self.currency = spec.company.currency if spec.company else ""

    def say(self, message: Message) -> str:
        """A message in the language."""
        return message.text(catalogue(self.language))

    def title(self, chain: Approval) -> str:
        """What people call a chain."""
        return called(chain, self.language)

    def title_of(self, level: Level) -> str:
        """What people call a level."""
        return called(level, self.language)

    # columns and values

    def heading(self, table: Table, column: Column) -> str:
        """What people call a column: the labels along its path."""
        if column.base == "person" and column.name == "requester":
            return self.say(Message("Requester"))
        if column.name == "today":
            return self.say(Message("Day"))
        found = self.fields(table.chain, column)
        labels = [called(field, self.language) for field in found]
        if column.base == "reference":
            return labels[-1] if labels else column.name
        return " › ".join(labels) if labels else column.name

    def fields(self, chain: Approval, column: Column) -> list[Field]:
        """The fields along the path of a column."""
        entity = chain.entity.name if chain.entity else ""
        found = []
        for part in column.path:
            declared = self.spec.entities.get(entity)
            field = declared.fields.get(part) if declared else None
            if field is None:
                return []
            found.append(field)
            entity = field.type.entity if field.type else ""
        return found

    def value(self, column: Column, value: Any) -> str:
        """A value as people write it."""
        if value is Special.ANY:
            return self.say(Message("any"))
        if value is Special.MISSING:
            return self.say(Message("missing"))
        if column.base == "flag":
            return self.say(Message("yes") if value else Message("no"))
        if column.base == "reference":
            return self.say(Message("given"))
        if isinstance(value, Somebody):
            return self.person(value)
        if column.base in SECTIONS:
            declared = getattr(self.spec, SECTIONS[column.base]).get(value)
            return called(declared, self.language) if declared else str(value)
        return amount(column.base, value, self.currency, self.language)

    def person(self, value: Somebody) -> str:
        """Somebody listed by his name, else what he is."""
        if value.named:
            return value.name
        found = [self.roles(sorted(value.roles))]
        for section, name in ((self.spec.sales_network, value.unit), (self.spec.territories, value.territory)):
            if name is not None and name in section:
                found.append(called(section[name], self.language))
        return ", ".join(found)

    # who decides

    def roles(self, names: list[str]) -> str:
        """The labels of roles."""
        known = self.spec.roles
        return ", ".join(called(known[name], self.language) if name in known else name for name in names)

    def signers(self, chain: Approval, level: Level) -> str:
        """Who signs a level."""
        if level.manager_of:
            return self.say(Message("the requester's manager"))
        if level.named_in is not None:
            column = Column(level.named_in.name, "person")
            labels = [called(field, self.language) for field in self.fields(chain, column)]
            return self.say(Message("the person in “{field}”", field=" › ".join(labels) or column.name))
        return self.roles([ref.name for ref in level.approver])

    def managers(self, chain: Approval) -> str:
        """The roles that the requester's manager may be, nothing where he signs no level."""
        levels = [level for level in chain.levels.values() if level.manager_of][:1]
        return ", ".join(who.label for level in levels for who in may_sign(self.spec, chain, level, self.language))

    def quorum(self, level: Level) -> str:
        """How many sign."""
        if level.quorum == "all" and len(level.approver) > 1:
            return self.say(Message("one of each"))
        return str(level.quorum) if isinstance(level.quorum, int) else "1"

    def within(self, level: Level) -> str:
        """How long it may take."""
        return span(level.within, self.language) if level.within else "–"

    def otherwise(self, chain: Approval) -> str:
        """What becomes of a case that no level signs."""
        if chain.otherwise == "approve":
            return self.say(Message("approved without a signature"))
        return self.say(Message("rejected without a signature"))
