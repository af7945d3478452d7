"""A spec as pictures see it: in a language, with the colours of its roles and the places that run its chains."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from crmdsl.backends.diagrams.chains import people
from crmdsl.backends.diagrams.colours import role_colours
from crmdsl.backends.diagrams.diagram import Who
from crmdsl.backends.diagrams.marks import Mark, mark_of
from crmdsl.backends.diagrams.words import called
from crmdsl.diagnostics import Message
from crmdsl.diagnostics.languages import catalogue
from crmdsl.model.processes import ApprovalStep, HandoffStep
from crmdsl.model.spec import Spec
from crmdsl.model.values import Ref


@dataclass(frozen=True)
class View:
    """A spec in a language."""

    spec: Spec
    language: str

    @cached_property
    def colours(self) -> dict[str, int]:
        """The number of each role's colour, the same in every picture."""
        return role_colours(self.spec)

    def say(self, message: Message) -> str:
        """A message in the language, as a heading: its first letter great."""
        text = self.lower(message)
        return text[:1].upper() + text[1:]

    def lower(self, message: Message) -> str:
        """A message in the language."""
        return message.text(catalogue(self.language))

    def people(self, roles: tuple[Ref, ...]) -> tuple[Who, ...]:
        """Roles as pictures name them."""
        return people(self.spec, roles, self.language)

    def who(self, role: str) -> Who:
        """A role as pictures name it."""
        return Who(role, called(self.spec.roles[role], self.language))

    def colour(self, role: str) -> str:
        """The colour of a role."""
        return self.mark(role).colour

    def mark(self, role: str) -> Mark:
        """The mark of a role: its colour, and the form of what stands beside its name."""
        return mark_of(role, self.colours)

    @cached_property
    def uses(self) -> dict[tuple[str, str], list[str]]:
        """`("approval", name)` or `("handoff", name)` -> the processes that run it, as often as they do."""
        found: dict[tuple[str, str], list[str]] = {}
        for process in self.spec.processes.values():
            for step in process.all_steps.values() if process.name not in self.spec.unsound else ():
                if isinstance(step, ApprovalStep) and step.approval:
                    found.setdefault(("approval", step.approval.name), []).append(process.name)
                elif isinstance(step, HandoffStep) and step.handoff:
                    found.setdefault(("handoff", step.handoff.name), []).append(process.name)
        return found

    def link(self, kind: str, name: str) -> str:
        """The picture of the process that runs an approval or handoff; empty where none does."""
        places = self.uses.get((kind, name), ())
        return f"{places[0]}.svg" if places else ""

    def used(self, kind: str, name: str) -> str:
        """The titles of the processes that run an approval or handoff."""
        processes = dict.fromkeys(self.uses.get((kind, name), ()))
        return ", ".join(called(self.spec.processes[process], self.language) for process in processes)
