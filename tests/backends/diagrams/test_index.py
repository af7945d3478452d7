"""The page that shows all pictures: whole, self-contained, for eyes, keyboards, paper and readers of screens."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from crmdsl.api import check, check_text
from crmdsl.backends.diagrams import page, pictures_of, texts
from crmdsl.backends.diagrams.index import GROUPS
from crmdsl.model.spec import Spec
from tests.backends.diagrams.test_diagrams import HOSTILE, spec

SPECS = Path(__file__).parents[3] / "specs"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


class Page(HTMLParser):
    """What a page holds: its elements with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def made(spec: Spec, language: str = "en", *forms: str) -> tuple[Page, dict[str, str], str]:
    """The page, the files beside it, and its text."""
    pictures = pictures_of(spec, language)
    files = {name: text for form in forms or ("svg", "mermaid") for name, text in texts(pictures, form).items()}
    (text,) = page(spec, language, pictures, files).values()
    return Page(text), files, text


def holds(found: Page, files: dict[str, str]) -> None:
    """Every link leads to a file that is there or a place on the page; every picture is on it, and says what it is."""
    idents = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(idents) == len(set(idents))
    targets = [anchor["href"] for anchor in found.all("a")]
    for target in targets:
        assert target in files or (target[:1] == "#" and target[1:] in idents), target
    assert set(files) <= set(targets)
    images = found.all("img")
    assert len(images) == len([name for name in files if name.endswith(".svg")])
    for image in images:
        assert image["alt"]
        kind, _, body = image["src"].partition(",")
        assert kind == "data:image/svg+xml"
        ElementTree.fromstring(unquote(body))


@pytest.mark.parametrize("name", sorted(path.name for path in SPECS.iterdir() if path.is_dir()))
@pytest.mark.parametrize("language", ["it", "en"])
def test_it_shows_and_leads_to_every_picture(name: str, language: str) -> None:
    found, files, text = made(check(SPECS / name).spec, language)
    holds(found, files)
    assert found.all("html") == [{"lang": language}]
    assert [len(found.all(tag)) for tag in ("h1", "main", "nav", "title")] == [1, 1, 1, 1]
    assert len(found.all("h2")) == len(GROUPS)
    assert ("I processi" in found.text) == (language == "it")
    assert not re.search(r"(?:href|src|url|action)\s*[=(]\s*[\"']?(?:https?:)?//|<script|<link|@import", text)
    if name == "valvotech":
        assert made(check(SPECS / name).spec, language)[2] == text


def test_nothing_of_a_spec_becomes_markup() -> None:
    hostile = spec(HOSTILE)
    assert hostile.company is not None
    hostile.company.title = '"><script>alert(1)</script>'
    found, files, text = made(hostile)
    holds(found, files)
    assert "<script" not in text
    assert {tag for tag, _ in found.elements} <= {
        "html", "head", "meta", "title", "style", "body", "a", "header", "h1", "p", "nav", "ul", "li", "main",
        "section", "h2", "div", "figure", "img", "figcaption", "strong", "span",
    }  # fmt: skip
    assert not any(name.startswith("on") for _, attributes in found.elements for name in attributes)


PROBE = """
<script>
addEventListener("load", () => {
  const images = [...document.images];
  const style = getComputedStyle(document.body);
  const stops = [...document.querySelectorAll("a")];
  const reached = stops.filter(stop => { stop.focus(); return document.activeElement === stop; });
  const texts = [...document.querySelectorAll("h1, h2, strong, .forms, nav")];
  const clipped = texts.filter(e => e.scrollWidth > e.clientWidth + 1);
  const target = document.querySelector("figure:target img");
  const shown = target ? target.getBoundingClientRect().width : 0;
  document.body.textContent = "PROBE" + JSON.stringify({
    loaded: images.filter(image => image.complete && image.naturalWidth > 100).length, images: images.length,
    shown: shown, wide: document.documentElement.scrollWidth, room: innerWidth,
    stops: stops.length, reached: reached.length,
    clipped: clipped.filter(e => getComputedStyle(e).display !== "inline").length,
    paper: style.backgroundColor, ink: style.color}) + "ENDED";
});
</script>
"""


@pytest.fixture(scope="module")
def browser() -> str:
    """A browser that runs here."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(f"NO BROWSER: none of {', '.join(BROWSERS)} is on the path, so the index page was not looked at")
    return found


def run(browser: str, folder: Path, *args: str) -> str:
    base = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
    environment = os.environ | {"DBUS_SESSION_BUS_ADDRESS": "disabled:"}
    done = subprocess.run(
        [*base, *args], capture_output=True, text=True, encoding="utf-8", timeout=120, check=True, env=environment
    )
    return done.stdout


def probed(browser: str, page: Path, place: str, *args: str) -> dict[str, Any]:
    """What a browser says of a page in a window of some size, with some wishes of its user."""
    told = run(browser, page.parent, "--virtual-time-budget=20000", "--dump-dom", *args, page.as_uri() + place)
    found = re.search(r"PROBE(.*)ENDED", told, re.DOTALL)
    assert found, told[:500]
    data: dict[str, Any] = json.loads(found[1].replace("&amp;", "&"))
    return data


@pytest.mark.slow
def test_in_a_browser(browser: str, tmp_path: Path) -> None:
    found, _, text = made(check(SPECS / "valvotech").spec, "it")
    watched = re.sub(r'<meta http-equiv="Content-Security-Policy".*?>', "", text).replace("</body>", PROBE + "</body>")
    here = tmp_path / "probe.html"
    here.write_text(watched, encoding="utf-8")
    light = probed(browser, here, "#order_to_cash", "--window-size=1920,1080")
    assert light["loaded"] == light["images"] == len(found.all("img"))
    assert light["reached"] == light["stops"] == len(found.all("a"))
    assert light["wide"] <= light["room"]
    assert light["clipped"] == 0
    assert light["shown"] > light["room"] * 0.8
    dark = probed(browser, here, "", "--window-size=520,900", "--blink-settings=preferredColorScheme=0")
    assert dark["wide"] <= dark["room"]
    assert dark["clipped"] == 0
    assert (light["paper"], light["ink"]) != (dark["paper"], dark["ink"])
    assert brightness(light["paper"]) > 230 > 60 > brightness(light["ink"])
    assert brightness(dark["paper"]) < 60 < 200 < brightness(dark["ink"])


@pytest.mark.slow
def test_on_paper_every_picture_has_a_page(browser: str, tmp_path: Path) -> None:
    found, _, text = made(check(SPECS / "valvotech").spec, "en")
    here = tmp_path / "index.html"
    here.write_text(text, encoding="utf-8")
    run(browser, tmp_path, f"--print-to-pdf={tmp_path / 'index.pdf'}", here.as_uri())
    pages = len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "index.pdf").read_bytes()))
    assert len(found.all("img")) <= pages <= len(found.all("img")) + 2


def brightness(colour: str) -> float:
    return sum(map(int, re.findall(r"\d+", colour)[:3])) / 3


def test_pictures_of_one_title_are_told_apart_and_all_can_be_read() -> None:
    found, _, text = made(check(SPECS / "valvotech").spec, "it")
    assert "Figura" not in text
    shapes = {figure["id"]: figure.get("class", "") for figure in found.all("figure")}
    assert (shapes["order_to_cash"], shapes["service_improvement-states"]) == ("wide", "")
    twin = check_text({"spec.yaml": TWIN}).spec
    assert {"Acquisto · processo", "Acquisto · catena di approvazione"} <= set(made(twin, "it")[0].text.splitlines())


TWIN = """crmdsl: 1
departments: {d: {}}
roles: {boss: {department: d}, clerk: {department: d, reports_to: boss}}
entities: {order: {fields: {amount: money}}}
approvals: {acquisto: {entity: order, requester: clerk, levels: {one: {approver: boss}}}}
processes:
  acquisto:
    entity: order
    start: ask
    steps:
      ask: {role: clerk, outcomes: {send: sign}}
      sign: {approval: acquisto, outcomes: {approved: done, rejected: ask}}
      done: {end: success}
"""
