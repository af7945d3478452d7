"""What crmdsl does, in a minute: a company checked, drawn and compiled, and one order run from quote to cash."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "demo-out"
BOLD, DIM, RED, GREEN, PLAIN = (
    ("\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[0m") if sys.stdout.isatty() else ("",) * 5
)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def chapter(number: int, title: str) -> None:
    print(f"\n{BOLD}── {number}. {title} {'─' * (70 - len(title))}{PLAIN}")


def crmdsl(*args: str, fine: bool = True) -> None:
    """Show a command and what it answers."""
    print(f"{BOLD}$ crmdsl {' '.join(args)}{PLAIN}", flush=True)
    code = subprocess.run([sys.executable, "-m", "crmdsl", *args], cwd=ROOT, check=False).returncode
    if (code == 0) is not fine:
        sys.exit(f"the demo is broken: exit code {code}")


def mistakes() -> None:
    """Valvotech with three mistakes that a busy consultant makes."""
    spec = OUT / "mistakes"
    shutil.copytree(ROOT / "specs/valvotech", spec)
    for file, right, wrong in (
        ("approvals.yaml", "approver: area_manager", "approver: area_manger"),
        ("approvals.yaml", "when: amount > 10_000 EUR", "when: amount > 10_000"),
        ("processes/order_to_cash.yaml", "grant: {to: kind_gate, chance: 40%}", "grant: {to: kind_gate, chance: 140%}"),
    ):
        text = (spec / file).read_text("utf-8")
        (spec / file).write_text(text.replace(right, wrong), "utf-8")
    crmdsl("validate", "demo-out/mistakes", fine=False)


class Story:
    """One case, told act by act."""

    def __init__(self, case: Any, at: datetime) -> None:
        self.case = case
        self.at = at
        self.say("order_to_cash starts", case)

    def say(self, what: str, case: Any) -> None:
        when = f"{DAYS[self.at.weekday()]} {self.at:%d %b %H:%M}"
        print(f"  {DIM}{when}{PLAIN}  {what:50} {GREEN}→ {case.state}{PLAIN}")
        for effect in case.effects:
            print(f"  {'':16}  {DIM}· {effect}{PLAIN}")

    def wait(self, **span: float) -> None:
        """Let time pass; what was due meanwhile happens."""
        self.at += timedelta(**span)
        after = self.case.advance(self.at)
        if after != self.case or after.effects:
            self.say("time passes, and a deadline with it", after)
        self.case = after

    def act(self, event: str, by: Any = None, **given: Any) -> None:
        """Somebody (or, without `by`, a system) does something that must be possible."""
        after = getattr(self.case, event)(at=self.at, **({"by": by} if by else {}), **given)
        if not after:
            sys.exit(f"the demo is broken: {event} was refused: {after}")
        said = "".join(f", {name} = {value}" for name, value in given.items())
        self.case = after
        self.say(f"{by.name if by else 'the ERP'}: {event}{said}", after)

    def refused(self, event: str, by: Any) -> None:
        """Somebody tries what he may not."""
        refusal = self.case.why_not(by, event)
        if refusal is None:
            sys.exit(f"the demo is broken: {event} by {by.name} was not refused")
        print(f"  {'':16}{RED}✗{PLAIN} {by.name} tries to {event}: {refusal.message}")
        print(f"  {'':16}  {DIM}{refusal.rule}, {refusal.place}{PLAIN}")


def run() -> None:
    """An order with a discount: the area manager sleeps on it, and finance is careful."""
    sys.path.insert(0, str(OUT / "generated"))
    if TYPE_CHECKING:
        from generated.valvotech import ORGANISATION, Customer, Order, OrderToCash
    else:
        from valvotech import ORGANISATION, Customer, Order, OrderToCash

    who = {role: ORGANISATION.first(role) for role in ("agent", "area_manager", "sales_director", "credit_clerk")}
    agent, director, credit = who["agent"], who["sales_director"], who["credit_clerk"]
    clerk = ORGANISATION.first("back_office_clerk")
    customer = Customer(vat_number="IT01234567890", segment="standard", exposure=Decimal("12000"), blocked=False)
    monday = datetime(2026, 1, 12, 9, 30)  # noqa: DTZ001 - local time of the company
    order = Order(customer=customer, kind="standard", margin=Decimal("21.5"))
    story = Story(OrderToCash.start(by=agent, at=monday, record=order), monday)
    story.wait(hours=1)
    story.act("submit", agent, amount=Decimal("48000"), discount=Decimal("8"))
    story.refused("approve", agent)
    story.refused("approve", director)
    story.wait(hours=7)
    story.act("approve", director)
    story.wait(minutes=40)
    story.act("promise", credit)
    story.act("deliver", credit, rating="B", credit_limit=Decimal("75000"))
    story.wait(hours=15)
    story.act("accept", agent)
    story.refused("confirm", agent)
    story.act("confirm", clerk)
    story.wait(days=1)
    story.act("invoice", credit)
    story.wait(days=9)
    story.act("goods_shipped")
    story.wait(days=35)
    story.act("payment_received")
    print(f"\n  {len(tuple(story.case.trail()))} acts on record, as JSON {len(story.case.to_json()):,} characters")


def main() -> None:
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    print("Valvotech makes valves: 14 agents, three approval levels, a credit office. All of it is in specs/valvotech.")
    chapter(1, "does the company hold together?")
    crmdsl("validate", "specs/valvotech")
    chapter(2, "and with three slips of the pen?")
    mistakes()
    chapter(3, "pictures to talk about, code to run, scenarios that prove it")
    crmdsl("render", "specs/valvotech", "--out", "demo-out/diagrams")
    crmdsl("compile", "specs/valvotech", "--out", "demo-out/generated")
    crmdsl("test", "specs/valvotech")
    chapter(4, "one order, from quote to cash")
    run()
    chapter(5, "yours")
    print("open demo-out/diagrams/order_to_cash.svg and demo-out/generated/valvotech, then:")
    print(f"{BOLD}$ .venv/bin/crmdsl new acme{PLAIN}")


if __name__ == "__main__":
    main()
