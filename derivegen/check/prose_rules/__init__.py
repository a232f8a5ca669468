"""A published text in; slips of its words out, found by rules that know no article: each holds for every text about every network.

A rule charges only where nothing else can be meant; what is supposed, compared or spoken of other networks is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derivegen.check.findings import Finding
from derivegen.check.prose_rules.article import Article
from derivegen.check.prose_rules.counts import counts
from derivegen.check.prose_rules.index_or_power import indices_for_powers, powers_for_indices
from derivegen.check.prose_rules.log_base import log_bases
from derivegen.check.prose_rules.settings import settings
from derivegen.check.prose_rules.step_sign import added_steps
from derivegen.check.prose_rules.two_values import two_values
from derivegen.check.prose_rules.wrong_variable import wrong_variables

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
