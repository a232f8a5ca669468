"""Languages: one folder of prose says everything a document says, with decimal commas, and not a word of English stands in it."""

from __future__ import annotations

import html
import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest
from jinja2 import Environment, meta

import derivegen
from derivegen.document.words import Words, listed
from derivegen.errors import InputError
from derivegen.formula.print.latex import latex
from derivegen.formula.print.mathml import mathml
from derivegen.formula.print.plain import plain
from derivegen.formula.print.typst import typst
from derivegen.formula.read.line import line_form, read_line
from derivegen.formula.read.readback import normal, read_latex, read_mathml, read_typst
from derivegen.formula.tree import Call, Cases, Compare, Formula, Glyph, Matrix, Number, Power, Product, Ratio, Sum
from derivegen.network.file.examples import example_names, example_path, languages, templates_folder
from derivegen.network.file.load import opened
from derivegen.network.tables.activations import ACTIVATIONS
from derivegen.network.tables.losses import LOSSES
from derivegen.render.environment import Templates
from derivegen.render.figures import drawn, figure_svg, figure_tikz

PROSE = templates_folder() / "prose"
ENGLISH, GERMAN = PROSE / "en", PROSE / "de"
OTHERS = [language for language in languages() if language != "en"]
"""Every language but English."""
FILES = sorted(path.name for path in ENGLISH.glob("*.toml"))
EXAMPLES = {"de": "article-000"}
"""The example that is read in a language, where it is not article 004."""
NAMES = {"loss", "rate", "theta", "sigmoid", "derivegen", "dloss", "delta", "data", "rows", "abstract", "frozen"}
"""Names of quantities in files, which are the same in every language."""
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.S)
_QUOTED = re.compile(r"'([^']*)'")
FENCED = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.M | re.S)
_WORD = re.compile(r"[^\W\d_]{2,}")


def table(folder: Path, name: str) -> dict[str, str]:
    """The sentences of one file by key."""
    found: dict[str, str] = tomllib.loads((folder / name).read_text(encoding="utf-8"))
    return found


def said(sentence: str) -> str:
    """What a sentence can say: its text, and the words in quotes inside its {{ }}."""
    quoted = " ".join(word for code in _JINJA.findall(sentence) for word in _QUOTED.findall(code))
    return f"{_JINJA.sub(' ', sentence)} {quoted}"


def words_of(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}


@lru_cache
def prose_words(language: str) -> set[str]:
    """Every word of the prose of a language."""
    return words_of(" ".join(said(text) for name in FILES for text in table(PROSE / language, name).values()))


@lru_cache
def english_words(language: str = "de") -> frozenset[str]:
    """Every word of the English prose that the prose of a language does not use too."""
    return frozenset(prose_words("en") - prose_words(language) - NAMES)


# the prose


@pytest.mark.parametrize("language", OTHERS)
def test_all_languages_have_the_same_files(language: str) -> None:
    assert sorted(path.name for path in (PROSE / language).glob("*.toml")) == FILES


@pytest.mark.parametrize("language", OTHERS)
def test_all_languages_have_the_same_keys_in_the_same_order(language: str) -> None:
    for name in FILES:
        assert list(table(PROSE / language, name)) == list(table(ENGLISH, name)), name


@lru_cache
def needs(language: str) -> dict[str, set[str]]:
    """What each sentence of a language is given."""
    environment = Environment()
    environment.filters["listed"] = listed
    tables = [table(PROSE / language, name) for name in FILES if name != "spoken.toml"]
    parsed = {key: environment.parse(sentence) for each in tables for key, sentence in each.items()}
    return {key: meta.find_undeclared_variables(tree) for key, tree in parsed.items()}


@pytest.mark.parametrize("language", OTHERS)
def test_a_sentence_needs_nothing_that_the_english_one_is_not_given(language: str) -> None:
    assert not {key: needed for key, needed in needs(language).items() if not needed <= needs("en")[key]}


CHOOSING = {"count", "one", "of", "name"}
"""What a sentence may be given and not say, for a plural of English alone."""


@pytest.mark.parametrize("language", OTHERS)
def test_a_sentence_says_what_the_english_one_says(language: str) -> None:
    """So a sentence that has changed in English is found in every language where what it is given has changed."""
    left_out = {key: needed - needs(language)[key] - CHOOSING for key, needed in needs("en").items()}
    assert not {key: names for key, names in left_out.items() if names}


@pytest.mark.parametrize("language", OTHERS)
def test_a_list_has_no_english_and(language: str) -> None:
    """The filter `listed` says it where it is not told another word."""
    sentences = [text for name in FILES for text in table(PROSE / language, name).values()]
    assert [text for text in sentences if re.search(r"\|\s*listed(?!\()", text)] == []


def test_a_sentence_that_is_not_translated_is_said_in_english(tmp_path: Path) -> None:
    (tmp_path / "prose/xx").mkdir(parents=True)
    (tmp_path / "prose/xx/mine.toml").write_text('"forward.title" = "Foran"\n', encoding="utf-8")
    words = Templates(tmp_path).words("xx")
    assert (words.plain("forward.title"), words.plain("backward.title")) == ("Foran", "Backward pass")
    assert words.has("forward.title") and not words.has("backward.title")


def test_the_space_before_a_sign_is_narrow_and_does_not_break() -> None:
    words = Words({"a": "Ici : {{ x }} ; « {{ y }} » ? Oui!", "b": "A\u00a0B  C"}, "")
    assert words.plain("a", x="1", y="z") == "Ici\u202f: 1\u202f; «\u202fz\u202f»\u202f? Oui!"
    assert words.plain("b") == "A\u00a0B C"


def test_examples_have_their_titles_in_every_language() -> None:
    for language in OTHERS:
        path = PROSE.parent / f"examples/said/{language}.toml"
        translated = tomllib.loads(path.read_text(encoding="utf-8"))
        for name in example_names():
            own = tomllib.loads(example_path(name).read_text(encoding="utf-8"))
            assert set(translated[name]) == {"title", *own.get("document", {}).keys() & {"intro", "story"}}, (
                language,
                name,
            )
            assert translated[name].keys() & {"intro", "story"}, f"{name} says what it is about"
        assert set(translated) == set(example_names())


def test_a_title_of_ones_own_stays() -> None:
    network = derivegen.load("example:article-004")
    german = opened(network, language="de")
    assert german.title == "Eine verdeckte Einheit, von Hand gerechnet"
    assert german.options.intro is not None and german.options.intro.startswith("Eine Eingabe")
    assert opened(german, language="en") == opened(network, language="en")
    own = opened(replace(network, title="Mine"), language="de", intro="My own.")
    assert (own.title, own.options.intro) == ("Mine", "My own.")


def test_the_english_words_are_english() -> None:
    assert {
        "the",
        "of",
        "and",
        "is",
        "for",
        "with",
        "layer",
        "unit",
        "weight",
        "hidden",
        "figure",
    } - english_words() == {"figure"}
    assert not english_words() & {"in", "die", "parameter", "gradient", "bias"}


OTHER_WORDS = (
    r"Biases|Schwellen?|Neuron\w*|Layer|Loss|Batch|Unit|verborgene?n?|Schicht (?:darunter|darüber)|lokale?n?|Update"
)
"""What the list at the head of solution.toml has another word for."""


def test_one_thing_has_one_word() -> None:
    prose = " ".join(said(text) for name in FILES for text in table(GERMAN, name).values())
    assert re.findall(rf".{{0,30}}\b(?:{OTHER_WORDS})\b", prose) == []


# what is written


@lru_cache
def solved(language: str = "de") -> derivegen.Solution:
    """An example in a language."""
    return derivegen.solve(f"example:{EXAMPLES.get(language, 'article-004')}", language=language)


def markdown_said(text: str) -> str:
    """Without programs and formulas, the words inside formulas kept."""
    text = FENCED.sub(lambda block: worded(block[2]) if block[1] == "math" else " ", text)
    text = re.sub(r"^\$\$$(.*?)^\$\$$", lambda block: worded(block[1]), text, flags=re.M | re.S)
    return re.sub(r"\]\([^)]*\)", "]", re.sub(r"\$.*?\$", " ", text))


def worded(formula: str) -> str:
    """The words inside displayed lines."""
    return " ".join(re.findall(r"\\text\{([^{}]*)\}", re.sub(r"\$.*?\$", " ", formula)))


def html_said(text: str) -> str:
    """Without style, scripts, programs and numbers of sections; with what is read aloud and with titles and descriptions of figures."""
    text = re.sub(
        r"<style.*?</style>|<script.*?</script>|<pre.*?</pre>|<span class=\"number\">.*?</span>", " ", text, flags=re.S
    )
    text = re.sub(r"<math\b", " <math", re.sub(r"<meta[^>]*>", " ", text))
    aloud = " ".join(re.findall(r'(?:aria-label|alt)="([^"]*)"', text))
    return html.unescape(f"{re.sub(r'<[^>]*>', ' ', text)} {aloud}")


def typst_said(text: str) -> str:
    """The alternative texts."""
    return " ".join(re.findall(r'(?:eq\(|alt: )"((?:[^"\\]|\\.)*)"', text))


def plain_said(text: str) -> str:
    """Without the program, which stands at the end of a section of its own."""
    return re.sub(r"import numpy.*?(?=^\d+ )", "", text, flags=re.M | re.S)


SAID = {
    "md": markdown_said,
    "md-pandoc": markdown_said,
    "html": html_said,
    "text": plain_said,
    "typst": typst_said,
    "slides": typst_said,
}


@pytest.mark.parametrize("form", SAID)
@pytest.mark.parametrize("language", OTHERS)
def test_no_english_word_is_left(language: str, form: str) -> None:
    text = SAID[form](solved(language).text(form))
    assert len(words_of(text)) > 30
    assert not sorted(words_of(text) & english_words(language))


@pytest.mark.parametrize("form", SAID)
@pytest.mark.parametrize("language", OTHERS)
def test_no_decimal_point_stands_in_a_number(language: str, form: str) -> None:
    text = SAID[form](solved(language).text(form))
    text = re.sub(r"^\d+\.\d+ ", "", text, flags=re.M)  # the number of a heading
    assert re.findall(r".{12}\d\.\d+", text) == []


def test_formulas_have_decimal_commas_without_space() -> None:
    assert "0{,}5209" in solved().text("md")
    assert 'upright("0,5209")' in solved().text("typst")
    assert "<mn>0,5209</mn>" in solved().text("html")
    formulas = [block[2] for block in FENCED.finditer(solved().text("md")) if block[1] == "math"]
    assert len(formulas) > 10 and not re.search(r"\d\.\d", "".join(formulas))


@pytest.mark.parametrize("language", OTHERS)
def test_pages_name_their_language(language: str) -> None:
    assert f'<html lang="{language}">' in solved(language).text("html")
    assert f'lang: "{language}"' in solved(language).text("typst")


@pytest.mark.parametrize("language", OTHERS)
def test_figures_are_titled_and_described_in_the_language(language: str) -> None:
    for block in drawn(solved(language).inscribed.blocks):
        picture = figure_svg(block)
        told = " ".join(re.findall(r"<(?:title|desc)>(.*?)</", picture, re.S))
        assert words_of(told) and not words_of(told) & english_words(language)


def test_curves_have_decimal_commas() -> None:
    network = derivegen.load("example:article-004")
    short = replace(network, training=replace(network.training, steps=9), published=())
    solution = derivegen.solve(short, language="de")
    block = next(block for block in drawn(solution.inscribed.blocks) if block.key == "training")
    assert "$\\displaystyle 0{,}01$" in figure_tikz(block)


def test_programs_and_json_keep_the_point() -> None:
    assert "epsilon = 0.5" in derivegen.solve(solved().network, extra="program").text("md")
    german, english = (
        json.loads(each.text("json")) for each in (solved(), derivegen.solve(solved().network, language="en"))
    )
    assert german | {"title": ""} == english | {"title": ""}


NETWORK = {
    "data": {"inputs": [[0.5, -0.2], [0.1, 0.4]], "targets": [[0.25, 0.75], [0.5, 0.5]]},
    "layer": [
        {"units": 2, "activation": "tanh", "weights": [[0.4, -0.3], [0.2, 0.1]], "biases": [0.1, 0.2]},
        {"units": 2, "activation": "sigmoid", "weights": [[0.3, 0.2], [0.5, -0.1]]},
    ],
    "loss": {"name": "squared_error"},
    "training": {"learning_rate": 0.1, "steps": 2},
}


def written(language: str = "de", **changes: object) -> str:
    """The words of a page of a network like that one."""
    solution = derivegen.solve(derivegen.load(NETWORK | {"title": "123"} | changes), language=language, view="both")
    return html_said(solution.text("html"))


@pytest.mark.parametrize("language", OTHERS)
def test_layers_and_rows_are_spoken_of_in_the_language(language: str) -> None:
    assert not sorted(words_of(written(language)) & english_words(language))


@pytest.mark.parametrize("name", sorted({*ACTIVATIONS} - {"softmax"}))
def test_every_activation_is_spoken_of_in_german(name: str) -> None:
    """In a network of one unit a layer; several units and rows have another activation above."""
    unit = {"units": 1, "weights": [[0.4]], "biases": [0.1]}
    data = {"inputs": [[0.5]], "targets": [[0.6]]}
    text = written(layer=[unit | {"activation": name}, unit], data=data)
    assert not sorted(words_of(text) & english_words() - {name})


@pytest.mark.parametrize("name", sorted(LOSSES))
def test_every_loss_is_spoken_of_in_german(name: str) -> None:
    activation = {"cross_entropy": "softmax", "hinge": "tanh"}.get(name, "sigmoid")
    layer = {"units": 1, "activation": activation, "weights": [[0.3, 0.2]], "biases": [0.1]}
    if activation == "softmax":
        layer |= {"units": 2, "weights": [[0.3, 0.2], [0.1, 0.4]], "biases": [0.1, 0.2]}
    target = [1.0, 0.0] if activation == "softmax" else [1.0]
    text = written(layer=[layer], loss={"name": name}, data={"inputs": [[0.5, -0.2]], "targets": [target]})
    assert not sorted(words_of(text) & english_words())


@pytest.mark.parametrize("name", ["article-003", "relu-kink", "symbolic", "graph-product", "graph-shared", "xor"])
def test_other_kinds_of_documents_are_german(name: str) -> None:
    text = html_said(derivegen.solve(f"example:{name}", language="de").text("html"))
    assert not sorted(words_of(text) & english_words())


# decimal commas, written and read back

z, half = Glyph("z"), Number("0,5")
TREES: tuple[Formula, ...] = (
    Number("-0,5744"),
    Number("1,25e-7"),
    Sum((half, Product((Number("-0,25"), z)))),
    Product((half, Sum((z, Number("1")))), dotted=False),
    Call("max", (Number("0,1"), z)),
    Call("C", (z, Number("0,25"))),
    Call("max", (Number("0"), Number("1"))),
    Ratio(half, Number("-2,5")),
    Power(half, Number("2")),
    Cases(((Product((Number("0,01"), z)), Compare(z, "<", half)), (z, None))),
    Matrix(((half, Number("2")), (Number("3"), Number("-4,5")))),
    Matrix(((half,), (Number("2"),))),
    Matrix(((half, Number("2")),)),
    Matrix(((Number("1"), Number("2")), (Number("3"), Number("4")))),
)


@pytest.mark.parametrize("tree", TREES, ids=plain)
def test_what_is_written_with_commas_is_read_back(tree: Formula) -> None:
    functions = frozenset({"C"})
    for write, read in ((latex, read_latex), (typst, read_typst), (mathml, read_mathml)):
        assert normal(read(write(tree), functions)) == normal(tree), write(tree)
    assert line_form(read_line(plain(tree, "sonst"), functions, "sonst")) == line_form(tree), plain(tree)


def test_numbers_between_commas_are_kept_apart() -> None:
    assert plain(Call("max", (half, z))) == "max(0,5; z)"
    assert plain(Matrix(((half, Number("2")), (Number("3"), half)))) == "[0,5; 2 ¦ 3; 0,5]"
    assert plain(Matrix(((Number("1"), Number("2")),))) == "[1, 2]"
    assert latex(half) == "0{,}5" and latex(Call("max", (half, z))) == r"\max(0{,}5; z)"


@pytest.mark.parametrize("ask", [derivegen.solve, derivegen.sheet, lambda net, **own: derivegen.check(net, "", **own)])
def test_a_language_that_is_not_there_is_refused_before_a_page_is_asked_for(ask: Callable[..., object]) -> None:
    with pytest.raises(InputError, match="language: there is no prose for 'xx'; there is de, en, es, fr"):
        ask("example:article-004", language="xx")
