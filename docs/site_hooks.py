"""What MkDocs does on its way: the README is the home, each diagnostic has its page in the navigation, and links to the
checkout are plain text on the site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

README = Path(__file__).parents[1] / "README.md"
INDEX = "reference/diagnostics/index.md"
OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./\.\./(?:specs|generated)|CONTRIBUTING|CHANGELOG)[^)]*\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the page of each diagnostic below their index."""
    docs = Path(config.docs_dir)
    for pages in _lists(config.nav):
        if pages == [INDEX]:
            found = sorted((docs / INDEX).parent.glob("*.md"))
            pages += [path.relative_to(docs).as_posix() for path in found if path.name != "index.md"]
    return config


def _lists(nav: Any) -> Iterator[list[Any]]:
    """Every list of pages in the navigation."""
    if isinstance(nav, list):
        yield nav
    for part in nav if isinstance(nav, list) else nav.values() if isinstance(nav, dict) else ():
        yield from _lists(part)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Make the README the home."""
    from mkdocs.structure.files import File

    text = README.read_text(encoding="utf-8").replace("](docs/reference)", "](docs/reference/basics.md)")
    files.append(File.generated(config, "index.md", content=text.replace("](docs/", "](")))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Leave out links to what is in the checkout but not on the site."""
    return OUTSIDE.sub(r"\1", markdown)
