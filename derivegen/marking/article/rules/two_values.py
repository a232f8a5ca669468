"""A text in; quantities that it gives two values, neither of which is the other rounded, out."""

from __future__ import annotations

from collections.abc import Iterator

from derivegen.marking.article.rules.article import Article
from derivegen.marking.findings import Finding
from derivegen.marking.judge.shown import Shown, shown
from derivegen.marking.read.statement import Side
from derivegen.records import dataclass


@dataclass(frozen=True, slots=True)
class _Given:
    """A number given for a quantity, where, and whether it is wrong."""

    number: Shown
    side: Side
    wrong: bool


def two_values(article: Article) -> Iterator[Finding]:
    """One quantity has one value; where one of two is the true one, the other is found."""
    if article.task.graph.network.rows != 1:
        return  # of other rows other values are given
    for own, given in _given(article).items():
        known = article.task.number(own) is not None
        for one in [one for one in given if one.wrong] if known else given[1:]:
            others = (each for each in given if each.number.value != one.number.value)
            other = next((each for each in others if _apart(each.number, one.number)), None)
            if other is not None:
                at = article.offset(one.side.line, one.side.at)
                values = {"value": one.side.text, "other": other.side.text, "line": str(other.side.line)}
                yield article.finding(at, "two-values", one.side.text, own, **values)


def _given(article: Article) -> dict[str, list[_Given]]:
    """The numbers given for each quantity, those left out that are only supposed."""
    found: dict[str, list[_Given]] = {}
    for statement in article.statements:
        number = shown(formula) if (formula := statement.sides[-1].formula) is not None else None
        if statement.quantity is None or number is None or statement.relations[-1] not in ("=", "≈", ":="):
            continue
        if article.names.is_array(statement.quantity):
            continue  # one of several, and it is not known which
        if not article.supposed(article.offset(statement.line, statement.column)):
            own = article.task.own(statement.quantity)
            signed = -number if article.task.sign(statement.quantity) < 0 else number
            found.setdefault(own, []).append(
                _Given(signed, statement.sides[-1], (statement.line, statement.column, None) in article.wrong)
            )
    return found


def _apart(one: Shown, other: Shown) -> bool:
    """Whether no number between the two is both of them, rounded."""
    return min(one.high, other.high) - max(one.low, other.low) <= 1e-9 * abs(one.value - other.value)
