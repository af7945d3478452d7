"""Steps, whose keys tell their class, and branches of parallel blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from crmdsl.diagnostics import Message, Related
from crmdsl.diagnostics.foreign import meant
from crmdsl.model.faults import StepKind
from crmdsl.model.kinds import Key
from crmdsl.model.processes import STEP_KINDS, Branch, Outcome, Process, Step, Task
from crmdsl.model.reading.context import Read, Reading
from crmdsl.model.reading.declarations import BODY, Entries, Plan, declare, entries_of, plan_of
from crmdsl.model.reading.refusals import check_name, empty, listed, unknown_key, wrong_type
from crmdsl.model.reading.uses import inherited
from crmdsl.model.values import Ref
from crmdsl.syntax.nodes import Mapping, Node, Scalar

KINDS = listed(STEP_KINDS)
ENDS = {"success": "success", "failure": "failure", "end": "success", "done": "success", "ok": "success"}
"""What stands in place of a step that is an end -> the end."""


def steps_reader(reading: Reading, name: str, described: Key) -> Read:
    """A map of steps. Every step goes into `reading.all_steps`, those of its branches behind it."""

    def read(at: Node, node: Node) -> dict[str, Step] | None:
        entries = entries_of(reading, name, at, node, required=described.required)
        if entries is None:
            return None
        if reading.steps_root is None and type(node) is Mapping:
            reading.steps_root = node
        links = inherited(reading, entries, step_keys(reading), around=lambda: all_steps(reading))
        prefix = reading.prefix
        found: dict[str, Step] = {}
        for step_name, (key, body) in entries.items():
            check_name(reading, key)
            path = prefix + step_name
            link = links.get(step_name)
            if link is None:
                found[step_name] = read_step(reading, path, step_name, key, body)
                continue
            if not link.whole:
                reading.spoil()
            with reading.taking(body):
                found[step_name] = read_step(reading, path, step_name, key, link.node, whole=link.whole)
        reading.prefix = prefix
        return found

    return read


def all_steps(reading: Reading) -> Entries:
    """All steps of the process being read as nodes, looked up once."""
    if reading.steps_found is None:
        reading.steps_found = dict(step_entries(reading.steps_root))
    return reading.steps_found


def step_entries(steps: Node | None) -> Iterator[tuple[str, tuple[Scalar, Node]]]:
    """All steps of a process as nodes, those of branches too; the outermost come last, and so hide the others."""
    if not isinstance(steps, Mapping):
        return
    for _, node in steps.entries.values():
        branches = node.get("parallel") if isinstance(node, Mapping) else None
        if isinstance(branches, Mapping):
            for _, branch in branches.entries.values():
                if isinstance(branch, Mapping):
                    yield from step_entries(branch.get("steps"))
    yield from steps.entries.items()


def read_step(reading: Reading, path: str, name: str, key: Scalar, node: Node, *, whole: bool = True) -> Step:
    """One step, of the class that its key tells. `whole` is false where what it uses is not there."""
    reading.all_steps[path] = cast(Step, None)  # keeps its place in front of the steps of its branches
    reading.prefix = f"{path}."
    if type(node) is not Mapping:
        if empty(node):
            no_kind(reading, key, name)
        else:
            wrong_type(reading, name, key, node, BODY, hint=end_meant(node))
            reading.lack()
        step: Step = Task(name=name, name_node=key, node=node, process=reading.process, path=path)
    else:
        kinds = [kind for kind in node.entries if kind in STEP_KINDS]
        more: dict[str, Any] = {"process": reading.process, "path": path}
        if len(kinds) == 1:
            made = declare(reading, step_plan(reading, kinds[0]), name, key, node, whole=whole, **more)
        else:
            said = node.broken or not whole
            kind = two_kinds(reading, key, node, kinds) if kinds else missing_kind(reading, key, name, node, said=said)
            known = of_kind(reading, kind, node)
            made = declare(reading, step_plan(reading, kind), name, key, known, whole=False, **more)
            made.node = node
        step = cast(Step, made)
    reading.all_steps[path] = step
    return step


def end_meant(node: Node) -> Message:
    """What to do with a step that is no map: `won: success` is an end."""
    word = node.value.lower() if isinstance(node, Scalar) else ""
    found = next((one for one in (word, *meant(word)) if one in ENDS), None)
    if found is None:
        return Message("give it one of the keys {kinds}", kinds=KINDS)
    if found == "end":
        return Message("write `{{end: success}}`, or `{{end: failure}}`")
    return Message("write `{text}`", text=f"{{end: {ENDS[found]}}}")


def step_plan(reading: Reading, kind: str) -> Plan:
    """How a step of a kind is read."""
    return plan_of(reading, STEP_KINDS[kind], named=True)


def step_keys(reading: Reading) -> dict[str, Read]:
    """The keys that any kind of step has, and their readers; the keys that tell kinds come first."""
    if not reading.step_keys:
        plans = [step_plan(reading, kind).keys for kind in STEP_KINDS]
        every = {word: read for keys in plans for word, (_, read) in keys.items()}
        reading.step_keys = {kind: every[kind] for kind in STEP_KINDS} | every
    return reading.step_keys


def no_kind(reading: Reading, key: Scalar, name: str) -> None:
    """A step without a key that tells its kind."""
    reading.spoil()
    message = Message("step `{name}` is of no kind", name=name)
    reading.report(StepKind.at(key.span, message, help=Message("give it one of the keys {kinds}", kinds=KINDS)))


def missing_kind(reading: Reading, key: Scalar, name: str, node: Mapping, *, said: bool) -> str:
    """Report a step without a kind, and say which kind its other keys suggest.

    A kind that is merely misspelt is reported as an unknown key, and not again; `said` is true where the reason is
    another one that is reported already.
    """
    reading.spoil()
    misspelt = ""
    every = step_keys(reading)
    for word, (at, _) in node.entries.items():
        if word not in every:
            near = unknown_key(reading, at, every, node.entries)
            if near in STEP_KINDS and not misspelt:
                misspelt = near
    if not misspelt and not said:
        no_kind(reading, key, name)
    counts = {kind: sum(word in step_plan(reading, kind).keys for word in node.entries) for kind in STEP_KINDS}
    return misspelt or max(counts, key=lambda kind: counts[kind])


def two_kinds(reading: Reading, key: Scalar, node: Mapping, kinds: list[str]) -> str:
    """Report a step of more than one kind, at the key of the second. It is read as of the first."""
    reading.spoil()
    first, second = (node.entries[kind][0] for kind in kinds[:2])
    span = second.span
    if (use := node.get("use")) and (second.source is not key.source or not inside(key, node, second)):
        span = use.span
    message = Message("a step is either `{first}` or `{second}`", first=kinds[0], second=kinds[1])
    related = (Related(first.span, Message("`{first}` stands here", first=kinds[0])),)
    hint = Message("make two steps of it, one after the other")
    reading.report(StepKind.at(span, message, help=hint, related=related))
    return kinds[0]


def inside(key: Scalar, node: Mapping, other: Scalar) -> bool:
    """Whether a key stands in the body of a step itself, and is not taken from another."""
    return key.offset <= other.offset <= node.end_offset


def of_kind(reading: Reading, kind: str, node: Mapping) -> Mapping:
    """The keys of a step that belong to a kind. Those of other kinds are read for their own faults alone."""
    known = step_plan(reading, kind).keys
    other = step_keys(reading)
    several = any(word in STEP_KINDS for word in node.entries)
    made = Mapping(node.source, node.offset, node.flow)
    made.end_offset = node.end_offset
    made.broken = node.broken
    for word, entry in node.entries.items():
        if word in known or (several and word not in other):
            made.entries[word] = entry
        elif word in other:
            other[word](*entry)
    return made


def branches_reader(reading: Reading, name: str, described: Key) -> Read:
    """The branches of a parallel block: each a map of steps with a start, or one task."""

    def read(at: Node, node: Node) -> dict[str, Branch] | None:
        entries = entries_of(reading, name, at, node, required=described.required)
        if entries is None:
            return None
        if not entries and isinstance(node, Mapping) and not node.broken:
            reading.spoil()
            wrong_type(reading, name, at, node, Message("a map with a branch or more"))
        links = inherited(reading, entries, {*plan_of(reading, Branch, named=True).keys, *step_keys(reading)})
        prefix = reading.prefix
        found: dict[str, Branch] = {}
        for branch, (key, body) in entries.items():
            check_name(reading, key)
            link = links.get(branch)
            path = prefix + branch
            if link is None:
                found[branch] = read_branch(reading, path, branch, key, body)
                continue
            with reading.taking(body):
                found[branch] = read_branch(reading, path, branch, key, link.node, whole=link.whole)
        reading.prefix = prefix
        return found

    return read


def read_branch(reading: Reading, path: str, name: str, key: Scalar, node: Node, *, whole: bool = True) -> Branch:
    """One branch. `whole` is false where what it uses is not there."""
    if type(node) is not Mapping:
        reading.spoil()
        reading.lack()
        wrong_type(reading, name, key, node, BODY, hint=Message("a task, or `start` and `steps`"))
        return Branch(name=name, name_node=key, node=node)
    entries = node.entries
    if "role" in entries and "start" not in entries and "steps" not in entries:
        return single_task(reading, path, name, key, node)
    others = [kind for kind in STEP_KINDS if kind in entries]
    if others and "start" not in entries and "steps" not in entries:
        return no_task(reading, name, key, node, others[0])
    reading.prefix = f"{path}."
    return cast(Branch, declare(reading, plan_of(reading, Branch, named=True), name, key, node, whole=whole))


def no_task(reading: Reading, name: str, key: Scalar, node: Mapping, kind: str) -> Branch:
    """A branch of one step that is no task, which nothing could lead out of."""
    reading.spoil()
    message = Message("a branch of one step is a task, not `{kind}`", kind=kind)
    hint = Message("write it as `{{start, steps}}`, with an end behind it")
    reading.report(StepKind.at(node.entries[kind][0].span, message, help=hint))
    return Branch(name=name, name_node=key, node=node)


def single_task(reading: Reading, path: str, name: str, key: Scalar, node: Mapping) -> Branch:
    """A branch of one task: its event is `done`, its state that of the branch."""
    plan = single_plan(reading)
    kinds = [kind for kind in STEP_KINDS if kind in node.entries]
    if len(kinds) > 1:
        two_kinds(reading, key, node, [kind for kind in node.entries if kind in STEP_KINDS])
        node = of_kind(reading, "role", node)
    made = declare(reading, plan, name, key, node, process=reading.process, path=path)
    task = cast(Task, made)
    task.outcomes = {"done": Outcome(name="done", name_node=key, node=key)}
    reading.all_steps[path] = task
    return Branch(name=name, name_node=key, node=node, start=Ref(name, key), steps={name: task}, single=True)


def single_plan(reading: Reading) -> Plan:
    """How a task that is a branch of its own is read: it has no outcomes but `done`."""
    plan = step_plan(reading, "role")
    return plan._replace(keys={name: reader for name, reader in plan.keys.items() if name != "outcomes"})


def finish_process(reading: Reading, process: Process) -> None:
    """Hand a process the steps that were found in it, and forget them."""
    process.all_steps = reading.all_steps
    reading.all_steps = {}
    reading.steps_root = reading.steps_found = None
    reading.prefix = ""
