"""A picture in the DOT language, for those who lay it out or restyle it themselves."""

from __future__ import annotations

from collections.abc import Iterator

from crmdsl.backends.diagrams.diagram import Diagram, Node
from crmdsl.backends.diagrams.marks import colour_of
from crmdsl.backends.diagrams.scene import FAILURE, SUCCESS, tint

SHAPES = {
    "start": "circle", "task": "box", "approval": "box", "handoff": "box", "decide": "diamond", "wait": "box",
    "call": "box", "success": "box", "failure": "box", "fork": "box", "join": "box", "anytime": "box",
}  # fmt: skip


def dot(diagram: Diagram) -> str:
    """The picture in the DOT language, with every word in it."""
    title = f"labelloc=t, fontname=Helvetica, label={quoted(diagram.title)}"
    lines = [
        f"digraph {quoted(diagram.name)} {{",
        f"  graph [newrank=true, nodesep=0.4, ranksep=0.5, {title}]",
        "  node [fontname=Helvetica, fontsize=12, style=rounded, shape=box]",
        "  edge [fontname=Helvetica, fontsize=10]",
        *(dot_node(node, diagram) for node in diagram.nodes),
        *_clusters(diagram, "", "  "),
    ]
    for edge in diagram.edges:
        text = "\n".join(part for part in (edge.title, edge.note) if part)
        style = "solid" if edge.kind in ("event", "automatic") else "dashed"
        ends = f"{quoted(edge.source)} -> {quoted(edge.target)}"
        lines.append(f"  {ends} [label={quoted(text)}, style={style}, weight={10 if edge.main else 1}]")
    return "\n".join([*lines, "}"]) + "\n"


def dot_node(node: Node, diagram: Diagram) -> str:
    """A step as a node, painted in the colour of who does it."""
    rows = [f"{row.title}: {', '.join(who.label for who in row.who)}".rstrip(": ") for row in node.rows]
    who = [] if rows else [who.label for who in node.who]
    text = "\n".join(part for part in (node.title, node.detail, *who, *rows, node.timer) if part)
    paint = [f"label={quoted(text)}", f"shape={SHAPES[node.kind]}", f"tooltip={quoted(node.tooltip or node.id)}"]
    role = node.who[0].role if node.who else ""
    if node.kind in ("success", "failure"):
        paint.append(f'color="{SUCCESS if node.kind == "success" else FAILURE}"')
    elif node.kind == "task" and role in diagram.colours:
        colour = colour_of(role, diagram.colours)
        paint += [f'color="{colour}"', f'fillcolor="{tint(colour, 0.1)}"', 'style="rounded,filled"']
    elif node.kind in ("start", "fork", "join"):
        paint += ["width=0.2" if node.kind == "start" else "width=1.2", "height=0.1", "style=filled", "fillcolor=black"]
    return f"  {quoted(node.id)} [{', '.join(paint)}]"


def _clusters(diagram: Diagram, parent: str, indent: str) -> Iterator[str]:
    for cluster in diagram.clusters:
        if cluster.parent == parent:
            yield f"{indent}subgraph {quoted('cluster_' + cluster.id)} {{"
            yield f"{indent}  label={quoted(cluster.title)}; labeljust=l; style=rounded"
            yield from (f"{indent}  {quoted(node.id)}" for node in diagram.nodes if node.group == cluster.id)
            yield from _clusters(diagram, cluster.id, indent + "  ")
            yield indent + "}"


def quoted(text: str) -> str:
    """Text as a string of DOT; a line break stays one, and no escape of DOT's own comes out of the spec's text."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "").replace("\n", "\\n") + '"'
