"""What a repository of specs runs before a commit and on a push does what `docs/how-to/ci.md` says."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.commands import crmdsl
from tests.e2e.walkthrough import BLOCK

ROOT = Path(__file__).parents[2]
HOOKS = ("crmdsl-fmt", "crmdsl-validate", "crmdsl-test")
pytestmark = pytest.mark.checkout


def offered() -> dict[str, dict[str, Any]]:
    hooks = yaml.load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"), yaml.BaseLoader)
    return {hook["id"]: hook for hook in hooks}


def shown(title: str) -> Any:
    page = (ROOT / "docs/how-to/ci.md").read_text("utf-8")
    (body,) = (block["body"] for block in BLOCK.finditer(page) if block["title"] == title)
    return yaml.load(body, yaml.BaseLoader)


def run_hook(name: str, folder: Path, code: int = 0) -> None:
    (hook,) = (hook for hook in shown(".pre-commit-config.yaml")["repos"][0]["hooks"] if hook["id"] == name)
    program, *command = shlex.split(offered()[name]["entry"])
    assert program == "crmdsl"
    crmdsl(*command, *hook["args"], cwd=folder, code=code)


def test_the_hooks_are_what_pre_commit_reads() -> None:
    (repository,) = shown(".pre-commit-config.yaml")["repos"]
    assert tuple(hook["id"] for hook in repository["hooks"]) == tuple(offered()) == HOOKS
    for hook in offered().values():
        assert (hook["language"], hook["pass_filenames"]) == ("python", "false")
        assert {"id", "name", "description", "entry", "files"} <= hook.keys()


def test_the_hooks_pass_a_sound_company_and_stop_a_broken_one(tmp_path: Path) -> None:
    crmdsl("new", "acme", cwd=tmp_path)
    file = tmp_path / "acme/approvals.yaml"
    sound = file.read_text("utf-8")
    for name in HOOKS:
        run_hook(name, tmp_path)
    assert file.read_text("utf-8") == sound

    file.write_text(sound.replace("requester: agent", "requester:   agent"), "utf-8")
    run_hook("crmdsl-fmt", tmp_path)
    assert file.read_text("utf-8") == sound, "pre-commit sees the change and stops the commit"
    file.write_text(sound.replace("discount > 20%", "discount > 30%"), "utf-8")
    run_hook("crmdsl-test", tmp_path, code=1)
    file.write_text(sound.replace("requester: agent", "requester: agnet"), "utf-8")
    run_hook("crmdsl-validate", tmp_path, code=1)


def test_the_workflow_passes_a_sound_company(tmp_path: Path) -> None:
    crmdsl("new", "acme", cwd=tmp_path)
    crmdsl("compile", "acme", "--out", "generated", cwd=tmp_path)
    (job,) = shown(".github/workflows/spec.yaml")["jobs"].values()
    commands = [shlex.split(step["run"]) for step in job["steps"] if "run" in step]
    assert [command[:2] for command in commands] == [
        ["pip", "install"], ["crmdsl", "fmt"], ["crmdsl", "validate"], ["crmdsl", "test"], ["crmdsl", "compile"],
    ]  # fmt: skip
    for _, *command in commands[1:]:
        crmdsl(*command, cwd=tmp_path)
