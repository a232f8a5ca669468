"""Corrupted lines of the documents of networks under index letters, sixty of each kind and more: rules under letters, sentences that say
where a quantity stands, tables of uses, arrays. The judge refuses each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from derivegen.calculus.lettered import at_members, settings_of
from derivegen.calculus.matrix import Arrays, WrongShapes, has_arrays, has_letters
from derivegen.document.blocks import Derivation, Document, Prose, Row, Table, every
from derivegen.document.verify import Judge
from derivegen.document.verify.standing import Standing
from derivegen.errors import CheckFailed, InputError
from derivegen.formula.arithmetic.value import FLOAT, value
from derivegen.formula.places import Affine, affine
from derivegen.formula.tree import Compare, Formula, Indexed, Matrix, Number, Quantity, Sum, Value, walk
from tests.document import test_judge
from tests.solved import solved

EACH = 60
NAMES = ("rnn", "lstm", "attention", "conv-pool")


@pytest.mark.parametrize("name", NAMES)
def test_corrupted_lines_are_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(test_judge, "ROWS", EACH)
    solution, cases = solved(name), test_judge.row_cases(name)
    assert len(cases) >= EACH
    judge = Judge(solution.trace, solution.notation)
    for kind, row, wrong, document in cases:
        with pytest.raises(CheckFailed):
            judge.document(document)
            pytest.fail(f"{kind}: {solution.printer.judge.lines.show(row.right, wrong)} passed", pytrace=False)


@pytest.mark.parametrize("whose", ["rules", "arrays"])
def test_corrupted_rules_and_arrays_are_refused(whose: str) -> None:
    found = 0
    for name in NAMES:
        solution = solved(name)
        judge = Judge(solution.trace, solution.notation)
        for path, derivation, r in test_judge.rows_of(solution.document):
            row = derivation.rows[r]
            parts = (row.left, row.right) if row.left is not None else (row.right,)
            arrays = any(map(is_array, parts))
            if not (arrays if whose == "arrays" else any(map(has_letters, parts)) and not arrays):
                continue
            wrong = [*test_judge.corrupt_rows(row, solution), *(("place", each) for each in other_places(row))]
            for kind, each in test_judge.sample(wrong, 12, f"{name}{path}{r}"):
                if same_numbers(row, each, solution):
                    continue
                found += 1
                with pytest.raises(CheckFailed):
                    judge.document(test_judge.with_row(solution.document, path, r, each))
                    pytest.fail(f"{name}, {kind}: {row.left} = {each.right} passed", pytrace=False)
    assert found >= EACH


def is_array(tree: Formula) -> bool:
    return has_arrays(tree) or any(isinstance(part, Matrix) for part in walk(tree))


def same_numbers(row: Row, wrong: Row, solution: Any) -> bool:
    """Whether a corruption has the numbers of the true line, for all its letters and entries: what comes from a 0 may be left out."""
    if row.relation != wrong.relation:
        return False
    chain, arrays, left = solution.trace.derivation, Arrays(solution.trace.derivation), row.left or row.right
    try:
        if is_array(row.right):
            shape = arrays.shape(row.right)
            assert shape is not None
            places = [(r, c) for r in range(1, shape[0] + 1) for c in range(1, shape[1] + 1)]
            pairs = [[arrays.entry(each.right, *place) for each in (row, wrong)] for place in places]
        else:
            letters = [*settings_of(chain.graph, (left, row.right), 100)]
            pairs = [[at_members(chain, each.right, at) or Number("0") for each in (row, wrong)] for at in letters]
        numbers = [[value(each, solution.trace.number, FLOAT) for each in pair] for pair in pairs]
    except (WrongShapes, AssertionError, LookupError, ValueError, InputError):
        return False
    return all(abs(one - other) <= 1e-9 * (1 + abs(one)) for one, other in numbers)


def other_places(row: Row) -> Iterator[Row]:
    """The row with one more in a place of a rule's right side."""
    for part in walk(row.right):
        if isinstance(part, Indexed):
            for wrong in shifted(part):
                yield replace(row, right=test_judge.replaced(row.right, part, wrong))


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
        judge, standing = Judge(solution.trace, solution.notation), Standing(solution.trace.derivation)
        for path, derivation, r in test_judge.rows_of(solution.document):
            row = derivation.rows[r]
            for n, wrong in false_sentences(row.reason, solution) if standing.differentiated(row.left) else ():
                found += 1
                with pytest.raises(CheckFailed):
                    judge.document(test_judge.with_row(solution.document, path, r, replace(row, reason=wrong)))
                    pytest.fail(f"{name}, {row.left}: {wrong[n:]} passed", pytrace=False)
    assert found >= EACH


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
        judge = Judge(solution.trace, solution.notation)
        for table in (each for each in every(solution.document.blocks) if isinstance(each, Table) and each.uses_of):
            for wrong in false_tables(table, solution):
                found += 1
                with pytest.raises(CheckFailed):
                    judge.document(with_table(solution.document, table, wrong))
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


def with_table(document: Document, old: Table, new: Table) -> Document:
    """The document with one table changed, wherever it stands."""

    def visit(block: Any) -> Any:
        if block is old:
            return new
        inner = getattr(block, "blocks", None)
        return (
            replace(block, blocks=tuple(map(visit, inner)))
            if inner is not None and not isinstance(block, Derivation)
            else block
        )

    return replace(document, blocks=tuple(map(visit, document.blocks)))
