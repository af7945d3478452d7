"""Approval chains: who signs when, how often, and how long it takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crmdsl.backends.diagrams.phrases import condition
from crmdsl.backends.diagrams.words import called, human
from crmdsl.diagnostics import Message
from crmdsl.ir.operations.shares import level_shares
from crmdsl.model.chains import Approval, Level
from crmdsl.model.processes import ApprovalStep
from crmdsl.report.company.figures import Known
from crmdsl.report.company.places import Places
from crmdsl.report.company.speech import Figure, Speech


@dataclass(frozen=True, slots=True)
class LevelView:
    """A level: who signs, when, in which share of the cases, and how long it waits for him."""

    name: str
    title: str
    signers: tuple[str, ...]
    when: str
    share: Figure
    times: Figure | None
    wait: Figure | None
    within: Figure | None
    kept: Figure | None
    yaml: str
    source: str


@dataclass(frozen=True, slots=True)
class ChainView:
    """A chain with its levels in order."""

    name: str
    title: str
    mode: str
    requesters: tuple[str, ...]
    otherwise: str
    departments: tuple[str, ...]
    levels: tuple[LevelView, ...]


def chains(known: Known | None, places: Places, speech: Speech) -> tuple[ChainView, ...]:
    """Every chain, in the order of the spec."""
    return tuple(_chain(one, known, places, speech) for one in places.spec.approvals.values() if one.levels)


def _chain(one: Approval, known: Known | None, places: Places, speech: Speech) -> ChainView:
    shares = level_shares(one)
    mode = (
        Message("One level decides each case.") if one.mode == "bands"
        else Message("Every level that applies signs, one after the other.")
    )  # fmt: skip
    otherwise = {
        "approve": Message("What no level covers passes without a signature."),
        "reject": Message("What no level covers is rejected."),
    }.get(one.otherwise or "")
    signers = [ref.name for level in one.levels.values() for ref in level.approver]
    return ChainView(
        one.name, called(one, speech.language), speech.say(mode),
        tuple(places.role(ref.name) for ref in one.requester), speech.say(otherwise) if otherwise else "",
        places.departments((*signers, *(ref.name for ref in one.requester))),
        tuple(_level(one, level, shares[name], known, places, speech) for name, level in one.levels.items()),
    )  # fmt: skip


def _level(
    chain: Approval, one: Level, share: float, known: Known | None, places: Places, speech: Speech
) -> LevelView:  # fmt: skip
    excerpt = places.excerpt(one, called(one, speech.language))
    keys = list(_keys(chain, one, places)) if known else []
    spots = [known.levels[key] for key in keys if key in known.levels] if known else []
    rate = sum(spot.rate for spot in spots)
    wait = sum(spot.rate * spot.wait for spot in spots if spot.rate) / rate if rate else None
    limits = [known.limits[(*key, "within")].kept for key in keys if (*key, "within") in known.limits] if known else []
    return LevelView(
        one.name, called(one, speech.language), _signers(one, places, speech),
        condition(places.spec, one.when, speech.language), speech.share(share),
        speech.count(rate, "rate") if spots else None, None if wait is None else speech.time(wait),
        speech.promised(one.within) if one.within else None, speech.share(min(limits)) if limits else None,
        excerpt.anchor if excerpt else "", excerpt.place if excerpt else "",
    )  # fmt: skip


def _keys(chain: Approval, level: Level, places: Places) -> Iterator[tuple[str, str]]:
    """Where a level is asked: process and place."""
    for process in places.spec.processes.values():
        for path, step in process.all_steps.items():
            if isinstance(step, ApprovalStep) and step.approval and step.approval.name == chain.name:
                yield process.name, f"{path}.{level.name}"


def _signers(one: Level, places: Places, speech: Speech) -> tuple[str, ...]:
    if one.manager_of:
        return (speech.heading(Message("the requester's manager")),)
    if one.named_in is not None:
        return (speech.heading(Message("whoever is named in {field}", field=human(one.named_in.name))),)
    return tuple(places.role(ref.name) for ref in one.approver)
