"""What a tree looks like in every dialect, and that what is printed can be read back as the same tree."""

from __future__ import annotations

import ast
import inspect
import re
import tomllib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import get_args

import pytest
import typst as typst_compiler
from hypothesis import example, given, settings
from hypothesis import strategies as st

from derivegen.formula.arithmetic.value import EXACT, value
from derivegen.formula.functions import FUNCTIONS as TABLE
from derivegen.formula.print import spoken as spoken_printer
from derivegen.formula.print.latex import latex
from derivegen.formula.print.plain import plain
from derivegen.formula.print.spoken import spoken
from derivegen.formula.print.typst import typst
from derivegen.formula.read.grammar import read_plain
from derivegen.formula.read.line import line_form, read_line
from derivegen.formula.read.readback import normal, read_latex, read_typst
from derivegen.formula.read.tokens import FormulaError
from derivegen.formula.tree import (
    Accent,
    BigSum,
    Bracket,
    Call,
    Cases,
    Colour,
    Compare,
    Formula,
    Glyph,
    Hadamard,
    Hole,
    Matrix,
    Negative,
    Number,
    Partial,
    Power,
    Product,
    Quantity,
    Ratio,
    Relation,
    Slope,
    Strike,
    Sum,
    Transpose,
    Under,
    Words,
)
from tests.often import times

WORDS = tomllib.loads((Path(__file__).parents[2] / "templates/prose/en/spoken.toml").read_text(encoding="utf-8"))
FUNCTIONS = frozenset("fg")

a, h, t, w, x, y, z = map(Glyph, "ahtwxyz")
one, two = Number("1"), Number("2")
half = Ratio(one, two)
w11 = Glyph("w", "11", "(2)")
loss, net = Glyph("Loss"), Glyph("net", "1")
minus = Number("-0.5")


def undotted(*factors: Formula) -> Product:
    return Product(factors, dotted=False)


SHOWN: list[tuple[Formula, str, str, str]] = [
    # tree, LaTeX, Typst, plain
    (w11, "w_{11}^{(2)}", "attach(w, t: (2), b: 11)", "w⁽²⁾₁₁"),
    (Glyph("w", "h1"), "w_{h1}", "w_(h 1)", "w_{h1}"),
    (Glyph("δ", "1", primes=1), r"\delta_{1}'", "δ'_(1)", "δ₁′"),
    (Glyph("f", "j", "(1)", primes=1), "f_{j}'^{(1)}", "attach(f', t: (1), b: j)", "f⁽¹⁾_j′"),
    (Glyph("y", accent="hat"), r"\hat{y}", "hat(y)", "y\u0302"),
    (Glyph("W", bold=True), r"\boldsymbol{W}", "bold(W)", "W"),
    (Glyph("my_loss"), r"\mathrm{my\_loss}", 'upright("my_loss")', "my_loss"),
    (Glyph("x", "α,j"), r"x_{\alpha ,j}", "x_(α,j)", "x_{α,j}"),
    (Number("1.5e-7"), r"1.5 \times 10^{-7}", "1.5 times 10^(−7)", "1.5·10⁻⁷"),
    (minus, "-0.5", "−0.5", "−0.5"),
    (Sum((x, minus)), "x + (-0.5)", "x + (−0.5)", "x + (−0.5)"),
    (Sum((x, Negative(y), Sum((Negative(z), one)))), "x - y - z + 1", "x − y − z + 1", "x − y − z + 1"),
    (Negative(Sum((x, y))), "-(x + y)", "−(x + y)", "−(x + y)"),
    (Negative(Negative(x)), "-(-x)", "−(−x)", "−(−x)"),
    (Product((minus, x, minus)), r"-0.5 \cdot x \cdot (-0.5)", "−0.5 dot.op x dot.op (−0.5)", "−0.5 · x · (−0.5)"),
    (undotted(two, x), "2 x", "2 x", "2 x"),
    (undotted(x, two), r"x \cdot 2", "x dot.op 2", "x · 2"),
    (undotted(a, Sum((one, Negative(a)))), "a (1 - a)", "a (1 − a)", "a (1 − a)"),
    (undotted(loss, x), r"\mathrm{Loss} \cdot x", 'upright("Loss") dot.op x', "Loss · x"),
    (undotted(Glyph("σ"), Sum((x, y))), r"\sigma \cdot (x + y)", "σ dot.op (x + y)", "σ · (x + y)"),
    (
        undotted(half, Power(Sum((y, Negative(t))), two)),
        r"\tfrac{1}{2} {(y - t)}^{2}",
        "inline(frac(1, 2)) (y − t)^(2)",
        "1/2 · (y − t)²",
    ),
    (undotted(Ratio(x, y), Ratio(y, z)), r"\frac{x}{y} \cdot \frac{y}{z}", "frac(x, y) dot.op frac(y, z)", "x/y · y/z"),
    (Ratio(Sum((x, y)), minus), r"\frac{x + y}{-0.5}", "frac(x + y, −0.5)", "(x + y)/(−0.5)"),
    (Power(Negative(x), two), "{(-x)}^{2}", "(−x)^(2)", "(−x)²"),
    (Power(w11, two), "{(w_{11}^{(2)})}^{2}", "(attach(w, t: (2), b: 11))^(2)", "(w⁽²⁾₁₁)²"),
    (Power(Power(x, two), Sum((x, one))), "{({x}^{2})}^{x + 1}", "(x^(2))^(x + 1)", "(x²)^(x + 1)"),
    (Partial(loss, net), r"\frac{\partial \mathrm{Loss}}{\partial \mathrm{net}_{1}}",
     'frac(∂upright("Loss"), ∂upright("net")_(1))', "∂Loss/∂net₁"),
    (Slope(Sum((x, one)), x), r"\frac{\mathrm{d}}{\mathrm{d} x} (x + 1)", "frac(upright(d), upright(d) x) (x + 1)", "d/dx (x + 1)"),
    (Call("exp", (Negative(z),)), r"\mathrm{e}^{-z}", "upright(e)^(−z)", "e^(−z)"),
    (Call("sigmoid", (z,), 1), r"\sigma'(z)", "σ'(z)", "σ′(z)"),
    (Call("relu", (z,)), r"\mathrm{ReLU}(z)", 'op("ReLU")(z)', "ReLU(z)"),
    (Call("max", (Number("0"), z)), r"\max(0, z)", "max(0, z)", "max(0, z)"),
    (Call("sqrt", (z,)), r"\sqrt{z}", "sqrt(z)", "√(z)"),
    (Call("f", (x,), 2), "f''(x)", "f''(x)", "f′′(x)"),
    (undotted(two, Bracket(Product((x, y)))), r"2 (x \cdot y)", "2 (x dot.op y)", "2 (x · y)"),
    (Compare(x, "≤", Number("0")), r"x \le 0", "x ≤ 0", "x ≤ 0"),
    (
        Cases(((x, Compare(x, ">", Number("0"))), (Number("0"), None))),
        r"\begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}",
        'cases(x & quad x > 0, 0 & quad "otherwise")',
        "{x, x > 0; 0, otherwise}",
    ),
    (
        Matrix(((x, minus), (y, z))),
        r"\begin{bmatrix} x & -0.5 \\ y & z \end{bmatrix}",
        'mat(delim: "[", x, −0.5; y, z)',
        "[x, −0.5; y, z]",
    ),
    (
        Hadamard((Product((Transpose(w11), x), dotted=False), Call("f", (z,), 1))),
        r"({(w_{11}^{(2)})}^{\top} x) \odot f'(z)",
        "((attach(w, t: (2), b: 11))^(top) x) dot.o f'(z)",
        "((w⁽²⁾₁₁)ᵀ x) ⊙ f′(z)",
    ),
    (Sum((x, Negative(Hadamard((y, z))))), r"x - y \odot z", "x − y dot.o z", "x − y ⊙ z"),
    (Product((two, Hadamard((y, Negative(z)))), dotted=False), r"2 (y \odot (-z))", "2 (y dot.o (−z))", "2 (y ⊙ (−z))"),
    (Transpose(Glyph("a", bold=True)), r"{\boldsymbol{a}}^{\top}", "bold(a)^(top)", "aᵀ"),
    (
        Product((BigSum(Glyph("w", "i"), Glyph("i"), one, Glyph("n")), x)),
        r"\left( \sum_{i = 1}^{n} w_{i} \right) \cdot x",
        "lr((sum_(i = 1)^(n) w_(i))) dot.op x",
        "(Σ_{i=1…n} w_i) · x",
    ),
    (
        BigSum(Glyph("w", "i"), Glyph("i"), Sum((Glyph("t"), one)), Glyph("n")),
        r"\sum_{i = t + 1}^{n} w_{i}",
        "sum_(i = t + 1)^(n) w_(i)",
        "Σ_{i=t + 1…n} w_i",
    ),
    (
        Product((Under(Sum((x, y)), Glyph("δ")), z)),
        r"\underbrace{(x + y)}_{\delta} \cdot z",
        "underbrace((x + y), δ) dot.op z",
        "(x + y) · z",
    ),
    (
        Product((x, Colour(Negative(y), "value"))),
        r"x \cdot (-y)",
        "x dot.op #text(fill: rgb(21, 84, 180))[$display((−y))$]",
        "x · (−y)",
    ),
    (Product((Strike(x), y)), r"x \cdot y", "cancel(x) dot.op y", "x · y"),
    (
        Product((Hole("2b"), x), dotted=False),
        r"\boxed{{\scriptstyle\text{2b}}\phantom{\dfrac{000000000}{0}}} \cdot x",
        "#box(stroke: 0.5pt, width: 5.6em, height: 1.9em, baseline: 0.7em, outset: (x: -0.1em), "
        'place(horizon, dx: 0.35em, text(0.8em, "2b"))) dot.op x',
        "[2b ______] · x",
    ),
    (
        Matrix(((Hole(), x), (y, Call("f", (Hole("i"),))))),
        r"\begin{bmatrix} \displaystyle \boxed{\phantom{\dfrac{000000000}{0}}} & x \\[5pt] y & "
        r"\displaystyle f\left( \boxed{{\scriptstyle\text{i}}\phantom{\dfrac{000000000}{0}}} \right) \end{bmatrix}",
        'mat(delim: "[", row-gap: #1em, '
        "display(#box(stroke: 0.5pt, width: 5.6em, height: 1.9em, baseline: 0.7em, outset: (x: -0.1em), none)), x; y, "
        "display(f lr((#box(stroke: 0.5pt, width: 5.6em, height: 1.9em, baseline: 0.7em, outset: (x: -0.1em), "
        'place(horizon, dx: 0.35em, text(0.8em, "i")))))))',
        "[[______], x; y, f([i ______])]",
    ),
    (
        Product((Glyph("max", "s"), Bracket(Sum((x, y)))), dotted=False),  # no factor: a function with its range below
        r"\mathrm{max}_{s} (x + y)",
        'upright("max")_(s) (x + y)',
        "max_s (x + y)",
    ),
    (Words("5 % of x_1"), r"\text{5 \% of x\_1}", '"5 % of x_1"', "5 % of x_1"),
]  # fmt: skip


@pytest.mark.parametrize("row", SHOWN, ids=lambda row: row[3])
def test_every_dialect_writes_what_a_teacher_writes(row: tuple[Formula, str, str, str]) -> None:
    tree, in_latex, in_typst, in_plain = row
    assert (latex(tree), typst(tree), plain(tree)) == (in_latex, in_typst, in_plain)


@pytest.mark.parametrize("row", SHOWN, ids=lambda row: row[3])
def test_what_is_shown_is_read_back(row: tuple[Formula, str, str, str]) -> None:
    assert_read_back(row[0])


def test_colour_and_strokes_in_latex_are_asked_for() -> None:
    tree = Product((Colour(Sum((x, y)), "value"), Strike(Negative(z))))
    assert latex(tree, colour=True) == r"\textcolor{dgvalue}{(x + y)} \cdot \dgstrike{(-z)}"


def test_the_word_for_otherwise_is_the_languages() -> None:
    tree = Cases(((x, None),))
    assert r"\text{sonst}" in latex(tree, otherwise="sonst")
    assert '"sonst"' in typst(tree, otherwise="sonst")


def test_a_quantity_without_its_look_is_not_printed() -> None:
    for printer in (latex, typst, plain):
        with pytest.raises(TypeError, match="Quantity cannot be printed"):
            printer(Quantity("w[1][1][1]"))


@pytest.mark.parametrize(
    "tree",
    [
        Number("-0.25"),
        Product((minus, Number("-0.25"))),
        Number("1.5e-7"),
        Ratio(Sum((one, minus)), minus),
        Power(minus, two),
    ],
)
def test_numbers_in_a_line_can_be_typed_back(tree: Formula) -> None:
    assert exact(read_plain(plain(tree))) == exact(tree)


def exact(tree: Formula) -> Fraction:
    return Fraction(value(tree, str, EXACT))


# Random trees: everything the printers take.

SUBS = ("", "1", "11", "j", "j,k", "h1", "l+1", "α", "n-1", "12,3")
SUPS = ("", "(1)", "(l)", "2", "(1,2)", "new")
LETTERS = ("x", "w", "L", "d", "e", "i", "σ", "δ", "η", "φ", "ℓ", "net", "Loss", "my_loss", "h1", "ln")

symbols = st.builds(
    Glyph,
    st.sampled_from(LETTERS),
    st.sampled_from(SUBS),
    st.sampled_from(SUPS),
    st.sampled_from((None, None, "hat", "bar")),
    st.booleans(),
    st.integers(0, 2),
)
numbers = st.sampled_from(("0", "1", "2", "0.5", "-2", "-0.25", "10", "1.5e-7", "-3e12", "2.50")).map(Number)
RELATIONS: tuple[Relation, ...] = ("=", "≈", "←", "<", ">", "≤", "≥", "≠", "∈", "∝")
NAMES = (
    "exp",
    "ln",
    "sqrt",
    "sin",
    "cos",
    "tanh",
    "sigmoid",
    "relu",
    "max",
    "abs",
    "softplus",
    "Φ",
    "φ",
    "f",
    "g",
    "ELU",
)


def compound(parts: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    """One level above `parts`."""
    several = st.lists(parts, min_size=2, max_size=3).map(tuple)
    compares = st.builds(Compare, parts, st.sampled_from(RELATIONS), parts)
    branches = st.tuples(st.tuples(parts, compares), st.tuples(parts, st.none() | compares))
    rows = st.integers(1, 2).flatmap(lambda n: st.lists(st.tuples(*[parts] * n), min_size=1, max_size=2).map(tuple))
    return st.one_of(
        st.builds(Sum, several),
        st.builds(Product, several, st.booleans()),
        st.builds(Hadamard, several),
        st.builds(Transpose, parts),
        st.builds(Negative, parts),
        st.builds(Ratio, parts, parts),
        st.builds(Power, parts, parts),
        st.builds(Partial, parts, parts),
        st.builds(Slope, parts, parts),
        st.builds(Bracket, parts | compares),
        st.builds(Colour, parts, st.sampled_from(("value", "gradient", "route", "quiet"))),
        st.builds(Under, parts, symbols),
        st.builds(Strike, parts),
        st.builds(Cases, branches),
        st.builds(Matrix, rows),
        st.builds(BigSum, parts, st.just(Glyph("i")), parts, parts),
        st.builds(calls, st.sampled_from(NAMES), several, st.integers(0, 2)),
    )


def calls(name: str, arguments: tuple[Formula, ...], primes: int) -> Call:
    return Call(name, arguments if name in ("max", "f") else arguments[:1], primes)


holes = st.sampled_from(("", "a", "iv", "2b", "B")).map(Hole)
trees = st.recursive(symbols | numbers | holes, compound, max_leaves=8)


@pytest.mark.parametrize("row", SHOWN, ids=lambda row: row[3])
def test_one_line_is_read_back(row: tuple[Formula, str, str, str]) -> None:
    tree = row[0]
    if not isinstance(tree, Words):
        assert line_form(read_line(plain(tree), FUNCTIONS)) == line_form(tree)


def test_what_one_line_says_is_not_less_than_it_must_be() -> None:
    for one, other in (
        ("w₁", "w₂"),
        ("w₁₁", "w₁"),
        ("x²", "x³"),
        ("w⁽²⁾₁₁", "w⁽²⁾₁"),
        ("a/b", "b/a"),
        ("−x", "x"),
        ("x′", "x"),
    ):
        assert line_form(read_line(one)) != line_form(read_line(other))


def assert_read_back(tree: Formula) -> None:
    wanted = normal(tree)
    for colour in (False, True):
        text = latex(tree, colour=colour)
        assert normal(read_latex(text, FUNCTIONS)) == wanted, text
        bare = re.sub(r"\\[\\{}]", "", text)
        assert bare.count("{") == bare.count("}")
    assert normal(read_typst(typst(tree), FUNCTIONS)) == wanted, typst(tree)


@settings(max_examples=times(400, 5000), deadline=None)
@given(trees)
@example(Call("sqrt", (Number("0"),), 1))  # a derivative of it, which has no root sign
@example(Call("exp", (Number("0"),), 1))
def test_any_tree_is_read_back(tree: Formula) -> None:
    assert_read_back(tree)
    assert normal(normal(tree)) == normal(tree)


@settings(max_examples=times(80, 1000), deadline=None)
@given(trees)
def test_any_tree_can_be_said_and_written_in_a_line(tree: Formula) -> None:
    assert "\n" not in plain(tree)
    assert re.fullmatch(r"\S+( \S+)*", spoken(tree, WORDS))


def test_typst_takes_every_formula() -> None:
    trees_ = [row[0] for row in SHOWN]
    more = [Glyph(letter, sub, sup, accent, bold, 1) for letter in LETTERS for sub, sup, accent, bold in INDEXED]
    formulas = [
        typst(tree)
        for tree in [
            *trees_,
            *more,
            *(calls(name, (x, y), 1) for name in NAMES),
            *(Compare(x, r, y) for r in RELATIONS),
        ]
    ]
    assert len(formulas) > 80
    page = typst_compiler.compile("\n\n".join(f"$ {text} $" for text in formulas).encode(), format="pdf")
    assert isinstance(page, bytes)
    assert page.startswith(b"%PDF")


INDEXED: list[tuple[str, str, Accent | None, bool]] = [
    ("h1", "", None, False),
    ("j,k", "(1,2)", "hat", True),
    ("α", "new", None, False),
]


@settings(max_examples=8, deadline=None)
@given(st.lists(trees, min_size=20, max_size=20))
def test_typst_takes_random_trees(many: list[Formula]) -> None:
    typst_compiler.compile("\n\n".join(f"$ {typst(tree)} $" for tree in many).encode(), format="pdf")


BROKEN = {
    read_latex: ["", "x +", "(x", "x)", r"\frac{x}", "{x", "a_", "a_{", r"\foo", r"\sum", r"\left| x", r"\begin{cases} x", "x = y = z"],
    read_typst: ["", "x +", "(x", "x)", "frac(x", "foo", "a_", "a_(", '"x', "cases(x", "mat(", "∂", "#", "attach(2, t: (1))", "sum"],
}  # fmt: skip


@pytest.mark.parametrize(("read", "text"), [(read, text) for read, texts in BROKEN.items() for text in texts])
def test_readers_refuse_what_was_not_printed(read: Callable[[str], Formula], text: str) -> None:
    with pytest.raises(FormulaError):
        read(text)


@pytest.mark.parametrize("pieces", [("(", ")"), (r"\mathrm{e}^{", "}"), (r"\sqrt{", "}"), (r"\left| ", r" \right|")])
def test_deep_nesting_is_read_or_refused_in_words(pieces: tuple[str, str]) -> None:
    opens, closes = pieces
    assert isinstance(read_latex(opens * 80 + "x" + closes * 80), Formula)
    with pytest.raises(FormulaError, match="nest"):
        read_latex(opens * 5000 + "x" + closes * 5000)
    with pytest.raises(FormulaError, match="nest"):
        read_latex(r"\frac{\mathrm{d}}{\mathrm{d} x} " * 2000 + "x")


@settings(max_examples=300, deadline=None)
@given(st.text("xy12{}()_^'+-|\\,&\"#$[]:;∂ fracquedlmtisu", max_size=40))
def test_readers_answer_or_refuse(text: str) -> None:
    for read in (read_latex, read_typst):
        try:
            assert isinstance(read(text), Formula)
        except FormulaError as error:
            assert 0 <= error.position <= len(text)


SAID: dict[str, Formula] = {
    "partial L by partial w sub 11 super 2": Partial(Glyph("L"), w11),
    "w sub 1 1": Glyph("w", "1,1"),
    "y hat": Glyph("y", accent="hat"),
    "a minus t": Sum((a, Negative(t))),
    "minus 0.5 times x": Product((minus, x)),
    "x over y": Ratio(x, y),
    "the fraction x plus 1 over y end fraction": Ratio(Sum((x, one)), y),
    "x squared": Power(x, two),
    "open bracket y minus t close bracket squared": Power(Sum((y, Negative(t))), two),
    "sigmoid prime of z": Call("sigmoid", (z,), 1),
    "sigmoid of open bracket x plus y close bracket": Call("sigmoid", (Sum((x, y)),)),
    "e to the power minus z": Call("exp", (Negative(z),)),
    "sum over i from 1 to n of w sub i": BigSum(Glyph("w", "i"), Glyph("i"), one, Glyph("n")),
    "x if x is greater than 0, 0 otherwise": Cases(((x, Compare(x, ">", Number("0"))), (Number("0"), None))),
    "matrix row x and y, row 1 and 2": Matrix(((x, y), (one, two))),
    "x transposed times, entry by entry, y": Hadamard((Transpose(x), y)),
    "d by d x of x squared": Slope(Power(x, two), x),
    "blank a times x plus blank": Sum((Product((Hole("a"), x)), Hole())),
    "1.5 times 10 to the power minus 7": Number("1.5e-7"),
}


@pytest.mark.parametrize("words", SAID)
def test_formulas_are_read_aloud(words: str) -> None:
    assert spoken(SAID[words], WORDS) == words


def test_every_spoken_word_is_in_the_language_file_and_none_beside() -> None:
    code = ast.walk(ast.parse(inspect.getsource(spoken_printer)))
    said = {
        each.slice.value for each in code if isinstance(each, ast.Subscript) and isinstance(each.slice, ast.Constant)
    }
    said |= {*spoken_printer.RELATIONS.values(), *get_args(Accent)}
    said |= {each.said for each in TABLE.values() if each.said is not None}
    assert said == set(WORDS)


def test_a_minus_above_a_bar_is_bracketed_behind_a_sign_in_one_line() -> None:
    fraction = Ratio(Number("-0.8"), Number("1.04"))
    assert plain(fraction) == "−0.8/1.04"
    assert plain(Negative(fraction)) == "−(−0.8/1.04)"
    assert plain(Sum((Number("2"), fraction))) == "2 + (−0.8/1.04)"
    assert line_form(read_line(plain(Negative(fraction)), FUNCTIONS)) == line_form(Negative(fraction))
