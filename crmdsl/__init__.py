"""crmdsl: a company in YAML becomes checked, running code.

The public names are loaded when they are first asked for, so that importing `crmdsl.runtime` in a
running system loads no part of the compiler.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmdsl.api import Checked, UnreadableInput, check, check_text, emit

__all__ = ["Checked", "UnreadableInput", "__version__", "check", "check_text", "emit"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    if name in __all__:
        from crmdsl import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
