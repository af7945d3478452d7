"""A picture as data: what is drawn, before anybody decides where and how."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who acts: the role's name (its colour follows from it) and what people call it."""

    role: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """A state inside a step: a level of an approval, a phase of a handoff.

    `note` is the condition under which a level signs, or the time a phase may take. Where `who` is nobody's role (the
    requester's manager), `may` are the roles that it may be.
    """

    state: str
    title: str
    who: tuple[Who, ...] = ()
    note: str = ""
    timer: str = ""
    may: tuple[Who, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A step, or a mark of the notation.

    `kind` is `start task approval handoff decide wait call success failure fork join anytime`; `id` is the
    step's path in its process (marks end in a word after `#`). `group` is the cluster it stands in,
    `link` the file of the picture that shows what it runs.
    """

    id: str
    kind: str
    title: str = ""
    who: tuple[Who, ...] = ()
    detail: str = ""
    timer: str = ""
    rows: tuple[Row, ...] = ()
    tooltip: str = ""
    place: str = ""
    group: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A way from node to node. `kind` is `event`, `automatic`, `timeout`, `anytime` or `failure`.

    `event` is the name that fires it (empty where nothing does), `note` its condition, who fires it or its time.
    `main` marks the usual way to success, which is drawn straight; `chance` is its share of visits as it is
    written, `share` as it is reckoned (1 where nothing is said of it).
    """

    source: str
    target: str
    kind: str
    event: str = ""
    title: str = ""
    note: str = ""
    tooltip: str = ""
    main: bool = False
    chance: str = ""
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """A box around nodes: a parallel block (`parallel`) or a branch of one (`branch`)."""

    id: str
    kind: str
    title: str
    parent: str = ""
    tooltip: str = ""


@dataclass(frozen=True, slots=True)
class Diagram:
    """The picture of one process. `language` is that of its labels."""

    name: str
    title: str
    subtitle: str
    language: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    clusters: tuple[Cluster, ...]
    roles: tuple[Who, ...]
    """Everybody who acts in it, in the order of the spec: the legend."""
    colours: dict[str, int]
    """The number of each role's colour, the same in every picture of a spec."""
    links: tuple[tuple[str, str], ...] = ()
    """The ways to other pictures: what they say, and the file."""

    def as_json(self) -> dict[str, Any]:
        """The picture as JSON values."""
        return asdict(self)
