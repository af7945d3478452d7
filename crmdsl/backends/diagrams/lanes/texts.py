"""The lanes of a process as text: a Mermaid flowchart with a subgraph a lane, and DOT with a cluster a lane."""

from __future__ import annotations

from collections.abc import Iterator

from crmdsl.backends.diagrams.diagram import Node
from crmdsl.backends.diagrams.dot import dot_node, quoted
from crmdsl.backends.diagrams.lanes.flow import Flow, Way
from crmdsl.backends.diagrams.mermaid import plain

MARKS = {
    "start": ("((", "))"), "decide": ("{", "}"), "wait": ("([", "])"), "call": ("[[", "]]"), "success": ("([", "])"),
    "failure": ("([", "])"), "approval": ("{{", "}}"), "handoff": ("[/", "/]"),
}  # fmt: skip
"""How Mermaid writes the shape of each kind of step; any other is a box."""


def mermaid(flow: Flow) -> str:
    """The lanes in Mermaid's `flowchart`."""
    names = {key: f"n{number}" for number, key in enumerate(flow.nodes)}
    lines = ["flowchart LR", f"    %% {plain(flow.diagram.title)}"]
    for number, (key, lane) in enumerate(flow.lanes.items()):
        inside = [node for node in flow.nodes.values() if flow.lane_of[node.id] == key]
        if inside:
            lines.append(f'    subgraph l{number} ["{plain(lane.label)}"]')
            lines += [f"        {_mermaid_node(names[node.id], node)}" for node in inside]
            lines.append("    end")
    for number, way in enumerate(flow.ways):
        target = names.get(way.target, f"e{number}")
        if way.mark is not None:
            lines.append(f"    {_mermaid_node(target, way.mark)}")
        text = " · ".join(part for part in (way.edge.title, way.edge.chance, way.edge.note) if part)
        arrow = "-->" if way.edge.kind in ("event", "automatic") else "-.->"
        shown = f'|"{plain(text)}"|' if text else ""
        lines.append(f"    {names[way.source]} {arrow}{shown} {target}")
    return "\n".join(lines) + "\n"


def _mermaid_node(name: str, node: Node) -> str:
    opening, closing = MARKS.get(node.kind, ("[", "]"))
    whos = list(dict.fromkeys(who.label for who in (*node.who, *(w for row in node.rows for w in row.who))))
    lines = [part for part in (node.title, " / ".join(whos), node.timer) if part] or [" "]
    return f'{name}{opening}"{"<br/>".join(plain(line) for line in lines)}"{closing}'


def dot(flow: Flow) -> str:
    """The lanes in the DOT language."""
    title = f"labelloc=t, fontname=Helvetica, label={quoted(flow.diagram.title)}"
    lines = [
        f"digraph {quoted(flow.diagram.name)} {{",
        f"  graph [rankdir=LR, newrank=true, nodesep=0.3, ranksep=0.5, {title}]",
        "  node [fontname=Helvetica, fontsize=12, style=rounded, shape=box]",
        "  edge [fontname=Helvetica, fontsize=10]",
    ]
    for number, (key, lane) in enumerate(flow.lanes.items()):
        lines.append(f"  subgraph cluster_{number} {{")
        lines.append(f"    label={quoted(lane.label)}; labeljust=l; style=rounded")
        lines += [f"  {dot_node(node, flow.diagram)}" for node in flow.nodes.values() if flow.lane_of[node.id] == key]
        lines.append("  }")
    for number, way in enumerate(flow.ways):
        lines += _dot_way(way, number, flow)
    return "\n".join([*lines, "}"]) + "\n"


def _dot_way(way: Way, number: int, flow: Flow) -> Iterator[str]:
    target = way.target or f"#end{number}"
    if way.mark is not None:
        from dataclasses import replace

        yield dot_node(replace(way.mark, id=target), flow.diagram)
    text = "\n".join(part for part in (way.edge.title, way.edge.chance, way.edge.note) if part)
    style = "solid" if way.edge.kind in ("event", "automatic") else "dashed"
    weight = 10 if way.edge.main else 1
    yield f"  {quoted(way.source)} -> {quoted(target)} [label={quoted(text)}, style={style}, weight={weight}]"
