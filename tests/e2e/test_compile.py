"""`crmdsl compile` from outside."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.commands import VALVOTECH, answer, crmdsl


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("out")
    crmdsl("compile", VALVOTECH, "--out", folder)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_package_needs_the_standard_library_alone(out: Path) -> None:
    script = (
        f"import sys; sys.path.insert(0, {str(out)!r})\n"
        "import pkgutil, importlib, valvotech\n"
        "for module in pkgutil.walk_packages(valvotech.__path__, 'valvotech.'): importlib.import_module(module.name)\n"
        "foreign = {name.split('.')[0] for name in sys.modules} - set(sys.stdlib_module_names) - {'__main__'}\n"
        "assert foreign == {'valvotech'}, foreign\n"
    )
    subprocess.run([sys.executable, "-I", "-S", "-B", "-c", script], check=True)


def test_it_is_typed(out: Path) -> None:
    assert (out / "valvotech/py.typed").exists()


def test_the_same_bytes_whatever_the_hash_seed(out: Path, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        command = [sys.executable, "-m", "crmdsl", "compile", str(VALVOTECH), "--out", str(tmp_path / seed)]
        subprocess.run(command, env=environment, check=True, capture_output=True)
        assert contents(tmp_path / seed) == contents(out)


def test_check(out: Path, tmp_path: Path) -> None:
    shutil.copytree(out, tmp_path / "out")
    assert answer("compile", VALVOTECH, "--out", tmp_path / "out", "--check")["different"] == []
    edited = tmp_path / "out/valvotech/records.py"
    edited.write_text(edited.read_text("utf-8") + "# by hand\n", "utf-8")
    done = crmdsl("compile", VALVOTECH, "--out", tmp_path / "out", "--check", code=1)
    assert "records.py: differs" in done.stdout
    assert edited.read_text("utf-8").endswith("# by hand\n")


def test_a_failed_compile_leaves_the_old_output(tmp_path: Path) -> None:
    spec = tmp_path / "valvotech"
    shutil.copytree(VALVOTECH, spec)
    crmdsl("compile", spec, "--out", tmp_path / "out")
    before = contents(tmp_path / "out")
    (spec / "more.yaml").write_text("crmdsl: 1\nnonsense: {}\n")
    assert "unknown-key" in crmdsl("compile", spec, "--out", tmp_path / "out", code=1).stdout
    assert contents(tmp_path / "out") == before


def test_a_folder_name_becomes_a_package_name(tmp_path: Path) -> None:
    shutil.copytree(VALVOTECH, tmp_path / "my-company")
    crmdsl("compile", tmp_path / "my-company", "--out", tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["my_company"]


def test_the_tables_of_a_package_run_under_pytest(out: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(out / "valvotech" / "tables")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=out, check=False)
    assert done.returncode == 0, done.stdout
    assert "14 passed" in done.stdout
    text = (out / "valvotech" / "tables" / "test_approval_discount.py").read_text(encoding="utf-8")
    assert "crmdsl." not in text
    assert (out / "valvotech" / "tables" / "approval_discount.html").is_file()
