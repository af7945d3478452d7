"""The pipeline on one screen: load → read → resolve → lower → check → (emit | analyze | report).

Each step is a station of the same name. Nothing here raises for what a spec says: faults are
`Diagnostic`s in `Checked`. Only a path that cannot be read at all is an exception, `UnreadableInput`.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from crmdsl.diagnostics import Diagnostic, Severity
from crmdsl.diagnostics.nearest import forget
from crmdsl.ir.lower import lower
from crmdsl.model.reader import read
from crmdsl.resolve.names import resolve
from crmdsl.rules import check_all
from crmdsl.syntax.loader import Found, LoadedSpec, UnreadableInput, find, load, load_text, parsed

__all__ = [
    "Analyzed",
    "Checked",
    "Compared",
    "Tested",
    "UnreadableInput",
    "analyze",
    "check",
    "check_text",
    "compare",
    "emit",
    "emit_for",
    "explained",
    "fix",
    "report",
    "run_scenarios",
    "simulate",
    "tables",
]

if TYPE_CHECKING:
    from crmdsl.analysis.changes.change import Change
    from crmdsl.analysis.dependence import Dependence
    from crmdsl.analysis.performance.figures import Performance
    from crmdsl.analysis.performance.structure import Structure
    from crmdsl.analysis.scenarios import ScenarioResult
    from crmdsl.analysis.simulation.changing import Change as Changed
    from crmdsl.analysis.simulation.settings import Settings
    from crmdsl.analysis.simulation.study import Progress, Study
    from crmdsl.backends import GeneratedFile
    from crmdsl.diagnostics.render import Report
    from crmdsl.editing.fixing import Fixed
    from crmdsl.ir.program import Program
    from crmdsl.model.spec import Spec
    from crmdsl.report.codes import Code
    from crmdsl.report.company.content import Content
    from crmdsl.syntax.nodes import Source


TARGETS = ("postgres", "cedar", "rego", "casbin")
"""What a spec is compiled for besides Python."""

_T = TypeVar("_T")


class Checked(NamedTuple):
    """A spec after all checks.

    `spec` is what was written, `program` leaves out what is not sound; `diagnostics` are sorted by file, line,
    column and code, and each stands once; `sources` are the texts of the files, to quote from.
    """

    spec: Spec
    program: Program
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, Source]

    @property
    def failed(self) -> bool:
        """Whether the spec has errors."""
        return bool(self.errors)

    @property
    def torn(self) -> bool:
        """Whether a file of the spec is no YAML that the language knows, so that not all of it was read."""
        from crmdsl.syntax import faults

        codes = {getattr(fault, "code", None) for fault in vars(faults).values()}
        return any(one.code in codes for one in self.errors)

    @property
    def read(self) -> bool:
        """Whether all of the spec was read without an error, whatever the rules say of it."""
        return not any(one.severity is Severity.ERROR for one in self.program.resolved.memo["reading"])

    @property
    def errors(self) -> list[Diagnostic]:
        """The errors among the diagnostics."""
        return [diagnostic for diagnostic in self.diagnostics if diagnostic.severity is Severity.ERROR]


class Compared(NamedTuple):
    """Two specs after all checks, and what is different; of what has errors, only what is sure."""

    before: Checked
    now: Checked
    changes: list[Change]


class Tested(NamedTuple):
    """What the scenarios of a spec came to. `diagnostics` are those of the checks, and one for each that failed."""

    results: tuple[ScenarioResult, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def failed(self) -> bool:
        """Whether the spec has errors or a scenario failed."""
        return any(diagnostic.severity is Severity.ERROR for diagnostic in self.diagnostics)


class Analyzed(NamedTuple):
    """What the model alone tells: figures, how work passes, and the people nobody can stand in for."""

    performance: Performance
    structure: Structure
    points: tuple[Dependence, ...]


class Simulated(NamedTuple):
    """A spec that was simulated as it stands, and with changes; `failed` is one of them that has errors.

    `plain` is `None` if it is the spec itself that has.
    """

    plain: Study | None
    others: tuple[Study, ...] = ()
    failed: Checked | None = None


def check(path: Path | str) -> Checked:
    """Load a spec (a folder or one file) and check all of it. Raises `UnreadableInput`."""
    return _undisturbed(lambda: _checked(load(Path(path))))


def fix(path: Path | str) -> tuple[Checked, Fixed]:
    """Make every repair of a spec that is certain; nothing is written. `Checked` is the spec after them.

    Raises `UnreadableInput`.
    """
    from crmdsl.editing import fixing

    found = find(Path(path))
    fixed, now = fixing.fix(found, lambda one: _undisturbed(lambda: _checked(parsed(one))).diagnostics)
    return _undisturbed(lambda: _checked(parsed(now))), fixed


def check_text(files: Mapping[str, str | bytes], name: str = "spec") -> Checked:
    """Check a spec that is in memory: its files by their paths relative to the spec."""
    return _undisturbed(lambda: _checked(load_text(files, name)))


def _undisturbed(work: Callable[[], _T]) -> _T:
    """Work without the garbage collector: what a pass over a spec makes stays, and to search it takes half the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        return work()
    finally:
        if collecting:
            if not gc.get_freeze_count():
                gc.freeze()  # and back: what was made is old from now on, and not searched at once
                gc.unfreeze()
            gc.enable()


def _checked(loaded: LoadedSpec) -> Checked:
    forget()
    spec, reading = read(loaded)
    resolved, resolving = resolve(spec)
    program = lower(resolved)
    diagnostics = check_all(program, [*loaded.diagnostics, *reading, *resolving])
    return Checked(spec, program, tuple(diagnostics), {file.source.path: file.source for file in loaded.files})


def analyze(found: Checked) -> Analyzed | None:
    """What the model of a checked spec tells; `None` if it has errors that `allow` cannot silence.

    An overloaded role or an impossible promise is what the figures are wanted for.
    """
    from crmdsl.analysis.dependence import single_points
    from crmdsl.analysis.performance import figures, structure

    if _unsound(found):
        return None
    program = found.program
    return _undisturbed(
        lambda: Analyzed(figures.analyze(program), structure.analyze(program), tuple(single_points(program.resolved)))
    )


def _unsound(found: Checked) -> bool:
    """Whether a spec has errors that `allow` cannot silence."""
    from crmdsl.rules import silenceable

    return not all(silenceable(one.code, found.program) for one in found.errors)


def simulate(
    path: Path | str,
    settings: Callable[[Checked], Settings],
    *,
    what_if: Sequence[tuple[Changed, ...]] = (),
    precision: float = 0.05,
    replications: int = 0,
    progress: Progress | None = None,
    logged: Callable[[Iterator[dict[str, Any]]], None] | None = None,
) -> Simulated:
    """Simulate a spec, and each of its changed forms with the same chances.

    `settings` makes the settings of a sound spec. `logged` is given what happens in the first replication of the spec
    as it stands, event by event. Raises `UnreadableInput`, `BadChange` for a change of nothing, and
    `TooLarge` for a spec of too many steps.
    """
    from crmdsl.analysis.simulation.changing import changed
    from crmdsl.analysis.simulation.job import Job
    from crmdsl.analysis.simulation.log import entries
    from crmdsl.analysis.simulation.study import bounded, study

    found = find(Path(path))
    files = _files(found)

    def checked(changes: tuple[Changed, ...]) -> Checked:
        return _undisturbed(lambda: _checked(changed(parsed(found), changes)))

    specs = [(changes, checked(changes)) for changes in ((), *what_if)]
    for _, one in specs:
        if _unsound(one):
            return Simulated(None, (), one)
    bounded(specs[0][1].spec)
    asked = settings(specs[0][1])
    seen = (lambda engine: logged(entries(engine))) if logged is not None else None
    done: list[Study] = []
    for changes, one in specs:
        job = Job(found.name, files, changes, done[0].settings if done else asked)
        many = len(done[0].found.runs) if done else replications
        first = None if done else seen
        done.append(study(job, one.spec, precision=precision, replications=many, progress=progress, seen=first))
    return Simulated(done[0], tuple(done[1:]))


def _files(found: Found) -> tuple[tuple[str, bytes], ...]:
    return tuple((one.path, one.data) for one in found.entries if isinstance(one.data, bytes))


def report(
    found: Checked, language: str | None = None, *, pictures: bool = True, study: Study | None = None
) -> Content:  # fmt: skip
    """What the report of a checked spec says, in a language or the company's; with a simulation of it, that too.

    It is the diagnostics alone where `analyze` finds nothing.
    """
    from crmdsl.report.company.content import content

    figures = analyze(found)
    return content(
        found.program, found.diagnostics, found.sources, figures, language, pictures=pictures, study=study
    )  # fmt: skip


def explained(code: Code) -> Report:
    """What is said of the wrong example of a diagnostic (of that code alone), with the files that it is said of."""
    from crmdsl.diagnostics.render import Report
    from crmdsl.report.examples import COMPANY, UNSHOWN, spec_of

    if code.code in UNSHOWN:
        return Report("example", ())
    found = check_text(spec_of(code.wrong, code.code), "example")
    every = run_scenarios(found).diagnostics if found.spec.scenarios else found.diagnostics
    said = [one for one in every if one.code == code.code and one.span.file != COMPANY]
    return Report("example", said, found.sources)


def compare(before: str, now: str) -> Compared:
    """What is different between two specs: each a path, `REVISION:path`, or a git revision of the other's path.

    Raises `UnreadableInput`.
    """
    from crmdsl.analysis.changes import analyze
    from crmdsl.syntax.revisions import find_both

    found = find_both(before, now)
    old, new = _undisturbed(lambda: _checked(parsed(found[0]))), _undisturbed(lambda: _checked(parsed(found[1])))
    sound = old.read and new.read
    return Compared(old, new, analyze(old.program, new.program, (old.torn, new.torn), sound=sound))


def emit(program: Program, templates: Path | None = None) -> list[GeneratedFile]:
    """The Python package of a program; `templates` replaces or adds to the layout."""
    from crmdsl.backends.python import emit as emit_python

    return emit_python(program, templates)


def emit_for(target: str, program: Program) -> list[GeneratedFile]:
    """The files of a program for another target than Python: one of `TARGETS`.

    Raises `crmdsl.backends.faults.NotExpressible`.
    """
    from importlib import import_module

    if target not in TARGETS:
        raise ValueError(target)
    found: list[GeneratedFile] = import_module(f"crmdsl.backends.{target}").emit(program)
    return found


def tables(program: Program, language: str | None = None) -> list[GeneratedFile]:
    """The tables of the cases at the limits of its chains, as files beside the package's own."""
    from crmdsl.report.tables import emit as emit_tables

    return emit_tables(program, language)


def run_scenarios(found: Checked, only: Collection[str] = ()) -> Tested:
    """Run the scenarios of a spec (or those in `only`) against its compiled machines; none if it has errors."""
    from crmdsl.analysis import scenarios
    from crmdsl.diagnostics.collection import collect

    results = () if found.failed else tuple(scenarios.run_scenarios(found.program, only))
    return Tested(results, collect([*found.diagnostics, *scenarios.failures(results)]))
