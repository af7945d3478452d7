"""The group of verbs; a verb's module is imported only when it is called."""

from __future__ import annotations

from gettext import gettext
from importlib import import_module

import click

from crmdsl import __version__
from crmdsl.cli.language import in_language

VERBS = {
    "new": "Start a company that validates.",
    "validate": "Check a spec and report every fault in one run.",
    "render": "Draw processes, approvals, organisation and channels as pictures.",
    "compile": "Generate the Python package of a spec.",
    "test": "Run the scenarios of a spec against its compiled machines.",
    "analyze": "Tell where cases wait, and what it is worth to relieve it.",
    "simulate": "Let the company work for a year, and tell where cases wait.",
    "report": "Tell those who run the company where it gets stuck, on one page.",
    "explain": "Say what a diagnostic means: why, wrong and right.",
    "fmt": "Bring a spec into the one form that all specs have.",
    "access": "Tell who may do what with which records, and why.",
    "diff": "Tell what a change of a spec changes, and whom it can break.",
    "schema": "Write the JSON Schema that editors complete specs with.",
}
"""Every verb and its short help, here so that `--help` imports none of them."""


class Verbs(click.Group):
    """A group whose commands are the modules beside this one: `crmdsl.cli.<verb>.command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order in which a newcomer meets them."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a verb, `None` for a word that is none."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"crmdsl.cli.{cmd_name}").command
        return in_language(command, ctx.obj) if ctx.obj else command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb, and say which one may have been meant."""
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            from crmdsl.cli.answers import meant
            from crmdsl.diagnostics.message import Message

            ctx.fail(meant(Message("no command `{name}`", name=args[0]), args[0], VERBS).text(ctx.obj))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of verbs in the help, from the table."""
        with formatter.section(gettext("Commands")):
            formatter.write_dl([(verb, ctx.obj.gettext(text) if ctx.obj else text) for verb, text in VERBS.items()])


@click.command(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Start with `crmdsl new NAME`, then `crmdsl validate NAME`.",
)
@click.version_option(__version__, message="%(prog)s %(version)s", help="Show the version and exit.")
@click.option("--lang", type=click.Choice(["it", "en"]), help="Language of messages and labels.")
def group(lang: str | None) -> None:
    """A company in YAML becomes checked, running code."""
