"""One call of the command line as a process: from arguments to an exit code, whatever happens."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

import click

from crmdsl.cli.language import Failed, Wrong, catalogue_of, click_speaking, in_language, spoken
from crmdsl.cli.verbs import group

if TYPE_CHECKING:
    from crmdsl.diagnostics.message import Catalogue

FINE, FAILED, USAGE, OURS = 0, 1, 2, 3


def run(args: Sequence[str]) -> int:
    """Run the verb that `args` name; the exit code. Nothing escapes as a traceback without `--debug`."""
    language = spoken(args)
    with click_speaking(language):
        return _run(args, language)


def leave(code: int) -> NoReturn:
    """End the process. What a pass over a spec made is not taken apart piece by piece: that is a tenth of the time."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _run(args: Sequence[str], language: str | None) -> int:
    """Run a verb and speak a language; the exit code."""
    catalogue = catalogue_of(language)
    command = in_language(group, catalogue) if catalogue else group
    try:
        code = command.main(list(args), prog_name="crmdsl", standalone_mode=False, obj=catalogue)
        sys.stdout.flush()
    except click.ClickException as error:
        if isinstance(error, Wrong | Failed):
            error.catalogue = catalogue
        error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        from crmdsl.diagnostics.message import Message

        print(Message("interrupted").text(catalogue), file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        _hush()
        return FINE
    except Exception as error:  # noqa: BLE001 - the last line of defence
        return _failed(error, catalogue, debug="--debug" in args)
    return code if isinstance(code, int) else FINE


def _failed(error: Exception, catalogue: Catalogue | None, *, debug: bool) -> int:
    """Tell input that cannot be read from a fault of ours; the exit code."""
    from crmdsl.cli.answers import in_words
    from crmdsl.diagnostics.message import Message
    from crmdsl.syntax.loader import UnreadableInput

    if debug:
        import traceback

        traceback.print_exception(error)
    if isinstance(error, UnreadableInput | OSError):
        print(Message("error: {reason}", reason=in_words(error)).text(catalogue), file=sys.stderr)
        return USAGE
    what = f"{type(error).__name__}: {str(error).strip().split(chr(10), 1)[0]}"
    sorry = Message("sorry, this is a fault of crmdsl and not of your spec: {what}", what=what)
    please = Message("please report it with the spec and the output of the same command with `--debug`")
    print(sorry.text(catalogue), please.text(catalogue), sep="\n", file=sys.stderr)
    return OURS


def _hush() -> None:
    """Point standard output at nothing, so that the interpreter's last flush is quiet too."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
