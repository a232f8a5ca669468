"""A number in a formula as a person typed it: tokens in; the number with its digits as they stand and its power of ten out."""

from __future__ import annotations

import re
from fractions import Fraction

from derivegen.formula.read.tokens import TYPED
from derivegen.formula.tree import Formula, Negative, Number, Ratio
from derivegen.marking.read.named import NamedReader


class NumeralReader(NamedReader):
    """What begins with a digit."""

    def number(self) -> Formula:
        """A number with its power of ten, its digits as typed."""
        token = self.skip()
        text = token.text
        if self.next.text == "*" and self.peek() == "10" and self.tokens[self.at + 1].kind == "number":
            exponent, taken = self._power_of_ten()
            if exponent is not None:
                text, self.at = f"{text}e{exponent}", self.at + taken
        mantissa, _, exponent = text.lower().partition("e")
        if sum(map(str.isdigit, mantissa)) > TYPED.digits or len(exponent.lstrip("+-0")) > 3:
            raise self.fail("long-number", token)
        if exponent and abs(int(exponent)) > TYPED.number_exponent:
            raise self.fail("long-number", token)
        return number_of(text)

    def _power_of_ten(self) -> tuple[str | None, int]:
        """Of · 10^{-3} the −3, and how many tokens that is."""
        ahead = [self.peek(n) for n in range(2, 7)]
        if self.tokens[min(self.at + 2, len(self.tokens) - 1)].kind == "raised":
            return (ahead[0].strip("()+"), 3) if re.fullmatch(r"[(]?[-+]?\d+[)]?", ahead[0]) else (None, 0)
        match = re.match(r"\^ ([({]? ?)([-+]?) ?(\d+)( [)}])?", " ".join(ahead))
        if match is None or (match[1].strip() and not match[4]):
            return None, 0
        return match[2] + match[3], 4 + bool(match[1].strip()) * 2 + bool(match[2])


def signed_number(text: str) -> Formula:
    number = number_of(text.lstrip("-−+"))
    return Negative(number) if text[0] in "-−" else number


def number_of(text: str) -> Number:
    """A number as typed, with a decimal point and a nought before it."""
    mantissa, _, exponent = text.lower().replace(",", ".").partition("e")
    mantissa = f"0{mantissa}" if mantissa.startswith(".") else mantissa
    return Number(f"{mantissa}e{int(exponent)}" if exponent else mantissa)


def constant_of(tree: Formula) -> Fraction:
    """The fraction a small number, its negative or its quotient stands for. Raises ValueError."""
    match tree:
        case Number(text) if len(text) <= 6 and "e" not in text:
            return Fraction(text)
        case Negative(body):
            return -constant_of(body)
        case Ratio(top, bottom):
            return constant_of(top) / constant_of(bottom)
    raise ValueError("not a constant")
