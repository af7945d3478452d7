"""Output is written whole or not at all, and only what we wrote is ever replaced or deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmdsl.cli import writing
from crmdsl.cli.writing import MANIFEST, InTheWay, differences, write

FILES = {"__init__.py": "# crmdsl 0.1.0\n", "processes/quote.py": "# crmdsl 0.1.0\nx = 1\n"}


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def test_a_new_folder(tmp_path: Path) -> None:
    assert write(tmp_path / "out/valvotech", FILES) == sorted(FILES)
    assert tree(tmp_path / "out/valvotech") == FILES
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["valvotech"]


def test_the_same_again_writes_nothing(tmp_path: Path) -> None:
    write(tmp_path / "v", FILES)
    before = (tmp_path / "v/__init__.py").stat().st_mtime_ns
    assert write(tmp_path / "v", FILES) == []
    assert (tmp_path / "v/__init__.py").stat().st_mtime_ns == before


def test_what_is_no_longer_generated_goes_and_what_people_wrote_stays(tmp_path: Path) -> None:
    folder = tmp_path / "v"
    write(folder, FILES)
    (folder / "ours.py").write_text("by hand")
    assert write(folder, {"__init__.py": "new"}) == ["__init__.py", "processes/quote.py"]
    assert tree(folder) == {"__init__.py": "new", "ours.py": "by hand"}
    assert not (folder / "processes").exists()


def test_a_generated_file_that_somebody_edited_is_not_deleted(tmp_path: Path) -> None:
    write(tmp_path / "v", FILES)
    (tmp_path / "v/processes/quote.py").write_text("edited")
    write(tmp_path / "v", {"__init__.py": "new"})
    assert tree(tmp_path / "v")["processes/quote.py"] == "edited"


def test_a_file_in_the_way_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "v").mkdir()
    (tmp_path / "v/__init__.py").write_text("by hand")
    with pytest.raises(InTheWay, match=r"`.*__init__.py` was not written by crmdsl"):
        write(tmp_path / "v", FILES)
    assert tree(tmp_path) == {"v/__init__.py": "by hand"}


@pytest.mark.parametrize("path", ["../evil.py", "/evil.py", "a/../../evil.py", "", "a//b.py"])
def test_no_path_leads_out_of_the_folder(tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match="not a path inside"):
        write(tmp_path / "v", {path: "x"})


def test_a_link_to_elsewhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "v").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "v/processes").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InTheWay):
        write(tmp_path / "v", FILES)
    assert tree(tmp_path) == {}


def test_a_failure_half_way_leaves_the_old_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "v"
    write(folder, FILES)
    swap, calls = writing._swap, []

    def failing(target: Path, new: Path) -> None:
        calls.append(target)
        if len(calls) == 2:
            raise OSError("disk full")
        swap(target, new)

    monkeypatch.setattr(writing, "_swap", failing)
    with pytest.raises(OSError, match="disk full"):
        write(folder, {path: text + "y = 2\n" for path, text in FILES.items()})
    assert tree(tmp_path) == {f"v/{path}": text for path, text in FILES.items()}


def test_differences(tmp_path: Path) -> None:
    folder = tmp_path / "v"
    assert differences(folder, FILES) == [("__init__.py", "missing"), ("processes/quote.py", "missing")]
    write(folder, FILES)
    assert differences(folder, FILES) == []
    assert differences(folder, {path: text.replace("0.1.0", "0.2.0") for path, text in FILES.items()}) == []
    (folder / "processes/quote.py").write_text("edited")
    (folder / "by_hand.py").write_text("x = 1\n")
    (folder / "notes.txt").write_text("a note is no code\n")
    assert differences(folder, FILES) == [
        ("by_hand.py", "not generated"),
        ("processes/quote.py", "differs"),
    ]
    (folder / "by_hand.py").unlink()
    assert differences(folder, {"__init__.py": FILES["__init__.py"]}) == [("processes/quote.py", "no longer generated")]
    assert differences(folder, FILES) == [("processes/quote.py", "differs")]


def test_a_broken_manifest_claims_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "v"
    folder.mkdir()
    (folder / MANIFEST).write_text('{"files": {"../../x": "0", "b": 1}}')
    (folder / "b").write_text("by hand")
    write(folder, {"a": "x"})
    assert tree(folder) == {"a": "x", "b": "by hand"}


def test_keep_leaves_what_other_calls_wrote(tmp_path: Path) -> None:
    write(tmp_path / "v", {"a.svg": "a"}, keep=True)
    write(tmp_path / "v", {"b.svg": "b"}, keep=True)
    assert tree(tmp_path / "v") == {"a.svg": "a", "b.svg": "b"}
    assert write(tmp_path / "v", {"a.svg": "a"}) == ["b.svg"]
