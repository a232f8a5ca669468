"""MathML: every node of the tree is printed, what is printed is well formed, of MathML Core, and can be read back."""

from __future__ import annotations

import importlib.util
import re
import xml.etree.ElementTree as ElementTree
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derivegen.formula import tree as nodes
from derivegen.formula.print.mathml import mathml
from derivegen.formula.read.readback import normal, read_mathml
from derivegen.formula.read.tokens import FormulaError
from derivegen.formula.tree import (
    BigSum,
    Call,
    Cases,
    Colour,
    Compare,
    Formula,
    Glyph,
    Negative,
    Number,
    Partial,
    Power,
    Product,
    Quantity,
    Ratio,
    Strike,
    Sum,
    Under,
    Words,
    walk,
)
from tests.often import times

_spec = importlib.util.spec_from_file_location("printers", Path(__file__).with_name("test_printers.py"))
assert _spec is not None and _spec.loader is not None
printers = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(printers)

CORE = frozenset(
    {"math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mtable", "mtr", "mtd"}
    | {"msub", "msup", "msubsup", "mover", "munder", "munderover"}
)
x, y, z = map(Glyph, "xyz")
one, two = Number("1"), Number("2")

SHOWN: list[tuple[Formula, str]] = [
    (x, "<mi>x</mi>"),
    (Glyph("w", "1,1", "(2)"), "<msubsup><mi>w</mi><mn>1,1</mn><mn>(2)</mn></msubsup>"),
    (Glyph("w", "1,j"), "<msub><mi>w</mi><mrow><mn>1</mn><mo>,</mo><mi>j</mi></mrow></msub>"),
    (Ratio(Glyph("t", "1"), x), "<mfrac><msub><mi>t</mi><mn>1</mn></msub><mi>x</mi></mfrac>"),
    (Ratio(Product((Glyph("t", "1"), Glyph("t", "2"))), x),
     "<mfrac><mrow><msub><mi>t</mi><mn>1</mn></msub><mo>⋅</mo><msub><mi>t</mi><mn>2</mn></msub></mrow><mi>x</mi></mfrac>"),
    (Glyph("Loss"), "<mi>Loss</mi>"),
    (Glyph("Δ"), '<mi mathvariant="normal">Δ</mi>'),
    (Glyph("W", bold=True), "<mi>𝑾</mi>"),
    (Glyph("δ", bold=True), "<mi>𝜹</mi>"),
    (Glyph("y", accent="hat"), '<mover accent="true"><mi>y</mi><mo stretchy="false">ˆ</mo></mover>'),
    (Glyph("w", "1", primes=1), "<msubsup><mi>w</mi><mn>1</mn><mo>′</mo></msubsup>"),
    (Number("-0.5"), "<mrow><mo>−</mo><mn>0.5</mn></mrow>"),
    (Sum((x, Negative(y))), "<mi>x</mi> <mo>−</mo> <mi>y</mi>"),
    (Negative(x), "<mrow><mo>−</mo><mi>x</mi></mrow>"),
    (Product((x, y)), "<mi>x</mi><mo>⋅</mo><mi>y</mi>"),
    (Product((x, y), dotted=False), "<mi>x</mi><mo>\u2062</mo><mi>y</mi>"),
    (Ratio(one, two), '<mfrac displaystyle="false"><mn>1</mn><mn>2</mn></mfrac>'),
    (Partial(x, y), "<mfrac><mrow><mi>∂</mi><mi>x</mi></mrow><mrow><mi>∂</mi><mi>y</mi></mrow></mfrac>"),
    (Power(x, two), "<msup><mrow><mi>x</mi></mrow><mn>2</mn></msup>"),
    (Call("sigmoid", (z,)), '<mi>σ</mi><mo>\u2061</mo><mrow><mo stretchy="false">(</mo><mi>z</mi><mo stretchy="false">)</mo></mrow>'),
    (Call("exp", (Negative(z),)), '<msup><mi mathvariant="normal">e</mi><mrow><mrow><mo>−</mo><mi>z</mi></mrow></mrow></msup>'),
    (Compare(x, "<", y), "<mi>x</mi><mo>&lt;</mo><mi>y</mi>"),
    (Strike(x), '<mrow class="struck"><mi>x</mi></mrow>'),
    (Colour(x, "value"), '<mrow class="value"><mi>x</mi></mrow>'),
    (Under(x, y), "<munder><munder><mrow><mi>x</mi></mrow><mo>⏟</mo></munder><mi>y</mi></munder>"),
    (Words(" 5 < 6 & so "), "<mtext>\u00a05 &lt; 6 &amp; so\u00a0</mtext>"),
]  # fmt: skip


@pytest.mark.parametrize(("tree", "shown"), SHOWN, ids=[f"{n}" for n in range(len(SHOWN))])
def test_what_a_tree_looks_like(tree: Formula, shown: str) -> None:
    assert mathml(tree) == shown


def test_the_word_for_otherwise_is_the_languages() -> None:
    assert "<mtext>sonst</mtext>" in mathml(Cases(((x, None),)), otherwise="sonst")


def test_brackets_grow_only_around_what_is_tall() -> None:
    assert 'stretchy="false"' in mathml(nodes.Bracket(x))
    assert "stretchy" not in mathml(nodes.Bracket(Ratio(x, y)))


def test_every_node_of_the_tree_has_its_printer() -> None:
    kinds = {kind for kind in vars(nodes).values() if isinstance(kind, type) and issubclass(kind, Formula)} - {Formula}
    unwritten = {nodes.Quantity, nodes.Value, nodes.Indexed, nodes.Array, nodes.Extreme, nodes.Wins}
    shown = [row[0] for row in printers.SHOWN] + [tree for tree, _ in SHOWN]
    printed = {type(part) for tree in shown if mathml(tree) for part in walk(tree)}
    assert printed == kinds - unwritten
    with pytest.raises(TypeError, match="Quantity cannot be printed"):
        mathml(Quantity("w[1][1][1]"))


def assert_read_back(tree: Formula) -> None:
    text = mathml(tree)
    assert normal(read_mathml(text, printers.FUNCTIONS)) == normal(tree), text
    for element in ElementTree.fromstring(f"<math>{text}</math>").iter():
        assert element.tag in CORE
        assert len(element) == {
            "mfrac": 2,
            "msub": 2,
            "msup": 2,
            "mover": 2,
            "munder": 2,
            "msubsup": 3,
            "munderover": 3,
        }.get(element.tag, len(element))
    assert not re.search(r"<m\w+></m(?!d)", text)


@pytest.mark.parametrize("tree", [row[0] for row in printers.SHOWN] + [tree for tree, _ in SHOWN], ids=repr)
def test_what_is_shown_is_read_back(tree: Formula) -> None:
    assert_read_back(tree)


@settings(max_examples=times(250, 5000), deadline=None)
@given(printers.trees)
def test_any_tree_is_read_back(tree: Formula) -> None:
    assert_read_back(tree)


DIFFERENT = [
    (Power(x, two), Glyph("x", sup="2")),
    (Sum((x, Negative(y))), Product((x, Negative(y)))),
    (Product((x, Sum((y, z)))), Sum((Product((x, y)), z))),
    (Glyph("w", "12"), Glyph("w", "1", "2")),
    (Glyph("W"), Glyph("W", bold=True)),
    (Glyph("w", primes=1), Glyph("w")),
    (BigSum(Glyph("w", "i"), Glyph("i"), one, Glyph("n")), BigSum(Glyph("w", "i"), Glyph("i"), one, Glyph("m"))),
]


@pytest.mark.parametrize(("one_tree", "other"), DIFFERENT)
def test_different_formulas_are_read_as_different(one_tree: Formula, other: Formula) -> None:
    assert normal(read_mathml(mathml(one_tree))) != normal(read_mathml(mathml(other)))


BROKEN = ["", "<mi>x", "x", "<b>x</b>", "<mo>?</mo>", "<mfrac><mi>x</mi></mfrac>", "<mi>x</mi><mo>+</mo>", "<msup><mi>x</mi></msup>",
          "<mover><mi>x</mi><mo>?</mo></mover>", "<mi>x</mi><mi/>", "<mn>1</mn><mn></mn><mo>)</mo>", "<mrow><mo>[</mo></mrow>"]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN)
def test_what_was_not_printed_is_refused(text: str) -> None:
    with pytest.raises(FormulaError):
        read_mathml(text)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *(row[1] for row in SHOWN),
                "<mrow>",
                "</mrow>",
                "<mfrac>",
                "</mfrac>",
                "<mo>(</mo>",
                "<msup>",
                "</msup>",
                "<mtable>",
                "</mtable>",
            ]
        ),
        max_size=6,
    )
)
def test_the_reader_answers_or_refuses(pieces: list[str]) -> None:
    with suppress(FormulaError):
        assert isinstance(read_mathml("".join(pieces)), Formula)


def test_deep_nesting_is_refused_in_words() -> None:
    with pytest.raises(FormulaError):
        read_mathml("<mrow><mo>(</mo>" * 4000 + "<mi>x</mi>" + "<mo>)</mo></mrow>" * 4000)
