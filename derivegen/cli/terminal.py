"""What is said goes in; it comes out on the terminal, or as one message and an exit code."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Any, NoReturn

import click

from derivegen.render.format import Format

DONE, WRONG, FAULT, MISSING, STOPPED = 0, 1, 2, 3, 130


def to_nowhere() -> None:
    """What is still in the buffer goes nowhere, or Python would complain on its way out."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show(content: bytes, form: Format) -> None:
    """A document on standard output: text for reading as the terminal has it, all else byte for byte as in a file."""
    click.echo(content.decode() if form.terminal else content, nl=False)


def stop(message: str, code: int) -> NoReturn:
    """Say it on standard error and end with the exit code."""
    click.echo(message, err=True)
    sys.exit(code)


def progress_bar(total: int) -> Any:
    """A bar on standard error, where that is a terminal; else None."""
    return click.progressbar(length=total, file=sys.stderr, show_pos=True) if sys.stderr.isatty() else None
