"""What is said of where quantities stand, and tables of uses, are refused where one formula or cell of them is another one: sixty of each
and more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

import derivegen
from derivegen.document.blocks import Prose, Table, every
from derivegen.document.verify import Judge
from derivegen.document.verify.standing import Standing
from derivegen.document.verify.uses import judge_uses
from derivegen.errors import CheckFailed
from derivegen.formula.places import Affine, affine
from derivegen.formula.tree import Compare, Indexed, Number, Quantity, Sum, Value, walk
from tests.document import test_judge
from tests.solved import solved

EACH = 60
NAMES = ("rnn", "lstm", "attention", "conv-pool")


def shifted(tree: Indexed) -> Iterator[Indexed]:
    """Each of its places one further on."""
    for n, place in enumerate(tree.places):
        if isinstance(place, str | Affine):
            yield replace(tree, places=(*tree.places[:n], affine(place).moved(1), *tree.places[n + 1 :]))


# where quantities stand


def test_corrupted_sentences_of_where_it_stands_are_refused() -> None:
    """Each formula of a sentence changed, one after the other."""
    found = 0
    for name in NAMES:
        solution = solved(name)
        standing = Standing(solution.trace.derivation)
        for _, derivation, r in test_judge.rows_of(solution.document):
            row = derivation.rows[r]
            for n, wrong in false_sentences(row.reason, solution) if standing.differentiated(row.left) else ():
                found += 1
                with pytest.raises(CheckFailed):
                    standing.rule(replace(row, reason=wrong))
                    pytest.fail(f"{name}, {row.left}: {wrong[n:]} passed", pytrace=False)
    assert found >= EACH


def test_what_does_not_reach_the_loss_need_not_be_said() -> None:
    """A quantity stands also in one that leads nowhere, and in a recurrence that was cut off: the sentence says where it acts."""
    graph: dict[str, Any] = {
        "axes": {"i": 2, "t": {"to": 3, "counts": "time"}},
        "inputs": {"x[i]": [1, 2], "h[0]": 0},
        "parameters": {"w[i]": [0.3, 0.4], "u": 0.5},
        "nodes": [
            ["a[i]", "w[i]*x[i]"],
            ["dead[i]", "2*a[i]"],
            ["z[t]", "u*h[t-1]"],
            ["h[t]", "0.5"],
            ["L", "sum(i, a[i]^2) + h[3]"],
        ],
        "output": "L",
    }
    text = " ".join(derivegen.solve({"graph": graph}).text("text").split())
    assert "[a_i stands in L.]" in text
    assert "dead and z do not reach L" in text


def test_a_given_start_that_stands_at_every_step_is_not_in_the_rule_of_what_is_computed() -> None:
    """h_0 is added at each step: the rule is about h_1 and later, which do not stand there."""
    graph: dict[str, Any] = {
        "axes": {"t": {"to": 3, "counts": "time"}},
        "inputs": {"x[t]": [1, 2, 0.5], "h[0]": 0.25},
        "parameters": {"u": 0.5},
        "nodes": [["h[t]", "u*h[t-1] + x[t]*h[0]"], ["L", "h[3]^2"]],
        "output": "L",
    }
    solution = derivegen.solve({"graph": graph})
    text = " ".join(solution.text("text").split())
    assert "h^{(t)} stands in L, but only for t = 3. h^{(t)} stands in h^{(m)}, where m − 1 = t" in text
    assert solution.trace.number("dL/dh[0]") == pytest.approx(
        0.234375 * 0.5 + 1 * 0.234375 + 2 * 0.46875 + 0.5 * 0.9375
    )


def test_the_judge_of_documents_looks_at_sentences_and_tables() -> None:
    solution = solved("conv-pool")
    judge, standing = Judge(solution.trace, solution.notation), Standing(solution.trace.derivation)
    found = ((path, each, r, each.rows[r]) for path, each, r in test_judge.rows_of(solution.document))
    path, _, r, row = next(each for each in found if each[3].reason and standing.differentiated(each[3].left))
    _, wrong = next(false_sentences(row.reason, solution))
    with pytest.raises(CheckFailed):
        judge.document(test_judge.with_row(solution.document, path, r, replace(row, reason=wrong)))
    tables = [*(each for each in solution.document.blocks if isinstance(each, Table) and each.uses_of)]
    assert tables
    blocks = tuple(
        next(false_tables(each, solution)) if each is tables[0] else each for each in solution.document.blocks
    )
    with pytest.raises(CheckFailed):
        judge.document(replace(solution.document, blocks=blocks))


def false_sentences(reason: Prose, solution: Any) -> Iterator[tuple[int, Prose]]:
    """The sentences with another index, family, bound, solution or letter, or with one left out of what is summed over."""
    for n, run in enumerate(reason):
        for wrong in changed(run, solution):
            yield n, (*reason[:n], wrong, *reason[n + 1 :])


def changed(run: Any, solution: Any) -> Iterator[Any]:
    """A formula of a sentence, otherwise."""
    families = solution.graph.families
    match run:
        case Indexed(base, places):
            yield from shifted(run)
            alike = [each.name for each in families.values() if len(each.axes) == len(places) and each.name != base]
            yield from (Indexed(each, places) for each in alike[:2])
        case Compare(left, relation, right) if not isinstance(left, Indexed):
            yield Compare(left, relation, Sum((right, Number("1"))))
            yield Compare(left, {"=": "≤", "≤": "≥", "≥": "≤"}[relation], right)
        case Compare(left, relation, right):
            for part in walk(right):
                if isinstance(part, Indexed):
                    yield from (
                        Compare(left, relation, test_judge.replaced(right, part, each)) for each in shifted(part)
                    )
            yield from (Compare(each, relation, right) for each in shifted(left))
        case Quantity(letter) if letter not in families or families[letter].axes:
            yield Quantity("k" if letter != "k" else "j")


# tables of uses


def test_corrupted_tables_of_uses_are_refused() -> None:
    """Each cell changed: another number, another letter, another use."""
    found = 0
    for name in NAMES:
        solution = solved(name)
        for table in (each for each in every(solution.document.blocks) if isinstance(each, Table) and each.uses_of):
            judge_uses(table, solution.trace.derivation)
            for wrong in false_tables(table, solution):
                found += 1
                with pytest.raises(CheckFailed):
                    judge_uses(wrong, solution.trace.derivation)
                    pytest.fail(f"{name}: {wrong} passed", pytrace=False)
    assert found >= EACH


def false_tables(table: Table, solution: Any) -> Iterator[Table]:
    """The table with one cell changed, a row left out or two in the place of each other."""
    others = [*map(solution.trace.derivation.name_of, solution.graph.sought)]
    for r, row in enumerate(table.rows):
        for c, cell in enumerate(row):
            for wrong in changed_cell(cell[0], others):
                changed_row = (*row[:c], (wrong,), *row[c + 1 :])
                yield replace(table, rows=(*table.rows[:r], changed_row, *table.rows[r + 1 :]))
        yield replace(table, rows=(*table.rows[:r], *table.rows[r + 1 :]))
    yield replace(table, rows=table.rows[::-1])
    for n in range(table.heads):
        yield replace(table, header=(*table.header[:n], (Quantity("k"),), *table.header[n + 1 :]))


def changed_cell(cell: Any, others: list[str]) -> Iterator[Any]:
    match cell:
        case Number(text):
            yield Number(str(int(text) + 1))
        case Value(name):
            yield from (Value(each) for each in others[:2] if each != name)
            yield Number("0.1234")
        case Quantity(name):
            yield Quantity("loss")
