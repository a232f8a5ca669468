"""How alike the variants of a class are: what they come to, counted, goes in; a page for the teacher comes out: difficulty, ranges, digits,
what was thrown away and which mistakes look alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from derivegen.document.blocks import Block, Document, Heading, Note, Paragraph, Prose, Table
from derivegen.document.grids import lettered
from derivegen.document.press import Press
from derivegen.exercise.tally import Range, Tally
from derivegen.formula.tree import Array, Formula, Quantity, printed_number
from derivegen.network.network import Figure
from derivegen.records import dataclass

MOST_PAIRS, MOST_NAMED = 40, 4
"""Lines of the table of mistakes that look alike; the commonest come first."""


@dataclass(frozen=True)
class VariantsReport:
    """Writes the page."""

    tally: Tally
    press: Press
    seed: int
    varies: bool

    def document(self) -> Document:
        """The page."""
        title = self.press.words.plain("variants.title", title=self.press.graph.network.title)
        return self.press.document(title, self._blocks())

    def say(self, key: str, **values: object) -> Prose:
        """A sentence."""
        return self.press.words.say(key, **values)

    def _blocks(self) -> Iterator[Block]:
        tally = self.tally
        yield Paragraph(self.say("variants.opening", count=tally.count, seed=str(self.seed), varies=self.varies))
        if self.varies:
            yield Paragraph(self.say("variants.duplicates", count=tally.duplicates))
        if not tally.given and not tally.asked:
            return  # formulas alone: nothing varies
        yield Heading(1, self.say("variants.difficulty"))
        yield from self._difficulty()
        yield Heading(1, self.say("variants.ranges"))
        yield from self._ranges()
        yield Heading(1, self.say("variants.digits"))
        yield from self._digits()
        if self.varies:
            yield Heading(1, self.say("variants.rejected"))
            yield from self._rejected()
        yield Heading(1, self.say("variants.alike"))
        yield from self._alike()

    def _number(self, number: Figure) -> Formula:
        return printed_number(self.press.rounding.text(number))

    def _difficulty(self) -> Iterator[Block]:
        tally, points = self.tally, self.tally.difficulty
        yield Paragraph(self.say("variants.difficulty.is"))
        header = (self.say("variants.which"), self.say("variants.variant"), self.say("variants.points"))
        rows: tuple[tuple[Prose, ...], ...] = (
            (self.say("variants.easiest"), (tally.easiest,), (_whole(points.smallest),)),
            (self.say("variants.mean"), (), (_whole(points.mean),)),
            (self.say("variants.hardest"), (tally.hardest,), (_whole(points.largest),)),
        )
        yield Table(self.say("variants.difficulty.table"), header, rows, heads=2)

    def _ranges(self) -> Iterator[Block]:
        names: dict[str, Formula] = {name: self._given(name) for name in self.tally.given}
        yield self._of_ranges("variants.given", names, self.tally.given)
        asked: dict[str, Formula] = {name: Quantity(name) for name in self.tally.asked}
        if asked:
            yield self._of_ranges("variants.asked", asked, self.tally.asked)

    def _given(self, name: str) -> Formula:
        """An array by its name, with index letters where it has some; a single number by its own."""
        family = self.press.graph.families.get(name)
        if family is not None and family.equations:
            return lettered(family)
        return Array(name) if family is not None and family.axes else Quantity(name)

    def _of_ranges(self, key: str, names: Mapping[str, Formula], ranges: Mapping[str, Range]) -> Table:
        header = (
            self.say("variants.quantity"),
            self.say("variants.smallest"),
            self.say("variants.mean"),
            self.say("variants.largest"),
        )
        rows = tuple(
            ((names[name],), *((self._number(x),) for x in (own.smallest, own.mean, own.largest)))
            for name, own in ranges.items()
        )
        return Table(self.say(key), header, rows)

    def _digits(self) -> Iterator[Block]:
        given, asked = self.tally.digits_given, self.tally.digits_asked
        yield Paragraph(self.say("variants.digits.are"))
        header = (self.say("variants.count"), self.say("variants.of-given"), self.say("variants.of-asked"))
        most = max((*given, *asked), default=0)
        rows = tuple(((str(n),), (str(given[n]),), (str(asked[n]),)) for n in range(1, most + 1))
        yield Table(self.say("variants.digits.table"), header, rows)

    def _rejected(self) -> Iterator[Block]:
        tally = self.tally
        yield Paragraph(self.say("variants.drawn", draws=tally.draws, count=tally.count))
        if tally.rejected:
            header = (self.say("variants.why"), self.say("variants.draws"))
            rows = tuple(
                (self.say(f"variants.rejected.{why}"), (str(many),)) for why, many in tally.rejected.most_common()
            )
            yield Table(self.say("variants.rejected.table"), header, rows, wraps=0)

    def _alike(self) -> Iterator[Block]:
        pairs: dict[tuple[int, str, str], list[str]] = {}
        for (name, one, other), many in sorted(self.tally.coinciding.items()):
            pairs.setdefault((-many, one, other), []).append(name)
        found = sorted(pairs.items())
        if not found:
            yield Paragraph(self.say("variants.alike.none"))
            return
        yield Paragraph(self.say("variants.alike.are"))
        header = (self.say("variants.pair"), self.say("variants.quantities"), self.say("variants.sheets"))
        rows = tuple(
            ((*self._mistake(one), " – ", *self._mistake(other)), tuple(_listed(names)), (str(-fewer),))
            for (fewer, one, other), names in found[:MOST_PAIRS]
        )
        yield Table(self.say("variants.alike.table"), header, rows, heads=2, wraps=0)
        if len(found) > MOST_PAIRS:
            yield Note(self.say("variants.alike.more", count=len(found) - MOST_PAIRS))

    def _mistake(self, mistake: str) -> Prose:
        return self.say(f"mistake.{mistake}.name") if mistake else self.say("variants.right")


def _listed(names: Sequence[str]) -> Iterator[str | Formula]:
    """Some of the quantities, with commas."""
    for place, name in enumerate(names[:MOST_NAMED]):
        if place:
            yield ", "
        yield Quantity(name)
    if len(names) > MOST_NAMED:
        yield ", …"


def _whole(points: Figure) -> str:
    return str(round(points))
