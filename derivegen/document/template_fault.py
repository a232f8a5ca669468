"""What is wrong with a template: the exception it ended in goes in, the place and the fault come out."""

from __future__ import annotations

from traceback import walk_tb
from typing import NamedTuple

from derivegen.document.room import MOST, SECONDS, TooSlow

RAISED = (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TooSlow, TypeError, ValueError)
"""What a template may end in beside jinja2's own exceptions: "a" + 1, an index too large."""


class Fault(NamedTuple):
    """The template's file and line as far as they are known ("" and 0 where not), and what is wrong."""

    file: str
    line: int
    what: str


def fault(error: Exception) -> Fault:
    """Where a template went wrong, and how."""
    from jinja2 import TemplateNotFound, TemplateSyntaxError

    if isinstance(error, TemplateSyntaxError):
        return Fault(error.filename or "", error.lineno, error.message or "not to be understood")
    # of the frames jinja2 rewrites to lines of templates, the innermost
    lines = [(f.f_code.co_filename, n) for f, n in walk_tb(error.__traceback__) if "__jinja_exception__" in f.f_globals]
    file, line = lines[-1] if lines else ("", 0)
    what = f"there is no template {error}" if isinstance(error, TemplateNotFound) else str(error)
    if isinstance(error, MemoryError):
        what = f"it takes more than {MOST // 10**6} MB of memory; repeat less"
    if isinstance(error, TooSlow):
        what = f"it takes more than {SECONDS:g} s; repeat less"
    return Fault(file, line, what)
