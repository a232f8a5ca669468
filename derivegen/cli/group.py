"""The commands. Nothing heavy is imported before a command needs it, so that --help answers at once."""

from __future__ import annotations

import sys
from importlib import import_module
from io import TextIOWrapper
from typing import Any

import click

from derivegen.cli.terminal import DONE, FAULT, MISSING, stop, to_nowhere
from derivegen.errors import CheckFailed, InputError, MissingPart, printable

COMMANDS = ("check", "examples", "explain", "names", "new", "practise", "schema", "serve", "sheet", "solve")
"""Each is a module of this package with a command of the same name in it."""


class Derivegen(click.Group):
    """The group of commands; turns our exceptions into one message and the exit code of the interface."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """What reaches nobody, --help too, is said in one line; what a terminal cannot show is spelled out."""
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            return super().main(*args, **extra)
        except OSError as error:
            to_nowhere()
            where = "standard output" if error.filename is None else printable(error.filename)
            stop(f"derivegen: {where}: cannot write there: {error.strerror or error}", FAULT)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; only its own module is imported."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"derivegen.cli.{cmd_name}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            if sys.stdout is not None:
                sys.stdout.flush()
            return result
        except InputError as error:
            stop(f"derivegen: {error}", FAULT)
        except MissingPart as error:
            stop(f"derivegen: {error}", MISSING)
        except CheckFailed as error:
            stop(f"derivegen: a line did not pass its check, so nothing was written. Please report this: {error}", 1)
        except BrokenPipeError:
            # the reader has seen enough
            to_nowhere()
            sys.exit(DONE)


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


@click.group(cls=Derivegen, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version and exit."
)
def main() -> None:
    """Back-propagation by hand: worked solutions of small networks, every line checked by machine.

    NET is a network file (TOML or JSON) or one that ships, as example:article-004.
    """
