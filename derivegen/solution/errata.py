"""Values printed elsewhere held to the true ones: the [published] table goes in; what differs, with the likeliest reason, comes out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from derivegen.calculus.numbers.evaluate import Symbolic
from derivegen.calculus.numbers.recompute import split, true_number
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.document.blocks import Block, Heading, Paragraph, Prose, Table
from derivegen.document.pen import Pen
from derivegen.errors import InputError
from derivegen.formula.tree import Formula, Number, Quantity, Value, printed_number
from derivegen.network.file.bars import RATIO, instead
from derivegen.network.file.messages import with_point
from derivegen.notation.notation import Notation
from derivegen.records import dataclass
from derivegen.rounding.assumptions import ROUNDED, Assumptions, Claim, claim_of_fraction

if TYPE_CHECKING:
    from derivegen.mistakes.mistaken import Right

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?")
MOST_DECIMALS = 20
TELLING = 2
"""Digits from which on a mistake is told by its number."""
MOST_TRIED = 2_000
"""Quantities of a network in which mistakes are looked for."""
REMARKS = 3
"""Values of which it is said that the printed parameters lead elsewhere."""


def errata(pen: Pen) -> Iterator[Block]:
    """The section: how many printed values were checked, a table of those that differ, what the printed parameters would lead to."""
    if pen.graph.network.published:
        yield from Errata(pen).section()


@dataclass(frozen=True)
class Errata:
    """Compares the claims of one network."""

    pen: Pen

    def section(self) -> Iterator[Block]:
        """Heading, sentence, table, remark."""
        pen, wrong = self.pen, [claim for claim in self.claims if not self.agrees(claim)]
        yield Heading(1, pen.say("errata.title"))
        count = len(self.claims)
        yield Paragraph(pen.say("errata.opening", count=count, wrong=len(wrong), right=count - len(wrong)))
        if wrong:
            yield self._table(wrong)
        yield from self._remark()

    def _table(self, wrong: list[Claim]) -> Table:
        say, placed = self.pen.say, any(claim.where for claim in wrong)
        header = [say("errata.quantity"), *([say("errata.where")] if placed else [])]
        header += [say("errata.printed"), say("errata.true"), say("errata.reason")]
        rows = []
        for claim in wrong:
            where: list[Prose] = [(claim.where,)] if placed else []
            printed = printed_number(str(claim.fraction) if claim.fraction is not None else f"{claim.number:f}")
            rows.append((self._symbol(claim.name), *where, (printed,), (self._true(claim),), self.reason(claim)))
        return Table(say("errata.caption"), tuple(header), tuple(rows), heads=len(header), wraps=len(header) - 1)

    def _symbol(self, name: str) -> Prose:
        base, step = split(name)
        return self.pen.say("errata.after", quantity=self._notation.symbol(base), count=step)

    def _true(self, claim: Claim) -> Formula:
        """The true value with the claim's digits; the document's own value where that prints the same. Beside a fraction that, if it is
        short."""
        true = self._assumptions.true(claim.name)
        if claim.fraction is not None:
            return printed_number(Rounding(fractions=isinstance(true, Fraction)).text(true))
        text = f"{claim.of(true):f}"
        try:
            same = self._assumptions.sign_of(claim.name) > 0 and self.pen.trace.text(claim.name) == text
        except (Symbolic, InputError, LookupError):
            same = False
        return Value(claim.name) if same else Number(text)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """The table, read. Raises InputError where there is no such number."""
        return tuple(map(self._claim, self.pen.graph.network.published))

    def _claim(self, name: str) -> Claim:
        published = self.pen.graph.network.published[name]
        typed = published.value.replace("−", "-").replace("–", "-").lower()
        text = typed.replace(" ", "").replace(",", ".") if self._comma else typed.replace(" ", "")
        if found := RATIO.fullmatch(typed):
            claim = self._fraction(name, found)
        elif _NUMBER.fullmatch(text) is None:
            raise InputError(f'published.{name}: found "{published.value}"; {_expected(typed)}')
        else:
            claim = Claim(name, Decimal(text), published.where or "")
        if abs(claim.last) > MOST_DECIMALS or abs(claim.number) >= 10**MOST_DECIMALS:
            raise InputError(
                f"published.{name}: at most {MOST_DECIMALS} digits on either side of the point are compared"
            )
        self._known(name)
        return claim

    def _fraction(self, name: str, found: re.Match[str]) -> Claim:
        """A value that is printed as a fraction."""
        published = self.pen.graph.network.published[name]
        top, bottom = found.groups()
        if len(top) > MOST_DECIMALS or len(bottom) > MOST_DECIMALS or not int(bottom):
            most = f"whole numbers of at most {MOST_DECIMALS} digits, the lower one not 0"
            raise InputError(f'published.{name}: found "{published.value}"; expected a fraction of {most}')
        return claim_of_fraction(name, Fraction(int(top), int(bottom)), published.where or "")

    @cached_property
    def _comma(self) -> bool:
        """Whether what is printed there has decimal commas: no number in it has a point."""
        return not any("." in published.value for published in self.pen.graph.network.published.values())

    def _known(self, name: str) -> None:
        """Refuse what has no number here."""
        last = max(len(self.pen.trace.updates) - 1, 0)
        if split(name)[1] > last:
            made = f"{last} updates" if last else "no update (training.learning_rate is missing, or data)"
            raise InputError(f"published.{name}: there is no such value; the run of this network has {made}")
        try:
            true_number(self.pen.trace, name)
        except Symbolic:
            raise InputError(
                f"published.{name}: this network gives {name} no number; give it data and weights"
            ) from None
        except (InputError, LookupError):
            raise InputError(
                f"published.{name}: expected the name of one number, such as {', '.join(self._some())}; "
                "of an array name its entries"
            ) from None

    def _some(self) -> list[str]:
        return [
            self.pen.graph.root,
            *self.pen.graph.parameters[:2],
            *map(self.pen.chain.name_of, self.pen.graph.parameters[:1]),
        ]

    @cached_property
    def _assumptions(self) -> Assumptions:
        return Assumptions(self.pen.trace, self.claims, self._notation.entry.delta_sign)

    @cached_property
    def _notation(self) -> Notation:
        return self.pen.notation

    def agrees(self, claim: Claim) -> bool:
        """Whether the printed value is the true one rounded."""
        return self._assumptions.agrees(claim)

    def reason(self, claim: Claim) -> Prose:
        """The likeliest reason under which exactly the printed digits come out."""
        assumed, say = self._assumptions.likeliest(claim), self.pen.say
        if (assumed is None or assumed.key not in ROUNDED) and (names := self._mistakes(claim)):
            return say("errata.mistakes", names=[self.pen.words.plain(f"mistake.{name}.name") for name in names])
        if assumed is None:
            return say("errata.none")
        return say(f"errata.{assumed.key}", digits=assumed.digits, other=Quantity(assumed.other))

    def _mistakes(self, claim: Claim) -> list[str]:
        """The mistakes of the catalogue that lead to exactly the printed digits, those made everywhere first, at most three."""
        base, step = split(claim.name)
        if step > 1 or len(claim.number.as_tuple().digits) < TELLING or self.pen.graph.size > MOST_TRIED:
            return []
        from derivegen.mistakes.outcomes import tried
        from derivegen.mistakes.ranking import likeliest

        right, name = self._right, f"{base}'" if step else base
        sign = self._assumptions.sign_of(claim.name)
        fitting = [each for each in tried(right, name) if claim.of(sign * each.value) == claim.number]
        found = likeliest(right, name, fitting, lambda value: 0.0)
        return list(dict.fromkeys(each.mistakes[0].identifier for each in found))

    @cached_property
    def _right(self) -> Right:
        from derivegen.mistakes.mistaken import Right

        return Right(self.pen.trace.derivation)

    def _remark(self) -> Iterator[Block]:
        """Values that are right, yet do not come out of the printed parameters."""
        found, givens = [], self._assumptions.givens
        for claim in self.claims:
            if claim.name in givens or not givens or claim.fraction is not None or not self.agrees(claim):
                continue
            number = self._assumptions.again(claim.name, givens)
            if number is not None and claim.of(number) != claim.number:
                pair = (Number(f"{claim.of(number):f}"), Number(f"{claim.number:f}"))
                found.append((Quantity(split(claim.name)[0]), split(claim.name)[1], *pair))
        if found:
            yield Paragraph(self.pen.say("errata.printed-parameters", found=found[:REMARKS], more=len(found) > REMARKS))


def _expected(text: str) -> str:
    """What is expected in place of a text that is no number."""
    example = with_point(text) or "0.0260"
    return instead(text) or f'expected a number such as "{example}", or a fraction such as "1/3"'
