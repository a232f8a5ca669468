"""The same from Python: what `solve` answers, the JSON's structure, and a solution of every kind of network in every format."""

from __future__ import annotations

import io
import json
import math
import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy
import pytest
import typst
from pypdf import PdfReader

import derivegen
from derivegen.api import Solution
from derivegen.errors import InputError
from derivegen.network.wanted import wanted
from derivegen.render import typst_page
from tests.often import times

HIDDEN: dict[str, Any] = {
    "units": 2,
    "activation": "sigmoid",
    "weights": [[0.1, 0.2], [0.3, -0.4]],
    "biases": [0.1, -0.1],
}
OUTPUT: dict[str, Any] = {"units": 1, "weights": [[0.5, -0.6]], "biases": [0.2]}
THREE: dict[str, Any] = {"units": 3, "weights": [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], "biases": [0.1, 0.2, 0.3]}
ROW = {"inputs": [[0.5, -0.3]], "targets": [[0.6]]}
ROWS = {"inputs": [[0.5, 0.3], [0.1, -2]], "targets": [[0], [1]]}
DRAWN = {"seed": 3, "scale": 0.5}


def net(*layers: dict[str, Any], loss: dict[str, Any] | str = "half_squared_error", **more: Any) -> dict[str, Any]:
    """A 2-2-1 network with some of its sections replaced."""
    loss = {"name": loss} if isinstance(loss, str) else loss
    page = {
        "layer": list(layers or (HIDDEN, OUTPUT)),
        "loss": loss,
        "data": ROW,
        "training": {"learning_rate": 0.1, "steps": 2},
    }
    return {key: value for key, value in (page | more).items() if value is not None}


def symbolic(*layers: dict[str, Any], loss: Any = "half_squared_error", **data: Any) -> dict[str, Any]:
    """The same without any number."""
    return net(
        *(layers or ({"units": 2, "activation": "sigmoid"}, {"units": 1})),
        loss=loss,
        data={"inputs": 2} | data,
        training=None,
    )


def drawn(*units: tuple[int, str], **more: Any) -> dict[str, Any]:
    """A network with drawn weights."""
    return net(*({"units": n, "activation": name, "weights": DRAWN, "biases": DRAWN} for n, name in units), **more)


def with_activation(activation: Any, **more: Any) -> dict[str, Any]:
    return net({**HIDDEN, "activation": activation}, OUTPUT, **more)


NETWORKS: dict[str, dict[str, Any]] = {
    "symbols": symbolic(),
    "symbols, two outputs": symbolic({"units": 2, "activation": "tanh"}, {"units": 2}),
    "symbolic shared bias": symbolic(
        {"units": 2, "activation": "sigmoid", "biases": "shared"}, {"units": 1, "biases": False}
    ),
    "symbolic softmax": symbolic(
        {"units": 2, "activation": "tanh"}, {"units": 2, "activation": "softmax"}, loss="cross_entropy"
    ),
    "symbolic relu, deep": symbolic(*({"units": n, "activation": "relu"} for n in (2, 2, 2, 2)), {"units": 1}),
    "weights without data": net(data=None),
    "weights and three inputs": net(
        {**HIDDEN, "weights": [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]}, OUTPUT, data={"inputs": 3}
    ),
    "data without weights": net({"units": 2, "activation": "sigmoid"}, {"units": 1}),
    "N rows": net(data={"inputs": 2, "targets": 1, "rows": "N"}),
    "N rows, mean": symbolic(loss="mean_squared_error", rows="N"),
    "N rows, softmax": symbolic(
        {"units": 2, "activation": "tanh"}, {"units": 3, "activation": "softmax"}, loss="cross_entropy", rows="N"
    ),
    "thresholds": net({**{k: v for k, v in HIDDEN.items() if k != "biases"}, "thresholds": [0.8, 0.1]}, OUTPUT),
    "masks": net(
        {**HIDDEN, "weights": [[0.1, 0], [0.3, -0.4]], "connections": [[1, 0], [1, 1]]},
        {**OUTPUT, "weights": [[0.5, 0]], "connections": [[1, 0]]},
    ),
    "shared bias": net({**HIDDEN, "biases": 0.1}, {**OUTPUT, "biases": 0.4}),
    "several outputs": net(
        HIDDEN,
        {**THREE, "activation": "sigmoid"},
        loss="mean_squared_error",
        data={"inputs": [[0.5, 0.3]], "targets": [[0, 1, 0]]},
    ),
    "several outputs and rows": net(
        HIDDEN,
        {**THREE, "activation": "sigmoid"},
        loss="binary_cross_entropy",
        data={"inputs": [[0.5, 0.3], [0.1, 0.2]], "targets": [[0, 1, 0], [1, 1, 0]]},
    ),
    "five rows of softmax": net(
        HIDDEN,
        {**THREE, "activation": "softmax"},
        loss="cross_entropy",
        data={
            "inputs": [[0.5, 0.3], [0.1, 0.2], [1, 2], [2, 1], [3, 1]],
            "targets": [[0, 1, 0], [1, 0, 0], *[[0, 0, 1]] * 3],
        },
    ),
    "hidden softmax": with_activation("softmax"),
    "unknown activation": with_activation("abstract"),
    "all unknown": symbolic(
        {"units": 2, "activation": "abstract"}, {"units": 1, "activation": "abstract"}, loss="abstract"
    ),
    "all unknown, rows": with_activation({"name": "abstract", "symbol": "g"}, loss="abstract", data=ROWS),
    "formulas": with_activation({"formula": "z^2 + sin(z)"}, loss={"formula": "(t - a)^4"}),
    "long formulas": with_activation(
        {"formula": "max(0, z)*sqrt(1+z^2)"}, loss={"formula": "abs(t - a)^3 + ln(1+a^2)"}
    ),
    "drawn 10-20-10-1": drawn(
        (20, "tanh"),
        (10, "relu"),
        (1, "sigmoid"),
        loss="binary_cross_entropy",
        data={"inputs": [[0.1 * k for k in range(10)]], "targets": [[1]]},
    ),
    "five layers": drawn(*((n, "sigmoid") for n in (3, 3, 2, 2, 1))),
    "five single units": drawn(*((1, "tanh") for _ in range(5)), data={"inputs": [[0.5]], "targets": [[0.3]]}),
    "linear throughout": net({"units": 2, "weights": [[1, 2], [3, 4]]}, {"units": 1, "weights": [[1, 1]]}),
    "one layer": net({"units": 1, "activation": "sigmoid", "weights": [[0.1, 0.2]]}),
    "batches": net(
        data={"inputs": [[0.5, 0.3], [0.1, 0.2], [1, 2]], "targets": [[0], [1], [0]]},
        training={"learning_rate": 0.1, "steps": 5, "batch_size": 2},
    ),
    "frozen": net(training={"learning_rate": 0.1, "steps": 3, "frozen": ["b", "w[1]"]}),
    "carried as printed": net(document={"carry": "rounded"}),
    "three significant digits": net(document={"significant": 3}),
    "brief": net(document={"detail": "brief"}),
    "in full": net(document={"detail": "full"}),
    "by inputs and units": net(document={"wrt": ["x[1]", "z[1][2]", "a[1][1]", "w[1][2][2]"]}),
    "saturated": net({**HIDDEN, "weights": [[100, 200], [300, 400]]}, {**OUTPUT, "weights": [[1e6, 2e-7]]}),
    "all zero": net(
        {**HIDDEN, "weights": [[0, 0], [0, 0]], "biases": [0, 0]}, {**OUTPUT, "weights": [[0, 0]], "biases": [0]}
    ),
    "graph": {
        "graph": {
            "inputs": {"a": 0.5, "b": 1.5},
            "nodes": [
                ["p", "sin(a)*exp(b)"],
                ["q", "ln(b) + sqrt(p^2)"],
                ["s", "tanh(q)/sigmoid(p) + softplus(a) + min(a, b)"],
            ],
            "output": "s",
        }
    },
    "symbolic graph": {"graph": {"inputs": ["a", "b"], "nodes": [["p", "a*b"], ["q", "p + a"]], "output": "q"}},
    "graph with a dead end": {
        "graph": {"inputs": {"a": 2, "b": 3}, "nodes": [["p", "a*a"], ["u", "b*a"]], "output": "p"}
    },
    **{
        f"activation {name}": with_activation(name)
        for name in ("leaky_relu", "elu", "softplus", "silu", "gelu", "tanh", "relu")
    },
    **{
        f"activation {name}, rows": with_activation(name, data=ROWS) for name in ("leaky_relu", "elu", "relu", "linear")
    },
    **{f"loss {name}": net(loss=name) for name in ("huber", "absolute_error", "squared_error")},
    **{f"symbolic loss {name}": symbolic(loss=name) for name in ("huber", "hinge", "absolute_error")},
    "loss hinge": net(loss="hinge", data={"inputs": [[0.5, 0.3]], "targets": [[1]]}),
    **{
        f"notation {name}": net(loss="half_squared_error", data=ROWS, notation=name)
        for name in ("rows", "layers", "nielsen", "net-out")
    },
}


ONLY_FORMULAS = (
    *("activation ", "loss ", "symbolic loss ", "notation ", "formulas", "long formulas", "carried as printed"),
    *("three significant digits", "frozen", "saturated", "all zero"),
)
"""Networks that differ from others in their formulas alone: not their pages are set, but each of their formulas, all at once."""


@cache
def solved(name: str) -> Solution:
    return derivegen.solve(NETWORKS[name])


@cache
def in_typst(name: str) -> str:
    return solved(name).text("typst")


def asked_for(name: str) -> list[str]:
    """The digits of the loss and, of a network that is read unit by unit, of every derivative asked for; none of a network in symbols."""
    trace = solved(name).trace
    if not trace.complete:
        return []
    by_units = trace.graph.network.graph is None and len(trace.graph.parameters) <= 300
    names = [f"dloss/d{name}" for name in wanted(trace.graph)] if by_units else []
    return [trace.text(name).lstrip("-") for name in (trace.graph.root, *names)]


EITHER = {name: ("latex", "typst")[place % 2 :][:1] for place, name in enumerate(NETWORKS)}
"""Beside Markdown a network is usually written in one of the two forms that are set; that all forms say the same is tested by example."""


@pytest.mark.parametrize("name", NETWORKS)
def test_every_kind_of_network_is_written(name: str) -> None:
    """Each text is read back and judged; and what is asked for stands in it, by its printed digits."""
    solution, numbers = solved(name), asked_for(name)
    for form in ("md", *times(EITHER[name], ("latex", "typst"))):
        text = in_typst(name) if form == "typst" else solution.text(form)
        assert "None" not in text and "Quantity(" not in text
        assert [number for number in numbers if number.partition("e")[0] not in text] == []


@pytest.mark.parametrize("name", NETWORKS)
def test_the_json_of_every_kind_of_network_has_its_numbers(name: str) -> None:
    solution = solved(name)
    page = json.loads(solution.text("json"))
    assert page["derivegen"] == 1 and page["verified"]["lines"] == solution.lines > 0
    if not solution.trace.in_arrays:
        assert page["values"] == dict(solution.values) and page["gradients"] == dict(solution.gradients)


SET = [name for name in NETWORKS if not name.startswith(ONLY_FORMULAS)]


@pytest.mark.parametrize("name", times([name for name in SET if EITHER[name] == ("typst",)], SET))
def test_every_kind_of_network_is_a_pdf(name: str) -> None:
    made = PdfReader(io.BytesIO(typst_page.pdf(in_typst(name))))
    assert len(made.pages) > (name != "graph with a dead end")  # which fits on one
    for number in asked_for(name)[:1]:
        assert any(number.partition("e")[0] in page.extract_text() for page in made.pages)


def test_typst_sets_the_formulas_of_the_others() -> None:
    texts = [in_typst(name) for name in NETWORKS if name.startswith(ONLY_FORMULAS)]
    formulas = {formula for text in texts for _, formula in typst_page.formulas_in(text)}
    assert len(formulas) > 500
    page = "\n\n".join(f"$ {formula} $" for formula in sorted(formulas))
    assert typst.compile(page.encode(), ignore_system_fonts=True).startswith(b"%PDF")


STRANGE = 'Größe схема _ $ \\ < & # " { } % ^ ~ * ` [x] // @a'


@lru_cache(maxsize=1)
def strange() -> Solution:
    names = {"input_names": ['größe_$ \\ < & # " { }', "схема"], "target_names": ["выход_1"]}
    about = {
        "author": "Ünï_cødé $1 & co",
        "course": "#1 {a}",
        "date": "5 < 6",
        "intro": "An *intro* with $x_1$ & <b>, \\alpha{} # ~ `c`",
    }
    return derivegen.solve(net(title=STRANGE, data=ROW | names, document=about))


def test_strange_text_is_escaped_in_markdown() -> None:
    from markdown_it import MarkdownIt

    text = strange().text("md")
    html = MarkdownIt("commonmark").enable("table").render(text)
    assert f"<h1>{_html(STRANGE)}</h1>" in html
    assert _html('größe_$ \\ < & # " { } ') in html and _html("An *intro* with $x_1$ & <b>, \\alpha{} # ~ `c`") in html


def _html(text: str) -> str:
    for sign, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(sign, name)
    return text


def test_strange_text_is_escaped_in_latex() -> None:
    title = re.search(r"\\title\{(.*)\}", strange().text("latex"))
    assert title is not None
    shown = title[1]
    assert r"\_ \$ \textbackslash{}" in shown and r"\& \#" in shown and r"\{ \}" in shown and "Größe схема" in shown
    bare = re.sub(
        r"\\(text(backslash|less|greater|asciicircum|asciitilde|quotedbl|asciigrave|bar))\{\}|\\[_$&#{}%]", "", shown
    )
    assert not set(bare) & set('\\_$&#{}%^~<>"')


def test_strange_text_comes_through_typst_to_the_pdf() -> None:
    reader = PdfReader(io.BytesIO(strange().pdf()))
    assert reader.metadata is not None and reader.metadata.title == STRANGE
    page = "".join("".join(page.extract_text() for page in reader.pages[:2]).split())
    assert 'größe_$\\<&#"{}' in page and "Größeсхема" in page


# the values


def test_article_004() -> None:
    solution = derivegen.solve("example:article-004")
    assert solution.values["a[1][1]"] == pytest.approx(0.574442516811659, abs=1e-15)
    assert (
        (solution.values | {"loss": 1.0})["loss"] == ({"loss": 1.0} | solution.gradients | {"loss": 1.0})["loss"] == 1.0
    )
    assert {"more": 1.0} | solution.values == {"more": 1.0, **solution.values}
    assert solution.values["loss"] == pytest.approx(0.0259, abs=5e-5)
    assert solution.gradients["w[2][1][1]"] == pytest.approx(-0.1307, abs=1e-4)
    final = solution.trace.updates[-1].values
    assert [round(final[name], 4) for name in ("w[1][1][1]", "b[1][1]", "w[2][1][1]", "b[2][1]")] == [
        0.4072,
        0.1143,
        0.3978,
        0.3697,
    ]
    assert solution.updated["w[1][1][1]"] == pytest.approx(0.4 - 0.1 * solution.gradients["w[1][1][1]"])


def test_article_000() -> None:
    """The seven outputs of the article, before and after each of six updates; numpy by hand."""
    w1 = numpy.random.RandomState(3)
    one, two = w1.randn(4, 3) * 0.1, w1.randn(1, 4) * 0.1
    b1, b2, x = numpy.zeros(4), numpy.zeros(1), numpy.array([7.0, 8.0, 10.0])
    outputs = []
    for _ in range(7):
        h = 1 / (1 + numpy.exp(-(one @ x + b1)))
        y = 1 / (1 + numpy.exp(-(two @ h + b2)))
        outputs.append(float(y[0]))
        d2 = y - 1
        d1 = (two.T @ d2) * h * (1 - h)
        two, b2 = two - 0.5 * numpy.outer(d2, h), b2 - 0.5 * d2
        one, b1 = one - 0.5 * numpy.outer(d1, x), b1 - 0.5 * d1
    updates = derivegen.solve("example:article-000").trace.updates
    assert [update.outputs[0][0] for update in updates] == pytest.approx(outputs, abs=1e-12)


def test_a_solution_answers_by_name(tmp_path: Path) -> None:
    solution = derivegen.solve(net(), digits=3, wrt=["w[1][2][1]"])
    assert set(solution.updated) == set(solution.graph.parameters)
    step = solution.derivation["dloss/dw[1][2][1]"]
    assert [factor.name for factor in step.terms[0].factors] == ["dloss/dz[1][2]", "dz[1][2]/dw[1][2][1]"]
    assert solution.step("dloss/dw[1][2][1]") == step
    assert str(solution.expr("dloss/dw[1][2][1]")) == "dloss/dz[1][2]*x[1]"
    assert {str(s) for s in solution.expr("z[1][2]").free_symbols} == {
        "w[1][2][1]",
        "w[1][2][2]",
        "x[1]",
        "x[2]",
        "b[1][2]",
    }
    array = solution.array("dloss/dw[1]")
    assert array.shape == (2, 2) and array[1, 0] == solution.gradients["w[1][2][1]"]
    assert solution.array("w[1]").tolist() == [[0.1, 0.2], [0.3, -0.4]]
    for wrong in (lambda: solution.expr("w[9]"), lambda: solution.array("q"), lambda: solution.derivation["loss"]):
        with pytest.raises(InputError):
            wrong()
    assert solution.write(tmp_path, to="md,json", stem="mine") and (tmp_path / "mine.json").is_file()
    with pytest.raises(InputError, match="derivegen sheet"):
        solution.text("moodle")


def test_a_notebook_shows_the_page() -> None:
    page = derivegen.solve(net())._repr_markdown_()
    assert page.startswith("# ") and "$$" in page and "```math" not in page and "`$" not in page


def test_a_wrong_option_is_an_input_error() -> None:
    for options in (
        {"digits": "x"},
        {"colour": "red"},
        {"wrt": ["w[7][1][1]"]},
        {"templates": "/nowhere"},
        {"language": "xx"},
    ):
        with pytest.raises(InputError):
            derivegen.solve(net(), **options).text("md")  # type: ignore[arg-type]


# the JSON


def page_of(network: Any, **options: Any) -> dict[str, Any]:
    page: dict[str, Any] = json.loads(derivegen.solve(network, **options).text("json"))
    return page


def test_the_json_has_the_structure_of_the_interface() -> None:
    page = page_of("example:article-004")
    assert list(page) == [
        "derivegen",
        "title",
        "values",
        "gradients",
        "updated",
        "final",
        "trace",
        "formulas",
        "verified",
    ]
    assert (page["derivegen"], page["title"]) == (1, "One hidden unit, by hand")
    assert page["values"]["z[1][1]"] == pytest.approx(0.3, abs=1e-15)
    assert {"w[1][1][1]", "b[1][1]", "z[1][1]", "x[1]", "a[2][1]"} <= set(page["gradients"])
    assert set(page["updated"]) == set(page["final"]) == {"w[1][1][1]", "b[1][1]", "w[2][1][1]", "b[2][1]"}
    assert len(page["trace"]) == 61
    first = page["trace"][0]
    assert list(first) == ["step", "loss", "outputs", "gradient_norm", "parameters"] and first["step"] == 0
    assert first["outputs"] == [[page["values"]["a[2][1]"]]]
    assert page["trace"][-1]["parameters"] == page["final"]
    assert page["verified"]["lines"] > 30 and page["verified"]["largest_relative_difference"] < 1e-9
    assert isinstance(page["verified"]["method"], list)


def test_formulas_in_the_json_are_one_step_deep() -> None:
    formula = page_of("example:article-004")["formulas"]["dloss/dw[1][1][1]"]
    assert formula["routes_total"] == 1 and formula["symbolic"] == "dloss/dz[1][1]*x[1]"
    assert formula["routes"] == [
        ["dloss/da[2][1]", "da[2][1]/dz[2][1]", "dz[2][1]/da[1][1]", "da[1][1]/dz[1][1]", "dz[1][1]/dw[1][1][1]"]
    ]
    assert r"\partial" in formula["latex"] and "Glyph" not in formula["latex"]


def test_routes_are_counted_and_the_first_listed() -> None:
    page = page_of(drawn((8, "tanh"), (8, "tanh"), (8, "tanh"), (1, "linear")), wrt=["w[1][1][1]"])
    formula = page["formulas"]["dloss/dw[1][1][1]"]
    assert formula["routes_total"] == 64 and len(formula["routes"]) == 64


def test_a_large_network_keeps_its_formulas_short() -> None:
    page = page_of(NETWORKS["drawn 10-20-10-1"], wrt=["w[1][3][4]"])
    assert "dloss/dw[1][3][4]" in page["formulas"] and "dloss/dw[1][3][5]" not in page["formulas"]
    assert "parameters" not in page["trace"][0] and len(page["formulas"]) < 40


def test_what_has_no_number_is_left_out() -> None:
    page = page_of(NETWORKS["data without weights"])
    assert set(page["values"]) == {"x[1]", "x[2]", "t[1]"} and page["gradients"] == {}
    assert "trace" not in page and "updated" not in page and page["formulas"]
    assert all(math.isfinite(number) for number in page["values"].values())


def test_a_document_of_too_many_formulas_is_refused_with_what_to_ask_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derivegen.solved.MOST_FORMULAS", 10)
    with pytest.raises(InputError, match="more than 10 formulas; ask for fewer derivatives"):
        derivegen.solve("example:article-004").text("md")
    assert json.loads(derivegen.solve("example:article-004").text("json"))["gradients"]


def test_a_terminal_shows_what_counts_and_no_more() -> None:
    solution = derivegen.solve("example:article-004")
    assert repr(solution.network) == "<Network 'One hidden unit, by hand': 1–1–1, half_squared_error>"
    assert repr(solution).splitlines()[1:] == [
        "  L: 0.0259",
        "  ∂L/∂w₁: -0.0083",
        "  ∂L/∂b₁: -0.0167",
        "  ∂L/∂w₂: -0.1308",
        "  ∂L/∂b₂: -0.2277>",
    ]
    assert len(repr(derivegen.solve("example:rnn"))) < 600
    marking = derivegen.check(solution.network, "h = 0.5744; dL/dw2 = 0.1")
    assert repr(marking).splitlines()[1:] == ["  a[1][1] = 0.5744: right", "  dloss/dw[2][1][1] = 0.1: wrong>"]


def test_a_notebook_shows_pages_with_their_figures_inside() -> None:
    solution = derivegen.solve("example:article-004")
    page = solution._repr_html_()
    assert page.startswith('<div class="derivegen"') and "<svg" in page and "<math" in page and "src=" not in page
    drawn = solution.network._repr_html_()
    assert drawn.count("<svg") == 2 and len(drawn) < len(page)  # the figure in light, and in dark or in print
    marking = derivegen.check(solution.network, "h = 0.5744; dL/dw2 = 0.1")
    shown = marking._repr_html_() or ""
    assert "−0.1308" in re.sub("<[^>]*>", "", shown) and "Sign of the error turned round" in shown
    assert derivegen.load("example:rnn")._repr_html_().count("<svg") == 2


def test_a_notebook_shows_of_a_large_network_what_a_terminal_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derivegen.solved.MOST_FORMULAS", 10)
    page = derivegen.solve("example:article-004")._repr_html_()
    assert page.startswith("<pre>&lt;Solution of") and "ask for fewer derivatives" in page
    monkeypatch.setattr("derivegen.render.in_notebooks.MOST_DRAWN", 5)
    assert derivegen.load("example:article-004")._repr_html_() == (
        "<pre>&lt;Network &#x27;One hidden unit, by hand&#x27;: 1–1–1, half_squared_error&gt;</pre>"
    )
