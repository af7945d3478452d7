"""A spec as pictures see it: in a language, with the colours of its roles and the places that run its chains."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from crmdsl.backends.diagrams.chains import people
from crmdsl.backends.diagrams.colours import role_colours
from crmdsl.backends.diagrams.diagram import Who
from crmdsl.backends.diagrams.extract import outcomes_of
from crmdsl.backends.diagrams.marks import Mark, mark_of
from crmdsl.backends.diagrams.pills import Link
from crmdsl.backends.diagrams.words import called
from crmdsl.diagnostics import Message
from crmdsl.diagnostics.languages import catalogue
from crmdsl.model.processes import ApprovalStep, Call, HandoffStep
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
    def uses(self) -> dict[tuple[str, str], list[tuple[str, str]]]:
        """`(kind, name)` of an approval, handoff or process -> the process and the step of each place that runs it."""
        found: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for process in self.spec.processes.values():
            for path, step in process.all_steps.items() if process.name not in self.spec.unsound else ():
                if isinstance(step, ApprovalStep) and step.approval:
                    found.setdefault(("approval", step.approval.name), []).append((process.name, path))
                elif isinstance(step, HandoffStep) and step.handoff:
                    found.setdefault(("handoff", step.handoff.name), []).append((process.name, path))
                elif isinstance(step, Call) and step.called:
                    found.setdefault(("process", step.called.name), []).append((process.name, path))
        return found

    def after(self, outcome: str, place: tuple[str, str]) -> str:
        """What people call the step that an outcome of a step leads to; nothing where it leads nowhere."""
        steps, (around, dot, _) = self.spec.processes[place[0]].all_steps, place[1].rpartition(".")
        way = outcomes_of(steps[place[1]]).get(outcome)
        found = steps.get(around + dot + way.to.name) if way and way.to else None
        return called(found, self.language) if found is not None else ""

    def places(self, kind: str, name: str) -> list[Link]:
        """The processes that run something: their titles, and their pictures at the first step that does."""
        first: dict[str, str] = {}
        for process, path in self.uses.get((kind, name), ()):
            first.setdefault(process, path)
        return [(called(self.spec.processes[process], self.language), self.at(process, path))
                for process, path in first.items()]  # fmt: skip

    def at(self, process: str, step: str) -> str:
        """The picture that shows a step of a process, and the place of the step in it."""
        return f"{self._files.get(process, {}).get(step, process)}.svg#{process}--{step}"

    @cached_property
    def _files(self) -> dict[str, dict[str, str]]:
        """Process -> step -> the name of the picture that it stands in, for those that have several."""
        from crmdsl.backends.diagrams.lanes.pages import files

        return {
            process.name: files(self.spec, process, self.language)
            for process in self.spec.processes.values()
            if process.name not in self.spec.unsound
        }

    def used(self, kind: str, name: str) -> str:
        """The titles of the processes that run an approval or handoff."""
        return ", ".join(title for title, _ in self.places(kind, name))

    def around(self, process: str) -> list[Link]:
        """The ways from the picture of a process to who calls it, and to the channels that start it."""
        found = [(f"← {title}", link) for title, link in self.places("process", process)]
        if any(channel.feeds and channel.feeds.name == process for channel in self.spec.channels.values()):
            found.append((f"← {self.say(Message('channels'))}", "channels.svg"))
        return found
