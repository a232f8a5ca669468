"""Values printed elsewhere held to the true ones: the [published] table goes in; what differs, with the likeliest reason, comes out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cached_property
from itertools import chain

from derivegen.calculus.evaluate import Symbolic
from derivegen.calculus.recompute import recomputed, split, true_number
from derivegen.document.blocks import Block, Heading, Paragraph, Prose, Table
from derivegen.document.compose.pen import Pen
from derivegen.errors import InputError
from derivegen.formula.tree import Formula, Number, Quantity, Value
from derivegen.network.names import parse_derivative
from derivegen.notation.notation import Notation, choose

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?")
_CONTEXT = Context(prec=60)
MOST_DECIMALS = 20
REMARKS = 3
"""Values of which it is said that the printed parameters lead elsewhere."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A value as printed: quantity, number with its digits, and where it stands, if that was said."""

    name: str
    number: Decimal
    where: str

    def of(self, number: Fraction | float, rounding: str = ROUND_HALF_UP) -> Decimal:
        """A number with the claim's digits."""
        exact = Fraction(number)
        decimal = _CONTEXT.divide(Decimal(exact.numerator), Decimal(exact.denominator))
        return decimal.quantize(Decimal(1).scaleb(self.last), rounding=rounding, context=_CONTEXT)

    @property
    def last(self) -> int:
        """The power of ten of the last digit."""
        exponent = self.number.as_tuple().exponent
        assert isinstance(exponent, int)
        return exponent

    @property
    def decimals(self) -> int:
        """How many decimals are printed."""
        return max(0, -self.last)


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
            number = (Number(f"{claim.number:f}"),)
            rows.append((self._symbol(claim.name), *where, number, (self._true(claim),), self.reason(claim)))
        return Table(say("errata.caption"), tuple(header), tuple(rows), heads=len(header), wraps=len(header) - 1)

    def _symbol(self, name: str) -> Prose:
        base, step = split(name)
        return self.pen.say("errata.after", quantity=self._notation.symbol(base), count=step)

    def _true(self, claim: Claim) -> Formula:
        """The true value with the claim's digits; the document's own value where that prints the same."""
        text = f"{claim.of(self.true(claim.name)):f}"
        try:
            same = self._sign_of(claim.name) > 0 and self.pen.trace.text(claim.name) == text
        except (Symbolic, InputError, LookupError):
            same = False
        return Value(claim.name) if same else Number(text)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """The table, read. Raises InputError where there is no such number."""
        return tuple(map(self._claim, self.pen.graph.network.published))

    def _claim(self, name: str) -> Claim:
        published = self.pen.graph.network.published[name]
        text = published.value.replace("−", "-").replace("–", "-").replace(" ", "").lower()
        if _NUMBER.fullmatch(text) is None:
            raise InputError(f'published.{name}: found "{published.value}"; expected a number such as "0.0260"')
        claim = Claim(name, Decimal(text), published.where or "")
        if abs(claim.last) > MOST_DECIMALS or abs(claim.number) >= 10**MOST_DECIMALS:
            raise InputError(
                f"published.{name}: at most {MOST_DECIMALS} digits on either side of the point are compared"
            )
        self._known(name)
        return claim

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

    def true(self, name: str) -> Fraction | float:
        """The true number of a claim's quantity; δ has the sign the notation gives it."""
        return self._sign_of(name) * true_number(self.pen.trace, name)

    def _again(self, name: str, put_in: Mapping[str, float], digits: int | None = None) -> float | None:
        """The number another way, with that sign."""
        number = recomputed(self.pen.trace, name, put_in, digits)
        return None if number is None else self._sign_of(name) * number

    def _sign_of(self, name: str) -> int:
        return self._notation.entry.delta_sign if name.startswith("delta[") else 1

    @cached_property
    def _notation(self) -> Notation:
        return choose(self.pen.graph, self.pen.graph.network.notation)

    def agrees(self, claim: Claim) -> bool:
        """Whether the printed value is the true one rounded; half a unit may have gone either way."""
        unit = Fraction(10) ** claim.last
        return abs(Fraction(claim.number) - Fraction(self.true(claim.name))) <= unit / 2 * (1 + Fraction(1, 10**9))

    # reasons, the likeliest first: each is computed and must give exactly what is printed

    def reason(self, claim: Claim) -> Prose:
        """The first rule under which exactly the printed digits come out."""
        for found in (self._rounded, self._from_printed, self._cut, self._sign, self._factor, self._other, self._old):
            reason = found(claim)
            if reason:
                return reason
        return self._fewer(claim) or self._last_digit(claim) or self.pen.say("errata.none")

    def _rounded(self, claim: Claim) -> Prose:
        """Every intermediate value rounded as printed and carried on."""
        return self._carried(claim, claim.decimals)

    def _carried(self, claim: Claim, digits: int) -> Prose:
        number = self._again(claim.name, {}, digits)
        # by hand 0.0167 · 0.5 is 0.00835, in doubles a little less
        same = number is not None and claim.of(Fraction(f"{number:.12g}")) == claim.number
        return self.pen.say("errata.carried", digits=digits) if same else ()

    def _from_printed(self, claim: Claim) -> Prose:
        """The printed values of the others put in: of the givens, then of all."""
        for put_in in (self._givens, self._printed):
            others = {name: number for name, number in put_in.items() if name != claim.name}
            number = self._again(claim.name, others) if others else None
            if number is not None and claim.of(number) == claim.number:
                return self.pen.say("errata.from-printed")
        return ()

    @cached_property
    def _printed(self) -> dict[str, float]:
        """The printed values of everything before an update."""
        names = (claim for claim in self.claims if not split(claim.name)[1])
        return {claim.name: self._sign_of(claim.name) * float(claim.number) for claim in names}

    @cached_property
    def _givens(self) -> dict[str, float]:
        """The printed values of what the network is given."""
        return {name: number for name, number in self._printed.items() if name in self.pen.graph.givens}

    def _cut(self, claim: Claim) -> Prose:
        cut = claim.of(self.true(claim.name), ROUND_DOWN) == claim.number
        return self.pen.say("errata.cut") if cut else ()

    def _sign(self, claim: Claim) -> Prose:
        return self.pen.say("errata.sign") if claim.of(-self.true(claim.name)) == claim.number else ()

    def _factor(self, claim: Claim) -> Prose:
        true = self.true(claim.name)
        if claim.of(true * 2) == claim.number:
            return self.pen.say("errata.double")
        return self.pen.say("errata.half") if claim.of(true / 2) == claim.number else ()

    def _other(self, claim: Claim) -> Prose:
        """Another quantity's value; of a single digit that would be chance."""
        if len(claim.number.as_tuple().digits) < 2 or split(claim.name)[1]:
            return ()
        numbers = self.pen.trace.floats
        kinds = [numbers.forward(), numbers.backward()]
        if parse_derivative(claim.name) is not None:  # a derivative is taken for another derivative first
            kinds.reverse()
        for name, number in chain(*kinds):
            if name != claim.name and claim.of(float(number)) == claim.number:
                return self.pen.say("errata.other", other=Quantity(name))
        return ()

    def _old(self, claim: Claim) -> Prose:
        """The value before the last update."""
        base, step = split(claim.name)
        if not step:
            return ()
        before = self.true(f"{base}#{step - 1}" if step > 1 else base)
        return self.pen.say("errata.old") if claim.of(before) == claim.number else ()

    def _fewer(self, claim: Claim) -> Prose:
        """Intermediate values rounded to fewer digits than the result shows."""
        for digits in (claim.decimals - 1, claim.decimals - 2):
            reason = self._carried(claim, digits) if digits > 0 else ()
            if reason:
                return reason
        return ()

    def _last_digit(self, claim: Claim) -> Prose:
        near = abs(claim.of(self.true(claim.name)) - claim.number) <= Decimal(1).scaleb(claim.last)
        return self.pen.say("errata.last-digit") if near else ()

    def _remark(self) -> Iterator[Block]:
        """Values that are right, yet do not come out of the printed parameters."""
        found = []
        for claim in self.claims:
            if claim.name in self._givens or not self._givens or not self.agrees(claim):
                continue
            number = self._again(claim.name, self._givens)
            if number is not None and claim.of(number) != claim.number:
                pair = (Number(f"{claim.of(number):f}"), Number(f"{claim.number:f}"))
                found.append((Quantity(split(claim.name)[0]), split(claim.name)[1], *pair))
        if found:
            yield Paragraph(self.pen.say("errata.printed-parameters", found=found[:REMARKS], more=len(found) > REMARKS))
