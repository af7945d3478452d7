"""The decisions of a generated package on a world, for the comparison with the oracle."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.differential.generated import Generated
from tests.generators.policies import World
from tests.reference.decisions import Request


class Deciding:
    """The package of a world's spec, with its records."""

    def __init__(self, world: World, generated: Generated) -> None:
        self.world = world
        self.generated = generated
        self.policy = generated.module("access").POLICY
        self.people = {person.name: person for person in generated.organisation.people}
        self.stranger = generated.module("organisation").Person("nobody_here", ())
        self.records = [self.record(record) for record in world.records]
        situation = generated.module("_kernel.situations").Situation
        at = world.noon()
        self.situations = [
            situation(
                generated.organisation, self.policy.zone, at, tuple(record.get("#states") or ()),
                self.people.get(record.get("#requester") or ""), process=record.get("#process") or "",
                writers=record["#writers"], signers=record["#signers"],
            )
            for record in world.records
        ]  # fmt: skip

    def record(self, record: dict[str, Any]) -> Any:
        made = self.generated.record(record)
        return made.owned(record.get("#owner"), record.get("#creator"))

    def decide(self, request: Request) -> Any:
        """The decision on a request."""
        return self.policy.decide(
            self.people.get(request.actor, self.stranger), request.action, self.records[request.record],
            request.field, self.situations[request.record],
        )  # fmt: skip


@contextmanager
def deciding(world: World, folder: Path, name: str) -> Iterator[Deciding]:
    """The package of a world's spec, imported for as long as it is needed."""
    generated = Generated(world.resolved, folder, name)
    try:
        yield Deciding(world, generated)
    finally:
        generated.close()
