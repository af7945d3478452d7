"""The pages can be followed: each command runs, and says what the page shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.commands import SPECS
from tests.e2e.walkthrough import BLOCK, LEFT_OUT, Walk, agrees

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [page for page in sorted(DOCS.rglob("*.md")) if "```console\n$ " in page.read_text("utf-8")]
STARTING = (DOCS / "tutorial.md", DOCS / "how-to/ci.md")
"""Pages whose commands are processes: between them every verb with which a company is kept."""
pytestmark = pytest.mark.checkout


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_following_it(page: Path, tmp_path: Path) -> None:
    text = page.read_text("utf-8")
    (tmp_path / "specs").symlink_to(SPECS)
    found = Walk(tmp_path, starting=page in STARTING).follow(text)
    assert found == text, f"python -m tests.e2e.walkthrough {page.relative_to(DOCS.parent)}"


def test_the_tutorial_goes_from_an_empty_file_to_running_code() -> None:
    text = (DOCS / "tutorial.md").read_text("utf-8")
    console = "".join(block["body"] for block in BLOCK.finditer(text) if block["language"] == "console")
    for verb in ("new", "validate", "render", "test", "compile"):
        assert f"$ crmdsl {verb} " in console
    assert "$ touch " in console
    assert "$ python " in console
    assert f"\n{LEFT_OUT}\n" not in console, "the tutorial shows all that is said"


def test_what_a_page_shows_is_compared() -> None:
    assert agrees("one\n…\nthree\n", "one\ntwo\nthree\n")
    assert agrees("one\n", "one\n")
    assert not agrees("one\n", "one\ntwo\n")
    assert not agrees("one\n…\n", "two\n")
    assert not agrees("", "said\n")


def test_a_page_is_followed(tmp_path: Path) -> None:
    page = (
        '```python title="a/say.py"\nprint(1)\n```\n```python title="a/say.py"\nprint(2)\n```\n'
        '```diff title="a/say.py"\n print(1)\n-print(2)\n+print(3)\n```\n```console\n$ python a/say.py\n```\n'
    )
    assert Walk(tmp_path).follow(page).endswith("```console\n$ python a/say.py\n1\n3\n```\n")
    with pytest.raises(AssertionError, match="stand 0 times"):
        Walk(tmp_path).follow('```diff title="a/say.py"\n-print(2)\n+print(3)\n```\n')
