"""Files that come with crmdsl: templates and catalogues, in a wheel and in a checkout alike."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
PLACES = (_PACKAGE, _PACKAGE.parent)
"""Where the folders of the package data are looked for: packaged first, else in the checkout."""


def folder(name: str) -> Path:
    """The folder `name` of the package data: the packaged copy first, else the checkout's.

    Raises `FileNotFoundError` where neither exists, which means a broken installation.
    """
    for place in PLACES:
        if (place / name).is_dir():
            return place / name
    raise FileNotFoundError(f"the folder {name!r} is missing from this installation of crmdsl")


def templates(target: str) -> Path:
    """The folder with the templates of a target (`python`, …)."""
    return folder("templates") / target
