"""The command line: `crmdsl VERB …`, one module a verb, loaded when the verb is called.

Standard output carries what a program reads, the answer; everything else goes to standard error.
Exit codes: 0 fine, 1 the spec has errors or a check failed, 2 wrong usage or unreadable input,
3 a fault of ours.
"""

from __future__ import annotations

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and leave with its exit code."""
    import gc

    from crmdsl.cli.process import leave, run

    gc.disable()  # one pass over a spec makes next to no garbage, and looking for it costs a third of the time
    leave(run(sys.argv[1:]))
