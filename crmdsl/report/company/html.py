"""A report as one page of HTML that needs nothing but itself."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from crmdsl import resources
from crmdsl.diagnostics import Message
from crmdsl.diagnostics.languages import catalogue
from crmdsl.report.company.content import Content
from crmdsl.report.company.maps import Atlas
from crmdsl.report.company.shades import rules
from crmdsl.report.company.words import LEGEND, MOST, SEVERITIES, SHORT, TOP, VERDICTS, WORDS


def as_html(found: Content) -> str:
    """The page."""
    environment = Environment(
        loader=FileSystemLoader(resources.templates("report")), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    script = environment.get_template("script.js.jinja").render()
    told = catalogue(found.language)

    def heading(message: Message) -> str:
        text = message.text(told)
        return text[:1].upper() + text[1:]

    return environment.get_template("page.html.jinja").render(
        report=found,
        words={key: heading(message) for key, message in WORDS.items()},
        verdicts={key: heading(message) for key, message in VERDICTS.items()},
        severities={key: message.text(told) for key, message in SEVERITIES.items()},
        legend=[(heat, heading(message)) for heat, message in LEGEND],
        top=TOP,
        most=MOST,
        sections=[(name, heading(SHORT[name])) for name in _sections(found)],
        shades=Markup(rules(_pictures(found.atlas))),  # noqa: S704 - colours alone
        script=Markup(script),  # noqa: S704 - a template without any word of the spec
        hash=b64encode(sha256(script.encode()).digest()).decode(),
    )


def _pictures(atlas: Atlas | None) -> Iterator[str]:
    """Every picture of the page."""
    if atlas is not None:
        for some in (*atlas.processes.values(), atlas.customers, atlas.approvals.values(), atlas.company):
            yield from (one.svg for one in some)


def _sections(found: Content) -> list[str]:
    """The parts that there are, in the order of the page."""
    woven = found.woven
    there = {
        "overview": found.headline,
        "reliefs": found.reliefs,
        "people": found.roles,
        "goals": found.goals,
        "processes": found.processes,
        "simulated": found.simulated,
        "services": found.services,
        "borders": woven and (woven.borders or woven.sentences),
        "approvals": found.chains,
        "access": found.rights,
        "structure": found.atlas and found.atlas.company,
        "faults": True,
        "method": found.assumptions,
        "yaml": found.excerpts,
    }
    return [name for name, held in there.items() if held]
