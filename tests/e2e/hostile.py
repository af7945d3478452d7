"""Small hostile files, and what each command makes of them, all in one process with limits of memory and time.

    python -m tests.e2e.hostile FOLDER

Prints as JSON what is wrong: a command that took too long, or left with a fault of ours.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path

from crmdsl.cli.process import run

SECONDS = 2.0
MEMORY = 500 * 1024
"""Resident, in KiB: what the largest of all needs."""

COMMANDS = (
    ["validate"],
    ["validate", "--format", "json"],
    ["compile", "--out", "generated"],
    ["test"],
    ["fmt", "--check"],
)
HEAD = """\
crmdsl: 1
company: {name: A, language: it, currency: EUR, timezone: Europe/Rome, calendar: c}
calendars: {c: {hours: {mon-fri: ["08:00-12:00"]}}}
departments: {d: {head: boss}}
roles:
  boss: {department: d}
  clerk: {department: d, reports_to: boss}
"""
TEXTS = (
    '"',
    "'",
    "\\",
    '"""',
    "'''",
    "{{ 7 * 7 }}",
    "{% for %}",
    "{0} {x}",
    "%s",
    "${PATH}",
    "'; DROP TABLE x; --",
    "</svg>]]>",
    "\u202eabc\u202c",
    "🎉é",
    "a\nb",
    "a\r\nb",
    "\t",
    "\u2028",
    "x" * 5000,
    "# type: ignore",
    "`{name}`",
    "<script>",
    "\\N{DIGIT ONE}",
)
NAMES = (
    "class",
    "import",
    "lambda",
    "none",
    "print",
    "list",
    "self",
    "super",
    "eval",
    "exec",
    "type",
    "init",
    "dict",
    "__init__",
    "__class__",
    "Class",
    "x" * 64,
    "x" * 65,
    "None",
    "a.b",
    "a-b",
    "mro",
    "history",
    "to_json",
    "case",
)


def sound(names: list[str], texts: list[str], condition: str = "amount > 0 EUR") -> str:
    """A company with a process, whose names and labels are given."""
    quoted = [json.dumps(text, ensure_ascii=False) for text in texts]
    steps = "".join(
        f"      {name}: {{role: clerk, label: {{it: {text}, en: {text}}}, note: {text},"
        f" edits: [amount], outcomes: {{go: {after}}}}}\n"
        for name, text, after in zip(names, quoted, [*names[1:], "over"], strict=False)
    )
    return (
        f"{HEAD}entities:\n  order:\n    label: {quoted[0]}\n    owner: clerk\n"
        f"    fields: {{amount: money, rating: {{type: optional text, default: {quoted[-1]}}}}}\n"
        f"processes:\n  sale:\n    entity: order\n    owner: boss\n    start: {names[0]}\n    steps:\n{steps}"
        f"      over: {{decide: {{go: {{when: {json.dumps(condition)}, to: won}}, rest: won}}}}\n"
        f"      won: {{end: success, reason: {quoted[0]}}}\n"
        f"access:\n  grants:\n  - {{role: clerk, can: [create, read, update], on: order, scope: all}}\n"
        f"scenarios:\n  first:\n    process: sale\n    when: [{{by: clerk, do: go, set: {{amount: 1 EUR}}}}]\n"
        f"    then: {{state: {[*names, 'won'][1]}}}\n"
    )


def files() -> Iterator[tuple[str, bytes]]:
    """The files by their names."""
    yield "empty", b""
    yield "binary", bytes(range(256)) * 300
    yield "utf16", HEAD.encode("utf-16")
    yield "brackets", b"[" * 100_000
    yield "braces", b"crmdsl: 1\na: " + b"{a: " * 30_000
    bomb = (b"a%d: &a%d [%s]\n" % (i, i, b",".join([b"*a%d" % (i - 1)] * 9)) for i in range(1, 60))
    yield "bomb", b"crmdsl: 1\na0: &a0 [x, x]\n" + b"".join(bomb)
    ring = "".join(f"  r{n}: {{use: r{(n + 1) % 500}}}\n" for n in range(500))
    yield "use", (HEAD + ring).encode()
    taking = "".join(f"  s{n}: {{use: s{n + 1}, label: x}}\n" for n in range(2_000))
    yield "chain", f"{HEAD}{taking}  s2000: {{department: d}}\n".encode()
    nested = "".join(f"{'  ' * depth}a:\n" for depth in range(500))
    yield "nested", (HEAD + nested).encode()
    names = [name for name in NAMES if name.isidentifier() and name.islower() and name[0] != "_" and len(name) <= 64]
    yield "names", sound(names, ["A"] * len(names)).encode()
    yield "bad_names", sound(list(NAMES), ["A"] * len(NAMES)).encode()
    yield "texts", sound([f"s{n}" for n in range(len(TEXTS))], list(TEXTS)).encode()
    deep = "(" * 10_000 + "amount > 0 EUR" + ")" * 10_000
    for name, condition in (
        ("parentheses", deep),
        ("open", "(" * 10_000),
        ("not", "not " * 10_000 + "amount is known"),
        ("minus", "-" * 50_000 + "1"),
        ("long", " or ".join(["amount > 1 EUR"] * 5_500)),
        ("sum", "amount > " + " + ".join(["1 EUR"] * 10_000)),
        ("word", "a" * 100_000),
        ("path", ".".join(["a"] * 50_000)),
        ("quote", '"' + "x" * 100_000),
        ("signs", "=<>!" * 25_000),
        ("digits", "amount > " + "9" * 100_000 + " EUR"),
        ("percent", "%" * 100_000),
        ("blanks", "amount >" + " " * 100_000),
    ):
        yield f"condition_{name}", sound(["a"], ["A"], condition).encode()
    for name, line in (
        ("long_key", "k" * 100_000 + ": a"),
        ("long_line", "a: " + "b " * 50_000),
        ("spaces", "a:" + " " * 100_000 + "b: c"),
        ("in_list", "a: [b" + " " * 100_000 + "c: d"),
        ("dashes", "- " * 50_000),
        ("colons", "a" + ":" * 100_000),
        ("commas", "a: [" + "b," * 50_000 + "]"),
        ("hashes", "a: b" + " #" * 50_000),
        ("quotes", "a: " + "''" * 50_000),
        ("indents", "\n".join(" " * (n % 300) + f"k{n}:" for n in range(3_000))),
    ):
        yield f"line_{name}", f"{HEAD}{line}\n".encode()


def peak() -> int:
    """The most memory that this process has had, in KiB. Linux counts that of whoever started it in `ru_maxrss`."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s*(\d+)", status.read_text())[1])  # type: ignore[index]
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(folder: Path) -> list[str]:
    """Everything that is wrong."""
    wrong = []
    os.chdir(folder)
    for name, data in files():
        spec = folder / f"{name}.yaml"
        spec.write_bytes(data)
        for command in [*COMMANDS, *([["render", "--format", "mermaid"]] if name in ("names", "texts") else [])]:
            said, start = TextIOWrapper(BytesIO(), "utf-8"), time.process_time()
            with redirect_stdout(said), redirect_stderr(said):
                code = run([command[0], str(spec), *command[1:]])
            took = time.process_time() - start
            said.seek(0)
            text = said.read()
            if took > SECONDS or code not in (0, 1, 2) or "Traceback" in text:
                wrong.append(f"{' '.join(command)} {name}: {code}, {took:.1f} s, {text[-300:]}")
            if name in ("names", "texts") and command[0] != "fmt" and code != 0:
                wrong.append(f"{' '.join(command)} {name}: {code}, {text[-600:]}")
    memory = peak()
    return [*wrong, f"{memory} KiB"] if memory > MEMORY else wrong


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CPU, (120, 120))
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
    answer = main(Path(sys.argv[1]))
    print(json.dumps(answer, ensure_ascii=True))
