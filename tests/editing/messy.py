"""Plain data written as YAML in every way that somebody may: blanks, quotes, indentation, comments, line breaks."""

from __future__ import annotations

import re
from random import Random
from typing import Any

_PLAIN = re.compile(r"[A-Za-z0-9_(](?:[A-Za-z0-9_ .%|<>=+*/()!-]*[A-Za-z0-9_.%)])?")


class Messy:
    """Writes one document. `comments` are those planted, in their order."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.comments: list[str] = []
        self.out: list[str] = []
        self.most = 99  # what a comment behind a block scalar may be indented by, to be none of its lines

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def document(self, body: dict[str, Any]) -> str:
        self.fillers(0)
        self.mapping(body, 0, first=True)
        self.fillers(0)
        text = "".join(self.out)
        if self.chance(0.2):
            text = text.rstrip("\n")
        return text.replace("\n", "\r\n") if self.chance(0.2) else text

    def comment(self) -> str:
        number = len(self.comments)
        text = self.random.choice(
            (f"# note {number}", f"#{number}", f"## {{{number}: [", f"# - a: '{number}", f'#"{number}"')
        )
        self.comments.append(text)
        return text + " " * self.random.choice((0, 0, 2))

    def fillers(self, indent: int) -> None:
        """Blank lines and comments on lines of their own; the last line is ended."""
        while self.chance(0.15):
            if self.chance(0.5):
                self.out.append(" " * self.random.choice((0, 0, 3)) + "\n")
            else:
                at = indent if self.chance(0.6) else self.random.randint(0, 9)
                self.out.append(" " * min(at, self.most) + self.comment() + "\n")

    def line_end(self) -> None:
        if self.chance(0.1):
            self.out.append(" " * self.random.randint(1, 5) + self.comment())
        elif self.chance(0.1):
            self.out.append(" " * self.random.randint(1, 3))
        self.out.append("\n")

    def mapping(self, body: dict[str, Any], indent: int, *, first: bool) -> None:
        for key, value in body.items():
            if not first:
                self.out.append(" " * indent)
            first, self.most = False, 99
            self.out.append(self.key(str(key)) + " " * self.chance(0.05) + ":")
            self.value(value, indent, dash=False)
            self.fillers(indent)

    def sequence(self, items: list[Any], indent: int, *, first: bool) -> None:
        for item in items:
            if not first:
                self.out.append(" " * indent)
            first, self.most = False, 99
            self.out.append("-")
            self.value(item, indent, dash=True)
            self.fillers(indent)

    def value(self, value: Any, indent: int, *, dash: bool) -> None:
        """What follows a colon or dash, with the end of its line."""
        if isinstance(value, dict | list) and value and self.chance(0.6):
            inner = indent + self.random.choice((1, 2, 2, 4, 5))
            if dash and self.chance(0.7):
                self.out.append(" " * (inner - indent - 1))
                first = True
                if inner - indent < 2:
                    inner = indent + 2
                    self.out.append(" ")
            else:
                self.line_end()
                if isinstance(value, list) and not dash and self.chance(0.3):
                    inner = indent
                self.fillers(inner)
                first = False
            write = self.mapping if isinstance(value, dict) else self.sequence
            write(value, inner, first=first)  # type: ignore[arg-type]
            return
        if value is None:
            self.line_end()
            return
        if self.chance(0.05):
            self.line_end()
            self.out.append(" " * (indent + self.random.randint(1, 4)))
        else:
            self.out.append(" " * self.random.choice((1, 1, 1, 2, 4)))
        if isinstance(value, dict | list):
            self.flow(value, indent)
        else:
            text = str(value)
            if self.chance(0.06) and "\n" not in text and text == text.strip() and text:
                self.block(text, indent)
                return
            self.scalar(text, indent, flow=False)
        self.line_end()

    def block(self, text: str, indent: int) -> None:
        sign = self.random.choice("|>")
        self.most = max(indent, 0)
        self.out.append(f"{sign}-{' ' + self.comment() if self.chance(0.2) else ''}\n")
        self.out.append(" " * (indent + self.random.choice((1, 2, 5))) + text + "\n")
        while self.chance(0.2):
            self.out.append("\n")

    def blank(self, indent: int) -> None:
        """What may stand between two tokens of a flow list or map: blanks, line breaks, comments."""
        self.out.append(" " * self.random.choice((0, 0, 1, 1, 2)))
        while self.chance(0.04):
            if self.chance(0.4):
                self.out.append(" " + self.comment())
            self.out.append("\n" * self.random.choice((1, 1, 2)) + " " * (indent + self.random.randint(1, 8)))

    def flow(self, value: Any, indent: int) -> None:
        if not isinstance(value, dict | list):
            self.scalar("" if value is None else str(value), indent, flow=True)
            return
        self.out.append("{" if isinstance(value, dict) else "[")
        self.blank(indent)
        for number, item in enumerate(value):
            if number:
                self.out.append(",")
                self.blank(indent)
            if isinstance(value, dict):
                self.out.append(self.key(str(item)) + ": ")
                if self.chance(0.2):
                    self.blank(indent)
            self.flow(value[item] if isinstance(value, dict) else item, indent)
            self.blank(indent)
        if value and self.chance(0.1):
            self.out.append(",")
            self.blank(indent)
        self.out.append("}" if isinstance(value, dict) else "]")

    def key(self, text: str) -> str:
        return self.quoted(text) if self.chance(0.05) or not re.fullmatch(r"[A-Za-z][\w.-]*", text) else text

    def quoted(self, text: str) -> str:
        if self.chance(0.5) and "\n" not in text:
            return "'" + text.replace("'", "''") + "'"
        escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{escaped}"'

    def scalar(self, text: str, indent: int, *, flow: bool) -> None:
        plain = _PLAIN.fullmatch(text) is not None
        written = text if plain and self.chance(0.85) else self.quoted(text)
        if " " in text and "\\" not in written and "  " not in written and self.chance(0.1):
            at = self.random.choice([number for number, sign in enumerate(written) if sign == " "])
            if 1 < at < len(written) - 2 and written[at + 1] not in "-?":
                written = written[:at] + "\n" + " " * (indent + self.random.randint(1, 6)) + written[at + 1 :]
        self.out.append(written)
