"""A spec from disk or from memory: its files in order, parsed, with what is wrong with them."""

from __future__ import annotations

import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from crmdsl.diagnostics import Diagnostic, Message, Span
from crmdsl.diagnostics.system import reason as why
from crmdsl.syntax import nodes
from crmdsl.syntax.decoding import MAX_BYTES
from crmdsl.syntax.faults import UnreadableFile
from crmdsl.syntax.nodes import Source
from crmdsl.syntax.parser import parse

SUFFIXES = (".yaml", ".yml")


class UnreadableInput(Exception):
    """What was named as a spec is none: there is no such path, or no YAML file in it."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class SourceFile(NamedTuple):
    """A file of a spec. `root` is `None` where it could not be read, which is reported."""

    source: Source
    root: nodes.Mapping | None


class LoadedSpec(NamedTuple):
    """The files of a spec in the order of their paths, and every fault of theirs as YAML."""

    name: str
    root: Path
    files: tuple[SourceFile, ...]
    diagnostics: list[Diagnostic]


class Entry(NamedTuple):
    """A file found: its path relative to the spec, its bytes or why it has none, and where it is on the disk."""

    path: str
    data: bytes | Message
    place: Path | None = None


class Found(NamedTuple):
    """The files of a spec on the disk, in the order of their paths. `folder` holds all of them."""

    name: str
    root: Path
    entries: tuple[Entry, ...]

    @property
    def folder(self) -> Path:
        """The folder of the spec, or that of its one file."""
        return self.root if self.root.is_dir() else self.root.parent


def find(path: Path) -> Found:
    """The files of a spec: those of a folder with its sub-folders, or one. Raises `UnreadableInput` for no spec."""
    try:
        real = path.resolve(strict=True)
        found = [_entry(real, real)] if real.is_file() else list(_entries(real)) if real.is_dir() else None
    except (OSError, RuntimeError, ValueError) as error:
        raise UnreadableInput(_reason(path, error)) from error
    if found is None:
        raise UnreadableInput(Message("`{path}` is neither a folder nor a file", path=shown(path)))
    if not found:
        raise UnreadableInput(Message("`{path}` has no file that ends in `.yaml` or `.yml`", path=shown(path)))
    if real.is_file() and isinstance(found[0].data, Message):
        raise UnreadableInput(Message("`{path}` cannot be read: {reason}", path=shown(path), reason=found[0].data))
    return Found(real.stem if real.is_file() else real.name, real, tuple(found))


def load(path: Path) -> LoadedSpec:
    """Read a spec: a folder with its sub-folders, or one file. Raises `UnreadableInput` where it is none."""
    return parsed(find(path))


def parsed(found: Found) -> LoadedSpec:
    """Read the files of a spec."""
    return _parsed(found.name, found.root, found.entries)


def load_text(files: Mapping[str, str | bytes], name: str = "spec") -> LoadedSpec:
    """Read a spec that is in memory: its files by their paths relative to the spec."""
    entries = (
        Entry(path, data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))
        for path, data in sorted(files.items())
    )
    return _parsed(name, Path(name), entries)


def shown(path: Path) -> str:
    """A path as text that can be written anywhere, whatever bytes the file system has in it."""
    return path.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _parsed(name: str, root: Path, entries: Iterable[Entry]) -> LoadedSpec:
    diagnostics: list[Diagnostic] = []
    files: list[SourceFile] = []
    for entry in entries:
        if isinstance(entry.data, Message):
            diagnostics.append(UnreadableFile.at(Span(entry.path, 1, 1, 1, 1), entry.data))
            files.append(SourceFile(Source(entry.path, ""), None))
        else:
            files.append(SourceFile(*parse(entry.path, entry.data, diagnostics)))
    return LoadedSpec(name, root, tuple(files), diagnostics)


def _entries(folder: Path) -> Iterator[Entry]:
    """The files of a folder by their relative paths; each is opened only when it is asked for."""
    for path in sorted(_walk(folder, folder), key=lambda path: path.relative_to(folder).as_posix()):
        yield _entry(path, folder)


def _walk(folder: Path, root: Path) -> Iterator[Path]:
    """The visible YAML files below a folder, and the links that lead out of `root`."""
    for path in folder.iterdir():
        if path.name.startswith("."):
            continue
        if path.is_symlink():
            if _counts(path, root):
                yield path
        elif path.is_dir():
            yield from _walk(path, root)
        elif path.name.endswith(SUFFIXES):
            yield path


def _counts(link: Path, root: Path) -> bool:
    """Whether a link says anything: what it leads to inside the spec is read in its own place."""
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):
        return link.name.endswith(SUFFIXES)
    if target.is_dir():
        return not target.is_relative_to(root)
    if not target.is_relative_to(root):
        return link.name.endswith(SUFFIXES)
    hidden = any(part.startswith(".") for part in target.relative_to(root).parts)
    return link.name.endswith(SUFFIXES) and (hidden or not target.name.endswith(SUFFIXES))


def _entry(path: Path, root: Path) -> Entry:
    name = shown(path.relative_to(root)) if path != root else shown(Path(path.name))
    try:
        if path.is_symlink() and not path.resolve(strict=True).is_relative_to(root):
            return Entry(name, Message("a link that leads out of the folder of the spec"))
        if not stat.S_ISREG(path.stat().st_mode):
            return Entry(name, Message("this is no file"))
        with path.open("rb") as file:
            return Entry(name, file.read(MAX_BYTES + 1), path)
    except (OSError, RuntimeError) as error:
        return Entry(name, Message("the file cannot be read: {reason}", reason=why(error)))


def _reason(path: Path, error: Exception) -> Message:
    if isinstance(error, FileNotFoundError):
        return Message("there is no `{path}`", path=shown(path))
    return Message("`{path}` cannot be read: {reason}", path=shown(path), reason=why(error))
