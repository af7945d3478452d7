"""A process of the model -> its picture as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from crmdsl.backends.diagrams.chains import approval_node, handoff_node, joined, people, timer_of
from crmdsl.backends.diagrams.diagram import Cluster, Diagram, Edge, Node, Who
from crmdsl.backends.diagrams.phrases import amount, as_written, condition, span
from crmdsl.backends.diagrams.route import usual_success
from crmdsl.backends.diagrams.sheet import said
from crmdsl.backends.diagrams.words import called, human, in_language, word
from crmdsl.ir.operations.shares import outcome_shares
from crmdsl.model.processes import (
    ApprovalStep,
    Branch,
    Call,
    Decide,
    End,
    HandoffStep,
    Outcome,
    Parallel,
    Process,
    Step,
    Task,
    TimedStep,
    Wait,
)
from crmdsl.model.spec import Spec

START, ANYTIME, FORK, JOIN = "#start", "#anytime", "#fork", "#join"


def diagram(
    spec: Spec, process: Process, language: str, colours: dict[str, int], links: Sequence[tuple[str, str]] = ()
) -> Diagram:  # fmt: skip
    """The picture of a process, labels in `language`; `colours` are the numbers of the roles' colours.

    `links` lead to the pictures around it.
    """
    drawing = _Drawing(spec, process, language)
    drawing.whole()
    acting = {who.role: who for node in drawing.nodes for who in acts(node)}
    return Diagram(
        process.name,
        called(process, language),
        drawing.subtitle(),
        language,
        tuple(drawing.nodes),
        tuple(usual_success(drawing.nodes, drawing.edges)),
        tuple(drawing.clusters),
        tuple(acting[role] for role in spec.roles if role in acting),
        colours,
        tuple(links),
    )


def acts(node: Node) -> Iterator[Who]:
    """Everybody who acts, or may act, in a step."""
    yield from node.who
    for row in node.rows:
        yield from (*row.who, *row.may)


class _Drawing:
    """The nodes, edges and clusters of one process, while they are collected."""

    def __init__(self, spec: Spec, process: Process, language: str) -> None:
        self.spec = spec
        self.process = process
        self.language = language
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.clusters: list[Cluster] = []

    def whole(self) -> None:
        """Collect the whole process."""
        self.nodes.append(Node("#start", "start", tooltip=called(self.process, self.language)))
        if self.process.start is not None:
            self.edges.append(Edge(START, self._into(self.process.start.name, self.process.steps, ""), "automatic"))
        self._steps(self.process.steps, "", "")
        if self.process.anytime:
            title = human(word("anytime", self.language))
            self.nodes.append(Node(ANYTIME, "anytime", title, people(self.spec, self.process.owner, self.language)))
            for outcome in self.process.anytime.values():
                self._outcome(outcome, ANYTIME, "anytime", self.process.steps, "")

    def subtitle(self) -> str:
        """Owner and promise, under the title."""
        parts = []
        if self.process.owner:
            owners = joined(people(self.spec, self.process.owner, self.language))
            parts.append(f"{word('owner', self.language)}: {owners}")
        if self.process.promise is not None:
            parts.append(word("promise", self.language, time=span(self.process.promise, self.language)))
        return " · ".join(parts)

    def _steps(self, steps: dict[str, Step], prefix: str, group: str) -> None:
        for step in steps.values():
            self._step(step, prefix + step.name, steps, prefix, group)

    def _step(self, step: Step, path: str, steps: dict[str, Step], prefix: str, group: str) -> None:
        if isinstance(step, Parallel):
            self._parallel(step, path, steps, prefix, group)
            return
        self.nodes.append(self._node(step, path, group))
        kind = "automatic" if isinstance(step, Decide) else "event"
        for outcome in outcomes_of(step).values():
            self._outcome(outcome, path, kind, steps, prefix, step)

    def _node(self, step: Step, path: str, group: str) -> Node:
        node = self._plain(step, path)
        tooltip = said([called(step, self.language), step.note or "", *self._conditions(step)])
        place = f"{step.name_span.file}:{step.name_span.line}"
        return replace(node, id=path, tooltip=tooltip, place=place, group=group, link=self._link(step))

    def _conditions(self, step: Step) -> Iterator[str]:
        """When each level of an approval signs, in the words of the spec."""
        chain = (
            self.spec.approvals.get(step.approval.name) if isinstance(step, ApprovalStep) and step.approval else None
        )
        for level in chain.levels.values() if chain else ():
            if level.when is not None:
                yield f"{called(level, self.language)}: {as_written(level.when)}"

    def _link(self, step: Step) -> str:
        """The file of the picture that shows what a step runs, nothing where there is none."""
        spec = self.spec
        if isinstance(step, Call) and step.called and step.called.name in spec.processes:
            return "" if step.called.name in spec.unsound else f"{step.called.name}.svg"
        if isinstance(step, ApprovalStep) and step.approval and (chain := spec.approvals.get(step.approval.name)):
            return f"approval-{chain.name}.svg" if chain.levels else ""
        if isinstance(step, HandoffStep) and step.handoff and step.handoff.name in spec.handoffs and spec.roles:
            return f"customers.svg#handoff--{step.handoff.name}"
        return ""

    def _plain(self, step: Step, path: str) -> Node:
        """The node of a step without its place."""
        title, timer = called(step, self.language), timer_of(self.spec, step, self.language)
        match step:
            case Task():
                return Node(path, "task", title, people(self.spec, step.role, self.language), timer=timer)
            case ApprovalStep():
                return approval_node(self.spec, step, Node(path, "approval", title, timer=timer), self.language)
            case HandoffStep():
                return handoff_node(self.spec, step, Node(path, "handoff", title, timer=timer), self.language)
            case Wait():
                return Node(path, "wait", title, detail=self._awaited(step), timer=timer)
            case Call():
                called_process = self.spec.processes.get(step.called.name) if step.called else None
                detail = called(called_process, self.language) if called_process else ""
                return Node(path, "call", title, detail=detail, timer=timer)
            case End():
                reason = in_language(step.reason, self.language)
                return Node(path, step.end or "failure", reason or title)
        return Node(path, "decide", title)

    def _awaited(self, step: Wait) -> str:
        if step.wait is None or step.wait.event is None:
            return ""
        source = step.wait.source
        if source is None:
            return human(step.wait.event.name)
        known = self.spec.integrations.get(source.name) or self.spec.roles.get(source.name)
        sender = in_language(known.label, self.language) if known else None
        sender = sender or (source.name.upper() if source.name in self.spec.integrations else human(source.name))
        return f"{human(step.wait.event.name)} ({word('from', self.language)} {sender})"

    def _parallel(self, step: Parallel, path: str, steps: dict[str, Step], prefix: str, group: str) -> None:
        title, timer = called(step, self.language), timer_of(self.spec, step, self.language)
        heading = f"{title} · {timer}" if timer else title
        self.clusters.append(Cluster(path, "parallel", heading, group, step.note or title))
        place = f"{step.name_span.file}:{step.name_span.line}"
        self.nodes.append(Node(path + FORK, "fork", tooltip=title, place=place, group=path))
        self.nodes.append(Node(path + JOIN, "join", tooltip=title, place=place, group=path))
        for branch in step.parallel.values():
            self._branch(branch, path)
        joins = word(step.join, self.language) if isinstance(step.join, str) else str(step.join)
        if isinstance(step.join, int):
            joins = f"{step.join} {word('of', self.language)} {len(step.parallel)}"
        if step.then is not None:
            target = self._into(step.then.name, steps, prefix)
            self.edges.append(Edge(path + JOIN, target, "automatic", title=joins))
        if step.on_failure is not None:
            target = self._into(step.on_failure.name, steps, prefix)
            self.edges.append(Edge(path + JOIN, target, "failure", title=word("not met", self.language)))

    def _branch(self, branch: Branch, path: str) -> None:
        if branch.single:
            self._single(branch, path)
            return
        cluster, prefix = f"{path}.{branch.name}", f"{path}.{branch.name}."
        self.clusters.append(Cluster(cluster, "branch", called(branch, self.language), path, branch.note or ""))
        if branch.start is not None:
            self.edges.append(Edge(path + FORK, self._into(branch.start.name, branch.steps, prefix), "automatic"))
        self._steps(branch.steps, prefix, cluster)
        for step in branch.steps.values():
            if isinstance(step, End):
                kind = "automatic" if step.end == "success" else "failure"
                self.edges.append(Edge(prefix + step.name, path + JOIN, kind))

    def _single(self, branch: Branch, path: str) -> None:
        """A branch of one task, which `done` ends."""
        for step in branch.steps.values():
            if not isinstance(step, End):
                self.nodes.append(self._node(step, f"{path}.{branch.name}", path))
        self.edges.append(Edge(path + FORK, f"{path}.{branch.name}", "automatic"))
        title = human(word("done", self.language))
        self.edges.append(Edge(f"{path}.{branch.name}", path + JOIN, "event", "done", title))

    def _into(self, name: str, steps: dict[str, Step], prefix: str) -> str:
        """The node at which a way to a step arrives: its own, or the fork of a parallel."""
        return prefix + name + (FORK if isinstance(steps.get(name), Parallel) else "")

    def _outcome(
        self, outcome: Outcome, source: str, kind: str, steps: dict[str, Step], prefix: str, step: Step | None = None
    ) -> None:
        if outcome.to is None:
            return
        title = in_language(outcome.label, self.language) or self._event_word(outcome.name, step)
        who = joined(people(self.spec, outcome.by, self.language))
        times = tuple(self._times(outcome, step))
        if isinstance(step, Wait) and step.wait and outcome.name == "timeout" and step.wait.timeout:
            kind = "timeout"
        note = said([who, condition(self.spec, outcome.when, self.language), *times])
        tooltip = said([title, who, as_written(outcome.when), *times, outcome.note or ""])
        target = self._into(outcome.to.name, steps, prefix)
        chance = "" if outcome.chance is None else amount("percent", outcome.chance, "", self.language)
        share = self._shares(step).get(outcome.name, 0.0 if kind == "timeout" else 1.0) if step else 1.0
        self.edges.append(Edge(source, target, kind, outcome.name, title, note, tooltip, False, chance, share))

    def _times(self, outcome: Outcome, step: Step | None) -> Iterator[str]:
        """The time after which an outcome is taken, where one is."""
        late = isinstance(step, TimedStep) and step.late and step.late.outcome
        if late and late.name == outcome.name and isinstance(step, TimedStep) and step.within:
            yield f"{word('late', self.language)}: {span(step.within, self.language)}"
        if isinstance(step, Wait) and step.wait and outcome.name == "timeout" and step.wait.timeout:
            yield f"{word('after', self.language)} {span(step.wait.timeout, self.language)}"

    def _shares(self, step: Step) -> dict[str, float]:
        """The share of each outcome, where the spec says anything of them."""
        known = isinstance(step, ApprovalStep | HandoffStep)
        known = known or any(one.chance is not None for one in outcomes_of(step).values())
        return outcome_shares(step, self.spec) if known else {}

    def _event_word(self, name: str, step: Step | None) -> str:
        """What an outcome is called: the notation's word for those that a kind of step brings along."""
        if isinstance(step, ApprovalStep | HandoffStep | Call) or (isinstance(step, Wait) and name == "timeout"):
            return human(word(name, self.language))
        return human(name)


def outcomes_of(step: Step) -> dict[str, Outcome]:
    """The ways out of a step, by the name of the event."""
    if isinstance(step, Decide):
        return step.decide
    if isinstance(step, Task | ApprovalStep | HandoffStep | Wait | Call):
        return step.outcomes
    return {}
