"""Which files make a spec, and what cannot be one."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

from crmdsl.syntax.loader import UnreadableInput, load, load_text


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_yml", ".yml").replace("_yaml", ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def told(folder: Path) -> list[str]:
    return [f"{found.code} {found.span}: {found.message}" for found in load(folder).diagnostics]


def test_a_folder_with_sub_folders_in_the_order_of_paths(tmp_path: Path) -> None:
    spec = tmp_path / "my-company"
    write(spec, b_yaml="a: 1", a__z_yml="a: 1", a__b__c_yaml="a: 1", notes="x", Z_yaml="a: 1")
    write(spec, **{".hidden_yaml": "a: [", ".git__x_yaml": "a: ["})
    loaded = load(spec)
    assert loaded.name == "my-company"
    assert [file.source.path for file in loaded.files] == ["Z.yaml", "a/b/c.yaml", "a/z.yml", "b.yaml"]
    assert loaded.diagnostics == []


def test_one_file(tmp_path: Path) -> None:
    write(tmp_path, shop_yaml="a: b: c")
    loaded = load(tmp_path / "shop.yaml")
    assert loaded.name == "shop"
    assert [str(found.span) for found in loaded.diagnostics] == ["shop.yaml:1:5"]


def test_the_current_folder_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "shop", a_yaml="a: 1")
    monkeypatch.chdir(tmp_path / "shop")
    assert load(Path()).name == "shop"


def test_a_fault_hides_none_of_another_file(tmp_path: Path) -> None:
    write(tmp_path, a_yaml="a: [", b_yaml="a: b: c", c_yaml="a: 1\na: 2")
    assert [line.split(":")[0] for line in told(tmp_path)] == [
        "yaml-syntax a.yaml",
        "yaml-syntax b.yaml",
        "duplicate-key c.yaml",
    ]


@pytest.mark.parametrize("name", ["nothing", "empty", "nothing\0"])
def test_what_is_no_spec(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnreadableInput) as caught:
        load(tmp_path / name)
    assert caught.value.message.text()


def test_a_pipe_is_no_spec(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.yaml")
    with pytest.raises(UnreadableInput):
        load(tmp_path / "a.yaml")
    assert told(tmp_path) == ["unreadable-file a.yaml:1:1: this is no file"]


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    write(tmp_path, outside__secret_yaml="a: 1", spec__a_yaml="a: 1")
    spec = tmp_path / "spec"
    (spec / "b.yaml").symlink_to(tmp_path / "outside" / "secret.yaml")
    (spec / "c").symlink_to(tmp_path / "outside")
    (spec / "d.yaml").symlink_to(tmp_path / "nowhere")
    (spec / "e.txt").symlink_to(tmp_path / "outside" / "secret.yaml")
    assert [line.split(" the file")[0] for line in told(spec)] == [
        "unreadable-file b.yaml:1:1: a link that leads out of the folder of the spec",
        "unreadable-file c:1:1: a link that leads out of the folder of the spec",
        "unreadable-file d.yaml:1:1:",
    ]


def test_links_inside_are_read_once_and_cycles_end(tmp_path: Path) -> None:
    write(tmp_path, a__b_yaml="a: 1", data="b: 2", **{".parts__x_yaml": "c: 3"})
    (tmp_path / "c.yaml").symlink_to(tmp_path / "a" / "b.yaml")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "self.yaml").symlink_to(tmp_path / "self.yaml")
    (tmp_path / "d.yaml").symlink_to(tmp_path / "data")
    (tmp_path / "e.yaml").symlink_to(tmp_path / ".parts" / "x.yaml")
    loaded = load(tmp_path)
    assert [file.source.path for file in loaded.files] == ["a/b.yaml", "d.yaml", "e.yaml", "self.yaml"]
    assert [found.span.file for found in loaded.diagnostics] == ["self.yaml"]


def test_a_spec_may_itself_be_a_link(tmp_path: Path) -> None:
    write(tmp_path / "real", a_yaml="a: 1")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert load(tmp_path / "link").diagnostics == []


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_file_that_must_not_be_read(tmp_path: Path) -> None:
    write(tmp_path, a_yaml="a: 1", b_yaml="a: [")
    (tmp_path / "a.yaml").chmod(0)
    assert [line.split(":")[0] for line in told(tmp_path)] == ["unreadable-file a.yaml", "yaml-syntax b.yaml"]


def test_names_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.yaml")).write_text("a: 1")
    assert load(tmp_path).files[0].source.path == "\ufffd.yaml"


def test_the_collector_is_left_as_it_was() -> None:
    gc.disable()
    try:
        load_text({"a.yaml": "a: ["})
        assert not gc.isenabled()
        gc.enable()
        load_text({"a.yaml": "a: ["})
        assert gc.isenabled()
    finally:
        gc.enable()


def test_text_in_memory_is_sorted() -> None:
    loaded = load_text({"b.yaml": "a: 1", "a.yaml": b"b: 2"}, "shop")
    assert loaded.name == "shop"
    assert [file.source.path for file in loaded.files] == ["a.yaml", "b.yaml"]
