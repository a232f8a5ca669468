"""The program listing: it runs as printed, prints what stands below it, and its derivatives are those of the Trace."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy
import pytest

import derivegen
from derivegen.api import Solution
from derivegen.document.blocks import Document, Heading, Listing, Paragraph
from derivegen.document.pen import Pen, pen_over
from derivegen.document.words import Words
from derivegen.errors import CheckFailed, InputError
from derivegen.formula.tree import Formula
from derivegen.render.environment import Templates
from derivegen.render.markdown import markdown
from derivegen.render.pages import Asked
from derivegen.solution.listing import MOST_STEPS, listing_section, program_of, steady_steps
from derivegen.solution.program.names import names_of
from derivegen.solution.program.run import agrees, check, executed, steady
from tests.often import times
from tests.solved import COMPLETE, EXAMPLES
from tests.solved import solved as example

RANDOM = times(16, 40)
"""Random networks."""


def pen_of(solution: Solution) -> Pen:
    return pen_over(solution.press, solution.trace)


LETTERED = ("rnn", "conv-pool", "attention", "lstm")
"""Graphs with index letters, which have a program where it is asked for."""
LISTED = [name for name in COMPLETE if name not in LETTERED]


def listing(solution: Solution) -> Listing | None:
    return next((block for block in listing_section(pen_of(solution)) if isinstance(block, Listing)), None)


def words(solution: Solution) -> str:
    paragraphs = [block for block in listing_section(pen_of(solution)) if isinstance(block, Paragraph)]
    return " ".join("".join(run for run in block.text if not isinstance(run, Formula)) for block in paragraphs)


def written(solution: Solution) -> tuple[str, str]:
    """Program and output as they stand in the written Markdown."""
    block = listing(solution)
    assert block is not None
    text = markdown(Asked(solution.press, Document("", (block,))))
    code, output = re.findall(r"```(?:python|text)\n(.*?)\n```", text, re.S)
    return code, output


# networks


def drawn_network(seed: int) -> dict[str, Any]:
    """A network over activations, losses, rows, masks, shared biases, thresholds, drawn numbers, batches and frozen parameters."""
    draw = random.Random(seed)
    rows, single = draw.choice([1, 1, 2, 5]), draw.random() < 0.3
    loss = LOSSES[seed % len(LOSSES)]
    layers: list[dict[str, Any]] = []
    inputs = width = 1 if single else draw.randint(1, 4)
    depth = draw.randint(1, 3)
    for number in range(depth):
        layers.append(_layer(draw, width, single, loss.get("name", "") if number == depth - 1 else ""))
        width = layers[-1]["units"]
    page: dict[str, Any] = {
        "layer": layers,
        "loss": loss,
        "notation": draw.choice(["indexed", "superscript", "layers"]),
    }
    targets = [_target(draw, loss.get("name", ""), width) for _ in range(rows)]
    page["data"] = {"inputs": [_numbers(draw, inputs) for _ in range(rows)], "targets": targets}
    if draw.random() < 0.2:
        page["data"]["inputs"] = {"seed": 3, "scale": 1, "columns": inputs}
    if draw.random() < 0.8:
        page["training"] = {"learning_rate": 0.01, "steps": draw.choice([1, 3, 12])}
        page["training"] |= {"batch_size": draw.choice([1, 2])} if rows > 1 and draw.random() < 0.5 else {}
        page["training"] |= {"frozen": draw.choice([["w[1]"], ["w[1][1][1]"]])} if draw.random() < 0.3 else {}
    page["document"] = draw.choice([{}, {}, {"significant": 3}, {"carry": "rounded"}])
    return page


ACTIVATIONS: list[Any] = [
    *("linear", "sigmoid", "tanh", "relu", "softplus", "silu", "gelu", "softmax"),
    *({"name": "leaky_relu", "slope": 0.1}, {"name": "elu", "alpha": 0.7}),
    *({"formula": "z^2 + sin(z)"}, {"formula": "2*z"}, {"formula": "max(0,z)*sqrt(1+z^2)"}),
]
LOSSES: list[dict[str, Any]] = [
    *({"name": f"{kind}squared_error"} for kind in ("", "half_", "mean_")),
    *({"name": name} for name in ("absolute_error", "hinge", "binary_cross_entropy", "cross_entropy")),
    *({"name": "huber", "delta": 0.3}, {"name": "squared_error", "reduction": "mean"}, {"formula": "(t-a)^4"}),
    {"formula": "abs(t - a)^3 + ln(1+a^2)", "reduction": "sum"},
]
FITTING = {"binary_cross_entropy": "sigmoid", "cross_entropy": "softmax"}


def _numbers(draw: random.Random, count: int) -> list[float]:
    return [round(draw.uniform(-1, 1), 2) for _ in range(count)]


def _layer(draw: random.Random, width: int, single: bool, loss: str) -> dict[str, Any]:
    activation = FITTING.get(loss) or draw.choice(ACTIVATIONS)
    units = 1 if single else draw.randint(1, 4)
    if activation == "softmax":
        units = max(units, 2)
    layer: dict[str, Any] = {"units": units, "activation": activation}
    layer["weights"] = [_numbers(draw, width) for _ in range(units)]
    if draw.random() < 0.25 and width > 1:
        mask = layer["connections"] = [[draw.choice([0, 1, 1]) for _ in range(width)] for _ in range(units)]
        layer["weights"] = [
            [w * m for w, m in zip(*pair, strict=True)] for pair in zip(layer["weights"], mask, strict=True)
        ]
    if draw.random() < 0.3:
        layer["weights"] = {"seed": draw.choice([3, 4]), "scale": draw.choice([0.1, 1])}
        layer |= {"weights_as": "inputs x units"} if "connections" not in layer and draw.random() < 0.5 else {}
    offsets: list[dict[str, Any]] = [
        {"biases": _numbers(draw, units)},
        {"biases": 0.25},
        {"thresholds": _numbers(draw, units)},
        {"biases": {"seed": 3}},
        {},
    ]
    return layer | draw.choice(offsets)


def _target(draw: random.Random, loss: str, width: int) -> list[float]:
    if loss == "cross_entropy":
        one = draw.randrange(width)
        return [int(place == one) for place in range(width)]
    if loss in ("binary_cross_entropy", "hinge"):
        return [draw.choice([0 if loss != "hinge" else -1, 1]) for _ in range(width)]
    return _numbers(draw, width)


GRAPHS: dict[str, dict[str, Any]] = {
    "functions": {
        "inputs": {"a": 0.5, "b": 1.5},
        "nodes": [
            ["p", "sin(a)*exp(b)"],
            ["q", "ln(b) + sqrt(p^2)"],
            ["s", "tanh(q)/sigmoid(p) + softplus(a) + min(a, b, 1) - relu(-a) + abs(b)^3"],
        ],
        "output": "s",
    },
    "a dead end": {"inputs": {"a": 2, "b": 3}, "nodes": [["p", "a*a"], ["u", "b*a"]], "output": "p"},
    "strange names": {
        "inputs": {"lambda_1": 2, "ψ": 3, "print": 1, "np": 4, "η": 5},
        "nodes": [["in", "lambda_1*ψ + print"], ["Δ", "in*np - η"]],
        "output": "Δ",
    },
    "gates": {"inputs": {"a": 2, "b": 3}, "nodes": [["p", "(a*b + a)/(b - a^2)"]], "output": "p", "gates": True},
}


@lru_cache(maxsize=64)
def random_solution(seed: int) -> Solution | None:
    """A random network solved; None where its training runs away."""
    try:
        return derivegen.solve(drawn_network(seed))
    except InputError:
        return None


# it runs


@pytest.mark.parametrize("name", ["article-004", "article-000", "xor", "softmax-2-3-2", "graph-shared"])
def test_the_written_program_prints_the_written_output(name: str) -> None:
    code, output = written(example(name))
    ran = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.rstrip() == output and not ran.stderr


@pytest.mark.parametrize("name", LISTED)
def test_the_written_program_runs_in_process(name: str) -> None:
    code, output = written(example(name))
    assert executed(code)[0] == output


@pytest.mark.parametrize("name", LETTERED)
def test_a_graph_with_index_letters_runs_as_printed(name: str) -> None:
    code, printed = written(derivegen.solve(f"example:{name}", extra=("program",)))
    assert executed(code)[0] == printed and "# backward pass" in code


def test_the_program_of_a_recurrent_layer_trains_it() -> None:
    """Gates, a state that begins with 0, an update of each array, and the numbers after two of them."""
    layers = [
        {"kind": "lstm", "units": 2, "weights": {"seed": 1}},
        {"kind": "last"},
        {"units": 1, "weights": {"seed": 2}},
    ]
    data = {"inputs": [[[0.5], [1.0], [-0.5]]], "targets": [[0.25]]}
    file = {"data": data, "layer": layers, "loss": {"name": "half_squared_error"}}
    solution = derivegen.solve({**file, "training": {"learning_rate": 0.5, "steps": 2}}, extra=("program",))
    code, printed = written(solution)
    assert executed(code)[0] == printed
    variables = executed(code)[1]
    assert variables["uf_1"][1, 0] == pytest.approx(solution.trace.updates[2].values["uf[1][2][1]"], rel=1e-12)


def test_a_network_too_large_for_a_program_says_so() -> None:
    layers = [{"kind": "rnn", "units": 20, "weights": {"seed": 1}}, {"kind": "last"}]
    file = {
        "data": {"inputs": [[[1.0], [2.0]]], "targets": [[0.0] * 20]},
        "layer": layers,
        "loss": {"name": "squared_error"},
    }
    with pytest.raises(InputError, match="of at most 300 parameters"):
        derivegen.solve(file, extra=("program",)).text("text")


@pytest.mark.parametrize("seed", range(RANDOM))
def test_random_networks_run_as_printed(seed: int) -> None:
    solution = random_solution(seed)
    if solution is None:
        pytest.skip("training runs away")
    code, output = written(solution)
    assert executed(code)[0] == output
    assert max(map(len, code.split("\n"))) <= 100


def test_most_random_networks_have_a_listing() -> None:
    solved = [random_solution(seed) for seed in range(RANDOM)]
    assert sum(solution is not None for solution in solved) >= RANDOM - 4


@pytest.mark.parametrize("name", GRAPHS)
def test_graphs_run_as_printed(name: str) -> None:
    solution = derivegen.solve({"graph": GRAPHS[name]})
    code, output = written(solution)
    assert executed(code)[0] == output


# its derivatives


def gradients(solution: Solution) -> dict[str, Any]:
    """The program's arrays of derivatives at the parameters as given, by the family's name."""
    once = replace(pen_of(solution), trace=replace(solution.trace, updates=solution.trace.updates[:2]))
    program = program_of(once, 1)
    assert program is not None
    _, variables = executed(program.code)
    shape = solution.network.n_inputs == 1 and all(d.units == 1 and d.mask is None for d in solution.network.layers)
    names = names_of(solution.notation, shape and all(d.bias_kind != "shared" for d in solution.network.layers))
    families = [f.name for f in solution.graph.families.values() if f.kind in ("weight", "bias", "threshold")]
    return {name: variables[names[f"dloss/d{name}"]] for name in families}


@pytest.mark.parametrize("seed", range(RANDOM))
def test_derivatives_are_those_of_the_trace(seed: int) -> None:
    solution = random_solution(seed)
    if solution is None or solution.network.training.batch_size is not None:
        pytest.skip("no gradient of all rows at once")
    if solution.trace.rounding.carry == "rounded":
        pytest.skip("the trace rounds on the way")
    for name, found in gradients(solution).items():
        expected = solution.array(f"dloss/d{name}")
        assert numpy.allclose(numpy.reshape(found, expected.shape), expected, rtol=1e-12, atol=1e-12), name


@pytest.mark.parametrize("name", ["article-004", "article-000", "xor", "softmax-2-3-2", "relu-kink"])
def test_derivatives_of_the_examples_are_those_of_the_trace(name: str) -> None:
    for family, found in gradients(example(name)).items():
        expected = example(name).array(f"dloss/d{family}")
        assert numpy.allclose(numpy.reshape(found, expected.shape), expected, rtol=1e-12, atol=1e-15)


# it is held to the Trace


CORRUPTIONS = {
    "the sign of the error": ("article-004", "dL_dy = y - t", "dL_dy = t - y"),
    "a sign on the way back": ("article-004", "dL_dh = dL_dy * w2", "dL_dh = -dL_dy * w2"),
    "a slope left out": ("article-004", " * sigmoid_slope(h)", ""),
    "the input left out": ("article-004", "delta1 * x", "delta1"),
    "the sign of the update": ("article-004", "b1 -= eta", "b1 += eta"),
    "another weight": ("article-000", "W2.T @ delta2", "-W2.T @ delta2"),
    "another seed": ("article-000", "RandomState(3)", "RandomState(4)"),
    "the mean left out": ("xor", "(a2 - t) / len(x)", "(a2 - t)"),
    "a word": ("xor", "step {step:2d}", "stop {step:2d}"),
    "a line less": ("article-004", 'print(f"w1 = {w1:.4f}")\n', ""),
}


@pytest.mark.parametrize("what", CORRUPTIONS)
def test_a_corrupted_program_is_refused(what: str) -> None:
    name, old, new = CORRUPTIONS[what]
    solution = example(name)
    program = program_of(pen_of(solution), solution.network.training.steps)
    assert program is not None and program.code.count(old) == 1
    check(program, executed(program.code)[0], solution.trace)
    with pytest.raises(CheckFailed):
        check(program, executed(program.code.replace(old, new))[0], solution.trace)


def test_a_printed_number_agrees_to_its_last_digit() -> None:
    assert agrees("0.0259", 0.02594) and agrees("-1.2e-05", -1.249e-5) and agrees("3", 3.4)
    assert not agrees("0.0259", 0.02596) and not agrees("1.2e-05", -1.2e-5) and not agrees("nan", 1.0)


# what it looks like


def test_one_unit_a_layer_needs_no_arrays() -> None:
    block = listing(example("article-004"))
    assert block is not None and "np.array" not in block.code and "h = sigmoid(z)" in block.code
    assert "step 60: L = 7.633e-10, y = 0.6000" in block.output and "dL_dw1 = -0.0083" in block.output


def test_drawn_weights_are_drawn_again() -> None:
    block = listing(example("article-000"))
    assert block is not None and "W1 = 0.1 * random.randn(4, 3)" in block.code


def test_no_listing_without_every_number() -> None:
    assert all(not list(listing_section(pen_of(example(name)))) for name in EXAMPLES if name not in COMPLETE)


def test_no_listing_of_a_network_too_large_to_read(tmp_path: Any) -> None:
    numpy.save(tmp_path / "w.npy", numpy.ones((1, 2)) / 3)
    (tmp_path / "net.toml").write_text(
        '[data]\ninputs = [[1, 2]]\ntargets = [[1]]\n[[layer]]\nunits = 1\nweights = { file = "w.npy" }\n'
        '[loss]\nname = "squared_error"\n'
    )
    assert listing(derivegen.solve(tmp_path / "net.toml")) is None
    wide = {"units": 40, "weights": {"seed": 1}, "activation": "tanh"}
    page = {
        "data": {"inputs": [[0.1] * 9], "targets": [[1]]},
        "layer": [wide, {"units": 1, "weights": {"seed": 1}}],
        "loss": {"name": "squared_error"},
    }
    assert listing(derivegen.solve(page)) is None
    assert listing(derivegen.solve(page | {"layer": [wide | {"units": 11}, page["layer"][1]]})) is None  # type: ignore[index]


def test_changed_numbers_are_not_called_drawn() -> None:
    solution = example("article-000")
    layer = solution.network.layers[0]
    assert layer.weights is not None
    moved = replace(layer, weights=(tuple(2 * w for w in layer.weights[0]), *layer.weights[1:]))
    network = replace(solution.network, layers=(moved, solution.network.layers[1]))
    assert listing(derivegen.solve(network)) is None


LONG: dict[str, Any] = {
    "data": {"inputs": [[0.5]], "targets": [[0.6]]},
    "layer": [{"units": 1, "activation": "tanh", "weights": [[0.4]], "biases": [0.1]}],
    "loss": {"name": "squared_error"},
}


def test_a_long_run_is_cut_short_and_says_so() -> None:
    solution = derivegen.solve(LONG | {"training": {"learning_rate": 0.1, "steps": MOST_STEPS + 200}})
    block = listing(solution)
    assert block is not None and f"steps = {MOST_STEPS}" in block.code
    assert f"the first {MOST_STEPS} of the {MOST_STEPS + 200} updates" in words(solution)
    assert len(block.output.split("\n")) < 40


def test_a_run_that_doubles_every_difference_is_cut_short() -> None:
    wild = {"units": 1, "activation": {"formula": "sin(z)"}, "weights": [[0.4]], "biases": [0.1]}
    page = LONG | {"layer": [wild], "training": {"learning_rate": 9, "steps": 200}}
    solution = derivegen.solve(page)
    steps = steady_steps(solution.trace, 200)
    assert 1 < steps < 200
    assert f"the first {steps} of the 200 updates" in words(solution)
    several = page | {"data": {"inputs": [[0.5], [0.7]], "targets": [[0.6], [0.1]]}}
    assert "of the 200 updates" in words(derivegen.solve(several))


@pytest.mark.parametrize("name", LISTED)
def test_the_examples_print_the_same_whatever_the_last_bit(name: str) -> None:
    steps = example(name).network.training.steps
    program = program_of(pen_of(example(name)), steps)
    assert program is not None and steady(program, executed(program.code)[0])


def test_carried_rounding_is_said_to_differ() -> None:
    assert "rounds only what it prints" in words(derivegen.solve("example:article-004", carry="rounded"))
    assert "rounds only" not in words(example("article-004"))


def test_a_number_near_a_tie_gets_a_digit_more() -> None:
    page = LONG | {"layer": [{"units": 1, "weights": [[0.12345]]}], "data": {"inputs": [[1]], "targets": [[0]]}}
    block = listing(derivegen.solve(page))
    assert block is not None and "y" not in block.output and "0.12345" in block.output


def test_names_are_neither_keywords_nor_functions() -> None:
    block = listing(derivegen.solve({"graph": GRAPHS["strange names"]}))
    assert block is not None
    assert re.search(r"^in_ = lambda_1 \* psi \+ print_$", block.code, re.M) and "np_ = 4.0" in block.code


def test_symbols_of_ones_own_are_used_where_they_are_names() -> None:
    notation = {"base": "plain", "symbols": {"w[1][1][1]": "\\lambda", "b[1][1]": "\\hat{b}_{in}"}}
    block = listing(derivegen.solve("example:article-004", notation=notation))
    assert block is not None and "b_hat_in = 0.1" in block.code and re.search(r"^lamb?da_? = 0.4$", block.code, re.M)


def test_words_of_a_template_cannot_become_code() -> None:
    pen = pen_of(example("article-004"))
    own = {"listing.step": "it's \" + {__import__} \\ {{ step }}", "listing.data": "a\r\nprint(1)\u2028print(2)"}

    class Saying(Templates):
        def words(self, language: str) -> Words:
            return Words({**super().words(language).sentences, **own}, "own")

    changed = replace(pen, press=replace(pen.press, templates=Saying()))
    block = next(block for block in listing_section(changed) if isinstance(block, Listing))
    assert "# a print(1) print(2)\n" in block.code and block.output.startswith("it's + __import__  0: L = ")


def test_the_section_begins_with_its_title() -> None:
    blocks = list(listing_section(pen_of(example("article-004"))))
    assert isinstance(blocks[0], Heading) and blocks[0].level == 1 and isinstance(blocks[-1], Listing)


def test_words_of_a_template_of_ones_own_are_never_run(tmp_path: Path) -> None:
    """Sentences reach a program as comments and inside quotes; whatever stands in them, it is text."""
    mark = tmp_path / "ran"
    payload = f"open('{mark}','w')"
    hostile = f"x\\n{payload}\\r{payload}\\u2028{payload}\\u000c{payload}"
    folder = tmp_path / "own" / "prose" / "en"
    folder.mkdir(parents=True)
    keys = ("data", "parameters", "forward", "backward", "update", "zero")
    lines = [f'"listing.{key}" = "{hostile}"' for key in keys]
    lines.append(f'"listing.step" = "step {{{{ step }}}} {{{payload}}}\\" + str({payload}) + \\""')
    (folder / "listing.toml").write_text("\n".join(lines), encoding="utf-8")
    words = [f'"notebook.{key}" = "{hostile}"' for key in ("shows", "given", "taken", "carried")]
    (folder / "notebook.toml").write_text("\n".join(words), encoding="utf-8")
    solution = derivegen.solve("example:xor", templates=tmp_path / "own", extra="program")
    assert payload.split("'")[0] in solution.text("md") and solution.text("ipynb")
    assert not mark.exists()


def test_a_number_that_doubles_lose_is_in_no_program() -> None:
    """1 − tanh²(15.1) has three right digits in doubles."""
    layer = {"units": 1, "activation": "tanh", "weights": [[15]], "biases": [0.1]}
    net = {"data": {"inputs": [[1]], "targets": [[0]]}, "layer": [layer], "loss": {"name": "squared_error"}}
    solution = derivegen.solve({**net, "training": {"learning_rate": 0.1, "steps": 2}})
    page = solution.text("md")
    assert "import numpy" not in page and "6.1" in page


def test_a_sum_of_0_that_doubles_leave_something_of_is_in_no_program() -> None:
    """Exclusive or with a unit so far saturated that the derivatives of the others are 0 but for noise."""
    hidden = {"units": 2, "activation": "sigmoid", "weights": [[5, 5], [-4, -4]], "biases": [1e300, 6]}
    output = {"units": 1, "activation": "sigmoid", "weights": [[4, 4]], "biases": [-6]}
    data = {"inputs": [[0, 0], [0, 1], [1, 0], [1, 1]], "targets": [[0], [1], [1], [0]]}
    net = {"data": data, "layer": [hidden, output], "loss": {"name": "binary_cross_entropy"}}
    assert "import numpy" not in derivegen.solve(net).text("md")


def test_a_run_that_doubles_carry_away_is_in_no_program() -> None:
    net = derivegen.load(
        {
            "data": {"inputs": [[0.5]], "targets": [[0.6]]},
            "layer": [
                {"units": 1, "activation": "sigmoid", "weights": [[0.4]], "biases": [0.1]},
                {"units": 1, "weights": [[0.3]], "biases": [0.2]},
            ],
            "loss": {"name": "half_squared_error"},
            "training": {"learning_rate": 700, "steps": 60, "every": 5},
        }
    )
    assert "import " not in derivegen.solve(net).text("md")
