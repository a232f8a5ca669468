"""Formulas people type: what they mean, and what is refused, where and in which words."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from derivegen.formula.read.grammar import ARITY, FormulaReader, read_plain
from derivegen.formula.read.tokens import OWN, TYPED, FormulaError, Limits
from derivegen.formula.tree import Call, Formula, Negative, Number, Power, Product, Quantity, Ratio, Sum, walk
from tests.often import times
from tests.pace import USUAL, counted

x, y, z = map(Quantity, "xyz")
one, two, three = map(Number, "123")

MEANT: dict[str, Formula] = {
    "x": x,
    "0.5": Number("0.5"),
    ".5": Number("0.5"),
    "2.": two,
    "1.5E-07": Number("1.5e-7"),
    "2e+3": Number("2e3"),
    "x + y*z": Sum((x, Product((y, z)))),
    "(x + y)*z": Product((Sum((x, y)), z)),
    "x - y + z": Sum((x, Negative(y), z)),
    "x - (y + z)": Sum((x, Negative(Sum((y, z))))),
    "x*y*z": Product((x, y, z)),
    "x/y": Ratio(x, y),
    "x/y/z": Ratio(Ratio(x, y), z),
    "x/y*z": Product((Ratio(x, y), z)),
    "x*y/z": Ratio(Product((x, y)), z),
    "x/(y*z)": Ratio(x, Product((y, z))),
    "-x": Negative(x),
    "+x": x,
    "--x": Negative(Negative(x)),
    "-x*y": Product((Negative(x), y)),
    "x*-y": Product((x, Negative(y))),
    "-x^2": Negative(Power(x, two)),
    "(-x)^2": Power(Negative(x), two),
    "x^-2": Power(x, Negative(two)),
    "x**2": Power(x, two),
    "x^2^3": Power(x, Power(two, three)),
    "x^(1/2)": Power(x, Ratio(one, two)),
    "2*x^2": Product((two, Power(x, two))),
    "x^64": Power(x, Number("64")),
    "exp(-z)": Call("exp", (Negative(z),)),
    "log(x)": Call("ln", (x,)),
    "ln(x)": Call("ln", (x,)),
    "max(x, y, 0)": Call("max", (x, y, Number("0"))),
    "sqrt(x + y)": Call("sqrt", (Sum((x, y)),)),
    "sigmoid (z)": Call("sigmoid", (z,)),
    "x − y": Sum((x, Negative(y))),
    "x – y": Sum((x, Negative(y))),
    "x × y · z": Product((x, y, z)),
    "x ÷ y": Ratio(x, y),
    "x²": Power(x, two),
    "x⁻¹²*y": Product((Power(x, Negative(Number("12"))), y)),
    "δ": Quantity("δ"),
    "δ1*Δw": Product((Quantity("δ1"), Quantity("Δw"))),
    "w_1": Quantity("w_1"),
    "ｘ＋２": Sum((x, two)),
    "𝐱*𝑥": Product((x, x)),
    "𝛿": Quantity("δ"),
    "µ": Quantity("μ"),
    "ﬁ": Quantity("fi"),
}


@pytest.mark.parametrize("text", MEANT)
def test_typed_formulas_mean_what_they_say(text: str) -> None:
    assert read_plain(text) == MEANT[text]


@pytest.mark.parametrize("function", ARITY)
def test_functions_take_their_number_of_arguments(function: str) -> None:
    fewest, most = ARITY[function]
    arguments = ", ".join(["x"] * fewest)
    assert len(read_plain(f"{function}({arguments})").arguments) == fewest  # type: ignore[attr-defined]
    with pytest.raises(FormulaError, match=f"{function} takes .* not {most + 1}"):
        read_plain(f"{function}({', '.join(['x'] * (most + 1))})")


REFUSED: dict[str, tuple[str, int]] = {
    "": ("empty", 0),
    "   ": ("empty", 3),
    "2x": ("a sign is missing before 'x'; write 2*x", 1),
    "x y": ("a sign is missing", 2),
    "2 (x)": ("a sign is missing", 2),
    "x(y)": ("a sign is missing after 'x'", 0),
    "x²y": ("a sign is missing before 'y'", 2),
    "x² + 2y": ("a sign is missing before 'y'", 6),
    "x.b": ("a name has no parts after a dot", 1),
    "x[0]": ("'[' has no meaning", 1),
    "{x}": ("'{' has no meaning", 0),
    "x; y": ("';' has no meaning", 1),
    "\\frac{1}{2}": ("has no meaning", 0),
    '__import__("os")': ("'\"' has no meaning", 11),
    "__import__(os)": ("the function '__import__' is unknown", 0),
    "eval(x)": ("the function 'eval' is unknown", 0),
    "().__class__": ("')' is not expected here", 1),
    "(x).__class__": ("no parts after a dot", 3),
    "9**9**9": ("at most ±64", 1),
    "x^65": ("at most ±64", 1),
    "x^-65": ("at most ±64", 1),
    "x^1e300": ("at most ±64", 1),
    "x⁶⁵": ("at most ±64", 1),
    "x^y": ("constant number", 1),
    "x^exp(1)": ("constant number", 1),
    "x^(1/0)": ("constant number", 1),
    "x^(2^(1/2))": ("constant number", 1),
    "((x^64)^64)^64": ("powers multiply beyond", 0),
    "123456789012345678901": ("20 digits", 0),
    "x + 0.123456789012345678901": ("20 digits", 4),
    "1e400": ("power of ten", 0),
    "1e-301": ("power of ten", 0),
    "1e9999999999": ("power of ten", 0),
    "nan": ("the name 'nan' is not known", 0),
    "inf": ("the name 'inf' is not known", 0),
    "1 + Infinity": ("the name 'Infinity' is not known", 4),
    "∞": ("'∞' (INFINITY) has no meaning", 0),
    "rat*x": ("did you mean 'rate'?", 0),
    "q": ("known are rate, x, y, z", 0),
    "sigmod(x)": ("did you mean sigmoid?", 0),
    "arctan(x)": ("known are exp, ln", 0),
    "exp": ("exp is a function; write exp(…)", 0),
    "exp + 1": ("exp is a function", 0),
    "exp()": ("')' is not expected", 4),
    "max(x)": ("2 to 16 arguments, not 1", 0),
    "exp(x, y)": ("one argument, not 2", 0),
    "(x": ("closing parenthesis is missing", 2),
    "x)": ("')' is not expected", 1),
    "x +": ("ends too early", 3),
    "*": ("'*' is not expected", 0),
    "+": ("ends too early", 1),
    "-": ("ends too early", 1),
    "x * / y": ("'/' is not expected", 4),
    "x^": ("ends too early", 2),
    "²": ("'^' is not expected", 0),
    "⁻": ("ends too early|not expected", 0),
    "x = y": ("'=' compares", 2),
    "x <= y": ("'<=' compares", 2),
    "x < y": ("'<' compares", 2),
    "0,5": ("decimals with a point, 0.5", 1),
    "х": ("'х' (CYRILLIC SMALL LETTER HA) has no meaning", 0),
    "x + аy": ("CYRILLIC SMALL LETTER A", 4),
    "٣": ("ARABIC-INDIC DIGIT THREE", 0),
    "½": ("VULGAR FRACTION", 0),
    "xⁿ": ("SUPERSCRIPT LATIN SMALL LETTER N", 1),
    "x\u200b": ("ZERO WIDTH SPACE", 1),
    "x\x00": ("has no meaning", 1),
    "²x²+#": ("'#' has no meaning", 4),
}


@pytest.mark.parametrize("text", REFUSED)
def test_refusals_say_what_and_where(text: str) -> None:
    words, position = REFUSED[text]
    with pytest.raises(FormulaError) as caught:
        read_plain(text, {"x", "y", "z", "rate"})
    assert any(part in caught.value.message for part in words.split("|")), caught.value.message
    assert caught.value.position == position


def test_length_is_limited() -> None:
    assert read_plain("x".ljust(500)) == x
    with pytest.raises(FormulaError, match="may have 500 characters; this one has 501"):
        read_plain("x".ljust(501))


def test_tokens_are_limited() -> None:
    assert len(read_plain("-x" + "+x" * 99).terms) == 100  # type: ignore[attr-defined]
    with pytest.raises(FormulaError, match="200 names, numbers and signs") as caught:
        read_plain("x" + "+x" * 100)
    assert caught.value.position == 200


@pytest.mark.parametrize(
    "deep",
    [
        "(" * 41 + "x" + ")" * 41,
        "-" * 41 + "x",
        "x" + "/x" * 41,
        "x" + "^1" * 41,
        "exp(" * 41 + "x" + ")" * 41,
        "x*(" * 41,
    ],
)
def test_depth_is_limited(deep: str) -> None:
    with pytest.raises(FormulaError, match="nest"):
        read_plain(deep)


def test_depth_within_the_limit_is_read() -> None:
    assert read_plain("(" * 39 + "x" + ")" * 39) == x


@pytest.mark.parametrize("limits", [TYPED, Limits(characters=10**7), OWN])
def test_a_million_brackets_are_refused_at_once(limits: Limits) -> None:
    with counted() as paces, pytest.raises(FormulaError):
        FormulaReader("(" * 10**6 + ")" * 10**6, None, limits).whole()
    assert paces.count < 2 * USUAL


PIECES = [
    "x",
    "y",
    "rate",
    "2",
    "0.5",
    "1e9",
    "+",
    "-",
    "*",
    "/",
    "^",
    "**",
    "(",
    ")",
    ",",
    "²",
    "⁻¹",
    "exp(",
    "max(",
    " ",
    "δ",
    "ｘ",
    ".",
]


@settings(max_examples=times(200, 5000), deadline=None)
@given(
    st.text()
    | st.lists(st.sampled_from(PIECES), max_size=60).map("".join)
    | st.text("x()-^*/+,0123456789.e", max_size=300)
)
@example("^".join("9" * 50))
@example("(" * 40 + "2" + "^64)" * 40)
@example("x/" * 99 + "x")
@example("\ufdfa" * 400)
def test_any_text_gives_a_small_tree_or_a_formula_error(text: str) -> None:
    try:
        tree = read_plain(text)
    except FormulaError as error:
        assert 0 <= error.position <= len(text)
        return
    parts = list(walk(tree))
    assert len(parts) <= 2 * TYPED.tokens
    assert {type(part) for part in parts} <= {Call, Negative, Number, Power, Product, Quantity, Ratio, Sum}
