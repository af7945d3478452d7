"""What is asked of a decision point, read strictly: what is not as the API says is a `BadRequest`.

Unknown keys are ignored, as the API wants it; a key that stands twice is refused, since two readers could take it for
two questions. Numbers with a decimal point stay text, so that nothing is rounded (`Figure`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

Data = Mapping[str, Any]
SEMANTICS = ("execute_all", "deny_on_first_deny", "permit_on_first_permit")
MOST_EVALUATIONS = 1_000
MOST_RESULTS = 1_000
"""How many results a page of a search has at most."""


class BadRequest(ValueError):
    """A request that the API does not know."""


class Figure(str):
    """A number with a decimal point, as it was written."""

    __slots__ = ()


class Party(NamedTuple):
    """A subject or a resource."""

    type: str
    id: str
    properties: Data


class Action(NamedTuple):
    """An action."""

    name: str
    properties: Data


class Evaluation(NamedTuple):
    """Who asks to do what with which record."""

    subject: Party
    action: Action
    resource: Party


class Page(NamedTuple):
    """Which results of a search are wanted."""

    start: int
    limit: int


def parsed(body: bytes) -> Data:
    """The object that stands in a body. Raises `BadRequest`."""
    try:
        found = json.loads(
            body.decode("utf-8"), parse_float=Figure, parse_constant=_no_constant, object_pairs_hook=_once
        )
    except BadRequest:
        raise
    except (ValueError, RecursionError):
        raise BadRequest("the body is not JSON in UTF-8") from None
    return _object(found, "the body")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadRequest("a key stands twice in an object")
    return found


def _no_constant(word: str) -> Any:
    raise BadRequest(f"{word} is no JSON")


def _object(value: Any, what: str) -> Data:
    if not isinstance(value, dict):
        raise BadRequest(f"{what} must be an object")
    return value


def _text(data: Data, name: str, what: str) -> str:
    value = data.get(name)
    if type(value) is not str:
        raise BadRequest(f"{what}.{name} must be a string")
    return value


def party(data: Data, what: str, *, known: bool = True) -> Party:
    """The subject or resource of a request; unless it is `known` it needs no id."""
    found = _object(data.get(what), what)
    name = _text(found, "id", what) if known else ""
    return Party(_text(found, "type", what), name, _properties(found, what))


def action(data: Data) -> Action:
    """The action of a request."""
    found = _object(data.get("action"), "action")
    return Action(_text(found, "name", "action"), _properties(found, "action"))


def _properties(data: Data, what: str) -> Data:
    return _object(data.get("properties", {}), f"{what}.properties")


def checked(data: Data) -> Data:
    """A request, if its context is one."""
    _object(data.get("context", {}), "context")
    return data


def evaluation(data: Data) -> Evaluation:
    """One question."""
    checked(data)
    return Evaluation(party(data, "subject"), action(data), party(data, "resource"))


def several(data: Data) -> tuple[list[Data], str] | None:
    """The questions of a request, with what stands for all filled in, and when to stop; `None` if it asks only one."""
    listed = data.get("evaluations")
    if listed is None or listed == []:
        return None
    if not isinstance(listed, list) or len(listed) > MOST_EVALUATIONS:
        raise BadRequest(f"evaluations must be a list of {MOST_EVALUATIONS} at most")
    semantic = _object(data.get("options", {}), "options").get("evaluations_semantic", SEMANTICS[0])
    if semantic not in SEMANTICS:
        raise BadRequest(f"options.evaluations_semantic must be one of {', '.join(SEMANTICS)}")
    defaults = {name: data[name] for name in ("subject", "action", "resource", "context") if name in data}
    for value in defaults.values():
        _object(value, "what stands for all evaluations")
    return [_filled(defaults, _object(one, "an evaluation")) for one in listed], semantic


def _filled(defaults: Data, one: Data) -> Data:
    """An evaluation with the defaults: each entity as a whole, but for a `type`, `id` or `name` that it lacks."""
    found = {**defaults, **one}
    for name in ("subject", "action", "resource"):
        own, general = one.get(name), defaults.get(name)
        if isinstance(own, dict) and isinstance(general, dict):
            found[name] = {key: general[key] for key in ("type", "id", "name") if key in general} | own
    return found


def page(data: Data) -> Page:
    """The page of a search that is wanted."""
    found = _object(data.get("page", {}), "page")
    token, limit = found.get("token", found.get("next_token", "")), found.get("limit", MOST_RESULTS)
    if type(limit) is not int or limit < 1:
        raise BadRequest("page.limit must be a whole number from 1 on")
    if type(token) is not str or not (token == "" or (token.isascii() and token.isdecimal() and len(token) < 10)):
        raise BadRequest("page.token must be one that a search gave")
    return Page(int(token or 0), min(limit, MOST_RESULTS))
