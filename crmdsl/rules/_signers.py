"""What chains lack in signers, in words; the analysis is loaded only where a spec has chains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from crmdsl.diagnostics import Message
from crmdsl.diagnostics.message import quoted

if TYPE_CHECKING:
    from crmdsl.analysis.separation.chains import Lack
    from crmdsl.ir.program import Program
    from crmdsl.model.chains import Approval

MOST = 5
"""Names that a message tells."""


def lacks(program: Program) -> list[Lack]:
    """What was found of chains."""
    if not program.spec.approvals:
        return []
    from crmdsl.analysis.separation.chains import lacks as found

    return found(program)


def unproven(program: Program) -> list[Approval]:
    """The chains of which nothing was found out, since that was too much work."""
    if not program.spec.approvals:
        return []
    from crmdsl.analysis.separation.chains import unproven as found

    return found(program)


def shown(names: Sequence[str]) -> str:
    """Some names, the first of many."""
    return quoted(names[:MOST]) + (", …" if len(names) > MOST else "")


def who_asks(lack: Lack) -> str:
    """The person who asks in vain, or his role where nobody is listed; nothing where it does not matter."""
    if lack.asker is None:
        return ""
    return lack.asker.name if lack.asker.named else min(lack.asker.roles)


def lacking(lack: Lack) -> Message:
    """What levels lack: how many signers they need and have, and who they are."""
    levels, asker = quoted(level.name for level in lack.levels), who_asks(lack)
    if any(level.named_in and level.quorum not in ("any", "all", 1) for level in lack.levels):
        return Message("{need} different persons must sign {levels}, and a field names one",
                       levels=levels, need=lack.need)  # fmt: skip
    if asker and not lack.above:
        return Message("when `{asker}` asks, nobody signs {levels}: nobody is above", asker=asker, levels=levels)
    asks = asker and (lack.blocked or not lack.certain)
    said = {"levels": levels, "need": lack.need, "have": lack.have, "who": shown(lack.who)}
    if asks and lack.have:
        return Message("when `{asker}` asks, {need} different persons must sign {levels} and {have} can: {who}",
                       asker=asker, **said)  # fmt: skip
    if asks:
        return Message("when `{asker}` asks, nobody else can sign {levels}", asker=asker, levels=levels)
    if lack.have:
        return Message("{need} different persons must sign {levels} and {have} can: {who}", **said)
    return Message("nobody can sign {levels}", levels=levels)
