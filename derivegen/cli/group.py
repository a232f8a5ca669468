"""The commands. Nothing heavy is imported before a command needs it, so that --help answers at once."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from io import TextIOWrapper
from itertools import takewhile
from typing import Any

import click

from derivegen.cli.terminal import DONE, FAULT, MISSING, WRONG, Fault, stop, to_nowhere
from derivegen.errors import CheckFailed, InputError, MissingPart, printable

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Explain": ("solve", "explain", "names"),
    "Ask": ("sheet",),
    "Check": ("check", "practise"),
    "All of it in a browser": ("serve",),
    "To begin with": ("new", "examples", "schema"),
}
"""The commands by what they are for. Each is a module of this package with a command of the same name in it."""
COMMANDS = tuple(sorted(name for names in GROUPS.values() for name in names))
FIRST = """Back-propagation by hand, every line checked by machine. To begin with:

  derivegen solve example:article-004        a worked solution, in output/article-004.pdf
  derivegen explain example:article-004 w1   one derivative, here on the terminal
  derivegen practise example:article-004     work it out yourself, each line judged as you type it
  derivegen new net.toml                     a network file of your own, with comments in it

All commands: derivegen --help. What one of them can do: derivegen solve --help.
"""
"""What somebody reads who says no more than `derivegen`."""


class Derivegen(click.Group):
    """The group of commands; turns our exceptions into one message and the exit code of the interface."""

    def main(self, args: Sequence[str] | None = None, *others: Any, **extra: Any) -> Any:
        """What reaches nobody, --help too, is said in one line; what a terminal cannot show is spelled out."""
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        typed = sys.argv[1:] if args is None else args
        fault = Fault("--json" in takewhile(lambda each: each.startswith("-"), typed))
        try:
            result = super().main(args, *others, **extra | {"standalone_mode": False})
            sys.exit(result if isinstance(result, int) else DONE)
        except click.ClickException as error:
            fault.of_use(error)
        except click.Abort:
            stop("Aborted!", WRONG)
        except InputError as error:
            fault.told("input", f"{error}", FAULT, error.about)
        except MissingPart as error:
            fault.told("missing", f"{error}", MISSING)
        except CheckFailed as error:
            said = f"a line did not pass its check, so nothing was written. Please report this: {error}"
            fault.told("check", said, WRONG)
        except OSError as error:
            to_nowhere()
            where = "standard output" if error.filename is None else printable(error.filename)
            fault.told("system", f"{where}: cannot write there: {error.strerror or error}", FAULT, where)

    def invoke(self, ctx: click.Context) -> Any:
        """The command; whoever reads what it says may have seen enough, which click would take for a fault."""
        try:
            result = super().invoke(ctx)
            if sys.stdout is not None:
                sys.stdout.flush()
            return result
        except BrokenPipeError:
            to_nowhere()
            sys.exit(DONE)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; only its own module is imported."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"derivegen.cli.{cmd_name}"), cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant; of one that there is not, the nearest is said in one line, of a file before its command the order."""
        name, *others = args
        if name not in COMMANDS and not name.startswith("-"):
            from derivegen.network.file.messages import nearest

            later = next((each for each in others if each in COMMANDS), None)
            likely = later or nearest(name, COMMANDS)
            fix = (
                f"write derivegen {likely} {name}"
                if later
                else f"did you mean {likely}?"
                if likely
                else "see derivegen --help"
            )
            raise click.UsageError(f"there is no command '{printable(name)}'; {fix}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands under what they are for."""
        width = max(map(len, COMMANDS))
        for heading, names in GROUPS.items():
            found = [(name, self.get_command(ctx, name)) for name in names]
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(width), one.get_short_help_str(64)) for name, one in found if one])


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Print the version; of a checkout that is not installed there is none."""
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("derivegen")
        except PackageNotFoundError:
            number = "(not installed)"
        click.echo(f"derivegen, version {number}")
        context.exit()


@click.group(
    cls=Derivegen,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version and exit."
)
@click.option("--json", "as_json", is_flag=True, expose_value=False, help="Tell what goes wrong as JSON, for scripts.")
@click.pass_context
def main(context: click.Context) -> None:
    """Back-propagation by hand: worked solutions of small networks, every line checked by machine.

    NET is a network file (TOML or JSON) or one that ships, as example:article-004.
    """
    if context.invoked_subcommand is None:
        click.echo(FIRST, nl=False)
