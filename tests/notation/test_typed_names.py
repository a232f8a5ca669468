"""Names as people type them: the chosen notation first, then canonical names, then all others, which must agree."""

from __future__ import annotations

from functools import lru_cache

import pytest

from derivegen.errors import InputError
from derivegen.formula.tree import Glyph
from derivegen.network.file.examples import example_names
from derivegen.network.tables.notations import NOTATIONS
from derivegen.notation.choose import choose
from derivegen.notation.spelling import Spelling
from derivegen.notation.typed_names import Names
from tests.solved import solved


@lru_cache(maxsize=32)
def names_of(example: str, notation: str = "") -> Names:
    solution = solved(example, **({"notation": notation} if notation else {}))
    return Names(solution.graph, solution.notation)


W2 = "w[2][1][1]"
WORDS = [
    ("article-004", "w2 w_2 W2 w.2.1.1 w[2][1][1]", W2),
    ("article-004", "dL_dw2 dL_dw_2 dLdw2 dE_dw2 dloss_dw2 dw2 grad_w2 gradw2 w2_grad", f"dloss/d{W2}"),
    ("article-004", "w2_new new_w2 w2new updated_w2 w[2][1][1]'", f"{W2}'"),
    ("article-004", "delta_w2 Δw2", f"D{W2}"),
    ("article-004", "h a2", "a[1][1]"),
    ("article-004", "y yhat y_hat output o pred", "a[2][1]"),
    ("article-004", "t target t1", "t[1]"),
    ("article-004", "L loss Loss E C J cost", "loss"),
    ("article-004", "eta alpha lr learning_rate rate η", "rate"),
    ("article-004", "delta1 delta_1 δ_1 δ_h delta_h δ_z", "delta[1][1]"),
    ("article-004", "E_w2 L_w2", f"dloss/d{W2}"),
    ("article-000", "w211 w_211 w2_11", W2),
    ("article-001", "W5 w5 W_5", W2),
    ("article-002", "w7 W7", W2),
    ("xor", "w5", W2),
    ("graph-product", "df_dx", "dloss/dx"),
    ("graph-product", "q", "q"),
]


@pytest.mark.parametrize(("example", "words", "name"), WORDS)
def test_words_as_in_a_program(example: str, words: str, name: str) -> None:
    names = names_of(example)
    assert {word: names.identifier(word) for word in words.split()} == dict.fromkeys(words.split(), (name,))


MARKED = [
    ("article-000", Spelling("w", "11", "2"), W2),
    ("article-000", Spelling("w", "11", "(2)"), W2),
    ("article-000", Spelling("w", "1,1", "2"), W2),
    ("article-000", Spelling("yhat"), "a[2][1]"),
    ("article-001", Spelling("y", "1,0"), "a[1][1]@r"),
    ("article-001", Spelling("y", "1,i"), "a[1][1]@r"),
    ("article-001", Spelling("expected", "0"), "t[1]@r"),
    ("article-001", Spelling("x", "1"), "x[1]@r"),
    ("article-003", Spelling("W", "", "(1)"), "w[1]"),
    ("article-003", Spelling("z", "", "(2)"), "z[1]"),
    ("xor", Spelling("x", "1", "", "2"), "x[1]@2"),
    ("xor", Spelling("x", "1", "(2)"), "x[1]@2"),
    ("xor", Spelling("x", "1,2"), "x[1]@2"),
    ("xor", Spelling("z", "1", "(1)", "4"), "z[1][1]@4"),
    ("xor", Spelling("t", "3"), "t[1]@3"),
]


@pytest.mark.parametrize(("example", "typed", "name"), MARKED)
def test_symbols_with_marks(example: str, typed: Spelling, name: str) -> None:
    assert names_of(example).resolve(typed) == (name,)


def test_the_chosen_notation_comes_first_and_others_must_agree() -> None:
    typed = Spelling("w", "11", "2")
    assert names_of("article-004", "superscript").resolve(typed) == ("w[2][1][1]",)
    assert names_of("article-004", "nielsen").resolve(typed) == ("w[1][1][1]",)
    assert names_of("article-004", "plain").resolve(typed) == ("w[1][1][1]", "w[2][1][1]")


def test_canonical_digits_come_before_other_notations() -> None:
    assert names_of("article-004", "numbered").resolve(Spelling("w", "211")) == ("w[2][1][1]",)


@pytest.mark.parametrize(
    "text", ("foo", "l", "e", "d", "f", "w", "q7", "w99", "dL", "the", "and", "w[9][9][9]", "x.7", "w" + "1" * 30, "")
)
def test_what_is_no_name_is_none(text: str) -> None:
    names = names_of("article-000")
    assert names.identifier(text) == () == names.resolve(Spelling(text))


DERIVATIVES = [
    ("article-004", "loss", W2, f"dloss/d{W2}"),
    ("article-004", "a[2][1]", W2, f"dz[2][1]/d{W2}"),
    ("article-004", "a[1][1]", "z[1][1]", "da[1][1]/dz[1][1]"),
    ("graph-product", "f", "x", "dloss/dx"),
    ("graph-product", "q", "x", "dq/dx"),
    ("xor", "loss@2", "z[1][1]@2", "dloss@2/dz[1][1]"),
    ("xor", "loss", "z[1][1]@2", "dloss/dz[1][1]@2"),
]


@pytest.mark.parametrize(("example", "of", "by", "name"), DERIVATIVES)
def test_derivatives_have_the_names_of_the_derivation(example: str, of: str, by: str, name: str) -> None:
    names = names_of(example)
    assert names.derivative(of, by) == name
    solution = solved(example)
    assert solution.trace.known(name)


@pytest.mark.parametrize("example", example_names())
@pytest.mark.parametrize("notation", NOTATIONS)
def test_every_symbol_is_read_as_what_it_is_written_for(example: str, notation: str) -> None:
    """However it is typed: in full, without parentheses, and, where no letter stands above, with everything in a row."""
    graph = solved(example).graph
    try:
        chosen = choose(graph, notation)
    except InputError:
        pytest.skip("the notation cannot name this network")
    names = Names(graph, chosen)
    for name in graph.names():
        symbol = chosen.symbol(name)
        assert isinstance(symbol, Glyph)
        wanted = {name, name.replace("z[", "a[", 1)}
        for sup in (symbol.sup, symbol.sup.strip("()")):
            (found,) = names.resolve(Spelling(symbol.base + (symbol.accent or ""), symbol.sub, sup))
            assert found in wanted
