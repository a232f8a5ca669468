"""Every number in every document of the gallery, read back from the committed text alone and held to the network's own numbers.

The judge does this when a document is written; here nothing of it is used. What stands on the left of a derivation says whose number
the line is; a table's heads say whose number a cell is.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import derivegen
from derivegen.calculus.lettered import arrays_of
from derivegen.document.blocks import Table, every
from derivegen.document.inscribe import written as inscribed
from derivegen.errors import InputError
from derivegen.formula.arithmetic.value import Irrational, value
from derivegen.formula.read.readback import normal, read_latex, read_typst
from derivegen.formula.tree import (
    Array,
    BigSum,
    Formula,
    Glyph,
    Matrix,
    Negative,
    Number,
    Power,
    Quantity,
    Sum,
    children,
    map_formulas,
    transform,
    walk,
)
from derivegen.rounding.interval import INTERVALS, Interval, exactly, printed
from tests.gallery import formats
from tests.solved import COMPLETE, solved, written

GALLERY = Path(__file__).resolve().parents[1] / "output" / "gallery"
READERS = {"md": read_latex, "tex": read_latex, "typ": read_typst}
IN_MATRICES = [name for name in COMPLETE if derivegen.load(f"example:{name}").options.view == "both"]


Line = tuple[str | None, str, str]
NOTHING = "0"
"""What stands for a number that is 0 because it lies outside of all ranges."""
"""Left side (where there is one), relation, right side, as written."""

_ALIGNED = re.compile(r"^(\{\}|\S.*)\n  &(=|\\approx) (.*?)(?:\n  && .*)?$", re.M)
_SET = r'#eq\("(?:[^"\\]|\\.)*", \$display\((.*?)\)\$\)'
_TYPST = re.compile(rf'(?:{_SET})?(?:\]~|~|\], \[)?#eq\("[^"]*", \$(=|≈)\$\)~{_SET}')
_JOINED = re.compile(r" \\mathrel\{(=|\\approx)\} ")


def text(name: str, ending: str) -> str:
    if ending == "typ":  # what the PDF is made from
        return written(name, "typst")
    return (GALLERY / name / f"{name}.{ending}").read_text(encoding="utf-8")


def lines(written_text: str, ending: str) -> Iterator[Line]:
    whole = written_text.replace(" \\\\*\n  &\\qquad ", " ")  # a long sum goes on below
    for found in (_TYPST if ending == "typ" else _ALIGNED).finditer(whole):
        left, relation, right = found.groups()
        first, *others = _JOINED.split(re.sub(r" \\\\\*?\[4pt\]$", "", right))
        yield (None if left in (None, "{}") else left), "≈" if relation == "\\approx" else relation, first
        for sign, side in zip(others[::2], others[1::2], strict=True):
            yield None, "≈" if sign == "\\approx" else sign, side


@cache
def symbols(name: str) -> Mapping[Formula, str]:
    """What a symbol of the document means, by the notation."""
    found: dict[Formula, str] = {}
    of = solved(name)
    names = {*of.graph.names(), "rate", *of.derivation.targets(), *(f"{each}'" for each in of.graph.parameters)}

    def note(tree: Formula) -> Formula:
        names.update(part.name for part in walk(tree) if isinstance(part, Quantity))
        return tree

    map_formulas(of.document, note)
    for each in sorted(names):
        if known(of, each) or "@r" in each:
            found.setdefault(normal(inscribed(Quantity(each), of.notation, of.trace)), each)
    for family in of.graph.families.values():  # what is read before the first step is 0
        for member in map(family.member, family.members()) if family.outside else ():
            symbol = normal(inscribed(Quantity(member), of.notation, of.trace))
            if isinstance(symbol, Glyph) and symbol.sup == "(1)":
                found[replace(symbol, sup="(0)")] = NOTHING
    return found


def known(of: derivegen.Solution, name: str) -> bool:
    try:
        return of.trace.known(name)
    except InputError:  # an index letter, or the free letter of a slope's derivation
        return False


def rows_written_out(tree: Formula, rows: int) -> Formula:
    """Sums over the examples as sums of so many terms."""

    def at(row: int, body: Formula) -> Formula:
        return transform(body, lambda p: Quantity(p.name.replace("@r", f"@{row}")) if isinstance(p, Quantity) else None)

    def change(part: Formula) -> Formula | None:
        return Sum(tuple(at(row, part.body) for row in range(1, rows + 1))) if isinstance(part, BigSum) else None

    return transform(tree, change)


def letters_written_out(tree: Formula) -> Formula:
    """Sums over index letters as sums of so many terms, the letter's number in each index: 3 − 1 in the place of t − 1 is 2."""

    def at(number: int, letter: str, body: Formula) -> Formula:
        def index(text: str) -> str:
            whole = text.replace(letter, str(number)).replace("−", "-")
            return re.sub(
                r"\d+(?:[-+]\d+)+", lambda found: str(sum(map(int, re.findall(r"[-+]?\d+", found[0])))), whole
            )

        def change(part: Formula) -> Formula | None:
            if isinstance(part, BigSum):
                return transform(letters_written_out(part), change)
            return replace(part, sub=index(part.sub), sup=index(part.sup)) if isinstance(part, Glyph) else None

        return transform(body, change)

    def change(part: Formula) -> Formula | None:
        if not isinstance(part, BigSum) or not isinstance(part.index, Glyph):
            return None
        assert isinstance(part.low, Number) and isinstance(part.high, Number)
        numbers = range(int(part.low.text), int(part.high.text) + 1)
        return Sum(tuple(at(number, part.index.base, part.body) for number in numbers))

    return transform(tree, change)


def read(
    source: str, ending: str, functions: frozenset[str], meanings: Mapping[Formula, str], letters: bool = False
) -> Formula:
    """A formula as written, its symbols replaced by what they mean; with `letters`, sums over them written out before."""

    def change(part: Formula) -> Formula | None:
        name = meanings.get(normal(part))
        return None if name is None else Number("0") if name == NOTHING else Quantity(name)

    tree = READERS[ending](source, functions)
    return transform(letters_written_out(tree) if letters else tree, change)


def allowed(tree: Formula, of: derivegen.Solution) -> Interval | None:
    """What a side can come to: a printed number stands for all that round to it, if it is not a given's own; None for what is no number."""
    givens = {of.trace.text(name) for name in of.graph.givens if of.trace.shown_exactly(name)}

    def cell(part: Formula) -> Formula | None:
        if isinstance(part, Power):
            return Power(transform(part.base, cell), part.exponent)
        return Quantity(f"#{part.text}") if isinstance(part, Number) and part.text not in givens else None

    def look_up(name: str) -> Interval:
        if name.startswith("#"):
            return printed(name[1:]) if "." in name else exactly(int(name[1:]))
        number = of.trace.number(name)
        slack = 1e-12 * (1 + abs(number))
        return Interval(number - slack, number + slack)

    rows = of.network.rows
    try:
        whole = rows_written_out(tree, rows) if isinstance(rows, int) else tree
        result: Interval = value(transform(whole, cell), look_up, INTERVALS)
    except (Irrational, ValueError, ZeroDivisionError, OverflowError, KeyError, LookupError):
        return None
    return result


@pytest.mark.parametrize("ending", READERS)
@pytest.mark.parametrize("name", COMPLETE)
def test_every_line_of_a_derivation_comes_to_what_its_left_side_is(name: str, ending: str) -> None:
    of, meanings = solved(name), symbols(name)
    judged = numbers = 0
    owner: str | None = None
    letters = any(family.equations for family in of.graph.families.values())
    for left, _, right in lines(text(name, ending), ending):
        if left is not None:
            tree = read(left, ending, of.notation.functions, meanings)
            owner = tree.name if isinstance(tree, Quantity) else None
        if owner is None or not known(of, owner):
            continue  # a slope's derivation for free letters, or matrices: judged in tests of their own
        tree = read(right, ending, of.notation.functions, meanings, letters)
        cell = allowed(tree, of)
        assert cell is not None, f"{owner} = {right}"
        true = of.trace.number(owner)
        slack = 1e-9 * (1 + abs(true))
        assert cell.low - slack <= true <= cell.high + slack, f"{owner} = {true}, but the line says {right}"
        judged += 1
        numbers += isinstance(tree, Number)
    assert judged > 6 and numbers >= 2


@pytest.mark.parametrize("ending", READERS)
@pytest.mark.parametrize("name", IN_MATRICES)
def test_every_matrix_of_numbers_is_the_array_on_its_left(name: str, ending: str) -> None:
    of, arrays = solved(name), arrays_of(solved(name).derivation)
    found: dict[Formula, str] = {}

    def note(tree: Formula) -> Formula:
        names = (part.name for part in walk(tree) if isinstance(part, Array))
        found.update({normal(inscribed(Array(each), of.notation, of.trace)): each for each in names})
        return tree

    map_formulas(of.document, note)
    entries, owner = 0, None
    for left, _, right in lines(text(name, ending), ending):
        if left is not None:
            owner = found.get(normal(READERS[ending](left, of.notation.functions)))
        matrix = READERS[ending](right, of.notation.functions)
        if owner is None or not isinstance(matrix, Matrix) or not all(map(_is_number, children(matrix))):
            continue
        for j, row in enumerate(matrix.rows, 1):
            for k, shown in enumerate(row, 1):
                entry = arrays.member(owner, j, k)
                true = of.trace.number(entry.name) if isinstance(entry, Quantity) else 0.0
                cell = allowed(shown, of)
                assert cell is not None and cell.low - 1e-12 <= true <= cell.high + 1e-12, (owner, j, k, shown)
                entries += 1
    assert entries > 20


def _is_number(tree: Formula) -> bool:
    return isinstance(tree, Number) or (isinstance(tree, Negative) and isinstance(tree.body, Number))


@pytest.mark.parametrize("name", [name for name in COMPLETE if "pdf" in formats(name)])
def test_the_pdf_shows_the_numbers_of_the_text(name: str) -> None:
    """Decimals, as often as in the Markdown; figures have further ones."""
    from pypdf import PdfReader

    pages = PdfReader(io.BytesIO((GALLERY / name / f"{name}.pdf").read_bytes())).pages
    in_pdf = Counter(_decimals("\n".join(page.extract_text() for page in pages)))
    in_text = Counter(_decimals(re.sub(r"!\[[^\n]*?\]\(", "", text(name, "md"))))  # without what is said of a figure
    powers = {
        number: in_pdf[f"{number}1"] + in_pdf[f"{number}2"] for number in in_text
    }  # an exponent follows without a gap
    missing = {number: count for number, count in in_text.items() if in_pdf[number] + powers[number] < count}
    assert not missing
    assert sum(in_text.values()) > 10 or of_whole_numbers(name)


def of_whole_numbers(name: str) -> bool:
    return all(number == int(number) for number in solved(name).trace.values.values())


def _decimals(shown: str) -> list[str]:
    return re.findall(r"\d+\.\d+", shown)


@pytest.mark.parametrize("name", COMPLETE)
def test_a_cell_of_a_table_is_what_its_heads_say(name: str) -> None:
    """Tables by unit and source, and tables by parameter: the number in a cell is that of the weight or bias the heads name."""
    of = solved(name)
    checked = 0
    for block in every(of.document.blocks):
        if isinstance(block, Table) and not any(family.equations for family in of.graph.families.values()):
            checked += _by_unit(block) + _by_parameter(block)
    assert checked or of.network.graph is not None or len(of.graph.parameters) <= 12  # the picture holds them


def _names(cell: tuple[str | Formula, ...]) -> list[str]:
    return [part.name for run in cell if isinstance(run, Formula) for part in walk(run) if hasattr(part, "name")]


def _by_unit(table: Table) -> int:
    heads = [_names(cell) for cell in table.header]
    if len(heads) < 2 or not heads[1] or not re.match(r"[xa]\b", heads[1][0]):
        return 0
    checked = 0
    for first, *cells in table.rows:
        unit = re.match(r"a\[(\d+)\]\[(\d+)\]", _names(first)[0]) if _names(first) else None
        if unit is None:
            continue
        for source, cell in zip(heads[1:], cells, strict=True):
            numbers = re.findall(r"\[(\d+)\]", source[0])[-1:] if source else []
            for shown in _names(cell):
                inside = re.search(r"[wb](?:theta)?((?:\[\d+\])+)", shown)
                assert inside is not None, shown
                assert re.findall(r"\d+", inside[1]) in ([*unit.groups(), *numbers], [unit[1]]), (
                    unit[0],
                    source,
                    shown,
                )
                checked += 1
    return checked


def _by_parameter(table: Table) -> int:
    checked = 0
    for first, *cells in table.rows:
        owner = _names(first)
        if not owner or not re.fullmatch(r"(w|b|theta)(\[\d+\])+", owner[0]):
            continue
        for cell in cells:
            for shown in _names(cell):
                assert owner[0] in shown, (owner[0], shown)
                checked += 1
    return checked


@pytest.mark.parametrize("ending", ["md", "tex", "txt", "html"])
@pytest.mark.parametrize("name", COMPLETE)
def test_a_published_slip_stands_among_the_printed_values_only(name: str, ending: str) -> None:
    """What somebody printed and is not so may appear in the section that says so, and nowhere else."""
    of = solved(name)
    slips = {
        claim.value
        for quantity, claim in of.network.published.items()
        if of.trace.known(quantity) and len(claim.value) > 5 and not printed_right(of, quantity, claim.value)
    }
    file = GALLERY / name / f"{name}.{ending}"
    if not slips or not file.is_file():
        pytest.skip("nothing published that differs")
    before, _, rest = file.read_text(encoding="utf-8").rpartition("Printed values compared")
    section, _, after = rest.partition("What was found")
    for slip in slips:
        shown = re.compile(rf"(?<![\d.]){re.escape(slip.removeprefix('-'))}(?!\d)")
        assert shown.search(section), slip
        assert not shown.search(before) and not shown.search(after), slip


def printed_right(of: derivegen.Solution, quantity: str, text: str) -> bool:
    cell, true = printed(text), of.trace.number(quantity)
    return bool(cell.low - 1e-12 <= true <= cell.high + 1e-12)
