"""A text in; places where the words say by what is differentiated and the formula behind them by something else out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivegen.marking.article.rules.article import Article
from derivegen.marking.findings import Finding
from derivegen.marking.read.statement import Statement
from derivegen.network.names import parse_derivative

LOOKED_BACK = 160
_BY = re.compile(
    r"(?:with respect to|w\.?r\.?t\.?) (?:the )?(?:(?:weight|bias|parameter) )?\$?(?P<symbol>[^\s$:,=]{1,30})\$?"
    r"\s*(?:(?:is|are|equals|becomes|reads|gives|we (?:get|have|obtain|find)|as follows|the following|then|therefore|so"
    r"|by the chain rule)[\s,:]*)*"
    r"[\s:.,]*(?:\$\$?|\\\[|\\begin\{\w+\*?\}|```\s*math|[&\s])*$"
)


def wrong_variables(article: Article) -> Iterator[Finding]:
    """The derivative with respect to w1 is ∂L/∂w1."""
    for statement in article.statements:
        by = _parameter_of(article, statement.quantity)
        at = article.offset(statement.line, statement.column)
        match = _BY.search(article.text, max(0, at - LOOKED_BACK), at) if by else None
        if by is None or match is None or article.supposed(at):
            continue
        said = article.quantity(match["symbol"])
        if said is not None and said != by and article.names.is_parameter(said) and said.count("[") == by.count("["):
            yield article.finding(
                at,
                "wrong-variable",
                _left(statement),
                article.task.own(statement.quantity or ""),
                said=match["symbol"].strip("$. "),
            )


def _parameter_of(article: Article, name: str | None) -> str | None:
    """The parameter by which a derivative of the loss is taken."""
    pair = parse_derivative(name) if name is not None else None
    if pair is None or not pair[0].startswith("loss") or not article.names.is_parameter(pair[1]):
        return None
    return pair[1]


def _left(statement: Statement) -> str:
    return statement.sides[0].text
