"""A network whose parts can be pointed at: its printer goes in; what can be pointed at, what is said of each part, and the page that
answers by itself come out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from derivegen.document.blocks import Document
from derivegen.document.followed import followed
from derivegen.document.pen import Pen, pen_over
from derivegen.errors import said_of
from derivegen.records import dataclass, replace
from derivegen.render.files import FOLDER
from derivegen.render.format import Format
from derivegen.render.pages import Stops
from derivegen.render.printer import Printer
from derivegen.solution.example import followed_example
from derivegen.solution.stage import other_side, said, stops

MOST_STOPS, LARGEST_PAGE = 24, 400_000
"""Things that can be pointed at in a page, and bytes of one where something can be; a larger one goes without."""


@dataclass(frozen=True)
class Pointed:
    """What is printed of one network where somebody points; `one` where its page is about one derivative alone."""

    printer: Printer
    one: bool = False

    @cached_property
    def stops(self) -> tuple[str, ...]:
        """What can be pointed at, in the order of the calculation; nothing where the network cannot be drawn whole."""
        return stops(self._pen)

    def sides(self, names: Sequence[str]) -> Stops:
        """These `stops`, each with the one where the same thing is met on the way in the other direction."""
        return tuple((name, other_side(self._pen, name)) for name in names)

    def document(self, names: Sequence[str], looked_at: bool = True) -> Document:
        """What is said of these `stops`, each in a section of its own that begins with its figure, judged; if it is `looked_at` closely,
        with curves. Raises CheckFailed."""
        press, pen = self.printer.press, self._pen
        network = press.graph.network
        with said_of(network.source):
            document = press.document(network.title, (block for name in names for block in said(pen, name, looked_at)))
            return self.printer.judged(followed(document, pen.paper, pen.remark))

    @property
    def fits(self) -> bool:
        """Whether a page can hold what is said of every part."""
        return 0 < len(self.stops) <= MOST_STOPS and not self.one

    def page(self, document: Document, form: Format, figures: str = FOLDER) -> str:
        """A document in a format, with what is said of every part before it; alone where that would be too large. Raises CheckFailed."""
        if not self.fits:
            return self.printer.text(document, form, figures)
        own = self.document(self.stops, looked_at=False)
        both = replace(document, blocks=(*own.blocks, *document.blocks))
        text = self.printer.text(both, form, figures, stops=self.sides(self.stops))
        return text if len(text.encode()) <= LARGEST_PAGE else self.printer.text(document, form, figures)

    @cached_property
    def _pen(self) -> Pen:
        """What writes about the example that is followed."""
        trace = self.printer.trace
        return pen_over(self.printer.press, trace, row=followed_example(trace))
