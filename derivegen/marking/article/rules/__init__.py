"""A published text in; slips of its words out, found by rules that know no article: each holds for every text about every network.

A rule charges only where nothing else can be meant; what is supposed, compared or spoken of other networks is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derivegen.marking.article.rules.article import Article
from derivegen.marking.article.rules.counts import counts
from derivegen.marking.article.rules.index_or_power import indices_for_powers, powers_for_indices
from derivegen.marking.article.rules.log_base import log_bases
from derivegen.marking.article.rules.settings import settings
from derivegen.marking.article.rules.step_sign import added_steps
from derivegen.marking.article.rules.two_values import two_values
from derivegen.marking.article.rules.wrong_variable import wrong_variables
from derivegen.marking.findings import Finding

Rule = Callable[[Article], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    log_bases,
    powers_for_indices,
    indices_for_powers,
    added_steps,
    counts,
    settings,
    two_values,
    wrong_variables,
)


def prose_findings(article: Article) -> Iterator[Finding]:
    """What all rules find."""
    return (found for rule in RULES for found in rule(article))
