"""The judge refuses what is wrong: signs, factors, indices and digits corrupted in steps, documents, traces and written texts."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from derivegen.api import Solution
from derivegen.calculus.chain import Derivation as Chain
from derivegen.calculus.numbers.evaluate import Trace
from derivegen.calculus.steps import Factor, Step, Term
from derivegen.calculus.verify import verify
from derivegen.document.blocks import Box, Derivation, Document, Row
from derivegen.document.verify import Judge, formulas
from derivegen.errors import CheckFailed
from derivegen.formula.read.readback import read_latex, read_typst
from derivegen.formula.tree import (
    Call,
    Cases,
    Formula,
    Hadamard,
    Negative,
    Product,
    Quantity,
    Sum,
    Value,
    children,
    walk,
)
from derivegen.network.file.examples import example_names
from derivegen.render import latex_page, markdown, typst_page
from tests.often import times
from tests.solved import solved

EXAMPLES = ("article-004", "article-000", "softmax-2-3-2", "xor", "graph-shared")
STEPS, ROWS, TRACES, TEXTS = times((6, 8, 4, 3), (12, 16, 8, 6))
"""Corruptions of each kind for every example (texts: for every format as well); some 120 together, twice as many if asked for."""


def fresh(name: str) -> Trace:
    """A trace of the example that nothing has been read from."""
    return replace(solved(name).trace)


# steps


def other_index(tree: Formula, graph: Any) -> Formula | None:
    """The tree with one quantity replaced by another of its family."""
    for part in walk(tree):
        if isinstance(part, Quantity) and graph.locate(part.name) is not None:
            family, _ = graph.locate(part.name)
            others = [name for name in map(family.member, family.members()) if name != part.name]
            if others:
                return replaced(tree, part, Quantity(others[-1]))
    return None


def replaced(tree: Formula, old: Formula, new: Formula) -> Formula:
    """The tree with the first `old` made `new`."""
    done = False

    def visit(part: Any) -> Any:
        nonlocal done
        if done or not isinstance(part, Formula | tuple):
            return part
        if isinstance(part, tuple):
            return tuple(visit(item) for item in part)
        if part is old or part == old:
            done = True
            return new
        return type(part)(**{name: visit(getattr(part, name)) for name in part.__dataclass_fields__})

    found: Formula = visit(tree)
    return found


def corrupt_steps(step: Step, graph: Any) -> Iterator[Step]:
    """The step with one factor's sign turned, dropped, or taken at another index; of a sum, one term dropped."""
    for t, term in enumerate(step.terms):
        for f, factor in enumerate(term.factors):
            for reading in (Negative(factor.reading), other_index(factor.reading, graph)):
                if reading is not None:
                    yield with_factor(step, t, f, (Factor(factor.role, factor.name, factor.rule, reading),))
            if len(term.factors) > 1 and factor.role != "bias":
                yield with_factor(step, t, f, ())
    if len(step.terms) > 1:
        yield replace(step, terms=step.terms[1:])


def with_factor(step: Step, t: int, f: int, factors: tuple[Factor, ...]) -> Step:
    term = step.terms[t]
    new = Term((*term.factors[:f], *factors, *term.factors[f + 1 :]), term.bound)
    return replace(step, terms=(*step.terms[:t], new, *step.terms[t + 1 :]))


def step_cases(name: str) -> list[tuple[Step, Step]]:
    """Steps and their corruptions, those left out that come to the same numbers (a factor 1, equal inputs, a zero)."""
    trace = fresh(name)
    found = []
    for step in trace.derivation.steps():
        true = trace.number(step.target)
        for wrong in corrupt_steps(step, trace.graph):
            number = trace.floats._value(wrong.reading)
            if abs(number - true) > 1e-6 * (1 + abs(true)):
                found.append((step, wrong))
    return sample(found, STEPS, name)


def sample(many: list[Any], count: int, name: str) -> list[Any]:
    return random.Random(name).sample(many, min(count, len(many)))


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_corrupted_step_is_refused(name: str) -> None:
    trace = solved(name).trace
    cases = step_cases(name)
    assert len(cases) >= STEPS - 4
    for step, wrong in cases:
        chain = Chain(trace.graph, _steps={wrong.target: wrong})
        with pytest.raises(CheckFailed):
            verify(Trace(trace.graph, chain, trace.rounding))
            pytest.fail(f"{step} passed as {wrong}", pytrace=False)


# trees


Path = tuple[int, ...]


def rows_of(document: Document) -> Iterator[tuple[Path, Derivation, int]]:
    for b, block in enumerate(document.blocks):
        inner = list(enumerate(block.blocks)) if isinstance(block, Box) else [(-1, block)]
        for i, derivation in inner:
            if isinstance(derivation, Derivation):
                for r in range(len(derivation.rows)):
                    yield (b, i), derivation, r


def with_row(document: Document, path: Path, r: int, row: Row) -> Document:
    """The document with one row changed."""
    b, i = path
    block: Any = document.blocks[b]
    derivation = block if i < 0 else block.blocks[i]
    changed = replace(derivation, rows=(*derivation.rows[:r], row, *derivation.rows[r + 1 :]))
    if i >= 0:
        changed = replace(block, blocks=(*block.blocks[:i], changed, *block.blocks[i + 1 :]))
    return replace(document, blocks=(*document.blocks[:b], changed, *document.blocks[b + 1 :]))


def corrupt_rows(row: Row, solution: Solution) -> Iterator[tuple[str, Row]]:
    """The row with a minus added, a factor or term dropped, an index changed, another quantity's number, the other relation."""
    tree = row.right
    if not is_zero(tree, solution):
        yield "minus", replace(row, right=Negative(tree))
    for part in walk(tree):
        if isinstance(part, Product | Sum):
            for kept in dropped(part):
                yield "drop", replace(row, right=replaced(tree, part, kept))
        if isinstance(part, Quantity) and (other := sibling(part.name, solution)) is not None:
            yield "index", replace(row, right=replaced(tree, part, Quantity(other)))
        if isinstance(part, Value) and (number := stranger(part.name, solution)) is not None:
            yield "value", replace(row, right=replaced(tree, part, Value(number)))
    flipped = {"=": "≈", "≈": "="}[row.relation]
    yield "relation", replace(row, relation=flipped)  # type: ignore[arg-type]


def is_zero(tree: Formula, solution: Solution) -> bool:
    return any(isinstance(part, Value) and solution.trace.text(part.name) == "0" for part in walk(tree))


def dropped(part: Product | Sum) -> Iterator[Formula]:
    """The product or sum without one of its parts; parts that change nothing (1, 0) are not dropped."""
    parts = part.factors if isinstance(part, Product) else part.terms
    for n, each in enumerate(parts):
        if len(parts) > 1 and getattr(each, "text", "") not in ("1", "0"):
            rest = (*parts[:n], *parts[n + 1 :])
            yield rest[0] if len(rest) == 1 else type(part)(rest)


def sibling(name: str, solution: Solution) -> str | None:
    """Another quantity of the same family."""
    found = solution.graph.locate(name)
    if found is None:
        return None
    family = found[0]
    others = [other for other in map(family.member, family.members()) if other != name]
    return others[-1] if others else None


def stranger(name: str, solution: Solution) -> str | None:
    """A quantity with another printed number."""
    if "#" in name or name.endswith("'"):
        return None
    text = solution.trace.text(name)
    return next(
        (other for other in solution.trace.values if solution.trace.text(other).lstrip("-") != text.lstrip("-")), None
    )


def same(row: Row, wrong: Row, solution: Solution) -> bool:
    """Whether a corruption left the mathematics as it was: equal at all test settings, or equal numbers shown."""
    if row.relation != wrong.relation:
        return False
    from derivegen.formula.arithmetic.value import value

    for numbers in islice(solution.printer.judge.settings, 4):
        try:
            one, other = (value(side, numbers.__getitem__, numbers.arithmetic) for side in (row.right, wrong.right))
        except Exception:
            return False
        if abs(one - other) > 1e-6 * (1 + abs(one)):
            return False
    return True


def row_cases(name: str) -> list[tuple[str, Row, Row, Document]]:
    solution = solved(name)
    found = []
    for path, derivation, r in rows_of(solution.document):
        row = derivation.rows[r]
        for kind, wrong in corrupt_rows(row, solution):
            if not same(row, wrong, solution):
                found.append((kind, row, wrong, with_row(solution.document, path, r, wrong)))
    kinds = {
        kind: [case for case in found if case[0] == kind] for kind in ("minus", "drop", "index", "value", "relation")
    }
    return [case for kind, many in kinds.items() for case in sample(many, ROWS // 4, name + kind)]


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_corrupted_line_is_refused(name: str) -> None:
    solution = solved(name)
    cases = row_cases(name)
    assert len(cases) >= ROWS
    judge = Judge(
        solution.trace, solution.notation
    )  # what it has found of the true lines it need not find again for each false one
    for kind, row, wrong, document in cases:
        with pytest.raises(CheckFailed):
            judge.document(document)
            pytest.fail(f"{kind}: {solution.printer.judge.lines.show(row.right, wrong)} passed", pytrace=False)


def test_a_rule_without_the_slope_of_its_kink_is_refused() -> None:
    """∂L/∂z = ∂L/∂a where a = ReLU(z) goes on to a pool: it holds wherever no whole window is off."""
    solution = solved("conv-pool")
    judge = Judge(solution.trace, solution.notation)
    found = 0
    for path, derivation, r in rows_of(solution.document):
        match derivation.rows[r].right:
            case Product((upstream, Cases())) | Hadamard((upstream, Call())):
                found += 1
                wrong = replace(derivation.rows[r], right=upstream)
                with pytest.raises(CheckFailed):
                    judge.document(with_row(solution.document, path, r, wrong))
    assert found == 2


# traces


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_corrupted_number_is_refused(name: str) -> None:
    solution = solved(name)
    names = sample([*solution.trace.values, *solution.derivation.targets()], TRACES, name)
    for quantity in names:
        trace = fresh(name)
        number = float(trace.known_number(quantity))
        trace._known[quantity] = number + 1e-3 * (1 + abs(number))
        with pytest.raises(CheckFailed):
            verify(trace)
            Judge(trace, solution.notation).document(solution.document)
            pytest.fail(f"{quantity} passed", pytrace=False)


@pytest.mark.parametrize("name", EXAMPLES[:4])
@pytest.mark.parametrize("what", ["loss", "gradient_norm", "parameter", "output"])
def test_a_corrupted_update_is_refused(name: str, what: str) -> None:
    solution = solved(name)
    updates = solution.trace.updates
    for step in (1, len(updates) - 1):
        wrong = corrupt_update(updates[step], what, solution.graph.parameters)
        trace = replace(solution.trace, updates=(*updates[:step], wrong, *updates[step + 1 :]))
        with pytest.raises(CheckFailed):
            Judge(trace, solution.notation).document(solution.document)


def corrupt_update(update: Any, what: str, parameters: tuple[str, ...]) -> Any:
    if what in ("loss", "gradient_norm"):
        return update._replace(**{what: getattr(update, what) + 0.001})
    name = (
        parameters[-1] if what == "parameter" else next(n for n in reversed(list(update.values)) if n not in parameters)
    )
    return update._replace(values={**update.values, name: update.values[name] + 0.001})


# written text

Found = list[tuple[str, str]]
READ: dict[str, tuple[Callable[[str], Found], Callable[..., Formula]]] = {
    "md": (markdown.formulas_in, read_latex),
    "latex": (latex_page.formulas_in, read_latex),
    "typst": (typst_page.formulas_in, read_typst),
}
_CORRUPTIBLE = re.compile(r"(?<![A-Za-z\\_{])\d(?=\d*\.?\d*[^\d.}]|$)| [+−-] |(?<=_\{)\d|(?<=b: )\d")


def corrupt_formula(text: str, draw: random.Random) -> str | None:
    """One digit, index or sign of a written formula changed."""
    places = [match.span() for match in _CORRUPTIBLE.finditer(text)]
    if not places:
        return None
    start, end = draw.choice(places)
    sign = text[start:end]
    new = str((int(sign) + draw.randint(1, 8)) % 10) if sign.isdigit() else (" - " if "+" in sign else " + ")
    return text[:start] + new + text[end:]


@pytest.mark.parametrize("form", ["md", "latex", "typst"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_corrupted_text_is_refused(name: str, form: str) -> None:
    solution = solved(name)
    find, read = READ[form]
    text = solution.text(form)
    found, draw, done = find(text), random.Random(name + form), 0
    while done < TEXTS:
        n = draw.randrange(len(found))
        wrong = corrupt_formula(found[n][1], draw)
        if wrong is None or text.count(found[n][1]) != 1:
            continue
        done += 1
        with pytest.raises(CheckFailed):
            changed = find(text.replace(found[n][1], wrong))
            solution.printer.judge.text(solution.document, changed, read)
            pytest.fail(f"{found[n][1]} passed as {wrong}", pytrace=False)


def test_a_lost_formula_is_refused() -> None:
    solution = solved("article-004")
    found = markdown.formulas_in(solution.text("md"))
    with pytest.raises(CheckFailed, match="formulas"):
        solution.printer.judge.text(solution.document, found[:-1], read_latex)


# reasons


def reasons(document: Document) -> list[tuple[Any, ...]]:
    return [derivation.rows[r].reason for _, derivation, r in rows_of(document) if derivation.rows[r].reason]


@pytest.mark.parametrize("name", example_names())
def test_no_wording_fills_more_than_a_third_of_the_reasons(name: str) -> None:
    every = reasons(solved(name).document)
    wordings = Counter("".join(run for run in reason if isinstance(run, str)) for reason in every)
    wording, count = wordings.most_common(1)[0]
    assert count <= max(2, len(every) / 3), f"{wording!r} {count} of {len(every)} times"


@pytest.mark.parametrize("name", [name for name in example_names() if name != "adam"])  # its lines say what is kept
def test_most_reasons_name_their_quantity(name: str) -> None:
    every = reasons(solved(name).document)
    named = sum(any(isinstance(run, Formula) for run in reason) for reason in every)
    assert named >= len(every) / 2


def test_every_formula_of_a_document_is_judged() -> None:
    document = solved("article-004").document
    assert len(list(formulas(document))) > 100
    assert all(list(children(tree)) or walk(tree) for _, tree in formulas(document))
