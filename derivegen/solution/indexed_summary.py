"""The numbers of a small network under index letters go in; what its sheet holds comes out: a card for each step in time, or for each
family, with every value above and every derivative below; its equations; its parameters, their derivatives and what one step makes of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain

from derivegen.document.arrays import Of, alone, matrices, matrix
from derivegen.document.pen import Pen
from derivegen.errors import InputError
from derivegen.figures.summary import Card, Line, SummaryFigure
from derivegen.formula.tree import Compare, Quantity
from derivegen.network.family import Family
from derivegen.solution.indexed_forward import computed, left_of, where
from derivegen.solution.naming import printed

MOST_PARAMETERS, MOST_FAMILIES, MOST_STEPS, COLUMNS = 40, 24, 5, 4
"""Parameters, other families and steps that fit a sheet; columns of families where there are no steps."""
MOST_LINES = 5
"""Lines from which on there are two boxes of them."""


def lettered(pen: Pen, head: Line, otherwise: str, size: tuple[float, float]) -> SummaryFigure:
    """The sheet under its head, so wide and high. Raises InputError where there is too much for one."""
    own, root = _Lettered(pen, otherwise), pen.graph.root
    stepped = len(pen.trace.updates) > 1
    boxes = (
        *_in_boxes(pen.words.plain("summary.letters.equations"), own.equations()),
        *_in_boxes(pen.words.plain("summary.letters.parameters", step=stepped), own.parameters(stepped)),
    )
    told = pen.words.plain(
        "summary.letters.description",
        count=len(pen.graph.parameters),
        steps=len(own.steps),
        loss=printed(pen, root),
        after=printed(pen, f"{root}#1") if stepped else "",
    )
    return SummaryFigure(pen.graph.network.title, told, head, tuple(own.cards()), (), (), (), boxes, *size)


def _in_boxes(title: str, lines: Iterable[Line]) -> Iterator[tuple[str, tuple[Line, ...]]]:
    """Lines in a box, many in two side by side, the first with the title."""
    every = tuple(lines)
    count = min(2, -(-len(every) // MOST_LINES))
    for place in range(count):
        first, last = (len(every) * each // count for each in (place, place + 1))
        yield title if not place else "", every[first:last]


class _Lettered:
    """What stands on the sheet of one network. Raises InputError where that is too much for one."""

    def __init__(self, pen: Pen, otherwise: str) -> None:
        self.pen, self.otherwise = pen, otherwise
        self.families = [each for each in pen.graph.families.values() if not each.is_parameter]
        count = len(pen.graph.parameters)
        if count > MOST_PARAMETERS or len(self.steps) > MOST_STEPS or len(self.families) > MOST_FAMILIES:
            raise self._too_much(f"{count} parameters, {len(self.families)} arrays and {len(self.steps)} steps")

    def _too_much(self, found: str) -> InputError:
        room = f"{MOST_PARAMETERS} parameters, {MOST_FAMILIES} small arrays and {MOST_STEPS} steps"
        fix = f"{self.otherwise}, or --to json for every number"
        return InputError(f"--to summary: found {found}; a sheet holds up to {room}; {fix}", "--to")

    @cached_property
    def letter(self) -> str:
        """The letter along which it is computed step by step; "" if there is none."""
        return next((letter for block in self.pen.graph.blocks for letter, _ in block.loops), "")

    def stepped(self, family: Family) -> bool:
        """Whether a family has a member, or an array, for each step."""
        return bool(family.axes) and family.axes[0].letter == self.letter

    @cached_property
    def steps(self) -> list[int]:
        """The steps there are."""
        axes = [family.axes[0] for family in self.families if self.stepped(family)]
        return sorted({*chain.from_iterable(range(axis.low, axis.low + int(axis.size)) for axis in axes)})

    def cards(self) -> Iterator[tuple[Card, ...]]:
        """In columns from left to right."""
        for step in self.steps:
            yield (self._card(f"{self.letter} = {step}", [each for each in self.families if self.stepped(each)], step),)
        others = [each for each in self.families if not self.stepped(each)]
        if self.steps:
            yield (self._card("", others),)
            return
        high = -(-len(others) // COLUMNS)
        for first in range(0, len(others), high):
            yield tuple(self._card("", [each]) for each in others[first : first + high])

    def _card(self, name: str, families: list[Family], step: int | None = None) -> Card:
        pen = self.pen
        forward = [(line,) for each in families for line in self._numbers(each, step, str)]
        derived = [each for each in families if pen.chain.links[each.name] and each.kind != "constant"]
        return Card(
            name, tuple(forward), tuple(line for each in reversed(derived) for line in self._slopes(each, step))
        )

    def _slopes(self, family: Family, step: int | None = None) -> list[Line]:
        """The derivatives by a family, with ∂ for ∂L/∂."""
        values, slopes = (self._numbers(family, step, of) for of in (str, self.pen.chain.name_of))
        return [("∂", value.left, slope.relation, slope.right) for value, slope in zip(values, slopes, strict=True)]

    def _numbers(self, family: Family, step: int | None, of: Of) -> list[Compare]:
        pen = self.pen
        if step is not None and not family.axes[0].holds(step):
            return []
        here = [family.member(at) for at in family.members() if step is None or at[0] == step]
        one = None if step is None else matrix(pen, f"{family.name}[{step}]", of)
        found = matrices(pen, family, None, of) if step is None else None if one is None else [one]
        if found is not None and len(here) > 1:
            return found
        if len(here) > COLUMNS:
            raise self._too_much(f"{len(here)} numbers {family.name}")
        return list(alone(pen, here, of))

    def equations(self) -> Iterator[Line]:
        """The equation of every family, and what ∂ is short for."""
        yield from (
            (Compare(left_of(family, each), "=", each.formula), *where(self.pen, family, each))
            for family in computed(self.pen)
            for each in family.equations
            if each.formula is not None
        )
        yield tuple(self.pen.say("summary.letters.short", root=Quantity(self.pen.graph.root)))

    def parameters(self, stepped: bool) -> Iterator[Line]:
        """Each array of parameters, its derivative, and what one step makes of it."""
        pen = self.pen
        for family in pen.graph.parameter_families:
            new = self._numbers(family, None, lambda name: f"{name}#1") if stepped else []
            for place, (each, slope) in enumerate(
                zip(self._numbers(family, None, str), self._slopes(family), strict=True)
            ):
                yield (each, *(("→", new[place].right) if new else ()), "", *slope)
