"""The report for those who run the company: true to the figures, whole, safe, for everybody, and the same each time."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crmdsl.api import Checked, analyze, check, check_text, report
from crmdsl.cli.process import run
from crmdsl.report.company.content import Content
from crmdsl.report.company.data import as_data
from crmdsl.report.company.html import as_html
from crmdsl.report.company.markdown import as_markdown
from crmdsl.report.company.shades import CARD, DARK_HEAT
from tests.report.pages import Page, faults

SPECS = Path(__file__).parents[2] / "specs"
PARTS = [
    "overview", "reliefs", "people", "goals", "processes", "services", "borders", "approvals", "access", "structure",
    "faults", "method", "yaml",
]  # fmt: skip


@cache
def spec(name: str) -> Checked:
    return check(SPECS / name)


@cache
def made(name: str, language: str) -> Content:
    return report(spec(name), language)


@cache
def page(name: str, language: str) -> Page:
    return Page(as_html(made(name, language)))


def parts(found: Page) -> list[str]:
    return [attributes["id"] for attributes in found.all("section")]


# what it says


def test_it_names_the_credit_rating_as_the_place_where_the_customer_waits() -> None:
    found = made("valvotech", "it").headline
    assert found is not None
    assert found.claim == "Il cliente aspetta a «Richiesta fido»"
    assert found.waits_at is not None
    assert (found.waits_at.process, found.waits_at.step) == ("order_to_cash", "credit_check")
    assert [key.key for key in found.keys] == ["lead", "cost", "wait", "load", "relief", "outside"]


def test_one_clerk_more_is_worth_what_analysis_says() -> None:
    analyzed = analyze(spec("valvotech"))
    assert analyzed is not None
    relief = next(one for one in analyzed.performance.reliefs if one.kind == "person" and one.name == "credit_clerk")
    first = made("valvotech", "en").reliefs[0]
    assert (first.kind, first.name, first.title) == (
        "person",
        "credit_clerk",
        "One person more as Credit and collections clerk",
    )
    assert first.days.value == pytest.approx(relief.days * 8, rel=1e-5)
    assert (first.days.text, first.days.clock) == ("314 working days", "440 calendar days")
    assert first.money.value == pytest.approx(relief.money / 100) == -49_920
    assert first.sums == (
        "Load of Credit and collections clerk: 80% now, 53% then.",
        (
            "Wait for Credit and collections clerk: 47 working minutes (47 minutes by the clock) now, "
            "5 working minutes (5 minutes by the clock) then."
        ),
        "In a year the cases that succeed wait for it 3,643 times: 3,643 × 41.4 min less = 2,513 h.",
        "Together 2,513 h, at 8 h a day: 314 working days of lead time, over all cases of a year.",
        "Cost: 32 h a week × 52 weeks = 1,664 h, at €30 an hour: €49,920 a year.",
    )
    assert relief.passed * (relief.wait_before - relief.wait_after) / 8 == pytest.approx(relief.days)


def test_every_relief_adds_up() -> None:
    for name in ("valvotech", "termolinea", "montalta"):
        analyzed = analyze(spec(name))
        assert analyzed is not None
        day = analyzed.performance.week.day / 60
        for one in analyzed.performance.reliefs:
            won = one.passed * (one.wait_before - one.wait_after) + one.direct
            assert won / day == pytest.approx(one.days, abs=1e-6)


def test_a_bottleneck_leads_to_its_step_and_to_its_lines() -> None:
    found = page("valvotech", "en")
    first = next(one for one in made("valvotech", "en").reliefs if one.place)
    assert first.place is not None
    assert first.place.map == "order_to_cash.order_to_cash--credit_check"
    assert {first.place.map, first.yaml} <= set(found.idents)
    excerpt = next(one for one in made("valvotech", "en").excerpts if one.anchor == first.yaml)
    assert excerpt.place == "approvals.yaml:52"
    source = spec("valvotech").sources["approvals.yaml"]
    assert [line.text for line in excerpt.lines] == [source.line(line.number) for line in excerpt.lines]
    assert excerpt.lines[0].text == "  credit_rating:"
    assert excerpt.lines[-1].text.strip().startswith("feedback:")


def test_numbers_are_written_as_the_reader_writes_them() -> None:
    assert "−49.920\u00a0€" in page("valvotech", "it").text
    assert "−€49,920" in page("valvotech", "en").text
    assert "2,2 ore lavorative" in page("valvotech", "it").text
    assert "2.2 working hours" in page("valvotech", "en").text


# the page


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("valvotech", "it"),
        ("valvotech", "en"),
        pytest.param("termolinea", "it", marks=pytest.mark.slow),
        pytest.param("montalta", "en", marks=pytest.mark.slow),
    ],
)
def test_the_page_is_whole_and_for_everybody(name: str, language: str) -> None:
    found = page(name, language)
    assert parts(found) == PARTS
    assert [attributes["href"] for attributes in found.all("a")][1 : len(PARTS) + 1] == [f"#{part}" for part in PARTS]
    assert list(faults(found)) == []
    assert len(found.all("article")) >= len(spec(name).spec.processes)
    assert not re.search(r"\b(nan|inf|infinity|Markup)\b", found.text)
    assert len(found.source) < 1_500_000


def test_the_same_bytes_each_time() -> None:
    for form in (as_html, as_markdown, lambda content: json.dumps(as_data(content))):
        assert form(report(check(SPECS / "valvotech"), "it")) == form(made("valvotech", "it"))


def test_the_script_is_the_one_that_the_page_allows() -> None:
    from base64 import b64encode
    from hashlib import sha256

    source = page("valvotech", "it").source
    script = re.search(r"<script>(.*)</script>", source, re.DOTALL)
    assert script
    assert f"'sha256-{b64encode(sha256(script[1].encode()).digest()).decode()}'" in source


# hostile and poor companies

EVIL = (
    '</script><script>alert(1)</script>"><img src=x onerror=alert(1)> {{7*7}} {% raw %} ${x} \\u202e &amp; ' + "x" * 300
)
COMPANY = """crmdsl: 1
company: {name: %(name)s, currency: EUR, timezone: Europe/Rome, calendar: office, label: %(name)s}
calendars: {office: {hours: {mon-fri: ["09:00-13:00", "14:00-18:00"]}}}
departments: {sales: {label: %(name)s}}
roles: {clerk: {department: sales, headcount: 1, hourly_cost: 30 EUR, label: %(name)s, allow: {overloaded-role: x}}}
entities: {order: {owner: clerk, fields: {amount: {type: money, label: %(name)s}}}}
processes:
  sale:
    label: %(name)s
    entity: order
    start: work
    %(arrivals)s
    promise: 10d
    steps:
      work: {role: clerk, effort: 1h, edits: [amount], label: %(name)s, note: %(name)s, outcomes: {done: check}}
      check: {role: clerk, effort: 10m, outcomes: {good: won, bad: {to: work, chance: 10%%}}}
      won: {end: success}
access: {grants: [{role: clerk, can: [create, read, update], on: order}]}
"""


def company(name: str = "Acme", arrivals: str = "arrivals: 2 per day") -> Content:
    return report(check_text({"a.yaml": COMPANY % {"name": json.dumps(name), "arrivals": arrivals}}), "en")


def test_nothing_of_a_spec_becomes_markup() -> None:
    content = company(EVIL)
    found = Page(as_html(content))
    assert content.headline is not None
    assert list(faults(found)) == []
    assert not found.all("img")
    assert "alert(1)" in found.text
    assert "<script>alert" not in found.source
    text = as_markdown(content)
    assert not re.search(r"(?<!\\)<|(?<!\\)&", text)
    assert json.loads(json.dumps(as_data(content)))["company"] == EVIL


@pytest.mark.parametrize("name", ["reliefs", "people", "report", "theme", "title", "yaml"])
def test_the_names_of_a_spec_are_not_those_of_the_page(name: str) -> None:
    text = (COMPANY % {"name": '"Acme"', "arrivals": "arrivals: 2 per day"}).replace("  sale:", f"  {name}:")
    assert list(faults(Page(as_html(report(check_text({"a.yaml": text}), "en"))))) == []


def test_without_arrivals_it_says_so() -> None:
    content = company(arrivals="priority: {}")
    assert content.headline is not None
    assert content.headline.claim == "Nothing says yet how much work comes in"
    found = Page(as_html(content))
    assert list(faults(found)) == []
    assert not re.search(r"\b(nan|inf)\b", found.text)


def test_an_overloaded_queue_has_no_wait() -> None:
    content = company(arrivals="arrivals: 9 per day")
    assert content.headline is not None
    assert content.headline.claim == "More work comes in than is done: Acme"
    assert "From the first week on the queue grows, each week by" in " ".join(content.headline.sentences)
    assert content.roles[0].wait.value is None
    assert content.reliefs[0].ends_growth
    found = Page(as_html(content))
    assert list(faults(found)) == []
    assert not re.search(r"\b(nan|inf)\b", found.text + as_markdown(content))
    assert not re.search("NaN|Infinity", json.dumps(as_data(content)))


def test_a_company_with_errors_gets_its_diagnostics(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text(
        COMPANY.replace("start: work", "start: wrok") % {"name": '"Acme"', "arrivals": "arrivals: 2 per day"}
    )
    assert run(["report", str(tmp_path / "a.yaml"), "--out", str(tmp_path / "r.html")]) == 1
    found = Page((tmp_path / "r.html").read_text())
    assert list(faults(found)) == []
    assert parts(found) == ["overview", "faults"]
    assert "wrok" in found.text
    capsys.readouterr()
    assert run(["report", str(tmp_path / "a.yaml"), "--format", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert "unknown-name" in [one["code"] for one in data["faults"]]
    assert data["refused"]
    assert data["headline"] is None
    assert run(["report", str(tmp_path / "a.yaml"), "--format", "md", "--lang", "it"]) == 1
    assert "Errore" in capsys.readouterr().out


def test_a_new_company(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", str(tmp_path / "acme")]) == 0
    capsys.readouterr()
    for form in ("html", "json", "md"):
        assert run(["report", str(tmp_path / "acme"), "--format", form, "--lang", "it"]) == 0
        text = capsys.readouterr().out
        assert not re.search(r"\b(nan|inf|Infinity|NaN)\b", text)
        if form == "html":
            assert list(faults(Page(text))) == []


def test_the_data_says_what_the_page_says() -> None:
    data: dict[str, Any] = as_data(made("valvotech", "it"))
    assert data["report"] == 1
    assert data["headline"]["waits_at"]["step"] == "credit_check"
    assert {"value", "unit", "text", "clock", "clock_value"} == set(data["processes"][0]["lead"])
    assert "atlas" not in data
    text = page("valvotech", "it").text
    for one in data["reliefs"]:
        assert one["days"]["text"] in text
    told = [figure["text"] for process in data["processes"] for figure in process.values()
            if isinstance(figure, dict) and "text" in figure]  # fmt: skip
    assert len(told) > 30
    assert all(text_ in text for text_ in told)


@pytest.mark.slow
def test_with_a_simulation(tmp_path: Path) -> None:
    from crmdsl.analysis._clock import Clock
    from crmdsl.analysis.simulation.settings import Settings
    from crmdsl.api import simulate

    path = tmp_path / "a.yaml"
    path.write_text(COMPANY % {"name": '"Acme"', "arrivals": "arrivals: 5 per day"})
    found = check(path)
    done = simulate(path, lambda one: Settings(Clock(one.spec).opening(), 56, 14), replications=2)
    assert done.plain is not None
    content = report(found, "en", study=done.plain)
    assert content.simulated is not None
    (course,) = content.simulated.courses
    assert course.lead.value == pytest.approx(done.plain.found.interval("lead/sale/mean").mean, rel=1e-5)
    assert {cause.cause for cause in course.causes} >= {"nobody_free", "work"}
    assert sum(cause.share.value or 0 for cause in course.causes) == pytest.approx(1, abs=0.02)
    assert content.simulated.lines[0].weeks
    shown = Page(as_html(content))
    assert list(faults(shown)) == []
    assert "simulated" in parts(shown)
    assert as_data(content)["simulated"]["replications"] == 2


@pytest.mark.slow
@pytest.mark.parametrize("name", ["valvotech", "termolinea", "montalta"])
def test_figures_leave_everything_on_a_map_in_its_place(name: str) -> None:
    from crmdsl.backends.diagrams.pictures import customers, processes
    from crmdsl.report.company.figures import Known
    from crmdsl.report.company.maps import overlay
    from crmdsl.report.company.places import Places
    from crmdsl.report.company.services import served, services
    from crmdsl.report.company.speech import Speech
    from tests.backends.diagrams import geometry

    analyzed = analyze(spec(name))
    assert analyzed is not None
    known, speech = Known(analyzed.performance), Speech("it", analyzed.performance.week, "EUR")
    model = spec(name).spec
    overlays = {process: overlay(process, known, speech) for process in model.processes}
    assert any(note.heat >= 0 and note.wait for one in overlays.values() for note in one.notes.values())
    services_ = services(known, Places(model, {}, "it"), speech)
    pictures = [*processes.pictures(model, "it", overlays), *customers.pictures(model, "it", served(services_, speech))]
    assert [fault for picture in pictures for fault in geometry.faults(picture.scene)] == []


def large(steps: int) -> str:
    """A company with one long process."""
    work = "\n".join(
        f"      s{n}: {{role: clerk, effort: 1m, outcomes: {{done: {f's{n + 1}' if n + 1 < steps else 'won'}}}}}"
        for n in range(steps)
    )
    head, _, _ = (COMPANY % {"name": '"Acme"', "arrivals": "arrivals: 1 per day"}).partition("    steps:")
    grants = "access: {grants: [{role: clerk, can: [create, read, update], on: order}]}\n"
    return f"{head}    steps:\n{work}\n      won: {{end: success}}\n{grants}".replace("start: work", "start: s0")


@pytest.mark.slow
def test_a_large_process_is_drawn_in_part() -> None:
    content = report(check_text({"a.yaml": large(800)}), "en")
    assert content.atlas is not None
    assert len(content.atlas.processes["sale"]) == 9
    assert content.atlas.left_out["sale"] > 20
    assert len(content.processes[0].steps) == 60
    assert content.processes[0].more_steps == 740
    text = as_html(content)
    assert list(faults(Page(text))) == []
    assert len(text) < 2_000_000


def test_key_figures_stand_against_their_targets() -> None:
    found = {one.name: one for one in made("valvotech", "en").goals}
    assert [one.verdict for one in found.values()] == ["met", "met", "met", "met"]
    assert found["clerk_load"].reckoned is not None
    assert (found["clerk_load"].target, found["clerk_load"].reckoned.text) == ("at most 80%", "26%")
    assert found["quote_to_cash"].departments
    known = {one.name: one for one in made("montalta", "en").goals}
    assert known["renewal_rate"].verdict == "missed"
    assert (known["new_fees"].verdict, known["new_fees"].why) == ("", "Only a simulation tells this")


def light(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    darker, lighter = sorted((light(one), light(two)))
    return (lighter + 0.05) / (darker + 0.05)


def test_maps_can_be_read_on_a_dark_page() -> None:
    shade = dict(re.findall(r"light-dark\((#\w+), (#\w+)\)", as_html(made("valvotech", "en"))))
    assert shade["#ffffff"] == CARD
    atlas = made("valvotech", "en").atlas
    assert atlas is not None
    drawn = "".join(one.svg for some in atlas.processes.values() for one in some)
    inks = set(re.findall(r'<text[^>]* fill="(#\w+)"', drawn)) - {"#ffffff"}
    assert {"#17212b", "#566370"} <= inks
    for ink in inks:
        assert contrast(shade[ink], CARD) >= 4.5, ink
    for heat in DARK_HEAT[:4]:
        assert contrast(shade["#17212b"], heat) >= 4.5
    assert contrast(CARD, DARK_HEAT[4]) >= 4.5
