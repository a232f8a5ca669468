"""What goes wrong, said once: a user's mistake, a part this machine lacks, a document that failed its own check."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


class InputError(Exception):
    """A mistake in what the user gave: one message that says where, what was found, what was expected, how to mend it. `about` is what
    the message begins with where that is a file or an option; of a mistake in a network file that whoever reads the file knows, and puts
    before it (`said_of`)."""

    def __init__(self, message: str, about: str = "") -> None:
        super().__init__(message)
        self.about = about


@contextmanager
def said_of(file: str) -> Iterator[None]:
    """A message from inside gets the file's name before it, unless it says already what it is about. Raises InputError."""
    try:
        yield
    except InputError as error:
        if not error.about:
            error.args, error.about = (f"{file}: {error}", *error.args[1:]), file
        raise


class MissingPart(Exception):
    """Something this machine lacks; the message names it and the command that installs it."""


class CheckFailed(Exception):
    """A line that was about to be printed does not hold. Nothing is written; this is a defect of derivegen, not of its user."""


class NotCompiled(CheckFailed):
    """The source of a document does not compile; `line` is the text of the line at fault, where that is known."""

    def __init__(self, message: str, line: str = "") -> None:
        super().__init__(f"{message} (in: {line[:120]})" if line else message)
        self.line = line


def printable(name: str) -> str:
    """A file's name as it can be written down anywhere: bytes that are not UTF-8 as \\xfc."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


class Symbolic(LookupError):
    """The quantity has no number: something it depends on was left symbolic."""
