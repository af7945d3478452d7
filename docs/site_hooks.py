"""What MkDocs does on its way: the README is the home, and links to the checkout are plain text on the site."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

README = Path(__file__).parents[1] / "README.md"
OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./\.\./(?:specs|generated)|CONTRIBUTING|CHANGELOG)[^)]*\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Make the README the home."""
    from mkdocs.structure.files import File

    text = README.read_text(encoding="utf-8").replace("](docs/reference)", "](docs/reference/language.md)")
    files.append(File.generated(config, "index.md", content=text.replace("](docs/", "](")))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Leave out links to what is in the checkout but not on the site."""
    return OUTSIDE.sub(r"\1", markdown)
