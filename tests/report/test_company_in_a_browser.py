"""The report in a real browser: it fits, it can be read, clicked and printed, and it fetches nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from crmdsl.api import check, report
from crmdsl.report.company.html import as_html

SPECS = Path(__file__).parents[2] / "specs"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
pytestmark = pytest.mark.slow

PROBE = """
const found = {};
const style = e => getComputedStyle(e);
const rgb = text => (text.match(/[\\d.]+/g) || []).map(Number);
const light = ([r, g, b]) => { const f = c => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
  return .2126 * f(r) + .7152 * f(g) + .0722 * f(b); };
const behind = e => { for (; e; e = e.parentElement) { const c = rgb(style(e).backgroundColor);
  if (c.length === 3 || c[3] > .99) return c; } return [255, 255, 255]; };
const contrast = e => { const [a, b] = [light(rgb(style(e).color)), light(behind(e))].sort((x, y) => y - x);
  return (a + .05) / (b + .05); };
const texts = () => [...document.querySelectorAll("body *:not(svg *):not(script)")].filter(e =>
  [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && e.getClientRects().length);
const faint = () => texts().filter(e => contrast(e) < (parseFloat(style(e).fontSize) >= 24 ? 3 : 4.5))
  .map(e => `${e.tagName}.${e.className} ${contrast(e).toFixed(2)}`);
const cut = () => [...document.querySelectorAll("main *:not(svg *)")].filter(e =>
  e.clientWidth && style(e).display !== "inline" && e.scrollWidth > e.clientWidth + 1
  && !e.matches(".scroll, .map, pre")).map(e => `${e.tagName}.${e.className}`);
const beyond = () => [...document.querySelectorAll("main *:not(svg *), header *:not(option)")].filter(e =>
  e.getClientRects().length && e.getBoundingClientRect().right > innerWidth + 1
  && !e.closest(".scroll, .map, pre, nav"))
  .map(e => `${e.tagName}.${e.className}`);
const look = () => ({ wide: document.documentElement.scrollWidth, room: innerWidth, faint: faint().slice(0, 5),
  cut: cut().slice(0, 5), beyond: beyond().slice(0, 5), paper: style(document.body).backgroundColor });
addEventListener("load", () => setTimeout(() => {
  for (const each of document.querySelectorAll("details")) each.open = false;
  found.shut = look();
  for (const each of document.querySelectorAll("details")) each.open = true;
  found.open = look();
  found.glance = document.querySelector(".split").getBoundingClientRect().bottom + scrollY;
  found.fetched = performance.getEntriesByType("resource").length;
  const stops = [...document.querySelectorAll("a, button, select, summary, [tabindex='0']")]
    .filter(e => e.getClientRects().length);
  const reached = e => { e.focus({ preventScroll: true }); return document.activeElement === e; };
  found.unreached = stops.filter(e => !reached(e)).length;
  found.stops = stops.length;

  document.querySelector("#theme").click();
  found.switched = look();
  found.map = [style(document.querySelector(".map")).backgroundColor, style(document.querySelector(".map text")).fill];
  found.pressed = document.querySelector("#theme").getAttribute("aria-pressed");

  const choice = document.querySelector("#department"), rows = () =>
    [...document.querySelectorAll("#reliefs tr[data-departments]")].filter(e => e.getClientRects().length).length;
  found.rows = rows();
  choice.value = "administration";
  choice.dispatchEvent(new Event("change"));
  found.filtered = rows();
  found.told = document.querySelector("#shown").textContent;
  choice.value = "";
  choice.dispatchEvent(new Event("change"));
  found.again = rows();

  for (const each of document.querySelectorAll("details")) each.open = false;
  const row = document.querySelectorAll("#reliefs tbody tr")[1], links = row.querySelectorAll(".links a");
  links[0].click();
  setTimeout(() => {
    const step = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const box = step.getBoundingClientRect();
    found.step = [step.id, step.classList.contains("found"), box.top > 0 && box.bottom < innerHeight, box.width > 20];
    links[1].click();
    setTimeout(() => {
      const lines = document.getElementById(location.hash.slice(1)), place = lines.getBoundingClientRect();
      found.lines = [lines.textContent.includes("credit_rating:"), place.top >= 0 && place.top < innerHeight];
      const whole = document.querySelector("button.whole"), svg = whole.closest("figure").querySelector("svg");
      whole.closest("details").open = true;
      whole.click();
      found.fitted = svg.getBoundingClientRect().width <= svg.parentElement.clientWidth;
      document.body.textContent = "PROBE" + JSON.stringify(found) + "ENDED";
    }, 700);
  }, 700);
}, 50));
"""


@pytest.fixture(scope="module")
def browser() -> str:
    """A browser that runs here."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"NO BROWSER: none of {', '.join(BROWSERS)} is on the path, so the report was not looked at")
    return found


@pytest.fixture(scope="module")
def page() -> str:
    return as_html(report(check(SPECS / "valvotech"), "it"))


QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip


def run(browser: str, folder: Path, *args: str) -> str:
    """What a browser writes. One that hangs at its start, as some do where there is much to do, is started again."""
    environment = os.environ | {"DBUS_SESSION_BUS_ADDRESS": "disabled:"}
    for profile in ("first", "second"):
        call = [browser, *QUIET, f"--user-data-dir={folder / profile}", *args]
        try:
            done = subprocess.run(
                call, capture_output=True, text=True, encoding="utf-8", timeout=60, check=True, env=environment
            )
        except subprocess.TimeoutExpired:
            continue
        return done.stdout
    raise AssertionError("the browser hangs")


def probed(browser: str, folder: Path, page: str, *args: str) -> dict[str, Any]:
    """What a browser says of the page, with the probe allowed beside its own script."""
    from base64 import b64encode
    from hashlib import sha256

    allowed = b64encode(sha256(PROBE.encode()).digest()).decode()
    watched = page.replace("script-src '", f"script-src 'sha256-{allowed}' '", 1)
    watched = watched.replace("</body>", f"<script>{PROBE}</script></body>")
    here = folder / "probe.html"
    here.write_text(watched, encoding="utf-8", newline="\n")
    told = run(browser, folder, "--virtual-time-budget=30000", "--dump-dom", *args, here.as_uri())
    found = re.search(r"PROBE(.*)ENDED", told, re.DOTALL)
    assert found, told[:500]
    data: dict[str, Any] = json.loads(found[1].replace("&amp;", "&").replace("&gt;", ">"))
    return data


def fits(look: dict[str, Any]) -> None:
    assert look["wide"] <= look["room"]
    assert (look["faint"], look["cut"], look["beyond"]) == ([], [], [])


def brightness(colour: str) -> float:
    return sum(map(int, re.findall(r"\d+", colour)[:3])) / 3


@pytest.mark.parametrize(
    ("size", "args"), [("1440,900", ()), ("500,844", ("--blink-settings=preferredColorScheme=0",))]
)
def test_it_fits_and_works(browser: str, page: str, tmp_path: Path, size: str, args: tuple[str, ...]) -> None:
    found = probed(browser, tmp_path, page, f"--window-size={size}", *args)
    for look in ("shut", "open", "switched"):
        fits(found[look])
    first, second = (brightness(found[look]["paper"]) for look in ("open", "switched"))
    assert (second < 60 < 230 < first) if not args else (first < 60 < 230 < second)
    paper, ink = map(brightness, found["map"])
    assert (ink < 60 and paper > 230) if args else (paper < 60 and ink > 200)
    assert found["pressed"] == ("false" if args else "true")
    assert found["fetched"] == 0
    assert found["stops"] > 100
    assert found["unreached"] == 0
    assert found["glance"] <= 900 or args
    assert found["again"] == found["rows"] == 27
    assert 0 < found["filtered"] < 27
    assert re.fullmatch(r"Voci mostrate: \d+ / \d+", found["told"])
    assert found["step"] == ["order_to_cash.order_to_cash--credit_check", True, True, True]
    assert found["lines"] == [True, True]
    assert found["fitted"]


def test_on_paper(browser: str, page: str, tmp_path: Path) -> None:
    here = tmp_path / "report.html"
    here.write_text(page, encoding="utf-8")
    run(browser, tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'report.pdf'}", here.as_uri())
    pages = len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "report.pdf").read_bytes()))
    assert 15 <= pages <= 40
