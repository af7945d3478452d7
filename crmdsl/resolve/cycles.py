"""Circles of roles, of territories, and of processes that run each other."""

from __future__ import annotations

from crmdsl.diagnostics import Fault, Message, Related
from crmdsl.model.processes import Call
from crmdsl.model.values import Ref
from crmdsl.resolve.faults import ProcessCycle, ReportingCycle, TerritoryCycle
from crmdsl.resolve.symbols import Symbols

Links = dict[str, list[Ref]]


def check_cycles(symbols: Symbols) -> None:
    """Report every circle, at the link of its member that is declared first."""
    spec = symbols.spec
    superiors = {name: [role.reports_to] for name, role in spec.roles.items() if role.reports_to}
    parents = {name: [land.parent] for name, land in spec.territories.items() if land.parent}
    calls: Links = {}
    for name, process in spec.processes.items():
        found = [step.called for step in process.all_steps.values() if isinstance(step, Call) and step.called]
        if found:
            calls[name] = found
    for links, fault, message in (
        (superiors, ReportingCycle, Message("`{name}` reports to itself: {way}")),
        (parents, TerritoryCycle, Message("`{name}` lies in itself: {way}")),
        (calls, ProcessCycle, Message("`{name}` runs itself as a part: {way}")),
    ):
        for cycle in cycles(links):
            _report(symbols, fault, message, cycle)
            if fault is ProcessCycle:
                symbols.circular.update(name for name, _ in cycle)


def _report(symbols: Symbols, fault: type[Fault], message: Message, cycle: list[tuple[str, Ref]]) -> None:
    name, link = cycle[0]
    way = " → ".join(f"`{part}`" for part in (*(member for member, _ in cycle), name))
    related = tuple(
        Related(ref.span, Message("`{member}` leads to `{next}`", member=member, next=ref.name))
        for member, ref in cycle[1:11]
    )
    symbols.report(fault.at(link.span, message.having(name=name, way=way), related=related))


def cycles(links: Links) -> list[list[tuple[str, Ref]]]:
    """One circle for every set of members that lead to each other: its first member and link, and the way back."""
    found = []
    order = {name: number for number, name in enumerate(links)}
    for group in components({name: [ref.name for ref in refs] for name, refs in links.items()}):
        first = min((name for name in group if name in order), key=order.__getitem__, default=None)
        if first is not None and any(ref.name in group for ref in links[first]):
            found.append(_way_back(first, group, links))
    return found


def _way_back(first: str, group: set[str], links: Links) -> list[tuple[str, Ref]]:
    """The shortest way from a member's first link inside its group back to it."""
    start = next(ref for ref in links[first] if ref.name in group)
    came: dict[str, tuple[str, Ref]] = {start.name: (first, start)}
    work = [start.name]
    for name in work:
        if name == first:
            break
        for ref in links[name]:
            if ref.name in group and ref.name not in came:
                came[ref.name] = (name, ref)
                work.append(ref.name)
    way = [came[first]]
    while way[-1][0] != first:
        way.append(came[way[-1][0]])
    return way[::-1]


def components(graph: dict[str, list[str]]) -> list[set[str]]:
    """Maximal sets of nodes that lead to each other (Tarjan, without recursion), in the order of their first nodes."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    held: set[str] = set()
    found: list[set[str]] = []
    for root in graph:
        if root in index:
            continue
        work: list[tuple[str, int]] = [(root, 0)]
        while work:
            node, at = work.pop()
            if node not in index:
                index[node] = low[node] = len(index)
                stack.append(node)
                held.add(node)
            targets = graph.get(node, ())
            for position in range(at, len(targets)):
                target = targets[position]
                if target not in index:
                    work += [(node, position), (target, 0)]
                    break
                if target in held:
                    low[node] = min(low[node], low[target])
            else:
                if low[node] == index[node]:
                    found.append(_popped(stack, held, node))
    return sorted(found, key=lambda group: min(index[name] for name in group))


def _popped(stack: list[str], held: set[str], node: str) -> set[str]:
    group = set()
    while node not in group:
        name = stack.pop()
        held.discard(name)
        group.add(name)
    return group
