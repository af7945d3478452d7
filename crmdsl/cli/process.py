"""One call of the command line as a process: from arguments to an exit code, whatever happens."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from crmdsl.cli.verbs import group

FINE, FAILED, USAGE, OURS = 0, 1, 2, 3


def run(args: Sequence[str]) -> int:
    """Run the verb that `args` name; the exit code. Nothing escapes as a traceback without `--debug`."""
    try:
        code = group.main(list(args), prog_name="crmdsl", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        print("interrupted", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        _hush()
        return FINE
    except Exception as error:  # noqa: BLE001 - the last line of defence
        return _failed(error, debug="--debug" in args)
    return code if isinstance(code, int) else FINE


def _failed(error: Exception, *, debug: bool) -> int:
    """Tell input that cannot be read from a fault of ours; the exit code."""
    from crmdsl.syntax.loader import UnreadableInput

    if debug:
        import traceback

        traceback.print_exception(error)
    if isinstance(error, UnreadableInput | OSError):
        print(f"error: {_reason(error)}", file=sys.stderr)
        return USAGE
    what = str(error).strip().split("\n", 1)[0]
    print(f"sorry, this is a fault of crmdsl and not of your spec: {type(error).__name__}: {what}", file=sys.stderr)
    print("please report it with the spec and the output of the same command with --debug", file=sys.stderr)
    return OURS


def _reason(error: Exception) -> str:
    """What is wrong with the input, in the words of a person."""
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return f"`{error.filename}`: {error.strerror[0].lower()}{error.strerror[1:]}"
    return str(error)


def _hush() -> None:
    """Point standard output at nothing, so that the interpreter's last flush is quiet too."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
