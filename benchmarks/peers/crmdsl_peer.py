"""The package that crmdsl compiles out of `specs/order_approval.yaml`."""

from __future__ import annotations

import importlib
import sys
import tempfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from crmdsl.api import check, emit

NAME = "crmdsl"
SPEC = Path(__file__).resolve().parent.parent / "specs" / "order_approval.yaml"


def package() -> Path:
    """The folder into which the package is compiled."""
    out = Path(tempfile.mkdtemp(prefix="crmdsl-bench-"))
    checked = check(SPEC)
    assert not checked.failed, checked.diagnostics
    for file in emit(checked.program):
        target = out / "order_approval" / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(file.text, encoding="utf-8")
    return out


FOLDER = package()
sys.path.insert(0, str(FOLDER))
NAME_OF_PACKAGE = "order_approval"
process = importlib.import_module(f"{NAME_OF_PACKAGE}.processes.order_approval")
records = importlib.import_module(f"{NAME_OF_PACKAGE}.records")
ORGANISATION = importlib.import_module(f"{NAME_OF_PACKAGE}.organisation").ORGANISATION

ANNA, BRUNO, CARLA = (ORGANISATION.person(name) for name in ("anna", "bruno", "carla"))
NOW = datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 - the company's own time


def start():  # type: ignore[no-untyped-def]
    order = records.Order(amount=Decimal(20000), discount=Decimal(8))
    return process.OrderApproval.start(CARLA, NOW, order)


def decide(repeat: int) -> int:
    draft = start()
    pending = draft.submit(by=CARLA, at=NOW)
    assert draft.can_submit(by=CARLA)
    assert not pending.can_approve(by=CARLA)
    assert pending.can_approve(by=BRUNO)
    for _ in range(repeat):
        draft.can_submit(by=CARLA)
        pending.can_approve(by=CARLA)
        pending.can_approve(by=ANNA)
        pending.can_submit(by=CARLA)
        pending.can_approve(by=BRUNO)
    return 5 * repeat


def fire(repeat: int) -> int:
    draft = start()
    for _ in range(repeat):
        pending = draft.submit(by=CARLA, at=NOW)
        pending.approve(by=CARLA, at=NOW)
        pending.approve(by=ANNA, at=NOW)
        pending.submit(by=CARLA, at=NOW)
        won = pending.approve(by=BRUNO, at=NOW)
        assert won.state == "won"
    return 5 * repeat


def cases(count: int) -> list[object]:
    """Finished cases, for the measure of memory."""
    return [start().submit(by=CARLA, at=NOW).approve(by=BRUNO, at=NOW) for _ in range(count)]
