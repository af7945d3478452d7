"""`crmdsl diff` from outside: two folders, revisions of git, the forms of the answer and the exit codes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.commands import VALVOTECH, Done, answer, crmdsl

AREA = ("discount > 5% and discount <= 12%", "discount > 5% and discount <= 15%")
DIRECTOR = ("(discount > 12% and", "(discount > 15% and")
ENGLISH = """\
Who decides
  Discount approval (`discount`)
    ~ Discount: 12.01% to 15%; Amount: up to 100,000 EUR  [who decides]
        before: Sales director
        now: Area manager
        for example: discount = 15%, amount = 100,000 EUR
"""
ITALIAN = """\
Chi decide
  Approvazione sconti (`discount`)
    ~ Discount: da 12,01% a 15%; Amount: fino a 100.000 EUR  [chi decide]
        prima: Sales director
        ora: Area manager
        per esempio: discount = 15%, amount = 100.000 EUR
"""
MARKDOWN = """\
## old → new

1 change; who decides: 1

### Who decides

**Discount approval (`discount`)**

- Discount: 12.01% to 15%; Amount: up to 100,000 EUR `who decides`
  - before: Sales director
  - now: Area manager
  - for example: discount = 15%, amount = 100,000 EUR
"""
GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b",
       "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}  # fmt: skip


def edit(file: Path, *changes: tuple[str, str]) -> None:
    text = file.read_text("utf-8")
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    file.write_text(text, "utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Valvotech as `old`, and as `new` with another limit for its area managers."""
    for name in ("old", "new"):
        shutil.copytree(VALVOTECH, tmp_path / name)
    edit(tmp_path / "new/approvals.yaml", AREA, DIRECTOR)
    return tmp_path


@pytest.mark.parametrize(
    ("options", "expected"),
    [(["--lang", "en"], ENGLISH), (["--lang", "it"], ITALIAN), (["--lang", "en", "--format", "markdown"], MARKDOWN)],
)
def test_what_people_read(folder: Path, options: list[str], expected: str) -> None:
    assert crmdsl("diff", "old", "new", *options, cwd=folder).stdout == expected


def test_what_programs_read(folder: Path) -> None:
    found = answer("diff", "old", "new", cwd=folder)
    assert set(found) == {"before", "now", "changes", "counts", "diagnostics"}
    assert found["counts"] == {"changes": 1, "api": 0, "cases": 0, "deciders": 1, "gain": 0, "loss": 0}
    assert found["diagnostics"] == {"before": [], "now": []}
    (change,) = found["changes"]
    assert {key: change[key] for key in ("section", "kind", "where", "classes", "file", "line", "column")} == {
        "section": "deciders", "kind": "decided", "where": ["approvals", "discount"], "classes": ["deciders"],
        "file": "approvals.yaml", "line": 4, "column": 3,
    }  # fmt: skip
    assert change["before"] == [{"kind": "roles", "names": ["sales_director"], "quorum": 1}]
    assert change["now"] == [{"kind": "roles", "names": ["area_manager"], "quorum": 1}]
    ends = [(one["name"], one["type"], *list(one["ranges"][0].values())[:2]) for one in change["region"]]
    assert ends == [("discount", "percent", "12.01%", "15%"), ("amount", "money", None, "100_000 EUR")]
    assert change["case"]["values"] == {"discount": "15%", "amount": "100_000 EUR"}


def test_exit_codes(folder: Path) -> None:
    for options, code in (
        ([], 0), (["--fail-on", "deciders"], 1), (["--fail-on", "any"], 1), (["--fail-on", "api"], 0),
        (["--fail-on", "api", "--fail-on", "deciders"], 1), (["--fail-on", "people"], 2),
    ):  # fmt: skip
        crmdsl("diff", "old", "new", *options, cwd=folder, code=code)
    assert crmdsl("diff", "old", "old", "--fail-on", "any", cwd=folder).stdout == ""
    assert crmdsl("diff", "old", "new", "--quiet", cwd=folder).stderr == ""


def test_errors_of_a_spec_are_told_and_the_rest_is_compared(folder: Path) -> None:
    edit(folder / "new/company.yaml", ("department: management", "department: managment"))
    done = crmdsl("diff", "old", "new", "--lang", "en", cwd=folder, code=1)
    assert done.stdout.startswith(ENGLISH)
    assert "error[unknown-name]: no department `managment`" in done.stderr
    assert "`new` has errors: what they concern is not compared" in done.stderr
    found = answer("diff", "old", "new", cwd=folder, code=1)
    assert [one["code"] for one in found["diagnostics"]["now"]] == ["unknown-name"]


def test_what_cannot_be_read_is_wrong_usage(folder: Path) -> None:
    for old, new, said in (
        ("old", "nowhere", "no revision either"), ("nowhere", "new", "no revision either"),
        ("neither", "nor", "neither `neither` nor `nor` is there"), ("HEAD:old", "new", "no revision either"),
    ):  # fmt: skip
        done = crmdsl("diff", old, new, "--lang", "en", cwd=folder, code=2)
        assert (done.stdout, said in done.stderr) == ("", True), done.stderr
    (folder / "empty").mkdir()
    crmdsl("diff", "old", "empty", cwd=folder, code=2)


# git


def git(folder: Path, *args: str) -> str:
    done = subprocess.run(["git", *args], cwd=folder, check=True, capture_output=True, env=os.environ | GIT)
    return done.stdout.decode().strip()


@pytest.fixture
def repository(folder: Path) -> Path:
    """A repository with the spec in `specs/acme`, changed in its second revision."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    root = folder / "repository"
    (root / "specs").mkdir(parents=True)
    shutil.copytree(folder / "old", root / "specs/acme")
    (root / "specs/acme/.hidden").mkdir()
    (root / "specs/acme/.hidden/x.yaml").write_text("a: [")
    (root / "specs/acme/notes.txt").write_text("no spec")
    git(root, "init", "-q", "-b", "trunk")
    git(root, "add", ".")
    git(root, "commit", "-qm", "one")
    shutil.copy(folder / "new/approvals.yaml", root / "specs/acme/approvals.yaml")
    git(root, "commit", "-qam", "two")
    git(root, "tag", "feature/two")
    return root


def test_revisions(repository: Path) -> None:
    def diff(*args: str, cwd: Path = repository, code: int = 0) -> Done:
        return crmdsl("diff", *args, "--lang", "en", cwd=cwd, code=code)

    assert diff("HEAD~1", "specs/acme").stdout == ENGLISH
    assert diff("HEAD~1:specs/acme", "specs/acme").stdout == ENGLISH
    assert diff("HEAD~1:specs/acme", "feature/two:specs/acme").stdout == ENGLISH
    assert diff("HEAD~1:specs/acme", "feature/two").stdout == ENGLISH
    assert diff("HEAD", "specs/acme").stdout == ""
    assert diff("HEAD~1", "acme", cwd=repository / "specs").stdout == ENGLISH
    assert diff("HEAD~1:acme", "acme", cwd=repository / "specs").stdout == ENGLISH
    assert diff("HEAD~1:specs/acme", "acme", cwd=repository / "specs").stdout == ENGLISH
    assert diff("HEAD~1", ".", cwd=repository / "specs/acme").stdout == ENGLISH
    assert diff("HEAD~1", "repository/specs/acme", cwd=repository.parent).stdout == ENGLISH
    assert diff("old", "repository/specs/acme", cwd=repository.parent).stdout == ENGLISH
    assert git(repository, "status", "--porcelain") == ""

    shutil.rmtree(repository / "specs/acme")
    assert diff("HEAD~1:specs/acme", "HEAD:specs/acme").stdout == ENGLISH
    assert "no revision `HEAD~7`" in diff("HEAD~7:specs/acme", "HEAD:specs/acme", code=2).stderr
    assert "no `specs/none` at the revision `HEAD`" in diff("HEAD:specs/none", "HEAD:specs/acme", code=2).stderr


def test_a_spec_of_one_file(repository: Path) -> None:
    (repository / "one.yaml").write_text("crmdsl: 1\n")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "three")
    found = crmdsl("diff", "HEAD:one.yaml", "one.yaml", "--format", "json", cwd=repository, code=1)
    assert '"missing-key"' in found.stdout


def test_a_shallow_clone_says_so(repository: Path) -> None:
    clone = repository.parent / "clone"
    git(repository.parent, "clone", "-q", "--depth", "1", repository.as_uri(), str(clone))
    done = crmdsl("diff", "HEAD~1", "specs/acme", "--lang", "en", cwd=clone, code=2)
    assert "git fetch --unshallow" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_in_a_revision(repository: Path) -> None:
    (repository / "specs/acme/inside.yaml").symlink_to("approvals.yaml")
    (repository / "specs/acme/outside.yaml").symlink_to("../../elsewhere.yaml")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "links")
    shutil.rmtree(repository / "specs/acme")
    found = crmdsl("diff", "HEAD:specs/acme", "HEAD~1:specs/acme", "--lang", "en", cwd=repository, code=1)
    assert "a link that leads out of the folder of the spec" in found.stderr
    assert "inside.yaml" not in found.stderr
    assert found.stdout == ""


def test_without_git_paths_work(folder: Path) -> None:
    command = [sys.executable, "-m", "crmdsl", "diff", "HEAD", "new", "--lang", "en"]
    paths = os.pathsep.join(entry for entry in sys.path if entry)
    environment = {"PATH": "", "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert "git is not installed" in done.stderr


# access

CLERK = (
    "when: state != prepare_quote, except: [margin]",
    "when: state != prepare_quote or amount > 5 EUR, except: [margin]",
)
GAINED = """\
Chi può fare che cosa
  Order
    + Back office lead, Back office clerk: `read` di Customer, Amount, Discount, Tipo di fornitura, Feasible, Paid  [guadagna accesso]
        pratica: Dall'offerta all'incasso › Prepare quote; Amount: da 5,01 EUR
        per esempio: back_office_lead_1, `read` `order.customer`, Dall'offerta all'incasso › Prepare quote, amount = 5.01 EUR
        per il permesso in approvals.yaml:99
"""  # noqa: E501


def test_who_gains_access(folder: Path) -> None:
    edit(folder / "new/approvals.yaml", DIRECTOR[::-1], AREA[::-1])
    edit(folder / "new/approvals.yaml", CLERK)
    shown = crmdsl("diff", "old", "new", "--lang", "it", "--fail-on", "gain", cwd=folder, code=1)
    assert shown.stdout.startswith(GAINED)
    assert "guadagna accesso: 2" in shown.stderr
    crmdsl("diff", "old", "new", "--fail-on", "loss", "--fail-on", "deciders", cwd=folder)
    found = answer("diff", "old", "new", cwd=folder)
    assert (found["counts"]["gain"], found["counts"]["loss"]) == (2, 0)
    change = found["changes"][1]
    asked = change["request"]
    assert (change["kind"], change["roles"], change["actions"]) == ("gained", ["back_office_clerk"], ["update"])
    assert (asked["on"], asked["record"]["fields"]) == ("order.customer", {"amount": "5.01"})
    (folder / "record.json").write_text(json.dumps(asked["record"]), "utf-8")
    words = ("--actor", asked["actor"], "--action", asked["action"], "--on", asked["on"], "--record", "record.json")
    allowed = [answer("access", side, "explain", *words, cwd=folder)["allowed"] for side in ("old", "new")]
    assert allowed == [False, True]


def test_what_is_lost_is_told_of_the_older(folder: Path) -> None:
    edit(folder / "old/approvals.yaml", AREA, DIRECTOR)
    edit(
        folder / "new/approvals.yaml",
        (
            "{role: technician, can: [read, update], on: ticket, scope: own}",
            "{role: technician, can: read, on: ticket}",
        ),
    )
    found = answer("diff", "old", "new", "--fail-on", "loss", cwd=folder, code=1)
    kinds = {(one["kind"], *one["actions"], *one["roles"]) for one in found["changes"] if one["section"] == "access"}
    assert ("lost", "update", "technician") in kinds
    assert any(kind[:2] == ("gained", "read") for kind in kinds)
    assert answer("diff", "old", "old", "--fail-on", "any", cwd=folder)["changes"] == []
