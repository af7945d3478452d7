"""Files that come with crmdsl: templates and catalogues, in a wheel and in a checkout alike."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `name` of the package data: the packaged copy first, else the checkout's.

    Raises `FileNotFoundError` where neither exists, which means a broken installation.
    """
    for place in (_PACKAGE / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"the folder {name!r} is missing from this installation of crmdsl")


def templates(target: str) -> Path:
    """The folder with the templates of a target (`python`, …)."""
    return folder("templates") / target
