"""The sections of all files, united, and the declarations in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, cast

from crmdsl.diagnostics import Fix, Message, Span
from crmdsl.model.access import Access, Grant, NamedAction, SeparationRule
from crmdsl.model.declaration import keys_of
from crmdsl.model.faults import MissingKey
from crmdsl.model.organisation import Company
from crmdsl.model.processes import Process
from crmdsl.model.reading.context import Reading
from crmdsl.model.reading.declarations import (
    Entries,
    Plan,
    bounded,
    declare,
    plan_of,
    read_entries,
    read_entry,
    read_items,
)
from crmdsl.model.reading.refusals import bad_value, check_name, duplicate_name, empty, shown, unknown_key, wrong_type
from crmdsl.model.reading.steps import finish_process
from crmdsl.model.reading.uses import inherited
from crmdsl.model.spec import SECTIONS, Spec
from crmdsl.syntax.nodes import Broken, Mapping, Node, Scalar, Source

VERSION = "1"
EXAMPLE = keys_of(Access)["grants"][1].example
TOP = ("crmdsl", "company", "access", *SECTIONS)
NAMES = Message("a map from names to declarations")
Entry = tuple[Scalar, Node]


class File(Protocol):
    """A file as it was loaded; without a root where it could not be read at all."""

    @property
    def source(self) -> Source: ...  # noqa: D102
    @property
    def root(self) -> Mapping | None: ...  # noqa: D102


class Sections:
    """All top-level entries of a spec, collected before any is read."""

    def __init__(self, reading: Reading, spec: Spec) -> None:
        self.reading = reading
        self.spec = spec
        self.companies: list[Entry] = []
        self.access: list[Entry] = []
        self.entries: dict[str, dict[str, Entry]] = {name: {} for name in SECTIONS}
        reading.sections = self.entries
        self.repeated: dict[str, list[Entry]] = {}

    def collect(self, files: Iterable[File]) -> None:
        """Unite the sections of all files; what is declared twice is reported and kept aside."""
        whole = True
        for file in files:
            if file.root is None or file.root.broken:
                whole = False
                self.reading.incomplete.update(SECTIONS)
            if file.root is not None:
                self.file(file.source, file.root)
        first = next(iter(files), None)
        if whole and first is not None and not self.companies and "company" not in self.reading.incomplete:
            message = Message("no file declares `company`")
            hint = Message(
                "describe the company in one of the files: `company: {{name, currency, timezone, calendar}}`"
            )
            self.reading.report(MissingKey.at(top(first.source), message, help=hint))

    def file(self, source: Source, root: Mapping) -> None:
        """The sections of one file."""
        self.spec.sources[source.path] = source
        meant: set[str | None] = set()
        for name, (key, node) in root.entries.items():
            if self.reading.full:
                break
            if name in self.entries:
                self.section(name, key, node)
            elif name == "crmdsl":
                self.version(key, node)
            elif name == "company":
                self.companies.append((key, node))
            elif name == "access":
                self.access.append((key, node))
            else:
                meant.add(unknown_key(self.reading, key, TOP, root.entries))
                continue
            self.spec.section_spans.setdefault(name, key)
        self.reading.incomplete.update(name for name in meant if name is not None)
        if not root.broken and "crmdsl" not in root.entries and "crmdsl" not in meant:
            self.lacks_version(source, root)

    def lacks_version(self, source: Source, root: Mapping) -> None:
        """A file that does not say which version of the language it is written in."""
        message = Message("the file lacks `crmdsl: 1`, the version of the language")
        hint = Message("begin the file with `crmdsl: 1`")
        self.reading.report(MissingKey.at(top(source), message, help=hint, fix=beginning(source, root)))

    def version(self, key: Scalar, node: Node) -> None:
        """The version of the language."""
        if not isinstance(node, Scalar) or empty(node):
            wrong_type(self.reading, "crmdsl", key, node, Message("the version of the language"))
        elif node.value != VERSION:
            message = Message("version `{version}` of the language is not known", version=shown(node.value))
            bad_value(self.reading, node, message, None, VERSION)

    def section(self, name: str, key: Scalar, node: Node) -> None:
        """The declarations of a section in one file."""
        if isinstance(node, Mapping):
            if node.broken:
                self.reading.incomplete.add(name)
            known = self.entries[name]
            for entry_name, entry in node.entries.items():
                if known.setdefault(entry_name, entry) is not entry:
                    duplicate_name(self.reading, entry[0], known[entry_name][0])
                    self.repeated.setdefault(name, []).append(entry)
        elif not empty(node):
            self.reading.incomplete.add(name)
            hint = Message("write it like `{key}: {{name: {{…}}}}`", key=name)
            wrong_type(self.reading, name, key, node, NAMES, hint=hint)

    def read(self) -> None:
        """Read everything that was collected."""
        reading, spec = self.reading, self.spec
        reading.section = "company"
        for key, node in self.companies:
            found = self.company(key, node)
            if spec.company is None:
                spec.company = found
            else:
                duplicate_name(reading, key, cast(Scalar, spec.company.name_node))
        for name, cls in SECTIONS.items():
            reading.section = name
            plan = plan_of(reading, cls, named=True)
            setattr(spec, name, self.declarations(name, plan, self.entries[name]))
            for entry in self.repeated.get(name, ()):
                self.declarations(name, plan, {entry[0].value: entry})
        reading.section, reading.declaration = "access", ""
        spec.access = self.rules()

    def company(self, key: Scalar, node: Node) -> Company:
        """The company."""
        plan = plan_of(self.reading, Company, named=False)
        if isinstance(node, Mapping):
            return cast(Company, declare(self.reading, plan, "company", key, node))
        wrong_type(self.reading, "company", key, node, Message("a map of keys"))
        return Company(name="company", name_node=key, node=node)

    def declarations(self, section: str, plan: Plan, entries: Entries) -> dict[str, Any]:
        """The declarations of one section."""
        reading = self.reading
        reading.declaration = ""
        entries = bounded(reading, entries)
        links = inherited(
            reading,
            entries,
            plan.keys,
            around=lambda: self.entries[section],
            elsewhere=lambda name: self.section_of(name, section),
        )
        found: dict[str, Any] = {}
        for name, (key, node) in entries.items():
            if reading.full:
                break
            reading.declaration = name
            check_name(reading, key)
            if section == "processes":
                reading.process = name
            declaration = found[name] = read_entry(reading, plan, name, key, node, None, links.get(name))
            if isinstance(declaration, Process):
                finish_process(reading, declaration)
        reading.process = ""
        return found

    def section_of(self, name: str, but: str) -> str | None:
        """The section that declares a name, other than one."""
        return next((section for section, entries in self.entries.items() if name in entries and section != but), None)

    def rules(self) -> Access:
        """The grants, separation rules and names of actions of all files."""
        reading = self.reading
        grants: list[Grant] = []
        named: dict[str, dict[str, Entry]] = {"separation": {}, "actions": {}}
        for at, node in self.access:
            if not isinstance(node, Mapping):
                if not empty(node):
                    wrong_type(reading, "access", at, node, Message("a map of `grants`, `separation` and `actions`"))
                continue
            for name, (key, value) in node.entries.items():
                if name not in keys_of(Access):
                    unknown_key(reading, key, keys_of(Access), node.entries)
                elif name in named:
                    self.unite(named[name], key, value)
                elif not empty(value):
                    plan = plan_of(reading, Grant, named=False)
                    grants += read_items(reading, plan, name, key, value, example=EXAMPLE, before=len(grants))
        rules = read_entries(reading, plan_of(reading, SeparationRule, named=True), named["separation"], None)
        actions = read_entries(reading, plan_of(reading, NamedAction, named=True), named["actions"], None)
        return Access(grants=tuple(grants), separation=rules, actions=actions)

    def unite(self, known: dict[str, Entry], key: Scalar, node: Node) -> None:
        """The separation rules (or names of actions) of one file with those of the others."""
        if isinstance(node, Mapping):
            for name, entry in node.entries.items():
                if known.setdefault(name, entry) is not entry:
                    duplicate_name(self.reading, entry[0], known[name][0])
        elif not empty(node) and not isinstance(node, Broken):
            wrong_type(self.reading, key.value, key, node, NAMES)


def beginning(source: Source, root: Mapping) -> Fix | None:
    """The version of the language in front of the first section, where that begins a line of its own."""
    first = next((key for key, _ in root.entries.values()), None)
    if first is None or root.flow or first.column != 1:
        return None
    line = next((n for n in range(1, first.line) if not source.line(n).strip()), first.line)
    comments = all(source.line(n).startswith("#") for n in range(1, line))
    place = line + 1 if comments and 1 < line < first.line else first.line
    return Fix(Span(source.path, place, 1, place, 1), f"crmdsl: {VERSION}\n\n")


def top(source: Source) -> Span:
    """The very beginning of a file."""
    return Span(source.path, 1, 1, 1, 1)


def currency_of(files: Iterable[File]) -> str | None:
    """The company's currency, which has to be known before any amount is read."""
    from crmdsl.model.currencies import DECIMALS

    for file in files:
        company = file.root.get("company") if file.root else None
        node = company.get("currency") if isinstance(company, Mapping) else None
        if isinstance(node, Scalar) and node.value in DECIMALS:
            return node.value
    return None
