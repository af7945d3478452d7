"""Specs as they stood at a revision of git: read from its objects, nothing checked out and nothing written."""

from __future__ import annotations

import os
import posixpath
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from crmdsl.diagnostics import Message
from crmdsl.syntax.decoding import MAX_BYTES
from crmdsl.syntax.loader import SUFFIXES, Entry, Found, UnreadableInput, find

LINK, FILE, TREE = "120000", "100", "040000"
"""How the modes of links, files and folders begin."""
INHERITED = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE")
"""What a hook of git says of the repository that it runs in, which may be another than the spec's."""


class Place(NamedTuple):
    """What one side of a comparison is: a path, at a revision if one is given."""

    path: Path
    revision: str = ""


def find_both(before: str, now: str) -> tuple[Found, Found]:
    """The files of two specs, each a path, `REVISION:path`, or a revision at which the path of the other is meant.

    Raises `UnreadableInput`.
    """
    old, new = _place(before), _place(now)
    if old is None and new is None:
        raise UnreadableInput(
            Message(
                "neither `{before}` nor `{now}` is there; of a revision say `{before}:path`", before=before, now=now
            )
        )
    if old is None and new is not None:
        old = Place(new.path, before)
    if new is None and old is not None:
        new = Place(old.path, now)
    assert old is not None and new is not None  # noqa: S101, PT018 - one of them names a path, which both have then
    return _found(old), _found(new)


def _place(text: str) -> Place | None:
    """What a word of the command line means; `None` for what may be a revision alone."""
    path = Path(text)
    if _exists(path):
        return Place(path)
    revision, colon, inner = text.partition(":")
    if not colon or not revision:
        return None
    return Place(Path(inner or "."), revision)


def _exists(path: Path) -> bool:
    try:
        return path.exists() or path.is_symlink()
    except (OSError, ValueError):
        return False


def _found(place: Place) -> Found:
    if not place.revision:
        return find(place.path)
    return _Repository.around(place.path, place.revision).read(place)


class _Repository:
    """A repository of git; all is asked of its program."""

    def __init__(self, top: Path) -> None:
        self.top = top

    @classmethod
    def around(cls, path: Path, revision: str) -> _Repository:
        """The repository that a path lies in, though it may not be there any more."""
        folder = path.absolute()
        while not folder.is_dir():
            folder = folder.parent
        done = _git(folder, ["rev-parse", "--show-toplevel"], revision)
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("fatal: ")
            if "not a git repository" in said:
                raise UnreadableInput(
                    Message("there is no `{name}`, and no revision either: this is no repository of git", name=revision)
                )
            raise UnreadableInput(Message("`{revision}` cannot be read: {reason}", revision=revision, reason=said))
        return cls(Path(os.fsdecode(done.stdout).rstrip("\n")))

    def git(self, *args: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Ask git."""
        return _git(self.top, args, given=given)

    def read(self, place: Place) -> Found:
        """The files of a spec at a revision."""
        tree = self.git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{place.revision}^{{tree}}")
        if tree.returncode:
            shallow = self.git("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
            hint = Message("there is no revision `{name}`; this clone is shallow, and git fetches the rest with "
                           "`git fetch --unshallow`", name=place.revision)  # fmt: skip
            raise UnreadableInput(
                hint if shallow else Message("there is no path and no revision `{name}`", name=place.revision)
            )
        name = os.fsdecode(tree.stdout.strip())
        for inner in self.inside(place.path):
            entries = self.entries(name, inner)
            if entries is not None:
                break
        else:
            shown = place.path.as_posix()
            raise UnreadableInput(
                Message("there is no `{path}` at the revision `{name}`", path=shown, name=place.revision)
            )
        root = self.top / inner if inner else self.top
        if not entries:
            raise UnreadableInput(
                Message("`{path}` has no file that ends in `.yaml` or `.yml`", path=f"{place.revision}:{inner}")
            )
        single = [entry.path for entry in entries] == [root.name] and self.is_file(name, inner)
        return Found(root.stem if single else root.name, root, tuple(entries))

    def inside(self, path: Path) -> list[str]:
        """What a path may be called in the repository: from where we are, or from its top."""
        whole, top = Path(os.path.normpath(path.absolute())), self.top.resolve()
        found = [one.relative_to(top).as_posix() for one in (whole.resolve(), whole) if one.is_relative_to(top)]
        if not path.is_absolute():
            found.append(posixpath.normpath(path.as_posix()))
        return list(dict.fromkeys("" if one == "." else one for one in found if not one.startswith("../")))

    def is_file(self, tree: str, inner: str) -> bool:
        """Whether a path is a file there."""
        kind = self.git("cat-file", "-t", f"{tree}:{inner}")
        return kind.stdout.strip() == b"blob"

    def entries(self, tree: str, inner: str) -> list[Entry] | None:
        """The files of a spec in a tree of git, `None` where it has no such path."""
        there = self.git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{tree}:{inner}")
        if there.returncode:
            return None
        name = os.fsdecode(there.stdout.strip())
        if self.is_file(tree, inner):
            listed = [(inner.rpartition("/")[2], FILE, name)]
        else:
            done = self.git("ls-tree", "-r", "-z", "--full-tree", name)
            listed = list(_listed(os.fsdecode(done.stdout)))
        links = {path for path, mode, _ in listed if mode == LINK}
        texts = self.contents([name for _, _, name in listed])
        return [
            Entry(path, Message("a link that leads out of the folder of the spec") if path in links else data)
            for (path, _, _), data in zip(listed, texts, strict=True)
            if path not in links or _leads_out(path, data)
        ]

    def contents(self, names: Sequence[str]) -> list[bytes]:
        """What is in some objects."""
        done = self.git("cat-file", "--batch", given="".join(f"{name}\n" for name in names).encode())
        found, rest = [], done.stdout
        for _ in names:
            head, _, rest = rest.partition(b"\n")
            if head.split(b" ")[1:2] != [b"blob"]:
                said = head.decode("utf-8", "replace")
                raise UnreadableInput(Message("git does not have all of this revision: {reason}", reason=said))
            size = int(head.rsplit(b" ", 1)[1])
            found.append(rest[: min(size, MAX_BYTES + 1)])
            rest = rest[size + 1 :]
        return found


def _listed(text: str) -> Iterator[tuple[str, str, str]]:
    """The visible YAML files that git lists: path, mode and object, in the order in which a folder is read."""
    found = []
    for line in text.split("\0"):
        head, tab, path = line.partition("\t")
        mode, _, name = head.split(" ") if tab else ("", "", "")
        hidden = any(part.startswith(".") for part in path.split("/"))
        if path.endswith(SUFFIXES) and not hidden and (mode == LINK or mode.startswith(FILE)):
            found.append((path, mode, name))
    yield from sorted(found)


def _leads_out(path: str, target: bytes) -> bool:
    """Whether a link leads out of the folder of the spec; what it leads to inside is read in its own place."""
    whole = posixpath.normpath(posixpath.join(posixpath.dirname(path), os.fsdecode(target)))
    return whole.startswith(("../", "/")) or whole == ".."


def _git(
    folder: Path, args: Sequence[str], revision: str = "", given: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    """Run git in a folder. Raises `UnreadableInput` where there is no git."""
    environment = {name: value for name, value in os.environ.items() if name not in INHERITED}
    environment |= {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        return subprocess.run(  # noqa: S603 - the words of the user stand behind `--end-of-options`, or in a path
            ["git", *args], cwd=folder, env=environment, input=given, capture_output=True, check=False  # noqa: S607
        )  # fmt: skip
    except FileNotFoundError as error:
        raise UnreadableInput(
            Message("there is no `{name}`, and git is not installed, which could say whether it is a revision",
                    name=revision)
        ) from error  # fmt: skip
