"""Codes that arise when a spec is compiled for a target."""

from __future__ import annotations

from crmdsl.diagnostics import Diagnostic, Fault


class Inexpressible(Fault):
    """A part of the spec that the target cannot say exactly.

    Why: A target that came near to what the spec says would open what the spec closes, or close what it opens, where
    nobody sees it. So nothing is written for that target, and the part that it cannot say is named; other targets
    are not concerned.

    Place: the condition, or the name

    Wrong:
        access:
          grants:               # PostgreSQL cannot move a date by a quotient
            - {role: agent, can: read, on: order, when: today > due + (amount / cost) * 1d elapsed}

    Right:
        access:
          grants:
            - {role: agent, can: read, on: order, when: today > due + 2d elapsed}
    """

    code = "inexpressible"


class NotExpressible(Exception):
    """What a target cannot say of a spec, as diagnostics; it emits nothing."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("; ".join(str(one.message) for one in diagnostics))
        self.diagnostics = diagnostics
