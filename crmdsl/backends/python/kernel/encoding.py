"""A case as JSON values and back, with nothing lost."""

from __future__ import annotations

from . import effects
from .records import Record
from .shapes import ApprovalStep, Block, Call, Decide, HandoffStep, Level, Phase
from .tokens import Errand, Pending, Signature, Token

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .case import Case, Entry
    from .machine import Machine
    from .people import Organisation, Person
    from .shapes import Body, Node

FORMAT = 1
"""The version of this encoding."""
MOST = 10**12
"""The greatest number that stands in a case: seconds of tens of thousands of years."""
KEYS = frozenset(("format", "case", "record", "where", "history", "effects"))


def encoded(case: Case) -> dict[str, Any]:
    """A case as JSON values."""
    entries = []
    entry: Entry | None = case.history
    while entry is not None:
        entries.append(_entry(entry))
        entry = entry[4]
    return {
        "format": FORMAT,
        "case": case.MACHINE.name,
        "record": case.record.as_json(),
        "where": _token(case.token()),
        "history": entries[::-1],
        "effects": [effect.as_json() for effect in case.effects],
    }


def _entry(entry: Entry) -> list[Any]:
    event, by, at, where, _, *notes = entry
    nodes = where if isinstance(where, tuple) else (where,)
    data: list[Any] = [event, _name(by), at, [node.name for node in nodes]]
    for reason, score, wrote, signed, *owned in notes:
        data.append([reason, score, [list(path) for path in wrote], None if signed is None else list(signed)])
        if owned:
            data[-1] += [_name(owned[0]), owned[1]]
    return data


def _name(person: Person | None) -> str | None:
    return None if person is None else person.name


def _token(token: Token) -> dict[str, Any]:
    data: dict[str, Any] = {"at": token.node.name, "since": token.since, "late": token.late}
    kept = token.data
    if isinstance(kept, Pending):
        data["approval"] = {
            "requester": _name(kept.requester), "levels": list(kept.levels), "since": kept.since, "late": kept.late,
            "signatures": [[one.level, one.person.name, one.roles] for one in kept.signatures],
        }  # fmt: skip
    elif isinstance(kept, Errand):
        data["handoff"] = {
            "customer": _name(kept.customer), "since": kept.since, "late": kept.late, "date": kept.date,
            "rejects": kept.rejects, "agreed": kept.agreed,
        }  # fmt: skip
    if token.children:
        data["inside"] = [_token(child) for child in token.children]
    return data


def decoded(cls: type[Case], text: str, organisation: Organisation) -> Any:
    """A case of a class again. Raises `ValueError` for what `encoded` cannot have made."""
    from json import JSONDecodeError, loads

    try:
        data = loads(text)
    except (JSONDecodeError, RecursionError, TypeError) as error:
        raise ValueError(f"not a case in JSON: {error}") from None
    if not isinstance(data, dict) or set(data) != KEYS:
        raise ValueError("not a case in JSON: its keys are wrong")
    if data["format"] != FORMAT:
        raise ValueError(f"a case in format {data['format']!r}; this package reads {FORMAT}")
    if data["case"] != cls.MACHINE.name:
        raise ValueError(f"a case of {data['case']!r}, not of {cls.MACHINE.name}")
    try:
        return Decoder(cls.MACHINE, organisation).case(cls, data)
    except (KeyError, TypeError, AttributeError, IndexError, RecursionError, OverflowError) as error:
        raise ValueError(f"not a case of {cls.MACHINE.name}: {error!r}") from None


class Decoder:
    """Reads the parts of a case of one machine."""

    def __init__(self, machine: Machine, organisation: Organisation) -> None:
        self.machine = machine
        self.organisation = organisation

    def case(self, cls: type[Case], data: dict[str, Any]) -> Case:
        """The case itself."""
        record: Record = self.machine.record().from_json(data["record"])
        happened: Entry | None = None
        for item in data["history"]:
            happened = self.entry(item, happened)
        if happened is None:
            raise ValueError("a case without history")
        asked = tuple(effects.from_json(item) for item in data["effects"])
        where = self.token(data["where"], None)
        if where.node.body is not self.machine.body:
            raise ValueError(f"no case is in {where.node.name} alone")
        return cls.kept(where, record, self.organisation, asked, happened)

    def entry(self, item: list[Any], before: Entry | None) -> Entry:
        """An entry of the history."""
        event, by, at, names, *rest = item
        nodes = tuple(self.node(name) for name in names)
        where = nodes[0] if len(nodes) == 1 else nodes
        plain = (_text(event), self.person(by), _whole(at), where, before)
        if not rest:
            return plain
        ((reason, score, wrote, signed, *owned),) = rest
        written = tuple(_path(path) for path in wrote)
        notes = (reason, score, written, None if signed is None else _path(signed))
        return (*plain, (*notes, *self.owned(*owned)) if owned else notes)

    def node(self, name: Any) -> Node:
        """A state by name."""
        found = self.machine.nodes.get(_text(name))
        if found is None:
            raise ValueError(f"{self.machine.name} has no state {name!r}: the case is of another version of the spec")
        return found

    def owned(self, by: Any, to: Any) -> tuple[Person | None, str | None]:
        """Who acted as the owner of the process, and to whom he gave the record."""
        return self.person(_text(by)), None if to is None else _text(to)

    def person(self, name: Any) -> Person | None:
        """A person by name."""
        if name is None:
            return None
        found = self.organisation.person(_text(name))
        if found is None:
            raise ValueError(f"{name!r} is not of the organisation")
        return found

    def token(self, item: dict[str, Any], parent: Token | None) -> Token:
        """Where the case is."""
        node = self.node(item["at"])
        token = Token(node, _whole(item["since"]), _whole(item["late"]), None, parent)
        if isinstance(node, Level):
            token.data = self.pending(item["approval"], node)
        elif isinstance(node, Phase):
            kept = item["handoff"]
            date = None if kept["date"] is None else _whole(kept["date"])
            since, late, rejects = (_whole(kept[name]) for name in ("since", "late", "rejects"))
            token.data = Errand(self.person(kept["customer"]), since, late, date, rejects, agreed=bool(kept["agreed"]))
        token.children = [self.token(child, token) for child in item.get("inside", ())]
        inside = _bodies(node)
        if [child.node.body for child in token.children] != inside:
            raise ValueError(f"not what runs inside {node.name}")
        return token

    def pending(self, kept: dict[str, Any], at: Level) -> Pending:
        """An approval that runs."""
        signatures = []
        for level, name, roles in kept["signatures"]:
            person = self.person(name)
            if person is None:
                raise ValueError("a signature of nobody")
            signatures.append(Signature(_whole(level), person, _whole(roles)))
        levels = tuple(_whole(level) for level in kept["levels"])
        known = range(len(at.step.levels))
        if at.index not in levels or not {*levels, *(one.level for one in signatures)} <= set(known):
            raise ValueError(f"not the levels of {at.step.name}")
        since, late = _whole(kept["since"]), _whole(kept["late"])
        return Pending(self.person(kept["requester"]), levels, since, late, tuple(signatures))


def _bodies(node: Node) -> list[Body]:
    """The processes and branches that run inside a step. Raises `ValueError` for what no case is in."""
    if isinstance(node, Decide | ApprovalStep | HandoffStep):
        raise ValueError(f"no case stays in {node.name}")
    if isinstance(node, Block):
        return list(node.branches)
    return [node.inner] if isinstance(node, Call) else []


def _whole(value: Any) -> int:
    if type(value) is not int or abs(value) > MOST:
        raise ValueError(f"not a whole number: {value!r}")
    return value


def _path(value: Any) -> tuple[str, ...]:
    return tuple(_text(name) for name in value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"not a text: {value!r}")
    return value
