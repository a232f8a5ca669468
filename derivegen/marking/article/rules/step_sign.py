"""A text in; places where the rate times the gradient is added to a parameter, instead of subtracted, out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivegen.formula.tree import Partial, Quantity
from derivegen.marking.article.rules.article import Article, Sentence
from derivegen.marking.findings import Finding
from derivegen.network.names import parse_derivative

_RATE_SIGN = r"(?:\\?(?:eta|alpha|epsilon|varepsilon|lambda|gamma)\b|[ηαεϵλγ]|\blearning[ _]?rate\b|\blr\b|\brate\b)"
_RATE = re.compile(rf"\b(?:learning rate|step size)\b|{_RATE_SIGN}", re.I)
_TIMES = re.compile(r"\b(?:multipl\w+|times|scal\w+|product)\b", re.I)
_GRADIENT = re.compile(r"\b(?:gradients?|derivatives?|slopes?)\b|∂|\\partial|\\nabla|∇", re.I)
_THIS = re.compile(
    r"\b(?:this|that|the) (?:value|number|result|quantity|expression|product)\b|\b(?:multiply|scale|times) (?:it|this|that)\b",
    re.I,
)
_ADDED = re.compile(
    r"\badd(?:ed|ing|s)?\b[^.;]{0,40}?\b(?:to|onto) (?:(?:the|each|every|a|an|its|that|this|our|old|current|original|corresponding) ){0,3}"
    r"(?:(?P<word>weights?|bias(?:es)?|parameters?)\b(?!['’]?s? (?:gradient|derivative|slope|term))|\$?(?P<symbol>[^\s$]{1,30})\$?)",
    re.I,
)
_TURNED = re.compile(
    r"\b(?:subtract\w*|minus|negativ\w*|opposite|against|downhill|ascent|ascend\w*|maximi\w+|uphill|not|never|wrong\w*|mistake\w*|slip"
    r"|rather than|instead|sign|signs|flip\w*|revers\w+|reward|likelihood|momentum|velocity|noise|regulari\w+|decay|penalty|descent step)\b"
    r"|−|(?<![\w}\])])[-–](?=\s?[\\$\w({])",
    re.I,
)
"""Words and signs with which the step points down already, or is meant to go up."""
_BASE = r"(?<![A-Za-zθ])(?P<base>\\?[A-Za-zθ]++)"
_GENERIC = re.compile(
    rf"{_BASE}(?P<marks>(?:[_^]\{{?[^\s{{}}]{{1,12}}\}}?|['′+]){{0,3}})\s*&?(?:=|:=|←|<-|\\leftarrow|\\gets|\\coloneqq)\s*(?P=base)"
    rf"(?:[_^]\{{?[^\s{{}}]{{1,12}}\}}?){{0,2}}\s*\+\s*{_RATE_SIGN}\s*(?:\\cdot|\\times|\\,|[·*×])?\s*"
    r"(?:\\[dt]?frac\s*\{\s*(?:\\partial|d)|∂|\\nabla|∇|grad\w*|dL|dE|dC|dloss)"
)
_UP = re.compile(r"\b(?:ascent|maximi\w+|uphill|reward|likelihood)\b", re.I)


def added_steps(article: Article) -> Iterator[Finding]:
    """w − rate · ∂loss/∂w: the gradient points up, the step goes down."""
    for sentence in article.sentences:
        added = _ADDED.search(sentence.text)
        if added is not None and _is_step(article, sentence) and _is_parameter(article, added):
            yield article.finding(sentence.at + added.start(), "step-added", added[0])
    yield from _formulas(article)


def _is_step(article: Article, sentence: Sentence) -> bool:
    """Whether a sentence speaks of the rate times a gradient, and turns no sign."""
    text = sentence.text
    if not (_RATE.search(text) and _TIMES.search(text)) or _TURNED.search(text) or article.supposed(sentence.at):
        return False
    return bool(_GRADIENT.search(text)) or (bool(_THIS.search(text)) and _after_gradient(article, sentence.at))


def _is_parameter(article: Article, added: re.Match[str]) -> bool:
    if added["word"]:
        return True
    name = article.quantity(added["symbol"])
    return name is not None and article.names.is_parameter(name)


def _after_gradient(article: Article, at: int) -> bool:
    """Whether the last thing stated before is a derivative by a parameter."""
    before = [each for each in article.statements if article.offset(each.line, each.column) < at]
    left = before[-1].sides[0].formula if before else None
    by = left.by if isinstance(left, Partial) else None
    if isinstance(left, Quantity):
        pair = parse_derivative(left.name)
        return pair is not None and pair[0].startswith("loss") and article.names.is_parameter(pair[1])
    return isinstance(by, Quantity) and article.names.is_parameter(by.name)


def _formulas(article: Article) -> Iterator[Finding]:
    """w := w + η ∂L/∂w, of any weight; of a certain one the sign of relation is judged."""
    if _UP.search(article.text):
        return
    read = {each.line for each in article.statements}
    for match in _GENERIC.finditer(article.text):
        place = article.place(match.start())
        if place.line not in read and not article.supposed(match.start()):
            yield article.finding(match.start(), "step-added", match[0])
