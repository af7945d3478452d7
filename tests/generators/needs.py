"""What each role must see and write, gathered while a spec is made, so that its grants can allow for it."""

from __future__ import annotations

from collections import defaultdict


class Needs:
    """Fields by role and entity."""

    def __init__(self) -> None:
        self.read: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.write: dict[tuple[str, str], set[str]] = defaultdict(set)

    def add(self, roles: list[str], entity: str, read: list[str], write: list[str] | None = None) -> None:
        for role in roles:
            self.read[role, entity].update(read, write or ())
            self.write[role, entity].update(write or ())
