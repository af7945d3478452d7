"""Generated files reach the disk whole or not at all, and nothing that a person wrote is touched.

A folder that we write holds `.crmdsl-manifest.json`, the list of our files in it. Only what stands
there is ever replaced or deleted.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path, PurePosixPath

from crmdsl.diagnostics import Message

MANIFEST = ".crmdsl-manifest.json"
_VERSION = re.compile(rb"\bcrmdsl \d+\.\d+\.\d+\S*")


class InTheWay(OSError):
    """A file that we did not write stands where one of ours must go."""

    @property
    def message(self) -> Message:
        """What stands there, and what to do."""
        return Message("`{path}` was not written by crmdsl; move it away or choose another `--out`", path=self.args[0])

    def __str__(self) -> str:
        return str(self.message)


def write(folder: Path, files: Mapping[str, str | bytes], *, keep: bool = False) -> list[str]:
    """Make `folder` hold exactly `files` of ours (path in the folder -> text or bytes); the paths that changed.

    What we wrote before and no longer write is deleted, unless somebody edited it, or `keep` says that what
    other calls wrote stays (several specs may be drawn into one folder). Raises `InTheWay`,
    or the `OSError` of the disk, with the folder as it was.
    """
    new = {_inside(path): text.encode() if isinstance(text, str) else text for path, text in files.items()}
    ours = _manifest(folder)
    for path, data in new.items():
        _refuse(folder, path, data, ours)
    changed = [path for path, data in new.items() if _read(folder / path) != data]
    others = [path for path in ours if path not in new]
    stale = [] if keep else [path for path in others if _digest(_read(folder / path) or b"") == ours[path]]
    manifest = _manifest_text(
        {path: _digest(data) for path, data in new.items()} | {p: ours[p] for p in others if keep}
    )
    if changed or stale or _read(folder / MANIFEST) != manifest:
        _replace(folder, {path: new[path] for path in changed} | {MANIFEST: manifest}, stale)
    return sorted([*changed, *stale])


def create(folder: Path, files: Mapping[str, str]) -> None:
    """Make a new folder of files that are the user's from now on; it must be empty or not exist."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for path, text in files.items():
            target = staging / "new" / _inside(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
        (staging / "new").replace(folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def rewrite(folder: Path, files: Mapping[Path, bytes]) -> None:
    """Give files of the user's in `folder` new contents, all of them or none; each keeps its mode, a link its target.

    Raises `InTheWay` for a link that leads out of the folder, or the `OSError` of the disk, with all as it was.
    """
    targets = {path.resolve(strict=True): data for path, data in files.items()}
    for target in targets:
        if not target.is_relative_to(folder.resolve()):
            raise InTheWay(str(target))
        if not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    staging = Path(tempfile.mkdtemp(prefix=".crmdsl-", dir=folder))
    try:
        for number, (target, data) in enumerate(targets.items()):
            (staging / f"{number}.new").write_bytes(data)
            shutil.copymode(target, staging / f"{number}.new")
            shutil.copy2(target, staging / f"{number}.old")
        try:
            for number, target in enumerate(targets):
                _swap(target, staging / f"{number}.new")
        except BaseException:
            for number, target in enumerate(targets):
                _restore(target, staging / f"{number}.old")
            raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def write_file(path: Path, text: str) -> None:
    """Write one file that the user named, whole or not at all. Raises the `OSError` of the disk."""
    data = text.encode()
    if path.exists():
        target = path.resolve()
        rewrite(target.parent, {target: data})
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".crmdsl-", dir=path.parent))
    try:
        (staging / "new").write_bytes(data)
        (staging / "new").rename(path)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def differences(folder: Path, files: Mapping[str, str]) -> list[tuple[str, str]]:
    """What `write` would change: (path, `missing`, `differs` or `no longer generated`), and code that was put
    there by hand (`not generated`), which `write` would leave.

    A difference of the generator's version alone counts for nothing.
    """
    new = {_inside(path): text.encode() for path, text in files.items()}
    found = []
    for path, data in new.items():
        old = _read(folder / path)
        if old is None:
            found.append((path, "missing"))
        elif _without_version(old) != _without_version(data):
            found.append((path, "differs"))
    ours = _manifest(folder)
    found += [(path, "no longer generated") for path in ours if path not in new and (folder / path).exists()]
    found += [(path, "not generated") for path in _code(folder) if path not in new and path not in ours]
    return sorted(found)


def _code(folder: Path) -> list[str]:
    """The Python files in a folder."""
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*.py*") if path.suffix in (".py", ".pyi")]


def _replace(folder: Path, files: Mapping[str, bytes], stale: Iterable[str]) -> None:
    """Swap the files in, one rename each; on any failure put back what was there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for path, data in files.items():
            target = staging / "new" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        if not folder.exists():
            (staging / "new").rename(folder)
            return
        for path in [*files, *stale]:
            _keep(folder / path, staging / "old" / path)
        try:
            for path in [*files, *stale]:
                _swap(folder / path, staging / "new" / path)
        except BaseException:
            for path in [*files, *stale]:
                _restore(folder / path, staging / "old" / path)
            raise
        _prune(folder, stale)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _keep(target: Path, old: Path) -> None:
    """Copy what stands at `target`, if anything does, to `old`."""
    if target.exists():
        old.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(target, old)


def _swap(target: Path, new: Path) -> None:
    """Put `new` in the place of `target`; where there is no `new`, `target` goes."""
    if new.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        new.replace(target)
    else:
        target.unlink()


def _restore(target: Path, old: Path) -> None:
    """Undo `_swap`, done or not: only what had no copy is ours to take away."""
    if old.exists():
        old.replace(target)
    else:
        target.unlink(missing_ok=True)


def _prune(folder: Path, stale: Iterable[str]) -> None:
    """Remove the folders that deleting `stale` has left empty."""
    for path in stale:
        for parent in (folder / path).parents:
            if parent == folder or not parent.is_dir() or any(parent.iterdir()):
                break
            parent.rmdir()


def _refuse(folder: Path, path: str, data: bytes, ours: Mapping[str, str]) -> None:
    """Raise `InTheWay` where writing `path` would destroy or leave what is not ours."""
    target = folder / path
    if folder.is_symlink() or not target.parent.resolve().is_relative_to(folder.resolve()):
        raise InTheWay(str(target.parent))
    if target.is_symlink() or target.is_dir():
        raise InTheWay(str(target))
    if path not in ours and target.exists() and target.read_bytes() != data:
        raise InTheWay(str(target))


def _inside(path: str) -> str:
    """`path` as it stands, which must be a plain relative one."""
    pure = PurePosixPath(path)
    if pure.is_absolute() or ".." in pure.parts or not pure.parts or str(pure) != path:
        raise ValueError(f"not a path inside a folder: {path!r}")
    return path


def _manifest(folder: Path) -> dict[str, str]:
    """Our files in `folder` with the digest of what we wrote; empty where no readable manifest stands."""
    try:
        listed = json.loads((folder / MANIFEST).read_bytes())["files"]
        return {_inside(str(path)): str(digest) for path, digest in listed.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _manifest_text(digests: Mapping[str, str]) -> bytes:
    listed = dict(sorted(digests.items()))
    return (json.dumps({"written_by": "crmdsl", "files": listed}, indent=1) + "\n").encode()


def _digest(data: bytes) -> str:
    return sha256(_without_version(data)).hexdigest()


def _without_version(data: bytes) -> bytes:
    """The text without the version of crmdsl that its header names."""
    return _VERSION.sub(b"crmdsl", data, count=1)


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
