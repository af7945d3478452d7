"""What all builders of views share: the program, the language of labels, and conditions as Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crmdsl.backends.python import names
from crmdsl.backends.python.source import described, literal, place
from crmdsl.backends.python.views import LateView, TimerView, ValueView, WhenView
from crmdsl.conditions.ast import And, Expr, Path
from crmdsl.conditions.ast import Literal as Constant
from crmdsl.conditions.python import PythonPrinter, constant, paths
from crmdsl.ir.calendar import day_minutes
from crmdsl.ir.expansion import shared_calendar
from crmdsl.ir.naming import identifier
from crmdsl.ir.policy import Permission
from crmdsl.ir.program import Program
from crmdsl.model.declaration import Declaration
from crmdsl.model.values import Assignment, Condition, Duration, Late, Ref
from crmdsl.resolve.derived import looks_around
from crmdsl.resolve.resolved import Resolved

RESERVED = frozenset(("facts", "Fraction", "timedelta", "date", "datetime", "set", "self"))


def constant_source(one: Constant) -> str:
    """A constant without a unit."""
    return literal(one.value) if isinstance(one.value, str) else constant(one)


class Printer(PythonPrinter):
    """Conditions over the kept values of a record of `entity`, which the code around calls `record`."""

    def __init__(self, resolved: Resolved, entity: str, record: str, day: int) -> None:
        super().__init__(self.kept, constant_source, day=day)
        self.resolved = resolved
        self.spec = resolved.spec
        self.entity = entity
        self.record = record
        self.known_fields: frozenset[str] = frozenset()
        """Fields of the record that are known where the condition stands."""
        self.bound: Bound | None = None

    def function(self, expr: Expr) -> str:
        """The condition as the body of a function of its own, which keeps the records on the way in local names."""
        self.bound = Bound(self.record)
        for path in paths(expr):
            self.read(path)  # so that the first test of a record, which may not go on from it, keeps it
        return self.bound.named(self.test(expr))

    def known(self, path: Path) -> Iterator[str]:
        """Tests that together say that a path is known; those of records keep them."""
        for test in super().known(path):
            source = test.removesuffix(" is not None")
            yield f"{self.bound.kept[source]} is not None" if self.bound and source in self.bound.kept else test

    def sure(self, path: Path) -> bool:
        """Whether a path is known whatever the record."""
        return path.root == "record" and len(path.parts) == 1 and path.parts[0] in self.known_fields

    def value(self, expr: Expr) -> str:
        """The value of an expression; that of a path is unknown where something on its way is."""
        if not isinstance(expr, Path) or len(expr.parts) < 2:
            return super().value(expr)
        guards = list(self.known(expr))[:-1]
        return f"{self.read(expr)} if {' and '.join(guards)} else None" if guards else self.read(expr)

    def inside(self, state: str) -> str:
        """A test whether the case is in a state or in one inside it."""
        return f"facts.inside({literal(state)})"

    def rank(self, source: str, values: tuple[str, ...]) -> str:
        """The place of a value of an ordered enumeration."""
        return f"{literal(values)}.index({source})"

    def kept(self, path: Path) -> str:
        """A path as it is kept; what belongs to a person or unit is asked of the facts."""
        if path.root != "record":
            return person_part(f"facts.{path.root}", path.parts)
        source, entity = self.record, self.entity
        for i, part in enumerate(path.parts):
            source = f"{source}._{names.attribute(part)}"
            if looks_around(self.resolved, entity, part):
                source = f"{source}(facts)"
            kind = self.spec.entities[entity].fields[part].type
            if kind is None or not kind.entity:
                rest = path.parts[i + 1 :]
                return unit_part(source, rest) if kind and kind.base == "unit" else person_part(source, rest)
            entity = kind.entity
            if self.bound and i + 1 < len(path.parts):
                source = self.bound.name(path.parts[: i + 1], source)
        return source


class Bound:
    """Records on the way to a value, which a condition reads again: the first test of one keeps it in a local name.

    Until the condition is complete, a mark that no source contains stands for a name.
    """

    def __init__(self, record: str) -> None:
        self.kept: dict[str, str] = {}
        """By the source of a record, that which also keeps it."""
        self._record = record
        self._marks: dict[tuple[str, ...], tuple[str, str]] = {}

    def name(self, path: tuple[str, ...], source: str) -> str:
        """What stands for the record at a path, wherever that is known."""
        if path not in self._marks:
            mark = f"\0{len(self._marks)}\0"
            self._marks[path] = mark, source
            self.kept[source] = f"({mark} := {source})"
        return self._marks[path][0]

    def named(self, test: str) -> str:
        """A complete condition: what it reads but once behind its test is not kept."""
        taken: set[str] = set()
        for path, (mark, source) in reversed(self._marks.items()):
            read = test.count(mark) - test.count(self.kept[source])
            if read < 2:
                test = test.replace(self.kept[source], source).replace(mark, source)
            else:
                name = "_".join((self._record, *path))
                while name in taken:
                    name += "_"
                taken.add(name)
                test = test.replace(mark, name)
        return test


def person_part(person: str, parts: tuple[str, ...]) -> str:
    """The role, unit, kind of unit or territory of a person given by name; itself without parts."""
    if not parts:
        return person
    if parts[0] == "unit":
        return unit_part(f"facts.unit({person})", parts[1:])
    return f"facts.roles({person})" if parts[0] == "role" else f"facts.{parts[0]}({person})"


def unit_part(unit: str, parts: tuple[str, ...]) -> str:
    """The kind of a unit given by name; itself without parts."""
    return f"facts.unit_kind({unit})" if parts else unit


class Builder:
    """Makes views of the parts of a program. One is made for each module that is generated.

    `functions` collects the conditions and values that become functions of the module.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.spec = program.spec
        self.resolved = program.resolved
        company = self.spec.company
        self.language = company.language if company else "en"
        self.company_calendar = company.calendar.name if company and company.calendar else ""
        self.day = self.minutes_of_a_day(self.company_calendar)
        self.functions: list[WhenView | ValueView] = []
        self._taken: set[str] = set()
        self.shared: dict[tuple[str, str], WhenView] = {}
        """The conditions of grants by entity and text."""
        self.trees: dict[str, Permission] = {}
        """Where each of them stands first, by its function."""

    def minutes_of_a_day(self, calendar: str) -> int:
        """`1d` on a calendar."""
        declared = self.spec.calendars.get(calendar)
        return day_minutes(declared) if declared else 480

    def doc(self, declaration: Declaration) -> tuple[str, ...]:
        """The paragraphs that describe a declaration."""
        found = [described(declaration.label, self.language, declaration.name)]
        if declaration.note:
            found.append(declaration.note)
        return tuple(found)

    def fresh(self, *words: str) -> str:
        """The name of a function that no other of the module has."""
        wanted = "_" + "_".join(word.replace(".", "_") for word in words if word)
        name, number = wanted, 2
        while name in self._taken:
            name, number = f"{wanted}_{number}", number + 1
        return name

    def _add(self, view: WhenView | ValueView) -> None:
        self.functions.append(view)
        self._taken.add(view.function)

    def printer(self, entity: str) -> Printer:
        """The printer of conditions on an entity's records."""
        return Printer(self.resolved, entity, identifier(entity, RESERVED), self.day)

    def when(self, condition: Condition | None, entity: str, *words: str) -> WhenView | None:
        """A condition as a function of the module, named after what it belongs to."""
        if condition is None:
            return None
        tree = self.resolved.typed_for(condition, entity) or self.resolved.typed(condition)
        if tree is None:
            return None
        text = " ".join(condition.text.split())
        view = self._when(tree, text, place(condition.span), entity, self.fresh(*words))
        if isinstance(tree, And):
            view.parts = tuple(
                self._when(part, " ".join(condition.text[part.start : part.end].split()), view.place, entity, "")
                for part in tree.parts
            )
        self._add(view)
        return view

    def _when(self, tree: Expr, text: str, where: str, entity: str, function: str) -> WhenView:
        printer = self.printer(entity)
        reads = tuple(dict.fromkeys(read_path(path) for path in paths(tree)))
        test = printer.function(tree)
        view = WhenView(function, text, where, printer.record, names.class_of(entity), test, reads)
        view.several = " and " in test or " or " in test
        return view

    def value(self, assignment: Assignment, entity: str, path: tuple[str, ...], *words: str) -> ValueView | None:
        """An expression as a function of the module."""
        tree = self.resolved.typed(assignment.value)
        if tree is None:
            return None
        printer = self.printer(entity)
        text = " ".join(assignment.value.text.split())
        view = ValueView(
            self.fresh(*words), text, place(assignment.target.span), path, printer.record, names.class_of(entity),
            printer.value(tree),
        )  # fmt: skip
        self._add(view)
        return view

    def timer(
        self, kind: str, duration: Duration | None, late: Late | None, roles: Iterable[str], declaration: Declaration
    ) -> Iterator[TimerView]:
        """A time limit on the calendar that its roles share, or none."""
        if duration is None:
            return
        calendar = shared_calendar(self.spec, roles)
        minutes = duration.total_minutes(self.minutes_of_a_day(calendar))
        constant_name = "" if duration.elapsed else names.constant(calendar)
        where = place(declaration.key_span("within" if kind == "level" else kind))
        yield TimerView(kind, where, minutes, constant_name, late_view(late))


def late_view(late: Late | None) -> LateView | None:
    """What a missed time limit sets off."""
    if late is None:
        return None
    if late.outcome is not None:
        return LateView("outcome", (), late.outcome.name)
    return LateView(late.action, refs(late.roles))


def refs(many: Iterable[Ref]) -> tuple[str, ...]:
    """The names of some references."""
    return tuple(ref.name for ref in many)


def read_path(path: Path) -> tuple[str, ...]:
    """A path as it is written."""
    return path.parts if path.root == "record" else (path.root, *path.parts)
