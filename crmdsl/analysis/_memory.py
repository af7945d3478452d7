"""A generated package, imported from memory: nothing is written, and nothing stays behind."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from itertools import count
from types import ModuleType, TracebackType
from typing import Self

_NUMBERS = count(1)


class InMemory(MetaPathFinder, Loader):
    """The package while the `with` block lasts; `files` maps paths inside it to their text."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.root = f"_crmdsl_in_memory_{next(_NUMBERS)}"
        self.texts = {self._module(path): (path, text) for path, text in files.items() if path.endswith(".py")}

    def __enter__(self) -> Self:
        sys.meta_path.insert(0, self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        sys.meta_path.remove(self)
        for name in [name for name in sys.modules if name == self.root or name.startswith(f"{self.root}.")]:
            del sys.modules[name]

    def module(self, name: str = "") -> ModuleType:
        """A module of the package by its name inside it, the package itself by none."""
        return import_module(f"{self.root}.{name}" if name else self.root)

    def names(self) -> list[str]:
        """The names of all modules inside the package."""
        return sorted(name.removeprefix(f"{self.root}.") for name in self.texts if name != self.root)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a module of this package, `None` for every other."""
        if fullname not in self.texts:
            return None
        is_package = self.texts[fullname][0].endswith("__init__.py")
        return spec_from_loader(fullname, self, origin=self.texts[fullname][0], is_package=is_package)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """The default module."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Run the text of a module."""
        path, text = self.texts[module.__name__]
        exec(compile(text, f"<generated {path}>", "exec"), module.__dict__)  # noqa: S102 - our own output

    def _module(self, path: str) -> str:
        parts = path.removesuffix(".py").split("/")
        return ".".join([self.root, *(parts[:-1] if parts[-1] == "__init__" else parts)])
