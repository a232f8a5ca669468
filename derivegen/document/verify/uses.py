"""A table of what each use of a parameter contributes goes in; CheckFailed at the first cell that is not so."""

from __future__ import annotations

from collections.abc import Sequence

from derivegen.calculus.chain import Derivation as Chain
from derivegen.calculus.steps import Term, varying
from derivegen.document.blocks import Prose, Table
from derivegen.errors import CheckFailed
from derivegen.formula.tree import Number, Quantity, Value


def judge_uses(table: Table, chain: Chain) -> None:
    """Each row of a table of uses is one term of the derivative by the parameter, in their order, all of them or the first and last."""
    target = chain.name_of(table.uses_of)
    terms = chain[target].terms
    letters = varying(terms)
    half, left = len(table.rows) // 2, len(terms) - len(table.rows)
    listed = (*terms[:half], *terms[len(terms) - half :]) if left else terms
    told = any(str(left) in run for run in table.caption if isinstance(run, str))
    if len(listed) != len(table.rows) or (left and not told):
        raise CheckFailed(f"{table.uses_of} is used {len(terms)} times; {len(table.rows)} of them are listed")
    named = table.heads - len(letters)
    if list(table.header[named : table.heads]) != [(Quantity(letter),) for letter in letters]:
        raise CheckFailed(f"the uses of {table.uses_of} are told apart by {letters}, and the table says otherwise")
    for row, term in zip(table.rows, listed, strict=True):
        _use(table, row[named:], term, letters)
        if named and row[0] != (Quantity(term.child),):
            raise CheckFailed(f"{table.uses_of} stands in {term.child}, and the table says {row[0]}")


def _use(table: Table, cells: Sequence[Prose], term: Term, letters: Sequence[str]) -> None:
    """A row says for which letters, and in its last three cells what comes back, what it is multiplied by, and their product."""
    first, last = term.factors[0].name, term.factors[-1].name
    expected = (
        *(Number(str(term.at[letter])) for letter in letters),
        Value(first),
        Value(last),
        Value(f"{first}*{last}"),
    )
    if [*cells] != [(each,) for each in expected]:
        raise CheckFailed(f"a use of {table.uses_of} is {expected}, and the table says {cells}")
