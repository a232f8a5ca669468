"""Check yourself: the derivatives worked in full go in; questions whose answer can be seen without calculating, and their answers, come
out.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.document.blocks import Block, Box, Heading, Paragraph, Prose
from derivegen.document.pen import Pen
from derivegen.formula.tree import Number, Quantity, Value
from derivegen.network.family import Family
from derivegen.network.tables.activations import decimal
from derivegen.records import dataclass, field
from derivegen.solution.compared import MOST, in_figures
from derivegen.solution.links import has_delta
from derivegen.solution.readings import MINDS, STEEP, TAKES

SHORT = 5
"""Characters of a ratio that is given exactly."""


@dataclass
class SelfQuestions:
    """Asks, and keeps the answers for the end."""

    pen: Pen
    answers: list[Prose] = field(default_factory=list)

    def _asked(self, text: Prose) -> Box:
        number, where = len(self.answers) + 1, self.pen.say("lesson.ask.where")
        return Box(self.pen.say("lesson.ask.title", number=number), (Paragraph((*text, " ", *where)),))

    def answered(self) -> Iterator[Block]:
        """The answers, at the end."""
        if self.answers:
            yield Heading(1, self.pen.say("lesson.answers.title"))
        for number, answer in enumerate(self.answers, 1):
            yield Paragraph((f"{number}{self.pen.press.colon}", *answer))


@dataclass
class LessonQuestions(SelfQuestions):
    """Questions about the derivatives of a network of layers."""

    def after(self, name: str) -> Iterator[Block]:
        """What can be asked when a weight has been worked: of the first the sign of another's derivative, of the next how many
        times its own another's is."""
        pen = self.pen
        found = pen.graph.locate(name)
        if found is None or found[0].kind != "weight" or not pen.trace.complete or pen.trace.carried:
            return
        family, (unit, source, *_) = found
        if not self.answers:
            yield from self._sign(family, int(unit), int(source))
        elif len(self.answers) == 1:
            yield from self._times(family, int(unit), int(source))

    def _sign(self, family: Family, unit: int, source: int) -> Iterator[Block]:
        """A weight into another output from the same unit: its sign."""
        pen = self.pen
        other = next(
            (j for j in range(1, pen.graph.layer(family.layer).units + 1) if j != unit and family.exists((j, source))),
            None,
        )
        if other is None:
            return
        name = family.member((other, source))
        target = pen.chain.name_of(name)
        signs = self._signs(family, other, source)
        if not pen.trace.number(target) or signs is None:
            return
        yield self._asked(pen.say("lesson.ask.sign", of=Quantity(name)))
        self.answers.append(
            pen.say("lesson.answer.sign", marks=signs, positive=pen.trace.number(target) > 0, value=Value(target))
        )

    def _signs(self, family: Family, unit: int, source: int) -> list[list[str]] | None:
        """Each mark with the sign of its number; None where one of them is 0."""
        pen, layer = self.pen, self.pen.graph.layer(family.layer)
        rows = pen.rows_in_hand
        z = layer.z.member((unit, *rows))
        by_z = pen.chain.name_of(z)
        below = pen.trace.number(layer.below.member((source, *rows)))
        delta = pen.trace.number(by_z)
        step = pen.chain[by_z]
        if has_delta(pen, by_z) and len(step.terms) == 1 and len(step.terms[0].factors) == 2:
            numbers = [
                (mark, pen.trace.number(f.name)) for mark, f in zip((MINDS, STEEP), step.terms[0].factors, strict=True)
            ]
        else:
            numbers = [(f"{MINDS} · {STEEP}", delta)]
        numbers.append((TAKES, below))
        return None if not all(number for _, number in numbers) else [[m, "+" if n > 0 else ""] for m, n in numbers]

    def _times(self, family: Family, unit: int, source: int) -> Iterator[Block]:
        """Another weight into the same unit: how many times the derivative just found its own is."""
        pen, layer = self.pen, self.pen.graph.layer(family.layer)
        others = (k for k in range(1, layer.fan_in + 1) if k != source and family.exists((unit, k)))
        for other in others:
            mine, its = (layer.below.member((k, *pen.rows_in_hand)) for k in (source, other))
            if (
                not pen.trace.number(mine)
                or not pen.trace.number(its)
                or pen.trace.number(mine) == pen.trace.number(its)
            ):
                continue
            if not 1 / MOST < abs(float(pen.trace.number(its)) / float(pen.trace.number(mine))) < MOST:
                continue
            exact = _exactly(pen, its, mine)
            ratio = pen.trace.number(its) / pen.trace.number(mine)
            times = ("-" if ratio < 0 else "") + (in_figures(abs(ratio)) if exact is None else exact)
            yield self._asked(pen.say("lesson.ask.times", of=Quantity(family.member((unit, other)))))
            self.answers.append(
                pen.say(
                    "lesson.answer.times",
                    times=Number(times),
                    exact=exact is not None,
                    one=Quantity(its),
                    other=Quantity(mine),
                    a=Value(its),
                    b=Value(mine),
                )
            )
            return

    def most(self) -> Iterator[Block]:
        """Which parameter a step moves most."""
        pen = self.pen
        plain = (
            pen.graph.network.training.rule.is_plain
        )  # by another optimizer it is not the largest derivative that moves most
        if not self.answers or not pen.graph.trained or pen.graph.network.rows != 1 or not plain:
            return
        sizes = {name: abs(pen.trace.number(pen.trace.derivation.name_of(name))) for name in pen.graph.trained}
        most = max(sizes, key=lambda name: sizes[name])
        target = pen.trace.derivation.name_of(most)
        yield self._asked(pen.say("lesson.ask.most"))
        self.answers.append(
            pen.say(
                "lesson.answer.most", of=Quantity(most), value=Value(target), bias=pen.graph[most].family.kind == "bias"
            )
        )


def _exactly(pen: Pen, one: str, other: str) -> str | None:
    """The size of the ratio of two numbers as a short decimal; None if it is none."""
    above, below = pen.trace.exact(one), pen.trace.exact(other)
    if above is None or not below:
        return None
    written = decimal(abs(above / below))
    return written.text if isinstance(written, Number) and len(written.text) <= SHORT else None
