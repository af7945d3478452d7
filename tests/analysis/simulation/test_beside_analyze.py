"""What is reckoned from the model, beside what a simulation comes to: the differences are those of the how-to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crmdsl.analysis.performance.figures import Performance
from crmdsl.analysis.simulation.figures import figures
from crmdsl.analysis.simulation.network.intervals import paired
from crmdsl.api import analyze, check, check_text
from tests.analysis.simulation import company
from tests.analysis.simulation.test_replay import SPECS, job

Figures = dict[str, float]
RATED = (
    "work: {role: clerk, effort: {mean: 30m, cv: 0.8}, outcomes: {granted: {to: ship, chance: 80%}, refused: lost}}, "
    "ship: {wait: {event: shipped, from: depot, takes: {mean: 5d, cv: 0.3}}, outcomes: {shipped: invoice}}, "
    "invoice: {role: clerk, effort: 10m, outcomes: {sent: paying}}, "
    "paying: {wait: {event: paid, from: depot, timeout: 15d, takes: {mean: 8d, cv: 0.3}}, "
    "outcomes: {paid: done, timeout: {to: dunning, chance: 12%}}}, "
    "dunning: {role: clerk, effort: {mean: 30m, cv: 1}, outcomes: {collected: done}}, "
    "done: {end: success}, lost: {end: failure}"
)
"""What the credit clerks of valvotech do, at the same load, without anybody above who takes what waits too long."""
pytestmark = [pytest.mark.slow, pytest.mark.checkout]


@pytest.fixture(scope="module")
def reckoned() -> Performance:
    found = analyze(check(SPECS / "valvotech"))
    assert found is not None
    return found.performance


@pytest.fixture(scope="module")
def simulated() -> tuple[Figures, Figures]:
    """Valvotech as it stands, and with one credit clerk more."""
    plain = job("valvotech", 42)
    plain = replace(plain, settings=replace(plain.settings, warm_up=14))
    more = replace(plain, changes=(("roles.credit_clerk.headcount", "3"),))
    return figures(plain.run(0)), figures(more.run(0))


def test_one_clerk_more_for_the_credit_rating(reckoned: Performance, simulated: tuple[Figures, Figures]) -> None:
    """At the load of these weeks (nothing is overdue yet, so nobody is dunned) waits are those that are reckoned."""
    before, after = simulated
    clerk = next(one for one in reckoned.roles if one.role == "credit_clerk")
    relief = next(one for one in reckoned.reliefs if (one.kind, one.name) == ("person", "credit_clerk"))
    queue = clerk.waiting.queue

    def wait(servers: int, load: float) -> float:
        return replace(queue, servers=servers, rate=load * servers / queue.mean).wait

    assert wait(2, relief.load_before) == pytest.approx(relief.wait_before)
    assert wait(3, relief.load_after) == pytest.approx(relief.wait_after)
    load, less = before["utilisation/credit_clerk"], after["utilisation/credit_clerk"]
    assert less == pytest.approx(load * 2 / 3, rel=0.05)
    reckons = wait(2, load) - wait(3, less)
    assert before["busy/credit_clerk"] - after["busy/credit_clerk"] == pytest.approx(reckons, rel=0.5)
    assert after["busy/credit_clerk"] == pytest.approx(wait(3, less), abs=0.06)


def test_load_and_lead_times(reckoned: Performance, simulated: tuple[Figures, Figures]) -> None:
    found = simulated[0]
    loads = {one.role: one.load.utilisation for one in reckoned.roles}
    for role in ("telemarketing", "agent", "technician", "back_office_clerk"):
        assert found[f"utilisation/{role}"] == pytest.approx(loads[role], rel=0.2)
    leads = {one.process: one for one in reckoned.processes}
    for process in ("lead_qualification", "ticket_handling"):
        assert found[f"lead/{process}/mean"] == pytest.approx(leads[process].lead.mean, rel=0.2)
        assert found[f"success/{process}"] == pytest.approx(leads[process].profile.success, abs=0.05)


def test_where_the_customer_waits_is_the_credit_rating(simulated: tuple[Figures, Figures]) -> None:
    found = simulated[0]
    waits = {
        name: value * found[name.replace("wait/", "visits/").rpartition("/")[0]]
        for name, value in found.items()
        if name.startswith("wait/order_to_cash") and name.endswith("/nobody_free")
    }
    assert max(waits, key=lambda name: waits[name]) == "wait/order_to_cash.credit_check/credit_clerk/nobody_free"


def test_one_clerk_more_at_the_load_with_dunning() -> None:
    """What one person more is reckoned to win lies in the 99% interval of what it wins before the same customers."""
    depot = "integrations: {depot: {kind: erp, owner: boss, sends: [shipped, paid]}}\n"
    spec = company.text(arrivals="arrivals: 18.4 per day, ", steps=RATED, more=depot)
    reckoned = analyze(check_text({"small.yaml": spec}))
    assert reckoned is not None
    relief = next(one for one in reckoned.performance.reliefs if (one.kind, one.name) == ("person", "clerk"))
    plain = company.job(spec, 112, 28)
    more = replace(plain, changes=(("roles.clerk.headcount", "3"),))
    before, after = ([figures(one.run(number)) for number in range(5)] for one in (plain, more))
    loads = paired([0.0] * 5, [one["utilisation/clerk"] for one in before], 0.99)
    assert relief.load_before in loads
    won = paired([one["busy/clerk"] for one in after], [one["busy/clerk"] for one in before], 0.99)
    assert relief.wait_before - relief.wait_after in won
    assert won.low > 0
