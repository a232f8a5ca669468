"""What is said goes in; it comes out on the terminal, or as one message and an exit code."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from typing import Any, NoReturn

import click

from derivegen.records import dataclass
from derivegen.render.format import Format

DONE, WRONG, FAULT, MISSING, STOPPED = 0, 1, 2, 3, 130


def to_nowhere() -> None:
    """What is still in the buffer goes nowhere, or Python would complain on its way out."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show(content: bytes, form: Format) -> None:
    """A document on standard output: text for reading as the terminal has it, all else byte for byte as in a file."""
    click.echo(content.decode() if form.terminal else content, nl=False)


@dataclass(frozen=True, slots=True)
class Fault:
    """How what goes wrong is told: in one message, or `as_json`, for scripts."""

    as_json: bool

    def told(self, kind: str, message: str, code: int, about: str = "") -> NoReturn:
        """Say it and end; `about` is the file or option that the message begins with."""
        if self.as_json:
            rest = message.removeprefix(f"{about}: ") if about else message
            stop(
                json.dumps({"error": kind, "about": about or None, "message": rest, "exit": code}, ensure_ascii=False),
                code,
            )
        stop(f"derivegen: {message}", code)

    def of_use(self, error: click.ClickException) -> NoReturn:
        """The same of a command that was not written as it is used: which, what of it, and where its use stands."""
        message = " ".join(error.format_message().split())
        if self.as_json:
            self.told("use", message, error.exit_code)
        context = error.ctx if isinstance(error, click.UsageError) else None
        command = "derivegen" if context is None else context.command_path
        told = context is None or "Did you mean" in message  # what to do is said
        stop(f"{command}: {message.rstrip('.') + ('' if told else f'; see {command} --help')}", error.exit_code)


def say(text: str, err: bool = False) -> None:
    """What is said beside the results, such as which file was written; nothing where that is not wanted."""
    if not is_quiet():
        click.echo(text, err=err)


def is_quiet() -> bool:
    """Whether nothing but what goes wrong is to be said."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(QUIET))


QUIET = f"{__name__}.quiet"
quietly = click.option(
    "-q",
    "--quiet",
    is_flag=True,
    expose_value=False,
    callback=lambda context, _, wanted: context.meta.update({QUIET: wanted}),
    help="Say nothing but what goes wrong.",
)
"""The option of commands that say what they do."""


def stop(message: str, code: int) -> NoReturn:
    """Say it on standard error and end with the exit code."""
    click.echo(message, err=True)
    sys.exit(code)


def progress_bar(total: int) -> Any:
    """A bar on standard error, where that is a terminal and nobody wants quiet; else None."""
    wanted = sys.stderr.isatty() and not is_quiet()
    return click.progressbar(length=total, file=sys.stderr, show_pos=True) if wanted else None
