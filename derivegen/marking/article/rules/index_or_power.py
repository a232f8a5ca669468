"""A text in; places where it prints a power for an index that it declares, or an index for a power, out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivegen.marking.article.rules.article import Article
from derivegen.marking.findings import Finding

# the letters of a word are taken as a whole and from its beginning only: else a long run of them is looked at from each of its letters
_SYMBOL = r"(?P<letter>\\?[A-Za-z]++)_\{?(?P<below>[\w,]{1,6})\}?"
_POWER = re.compile(rf"\((?:\s*+){_SYMBOL}\s*+\)\s*+(?:\^\s*\{{?\s*(?P<above>\d)\s*\}}?|(?P<raised>[²³⁴⁵⁶]))")
_DECLARED = re.compile(r"(?<![A-Za-z])(?P<letter>\\?[A-Za-z]++)(?:_\{?[\w,]{1,6}\}?)?\s*\^\s*\{?\s*\((?P<above>\d)\)")
_NAMED = re.compile(
    r"\b(?:weights?|bias(?:es)?|activations?|neurons?|units?|nodes?|parameters?|connects|through|derivative of \$?\w+\$? (?:in|by)"
    r"|with respect to)\s*[$(\\]{0,3}\s*$",
    re.I,
)
"""Words before a symbol that names something."""
_JOINED = re.compile(r"\s*[$)\\]{0,3}\s*(?:and|or|,)\s*[$(\\]{0,3}\s*")
_SQUARED = re.compile(
    r"\b(?:squar\w+|power|penalt\w+|decay|regulari\w+|norms?|raised|cubed?|sum of|error|energy)\b", re.I
)
_INDEXED = re.compile(
    r"(?<![\w}])(?:\\left)?\((?P<body>[^()=\n]{3,80})(?:\\right)?\)\s?\^\s?\{\s?\(\s?(?P<above>[23])\s?\)\s?\}"
)
_SIGN = re.compile(r"\w[ }]*[-+−–]")
_OTHERWISE = re.compile(
    r"\b(?:layer|index|indices|superscript|derivative|example|row|sample|step|epoch|iteration)s?\b", re.I
)
_LOSS = re.compile(r"\\frac\s*\{?1\}?\s*\{?[2Nnm]|½|0\.5|1/2|\\sum|\b[LEC]\b\s*&?=|\bloss\b|\berror\b", re.I)
LONGEST = 20
"""Characters between two symbols that are joined."""
_RAISED = dict(zip("²³⁴⁵⁶", "23456", strict=True))


def powers_for_indices(article: Article) -> Iterator[Finding]:
    """(w_22)^2 is a square where the layer of a weight is written w_22^(2)."""
    declared, last = set(_declared(article.text)), 0
    for match in _POWER.finditer(article.text):
        above = match["above"] or _RAISED[match["raised"]]
        named = _names_something(article, match) or (
            last and _JOINED.fullmatch(article.text[last : match.start()][:LONGEST])
        )
        if (match["letter"], above) in declared and named:
            last = match.end()
            shown = f"{match['letter']}_{match['below']}^({above})"
            yield article.finding(match.start(), "power-for-index", match[0], meant=shown, power=above)


def _declared(text: str) -> Iterator[tuple[str, str]]:
    """The letters that carry an index above, with that index."""
    for match in _DECLARED.finditer(text):
        yield match["letter"], match["above"]


def _names_something(article: Article, match: re.Match[str]) -> bool:
    """Whether the place only names a quantity: a word says which, and nothing is said of squares."""
    sentence = article.sentence(match.start())
    if sentence is None or _SQUARED.search(sentence.text):
        return False
    return _NAMED.search(article.text[sentence.at : match.start()]) is not None


def indices_for_powers(article: Article) -> Iterator[Finding]:
    """½ (y − t)^{(2)} has an index where a square is meant: only a symbol has a layer."""
    for match in _INDEXED.finditer(article.text):
        sentence = article.sentence(match.start())
        around = sentence.text if sentence is not None else article.place(match.start()).source
        if _SIGN.search(match["body"]) and _LOSS.search(around) and not _OTHERWISE.search(around):
            yield article.finding(match.start(), "index-for-power", match[0], power=match["above"])
