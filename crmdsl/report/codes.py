"""What every diagnostic means, read from where it is made: fault classes and rule modules.

There is no list to keep: a `faults.py` of a station and a module of `crmdsl.rules` are found by their place.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import NamedTuple

from crmdsl import rules
from crmdsl.diagnostics import Catalogue, Fault, Severity
from crmdsl.diagnostics.message import flowing
from crmdsl.resources import PLACES

_PART = re.compile(r"^(Why|Place|Wrong|Right):[ \t]*", re.MULTILINE)


class Code(NamedTuple):
    """The documentation of one diagnostic.

    `place` says at what it points, `silenced` whether an `allow` silences it; `wrong` and `right` are YAML, or pieces
    of it (`crmdsl.report.examples` makes them whole).
    """

    code: str
    severity: Severity
    summary: str
    why: str
    place: str
    wrong: str
    right: str
    silenced: bool

    def told(self, catalogue: Catalogue | None) -> Code:
        """The documentation in the language of a catalogue; examples stay as they are."""
        if catalogue is None:
            return self
        told = {text: catalogue.gettext(text) if text else "" for text in self.words}
        summary, why, place = (told[text] for text in self.words)
        return self._replace(summary=summary, why=why, place=place)

    @property
    def words(self) -> tuple[str, str, str]:
        """What is translated, as the catalogues have it."""
        return flowing(self.summary), flowing(self.why), flowing(self.place)


def codes() -> dict[str, Code]:
    """Every diagnostic that crmdsl can give, by its code, in the order of the alphabet."""
    found = [*_faults(), *_rules()]
    return {code.code: code for code in sorted(found)}


def _faults() -> Iterator[Code]:
    """The codes that arise while a spec is read."""
    for station in pkgutil.iter_modules([str(PLACES[0])], "crmdsl."):
        if station.ispkg and find_spec(f"{station.name}.faults"):
            module = import_module(f"{station.name}.faults")
            for value in vars(module).values():
                if isinstance(value, type) and issubclass(value, Fault) and value is not Fault:
                    yield _documented(value.code, value.severity, value, silenced=False)


def _rules() -> Iterator[Code]:
    """The codes of the rules."""
    for entry in pkgutil.iter_modules(rules.__path__, "crmdsl.rules."):
        module = import_module(entry.name)
        severity = getattr(module, "SEVERITY", Severity.ERROR)
        silenced = severity is not Severity.ERROR or getattr(module, "SILENCEABLE", False)
        for code in _codes_of(module):
            yield _documented(code, severity, module, silenced=silenced)


def _codes_of(module: ModuleType) -> tuple[str, ...]:
    """The codes of a rule module; none for a private one."""
    code = getattr(module, "CODE", None)
    return (code,) if isinstance(code, str) else ()


def _documented(code: str, severity: Severity, source: object, *, silenced: bool) -> Code:
    """Take the docstring apart."""
    head, *rest = _PART.split(inspect.getdoc(source) or "")
    parts = dict(zip(rest[::2], map(_text, rest[1::2]), strict=True))
    why, place, wrong, right = (parts.get(name, "") for name in ("Why", "Place", "Wrong", "Right"))
    return Code(code, severity, head.strip(), why, place, wrong, right, silenced)


def _text(part: str) -> str:
    """A part without its common indentation and the blank lines around it."""
    return inspect.cleandoc("\n" + part) if part.startswith("\n") else inspect.cleandoc(part)
