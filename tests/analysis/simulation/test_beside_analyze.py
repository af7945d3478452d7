"""What is reckoned from the model, beside what a simulation comes to: the differences are those of the how-to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crmdsl.analysis.performance.figures import Performance
from crmdsl.analysis.simulation.figures import figures
from crmdsl.api import analyze, check
from tests.analysis.simulation.test_replay import SPECS, job

Figures = dict[str, float]
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
