"""What each use of a shared parameter contributes to its derivative: a pen and a parameter go in; a table with a line for each step, place
or use, and their sum, come out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from derivegen.calculus.steps import Term, varying
from derivegen.document.blocks import Block, Paragraph, Table
from derivegen.document.pen import Line, Pen
from derivegen.formula.tree import Number, Quantity, Value, total
from derivegen.network.family import Family, Index
from derivegen.solution.readings import MINDS, STEEP, TAKES

MOST_TERMS = 8
"""Contributions that are written out as a sum."""
MOST_USES = 24
"""Uses of a parameter that are listed one by one; of more, the first and the last few."""
AT_EACH_END = 3
MOST_TRIED = 40
"""Members among which one is looked for all of whose uses contribute."""


def telling(pen: Pen, family: Family) -> tuple[Index, ...]:
    """A member all of whose uses contribute, or the one with the most that do."""
    members = list(islice(family.members(), MOST_TRIED))
    if not pen.trace.complete:
        return members[0]
    if pen.trace.in_arrays:  # so many uses that the first of which all contribute will do
        members = [*islice((each for each in members if _all_contribute(pen, family.member(each))), 1)] or members[:1]
    return max(members, key=lambda each: _contributing(pen, family.member(each)))


def _all_contribute(pen: Pen, name: str) -> bool:
    return all(pen.trace.number(product_of(term)) for term in pen.chain[pen.chain.name_of(name)].terms)


def _contributing(pen: Pen, name: str) -> int:
    step = pen.chain[pen.chain.name_of(name)]
    return sum(1 for term in step.terms if pen.trace.number(product_of(term)))


def is_shared(pen: Pen, name: str) -> bool:
    """Whether a parameter is used several times, and what each use contributes has a number."""
    terms, target = pen.chain[pen.chain.name_of(name)].terms, pen.chain.name_of(name)
    return len(terms) > 1 and pen.trace.known(target) and all(term.factors[0].role == "upstream" for term in terms)


def uses(pen: Pen, name: str) -> Iterator[Block]:
    """What each use of a shared parameter contributes to its derivative, and the sum."""
    target = pen.chain.name_of(name)
    terms = pen.chain[target].terms
    letters = varying(terms)
    yield Paragraph(
        pen.say("indexed.uses", name=Quantity(name), count=len(terms), letters=list(map(Quantity, letters)))
    )
    yield _table(pen, name, terms, letters)
    lines: list[Line] = []
    if len(terms) <= MOST_TERMS:
        lines.append((total(*(Value(product_of(term)) for term in terms)), pen.say("indexed.sum-of-uses")))
    lines.append((Value(target), () if lines else pen.say("graph.all-terms", count=len(terms))))
    yield pen.derivation(Quantity(target), lines)


def _table(pen: Pen, name: str, terms: Sequence[Term], letters: Sequence[str]) -> Table:
    """A line for each use: in what, for which letters, what came back, the local derivative, their product."""
    listed = terms if len(terms) <= MOST_USES else (*terms[:AT_EACH_END], *terms[-AT_EACH_END:])
    came = f"{MINDS} · {STEEP}" if all(through_function(pen, term) for term in terms) else MINDS
    several = len({term.link and term.link.child for term in terms}) > 1
    header = (
        *((pen.say("indexed.used-in"),) if several else ()),
        *((Quantity(letter),) for letter in letters),
        (*pen.say("indexed.came", root=Quantity(pen.graph.root)), f" {came}"),
        (*pen.say("indexed.times"), f" {TAKES}"),
        (*pen.say("indexed.contributes"), f" {came} · {TAKES}"),
    )
    rows = tuple(
        (
            *(((Quantity(term.child),),) if several else ()),
            *((Number(str(term.at[letter])),) for letter in letters),
            (Value(term.factors[0].name),),
            (Value(term.factors[-1].name),),
            (Value(product_of(term)),),
        )
        for term in listed
    )
    caption = pen.say("indexed.uses-of", name=Quantity(name), left=len(terms) - len(listed))
    return Table(caption, header, rows, heads=len(letters) + several, uses_of=name)


def through_function(pen: Pen, term: Term) -> bool:
    """Whether what a use goes into acts through one function of it alone, so that ① and ② are told apart."""
    above = pen.chain[term.factors[0].name].terms
    return len(above) == 1 and len(above[0].factors) == 2


def product_of(term: Term) -> str:
    """What one term comes to, by name."""
    first, last = term.factors[0], term.factors[-1]
    return f"{first.name}*{last.name}" if first.role == "upstream" and first is not last else last.name
