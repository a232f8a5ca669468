"""A text in; numbers of parameters, units and layers that it gives its network, and that do not fit the network, out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

from derivegen.marking.article.rules.article import WHOLE, Article, Sentence, whole
from derivegen.marking.findings import Finding
from derivegen.network.graph import Graph

_N = rf"(?P<count>{WHOLE})"
_OURS = (
    r"\b(?:(?:our|this|the)|(?:consider|take|use|have|is|build|train|with|about) an?) (?:[\w–—-]+ ){0,3}?(?:neural )?"
    r"(?:network|net|nn|model|architecture|perceptron|mlp)\b"
)
_HAS = r"(?: (?:\w+ )?(?:has|have|having|with|contains?|consists of|comprises|uses|of)|,)"
_EXTRA = r"(?: (?:a total of|exactly|just|only|altogether|in total|all))?"
_KIND = r"(?:(?:trainable|learnable|free|adjustable|model) )?(?P<kind>parameters|weights|biases)\b"
_PARAMETERS = (
    re.compile(rf"\b(?:total of|in total|altogether|in all) (?:\w+ ){{0,2}}?{_N} {_KIND}", re.I),
    re.compile(rf"\b{_N} {_KIND},? (?:in total|altogether|in all)\b", re.I),
    re.compile(rf"{_OURS}{_HAS}{_EXTRA} {_N} {_KIND}", re.I),
)
_LIST = rf"(?:{WHOLE}(?: [\w-]+){{1,5}}?(?:,? and |, ))*?"
_UNITS = (
    re.compile(
        rf"{_OURS}{_HAS}{_EXTRA} {_LIST}{_N} (?P<where>input|hidden|output) (?:neurons|units|nodes|features|cells)\b",
        re.I,
    ),
    re.compile(
        rf"{_OURS}{_HAS}{_EXTRA} {_LIST}{_N} (?:neurons?|units?|nodes?|cells?) (?:in|for|at|on) the \**(?P<where>input|hidden|output)"
        r" layers?",
        re.I,
    ),
)
_LAYERS = re.compile(
    rf"\b(?P<count>{WHOLE})[- ]layer(?:ed)? (?:[\w-]+ ){{0,3}}?(?:network|net|nn|perceptron|model)\b", re.I
)
_HIDDEN = re.compile(rf"{_OURS}{_HAS}{_EXTRA} {_LIST}{_N} (?:fully[ -]connected |dense )?hidden layers?\b", re.I)
_SIZES = re.compile(
    r"(?<![\d–—−‐-])(?P<sizes>\d{1,4}(?:\s?[–—−‐-]\s?\d{1,4}){2,8}) (?:[\w-]+ ){0,2}?"
    r"(?:network|net|nn|perceptron|mlp|architecture|model)\b",
    re.I,
)
_ELSEWHERE = re.compile(
    r"\b(?:if|suppos\w+|imagin\w+|would|could|bigger|larger|deeper|wider|real|modern|typical\w*|other|another|such as|like|instead"
    r"|general\w*|added|adding|extra|more|fewer|less|per|each|than|versus|vs|usually|often|may|might|can|any|every|next|earlier|previous|last"
    r"|had|not|once|until|famous|some|many|most|e\.g|example of|first article|later)\b",
    re.I,
)
"""Words with which another network than the one at hand is spoken of."""


def counts(article: Article) -> Iterator[Finding]:
    """How many parameters, units and layers there are follows from the file."""
    for sentence in article.sentences:
        found = [*_parameters(article, sentence), *_shape(article, sentence)]
        if found and not _ELSEWHERE.search(sentence.text) and not article.supposed(sentence.at):
            yield from found


def _parameters(article: Article, sentence: Sentence) -> Iterator[Finding]:
    for pattern in _PARAMETERS:
        for match in pattern.finditer(sentence.text):
            kind = match["kind"].lower()
            allowed = _numbers_of(article.task.graph, kind, whole_text=re.search(r"layer", sentence.text, re.I) is None)
            yield from _unless(article, sentence, match, allowed, f"count-{kind}")


def _numbers_of(graph: Graph, kind: str, whole_text: bool) -> tuple[int, ...]:
    """What may be said of them: how many there are, first the true number; where layers are spoken of also how many those have."""
    found = [name for name in graph.parameters if kind == "parameters" or (name[0] == "w") == (kind == "weights")]
    every = [len(found)]
    every += [len(graph.parameters)] if kind == "weights" else []
    every += [len(graph.trained)] if kind == "parameters" else []
    layers = [name.split("[")[1] for name in found if "[" in name]
    parts = [layers.count(layer) for layer in dict.fromkeys(layers)]
    return (*every, *(() if whole_text else (*parts, *accumulate(parts))))


def _shape(article: Article, sentence: Sentence) -> Iterator[Finding]:
    """Units and layers."""
    graph = article.task.graph
    if not graph.layered:
        return
    inputs, *units = graph.widths
    wanted = {"input": [inputs], "hidden": [sum(units[:-1]), *units[:-1]], "output": units[-1:]}
    for pattern in _UNITS:
        for match in pattern.finditer(sentence.text):
            where = match["where"].lower()
            yield from _unless(article, sentence, match, tuple(wanted[where]), f"count-{where}")
    for match in _HIDDEN.finditer(sentence.text):
        yield from _unless(article, sentence, match, (len(units) - 1,), "count-hidden-layers")
    for match in _LAYERS.finditer(sentence.text):
        yield from _unless(article, sentence, match, (len(units), len(units) + 1), "count-layers")
    for match in _SIZES.finditer(sentence.text):
        sizes = [int(size) for size in re.findall(r"\d+", match["sizes"])]
        if sizes != [inputs, *units]:
            true = "–".join(map(str, graph.widths))
            yield article.finding(sentence.at + match.start(), "sizes", match[0], truth=true)


def _unless(
    article: Article, sentence: Sentence, match: re.Match[str], allowed: tuple[int, ...], reason: str
) -> Iterator[Finding]:
    """A finding where the number is none of those that may be said."""
    if whole(match["count"]) not in allowed:
        start = sentence.at + match.start("count")
        yield article.finding(
            start,
            reason,
            sentence.text[match.start("count") : match.end()],
            count=match["count"],
            truth=str(allowed[0]),
        )
