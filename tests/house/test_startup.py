"""What is loaded when: a quick `--help`, and a runtime without the compiler."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

COMPILER = {
    f"crmdsl.{station}"
    for station in (
        "cli", "api", "report", "rules", "analysis", "backends", "ir", "resolve", "conditions", "model", "syntax",
        "diagnostics",
    )
}  # fmt: skip


def loaded(code: str) -> set[str]:
    """The modules that are loaded after `code` has run in a new interpreter."""
    script = f"import json, sys\n{code}\nsys.stderr.write('\\n' + json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("code", ["import crmdsl", "import crmdsl.runtime", "import crmdsl.resources"])
def test_no_compiler_is_loaded_by(code: str) -> None:
    assert loaded(code) & COMPILER == set()


def test_help_loads_no_verb_and_no_compiler() -> None:
    modules = loaded("from crmdsl.cli.process import run\nassert run(['--help']) == 0")
    ours = {name for name in modules if name.startswith("crmdsl.")}
    assert ours == {"crmdsl.cli", "crmdsl.cli.language", "crmdsl.cli.process", "crmdsl.cli.verbs"}
    assert modules & {"yaml", "jinja2", "networkx", "holidays", "json.decoder", "asyncio"} <= {"json.decoder"}


def test_validate_loads_no_back_end_and_no_template_engine() -> None:
    modules = loaded("from crmdsl.cli.process import run\nassert run(['validate', 'no-such-spec']) == 2")
    assert modules & {"jinja2", "networkx", "holidays", "asyncio"} == set()
