"""A table of cases as Markdown and as a page of HTML that prints on sheets across."""

from __future__ import annotations

import re
from html import escape

from crmdsl.report.tables.sheet import Sheet

STYLE = """body { font: 11pt/1.4 system-ui, sans-serif; margin: 2rem; color: #1b1b1b; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border: 1px solid #b0b0b0; padding: .3rem .6rem; text-align: left; vertical-align: top; }
th { background: #f0f0f0; }
td { white-space: pre-line; }
td.figure { text-align: right; white-space: nowrap; }
td.day { white-space: nowrap; }
td:nth-last-child(-n+2) { white-space: pre; }
.wide { font-size: 9pt; }
.wide th, .wide td { padding: .2rem .35rem; }
.sign td { width: 14rem; height: 3rem; }
tr, ul { break-inside: avoid; }
@page { size: A4 landscape; margin: 12mm; }
@media print {
  body { margin: 0; font-size: 9.5pt; }
  .wide { font-size: 7pt; }
  .wide th, .wide td { padding: .15rem .25rem; }
  .widest th, .widest td { overflow-wrap: anywhere; }
}"""
WIDE, WIDEST = 8, 20
"""Columns above which a table is printed smaller, and above which even words are divided so that none is cut off."""
DAY = re.compile(r"\d{4}-\d\d-\d\d")
SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")


def markdown(sheet: Sheet, mark: str) -> str:
    """The table as Markdown; `mark` says who wrote it."""
    lines = [f"<!-- {mark} -->", f"# {_plain(sheet.title)}", "", f"**{_plain(sheet.company)}** · {sheet.about}", ""]
    lines += [_line([_plain(one) for one in sheet.columns])]
    lines += [_line(["---:" if place in sheet.figures else "---" for place in range(len(sheet.columns))])]
    lines += [_line([_plain(one) for one in row]) for row in sheet.rows]
    lines += ["", *(f"- {_plain(note)}" for note in sheet.notes), ""]
    lines += [_line(list(sheet.signature)), _line(["---"] * 3), _line(["&nbsp;"] * 3)]
    return "\n".join(lines) + "\n"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _plain(text: str) -> str:
    """A text in which Markdown sees nothing but text."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split(" "))).replace("\n", "<br>").replace("\r", " ")


def html(sheet: Sheet, mark: str) -> str:
    """The table as a page of its own, without anything from elsewhere."""
    title, company = escape(sheet.title), escape(sheet.company)
    head = "".join(f"<th>{escape(one)}</th>" for one in sheet.columns)
    rows = "\n".join(f"<tr>{_cells(sheet, row)}</tr>" for row in sheet.rows)
    notes = "\n".join(f"<li>{escape(note)}</li>" for note in sheet.notes)
    count = len(sheet.columns)
    size = ' class="wide widest"' if count > WIDEST else ' class="wide"' if count > WIDE else ""
    sign = "".join(f"<th>{escape(one)}</th>" for one in sheet.signature)
    return f"""<!doctype html>
<!-- {mark} -->
<html lang="{sheet.language}">
<head>
<meta charset="utf-8">
<title>{title} · {company}</title>
<style>
{STYLE}
</style>
</head>
<body>
<h1>{title}</h1>
<p><strong>{company}</strong> · {escape(sheet.about)}</p>
<table{size}>
<thead><tr>{head}</tr></thead>
<tbody>
{rows}
</tbody>
</table>
<ul>
{notes}
</ul>
<table class="sign">
<thead><tr>{sign}</tr></thead>
<tbody><tr><td></td><td></td><td></td></tr></tbody>
</table>
</body>
</html>
"""


def _cells(sheet: Sheet, row: tuple[str, ...]) -> str:
    kinds = [
        ' class="figure"' if place in sheet.figures else ' class="day"' if DAY.match(cell) else ""
        for place, cell in enumerate(row)
    ]
    return "".join(f"<td{kind}>{escape(cell)}</td>" for kind, cell in zip(kinds, row, strict=True))
