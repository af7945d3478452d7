"""Pictures of organisation, approval chains and internal customers: nothing overlaps, nothing is lost."""

from __future__ import annotations

from pathlib import Path

from crmdsl.api import check
from crmdsl.backends.diagrams import pictures_of
from crmdsl.backends.diagrams.scene import Group, Text

SPECS = Path(__file__).parents[3] / "specs"
KINDS = ("organisation", "approvals")


def test_a_chart_shows_who_decides_in_each_region() -> None:
    spec = check(SPECS / "valvotech").spec
    (picture,) = pictures_of(spec, "it", ["approval-discount"])
    texts = [item.text for _, _, item in picture.scene.placed() if isinstance(item, Text)]
    assert {"≤ 5%", "≤ 12%", "≤ 25%", "≤ 100.000 EUR", "Passa senza firma"} <= set(texts)


def test_every_way_from_supplier_to_customer_is_drawn() -> None:
    spec = check(SPECS / "valvotech").spec
    (picture,) = pictures_of(spec, "en", ["customers"])
    lines = [item for _, _, item in picture.scene.placed() if isinstance(item, Group) and item.kind == "line"]
    signers = sum(len({r.name for lv in c.levels.values() for r in lv.approver}) for c in spec.approvals.values())
    sides = sum(len(h.customer) + len(h.supplier) for h in spec.handoffs.values())
    assert len(lines) == signers + sides + sum(len(c.requester) for c in spec.approvals.values())
