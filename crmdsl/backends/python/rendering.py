"""Views and templates → texts of files."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from crmdsl import resources
from crmdsl.backends import GeneratedFile
from crmdsl.backends.python import source
from crmdsl.backends.python.imports import Names, runtime_imports, typing_imports
from crmdsl.backends.python.lines import tidied
from crmdsl.backends.python.views import MachineView, PackageView

KERNEL = Path(__file__).parent / "kernel"
PACKAGE_FILES = ("__init__.py", "access.py", "calendars.py", "filters.py", "organisation.py", "records.py")
OWN = frozenset(("macros.jinja", "machine.py.jinja", "part.py.jinja", *(f"{name}.jinja" for name in PACKAGE_FILES)))
IMPORTS, TYPING_IMPORTS = "\0imports\0", "\0typing imports\0"
"""What no text of a spec can hold."""
FOLDERS = {
    "processes": "The processes, each a class of cases.",
    "approvals": "The approval chains, each a class of cases on its own.",
    "handoffs": "The handoffs between internal customers and suppliers, each a class of cases on its own.",
    "chains": "The approval chains as processes run them.",
    "agreements": "The handoffs between internal customers and suppliers as processes run them.",
}


@cache
def environment(templates: Path | None) -> Environment:
    """The templates: a folder of the user's own in front of ours, with the filters that keep text text."""
    folders = [templates] if templates is not None else []
    loader = ChoiceLoader([FileSystemLoader(folder) for folder in (*folders, resources.templates("python"))])
    found = Environment(
        loader=loader,
        autoescape=False,  # noqa: S701 - this is Python, and the filter `py` escapes
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters |= {
        "py": source.literal,
        "note": source.comment,
        "plain": plain,
        "doc": doc,
        "args": lambda values: ", ".join(source.literal(value) for value in values),
        "deeper": deeper,
        "broken": source.broken,
        "parenthesised": source.parenthesised,
        "filled": filled,
        "iff": source.iff,
        "unless": source.unless,
    }
    return found


def doc(paragraphs: Any, indent: int = 4, *more: str) -> str:
    """A docstring of one text or some paragraphs."""
    first = (paragraphs,) if isinstance(paragraphs, str) else tuple(paragraphs)
    return source.docstring(*first, *more, indent=indent)


def plain(text: str) -> str:
    """A text as it may stand within a docstring."""
    return source.docstring(text)[3:-3]


def deeper(text: str, by: int) -> str:
    """A text whose lines after the first stand deeper."""
    margin = " " * by
    return "\n".join(f"{margin}{line}" if i and line else line for i, line in enumerate(text.split("\n")))


def filled(numbers: tuple[int, ...], indent: int) -> str:
    """Numbers, as many on a line as fit."""
    lines, line = [], " " * indent
    for number in numbers:
        word = f"{number}, "
        if len(line) + len(word) > source.WIDTH:
            lines.append(line.rstrip())
            line = " " * indent
        line += word
    return "\n".join([*lines, line.rstrip()])


def files(package: PackageView, templates: Path | None) -> Iterator[GeneratedFile]:
    """Every file of the package."""
    jinja = environment(templates)
    for name in PACKAGE_FILES:
        yield GeneratedFile(name, _rendered(jinja, f"{name}.jinja", ".", package))
    for machine in package.machines:
        text = _rendered(jinja, "machine.py.jinja", "..", package, machine)
        yield GeneratedFile(f"{machine.folder}/{machine.module}.py", text)
        if machine.part_folder:
            text = _rendered(jinja, "part.py.jinja", "..", package, machine)
            yield GeneratedFile(f"{machine.part_folder}/{machine.module}.py", text)
    used = {folder for machine in package.machines for folder in (machine.folder, machine.part_folder)}
    for folder, summary in FOLDERS.items():
        if folder in used:
            yield GeneratedFile(f"{folder}/__init__.py", _head(package) + source.docstring(summary, indent=0) + "\n")
    yield GeneratedFile("py.typed", "")
    for path in sorted(KERNEL.glob("*.py")):
        yield GeneratedFile(f"_kernel/{path.name}", _head(package) + path.read_text(encoding="utf-8"))
    yield from _added(jinja, package)


def _added(jinja: Environment, package: PackageView) -> Iterator[GeneratedFile]:
    """The files of the user's own templates: `machine.EXT.jinja` one a process, chain and handoff, else one each.

    What begins with an underscore is there to be included by others.
    """
    for name in sorted(jinja.list_templates(filter_func=lambda one: one.endswith(".jinja") and one not in OWN)):
        template, path = jinja.get_template(name), name.removesuffix(".jinja")
        if path.rpartition("/")[2].startswith("_"):
            continue
        if path.startswith("machine."):
            for machine in package.machines:
                text = template.render(package=package, machine=machine)
                yield GeneratedFile(f"{machine.folder}/{machine.module}.{path.removeprefix('machine.')}", text)
        else:
            yield GeneratedFile(path, template.render(package=package))


def _head(package: PackageView) -> str:
    header = package.header
    spec = source.comment(header.spec)
    return f"# Generated by crmdsl {header.version} from the spec `{spec}` ({header.hash}); changes are overwritten.\n"


def _rendered(
    jinja: Environment, template: str, level: str, package: PackageView, machine: MachineView | None = None
) -> str:
    """A file: rendered with marks where its imports will stand, since only then is known which names it uses."""
    view: dict[str, Any] = {"package": package, "machine": machine, "functions": package.functions}
    text = jinja.get_template(template).render(imports=IMPORTS, typing_imports=TYPING_IMPORTS, **view)
    modules = list(_parts(machine)) if machine is not None and template == "machine.py.jinja" else []
    if "records." in text and template != "records.py.jinja":
        modules.insert(0, f"from {level} import records")
    calendars = [calendar.constant for calendar in package.calendars]
    used = Names(text.replace(IMPORTS, "").replace(TYPING_IMPORTS, ""))
    running = runtime_imports(used, level, modules, calendars, template.partition(".")[0])
    return tidied(_put(_put(text, IMPORTS, running), TYPING_IMPORTS, typing_imports(used, level)))


def _put(text: str, mark: str, lines: str) -> str:
    """A text with lines in the place of a mark, as deep as it stands."""
    before, found, after = text.partition(mark)
    margin = len(before) - len(before.rstrip(" "))
    return f"{before}{deeper(lines, margin)}{after}" if found else text


def _parts(machine: MachineView) -> Iterator[str]:
    """The modules of what a process runs in its steps, or the one of a chain or handoff on its own."""
    found: dict[str, None] = {}
    if machine.part_folder:
        name = "CHAIN" if machine.chain else "AGREEMENT"
        found[f"from ..{machine.part_folder}.{machine.module} import {name}"] = None
    steps = list(machine.body.steps)
    while steps:
        step = steps.pop(0)
        steps = [one for branch in step.branches for one in branch.steps] + steps
        if step.part:
            found[f"from ..{step.part_folder} import {step.module} as {step.part_alias}"] = None
    return iter(sorted(found))
