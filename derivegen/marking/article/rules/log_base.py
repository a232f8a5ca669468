"""A text in; places where the natural logarithm is called one to another base out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivegen.marking.article.rules.article import Article
from derivegen.marking.findings import Finding
from derivegen.network.tables.losses import LOSSES

_BASE = r"base[\s-]{0,2}(?:of )?\$?(?P<base>2|10|two|ten)\b"
_MEANWHILE = (
    r"(?:[^\w;.?!]{1,6}(?:is|are|means?|denotes|stands|for|the|a|its|natural|log|logarithms?|to|with|in|taken|i|e|that|has|which|here|as"
    r"|always|function)\b){0,12}[^\w;.?!]{1,6}"
)
_NATURAL = re.compile(rf"(?P<word>\bln\b|\bnatural log(?:arithm)?s?\b){_MEANWHILE}{_BASE}", re.I)
_EQUALS = re.compile(
    r"\\?\b(?P<word>ln)\b[ \w(){}]{0,8}(?:=|≡)[ $]{0,3}\\?log_?\{?(?P<base>2|10)\}?[ \w(){}]{0,8}(?P<then>[/·*\\]?)"
)
_PLAIN = re.compile(rf"\b(?:where|here|with)\b[\W]{{1,4}}(?:\w+ ){{0,2}}\\?(?P<word>log)\b{_MEANWHILE}{_BASE}", re.I)
_APART = re.compile(
    r"\b(?:not|never|instead|unlike|rather|differ\w*|whereas|while|convert\w*|would|bits|information theory|some|others?|often|many"
    r"|sometimes|calculators?|key|spreadsheets?|if|factor|divid\w+|multipl\w+)\b",
    re.I,
)
"""Words with which two logarithms are told apart."""


def log_bases(article: Article) -> Iterator[Finding]:
    """ln is the logarithm to base e; so is the log of a cross-entropy wherever its derivative is to be 1/a."""
    patterns = [_NATURAL, _EQUALS, *([_PLAIN] if _has_logarithm(article) else [])]
    for sentence in article.sentences:
        found = next((match for pattern in patterns if (match := pattern.search(sentence.text))), None)
        if found is None or _APART.search(sentence.text) or found.groupdict().get("then"):
            continue
        yield article.finding(
            sentence.at + found.start(), "log-base", found[0], word=found["word"].lower(), base=_figure(found["base"])
        )


def _figure(base: str) -> str:
    return {"two": "2", "ten": "10"}.get(base.lower(), base)


def _has_logarithm(article: Article) -> bool:
    """Whether the network's loss is one with a logarithm, which is a natural one."""
    loss = article.task.graph.network.loss
    if loss is None:
        return False
    term = loss.formula or (LOSSES[loss.name].term if loss.name in LOSSES else "")
    return re.search(r"\b(?:ln|log)\b", str(term)) is not None
