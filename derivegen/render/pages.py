"""What every writer is given and what it gives: the press and an inscribed document; the text with its formulas read back from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from derivegen.calculus.numbers.evaluate import Trace
from derivegen.calculus.verified import Verified
from derivegen.document.blocks import Document
from derivegen.document.press import AnyTemplates, Press
from derivegen.document.verify.text import Form, Found, Read
from derivegen.formula.read.readback import normal
from derivegen.notation.notation import Notation
from derivegen.records import dataclass
from derivegen.render.files import FOLDER

if TYPE_CHECKING:
    from derivegen.solution.program.live import Live

Stops = tuple[tuple[str, str], ...]
"""What sections are about that can be pointed at, each with what is said of the same thing on the way in the other direction, or ""."""


def no_cells() -> Live:
    """What a document that is no solution has of calculations to do over."""
    from derivegen.solution.program.live import Live

    return Live((), {})


@dataclass(frozen=True, slots=True)
class Asked:
    """What every writer is given: the press, an inscribed document, the folder its figures go to, whether the body is wanted alone,
    what makes the cells of a notebook, and what the sections are about with which the document begins where parts of its figures can be
    pointed at."""

    press: Press
    document: Document
    figures: str = FOLDER
    body: bool = False
    cells: Callable[[], Live] = no_cells
    stops: Stops = ()

    @property
    def deeper(self) -> int:
        """How many levels lower the headings stand: a document of its own has its own."""
        return self.document.deeper if self.body else 0

    @property
    def templates(self) -> AnyTemplates:
        """Where the pages are."""
        return self.press.templates

    @property
    def otherwise(self) -> str:
        """The word for the last of several cases."""
        return self.press.otherwise


class Page(NamedTuple):
    """A text, the formulas found in it, what reads them, and the form in which they say what was composed."""

    text: str
    found: Sequence[Found]
    read: Read
    form: Form = normal


class Solved(Protocol):
    """The results of a solution, for scripts."""

    @property
    def trace(self) -> Trace:
        """Its numbers."""

    @property
    def verified(self) -> Verified:
        """How they were checked."""

    @property
    def notation(self) -> Notation:
        """What quantities are called."""

    @property
    def lines(self) -> int:
        """How many lines of the document have been judged."""

    def arrays(self) -> Mapping[str, Any]:
        """Every array that has numbers. Raises InputError."""
