"""Follows a page of the documentation as its reader would, and says what the page ought to show.

    ```yaml title="coffee.yaml"     the file is written; a later block of the same title is added at its end
    ```diff title="coffee.yaml"     lines with `-` become those with `+`; together with the context they stand once
    ```console                      each `$ ` line is run, and what follows is its output; a line `…` leaves some out

`python -m tests.e2e.walkthrough docs/tutorial.md …` writes the real outputs into the pages.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from crmdsl.cli.process import run
from tests.e2e.commands import SPECS, text_of

BLOCK = re.compile(r'(?ms)^```(?P<language>\w+)(?: title="(?P<title>[^"\n]+)")?\n(?P<body>.*?)^```$')
LEFT_OUT = "…"


@dataclass
class Walk:
    """A reader at his desk: a folder, and what he has exported."""

    folder: Path
    starting: bool = True
    """Whether a process is started for every command, as his shell does."""
    written: set[str] = field(default_factory=set)
    exported: dict[str, str] = field(default_factory=dict)

    def follow(self, page: str) -> str:
        """Do what `page` says, block after block; the page with the outputs that came."""
        return BLOCK.sub(self.block, page)

    def block(self, found: re.Match[str]) -> str:
        language, title, body = found["language"], found["title"], found["body"]
        if language == "console":
            return f"```console\n{self.console(body)}```"
        if title and language == "diff":
            self.change(self.folder / title, body)
        elif title:
            self.write(title, body)
        return found[0]

    def write(self, title: str, body: str) -> None:
        path = self.folder / title
        before = path.read_text("utf-8") if title in self.written else ""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(before + body, "utf-8")
        self.written.add(title)

    def change(self, path: Path, body: str) -> None:
        lines = body.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] in " -")
        new = "".join(line[1:] for line in lines if line[0] in " +")
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{path.name}: these lines stand {text.count(old)} times:\n{old}"
        path.write_text(text.replace(old, new), "utf-8")

    def console(self, body: str) -> str:
        parts = re.split(r"(?m)^\$ (.*)\n", body)
        shown = [parts[0]]
        for command, expected in zip(parts[1::2], parts[2::2], strict=True):
            happened = self.run(command)
            shown += [f"$ {command}\n", expected if agrees(expected, happened) else happened]
        return "".join(shown)

    def run(self, command: str) -> str:
        verb, *args = shlex.split(command)
        if verb == "export":
            self.exported.update(arg.split("=", 1) for arg in args)
            return ""
        if verb == "touch":
            (self.folder / args[0]).touch()
            return ""
        programs = {"crmdsl": [sys.executable, "-m", "crmdsl"], "python": [sys.executable]}
        assert verb in programs, f"no page says `{verb}`"
        code, said = self.said(args) if verb == "crmdsl" and not self.starting else self.started(programs[verb] + args)
        assert code in {0, 1}, f"{command}: {said}"
        assert "Traceback" not in said, f"{command}: {said}"
        return "".join(f"{line.rstrip()}\n" for line in said.splitlines())

    def said(self, args: list[str]) -> tuple[int, str]:
        """What the command line comes to in this process."""
        out = io.TextIOWrapper(io.BytesIO(), "utf-8")
        said = contextlib.redirect_stdout(out), contextlib.redirect_stderr(out)
        with contextlib.chdir(self.folder), patch.dict(os.environ, self.exported), said[0], said[1]:
            return run(args), text_of(out)

    def started(self, command: list[str]) -> tuple[int, str]:
        """What a process comes to."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CRMDSL_")}
        paths = [self.folder / "generated", *(Path(entry or ".").resolve() for entry in sys.path)]
        environment |= {"PYTHONIOENCODING": "utf-8", "PYTHONPATH": os.pathsep.join(map(str, paths))} | self.exported
        done = subprocess.run(
            command, cwd=self.folder, env=environment, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        )  # fmt: skip
        return done.returncode, done.stdout


def agrees(expected: str, happened: str) -> bool:
    """Whether what a page shows is what happened, but for what it leaves out."""
    pieces = re.split(rf"(?m)^{LEFT_OUT}\n", expected)
    return re.fullmatch("(?s:.*)".join(map(re.escape, pieces)), happened) is not None


def main(pages: list[str]) -> None:
    """Write the real outputs into the pages."""
    for page in map(Path, pages):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "specs").symlink_to(SPECS)
            page.write_text(Walk(Path(folder)).follow(page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
