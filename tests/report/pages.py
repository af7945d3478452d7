"""A page of HTML as a test reads it: its elements, whether they are closed, and whether everybody can use it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"meta", "br", "link", "img", "input", "hr"}
ELSEWHERE = re.compile(
    r"(?:href|src|action|data|url)\s*[=(]\s*[\"']?\s*(?:https?:|ftp:|file:|javascript:|//)|@import", re.IGNORECASE
)


class Page(HTMLParser):
    """What a page holds. Raises `AssertionError` where an element is closed by another's end."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str], tuple[str, ...]]] = []
        """Name, attributes, and the names of the elements around."""
        self.said: list[tuple[tuple[str, ...], str]] = []
        self._open: list[str] = []
        self.source = text
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}, tuple(self._open)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}, tuple(self._open)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open, tag
        assert self._open.pop() == tag, (tag, self._open, self.getpos())

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.said.append((tuple(self._open), data.strip()))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes, _ in self.elements if name == tag]

    @property
    def idents(self) -> list[str]:
        return [attributes["id"] for _, attributes, _ in self.elements if "id" in attributes]

    @property
    def text(self) -> str:
        """What a reader reads."""
        return " ".join(data for around, data in self.said if not {"script", "style", "title"} & set(around))

    @property
    def headings(self) -> list[tuple[int, str]]:
        return [(int(tag[1]), attributes.get("id", "")) for tag, attributes, _ in self.elements
                if re.fullmatch(r"h[1-6]", tag)]  # fmt: skip


def faults(page: Page) -> Iterator[str]:
    """What keeps somebody from using a page: with a keyboard, a reader of screens, or without a network."""
    idents = page.idents
    yield from (f"twice: {one}" for one in {one for one in idents if idents.count(one) > 1})
    if any(len(page.all(tag)) != 1 for tag in ("html", "head", "main", "h1", "footer", "header", "nav")):
        yield "landmarks"
    if page.all("html")[0].get("lang") not in ("it", "en"):
        yield "no language"
    levels = [level for level, _ in page.headings]
    yield from (f"from h{a} to h{b}" for a, b in pairwise(levels) if b > a + 1)
    if next((attributes for tag, attributes, _ in page.elements if tag == "a"), {}).get("href") != "#report":
        yield "no way to skip"
    for element in page.elements:
        yield from _of_element(*element, set(idents))
    yield from _from_elsewhere(page)


def _of_element(tag: str, attributes: dict[str, str], around: tuple[str, ...], known: set[str]) -> Iterator[str]:
    href = attributes.get("href")
    if href is not None and not (href.startswith("#") and href[1:] in known):
        yield f"leads nowhere: {href}"
    for name in ("aria-labelledby", "aria-describedby"):
        if name in attributes and not set(attributes[name].split()) <= known:
            yield f"{name} of nothing: {attributes[name]}"
    wanted = {
        "a head of nothing": tag != "th" or attributes.get("scope") in ("row", "col"),
        "a button without a type": tag != "button" or attributes.get("type") == "button",
        "a choice without a label": tag != "select" or "label" in around,
        "a part without a name": tag not in ("section", "nav") or named(attributes),
        "a stop without a name": attributes.get("tabindex") != "0" or named(attributes),
        "a picture without a name": tag != "svg" or named(attributes),
    }
    yield from (f"{fault}: {tag} {attributes}" for fault, right in wanted.items() if not right)


def named(attributes: dict[str, str]) -> bool:
    return bool({"aria-label", "aria-labelledby"} & set(attributes))


def _from_elsewhere(page: Page) -> Iterator[str]:
    if found := ELSEWHERE.search(page.source):
        yield f"from elsewhere: {found.group()}"
    if any(name.startswith("on") for _, attributes, _ in page.elements for name in attributes):
        yield "script in an element"
    if {tag for tag, *_ in page.elements} & {"link", "img", "iframe", "object", "embed", "form", "base", "audio"}:
        yield "something that is fetched"
    if len(page.all("script")) != 1:
        yield "scripts"
