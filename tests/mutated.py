"""A seed goes in; a network file comes out that was right before something was done to it: keys lost, doubled, swapped, values of other
kinds, numbers at their ends, shapes that are huge or nothing, letters from everywhere."""

from __future__ import annotations

import copy
import json
import random
import time
import tomllib
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import derivegen
from derivegen.network.file.examples import example_names, example_path

Tree = Any
Place = tuple[Any, ...]

HAND_WRITTEN: tuple[dict[str, Any], ...] = (
    {
        "data": {"inputs": [[1]], "targets": [[0]]},
        "layer": [{"units": 1, "activation": "tanh", "weights": [[0.5]], "biases": [0.1]}],
        "loss": {"name": "squared_error"},
        "training": {"learning_rate": 0.1, "steps": 2},
    },
    {
        "title": "Two classes",
        "data": {"inputs": [[1, 0], [0, 1], [1, 1]], "targets": [[0], [1], [1]], "input_names": ["p", "q"]},
        "layer": [
            {"units": 2, "activation": "relu", "weights": [[1, -1], [0.5, 0.25]], "biases": 0.1},
            {"units": 1, "activation": "sigmoid", "weights": [[1, -2]], "biases": "shared"},
        ],
        "loss": {"name": "binary_cross_entropy"},
        "training": {"learning_rate": 0.5, "steps": 3, "batch_size": 2, "every": 2, "frozen": ["b[2]"]},
        "document": {"wrt": ["w[1][1][1]"], "digits": 3, "carry": "rounded"},
    },
    {
        "data": {"inputs": 2, "targets": 2, "rows": "N"},
        "layer": [
            {"units": 2, "activation": "abstract", "connections": [[1, 0], [1, 1]]},
            {"units": 2, "activation": {"name": "abstract", "symbol": "g"}, "biases": "shared"},
        ],
        "loss": {"name": "abstract"},
        "notation": {"base": "numbered", "w": "w_{<n>}", "symbols": {"w[1][1][1]": "w_{13}"}},
    },
    {
        "data": {"inputs": [[0.2, 0.4]], "targets": [[0, 1]]},
        "layer": [
            {"units": 2, "activation": "softmax", "weights": {"seed": 3, "scale": 0.1}, "thresholds": [0.1, 0.2]}
        ],
        "loss": {"name": "cross_entropy"},
        "published": {"loss": "0.69", "z[1][1]": {"value": "1", "where": "page 3"}},
        "training": {"learning_rate": 1, "steps": 1, "trained": ["w"]},
    },
    {
        "data": {"inputs": [[2]], "targets": [[1, 2]]},
        "layer": [
            {"units": 1, "activation": {"formula": "z^2 + 1"}, "weights": [[0.5]]},
            {"units": 2, "activation": {"name": "elu", "alpha": 0.5}, "weights": [[0.5], [1]], "biases": [0, 0]},
        ],
        "loss": {"formula": "(t - a)^4", "reduction": "mean"},
        "document": {"view": "matrix", "language": "de", "significant": 3, "intro": "Ein Beispiel."},
        "exercise": {"vary": ["inputs"], "ask": [{"kind": "values", "of": ["loss"], "marks": 2}]},
    },
    {
        "graph": {
            "inputs": {"x": -2, "y": 5},
            "parameters": {"z": -4},
            "nodes": [["q", "x + y"], ["f", "q * z"]],
            "output": "f",
            "wrt": ["x", "z"],
        }
    },
)
FIRST = (
    *("article-000", "article-001", "article-002", "article-003", "article-004", "attention", "conv-pool"),
    *("graph-product", "graph-shared", "relu-kink", "rnn", "softmax-2-3-2", "symbolic", "xor"),
)
"""The examples of the first seeds, so that a seed goes on giving the file that it was known by; from STEADY on all there are are drawn."""
STEADY = 20_000
ODD: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        "",
        " ",
        "x",
        "0",
        "0.5",
        "symbolic",
        "shared",
        "N",
        [],
        {},
        [[]],
        [[[]]],
        [[1]],
        [1, 2],
        [[1, 2], [3]],
    ),
    *(
        {"seed": 1},
        {"file": "w.npy"},
        {"file": "../../../etc/passwd", "key": "x"},
        {"name": "sigmoid"},
        {"formula": "z"},
    ),
    *(
        {"formula": "3"},
        {"formula": "a"},
        {"formula": "1/z"},
        {"formula": "ln(z)"},
        {"formula": "abs(z)"},
        "sigmoid",
        "softmax",
    ),
    *(
        "relu",
        "abstract",
        "linear",
        "cross_entropy",
        "binary_cross_entropy",
        "hinge",
        "huber",
        "absolute_error",
        "nielsen",
    ),
    *(
        "w[1][1][1]",
        "w[9][9][9]",
        "z[1][1]",
        "loss",
        "delta[1][1]",
        "w[1][1][1]'",
        "dloss/dw[1][1][1]",
        "matrix",
        "both",
        "mean",
    ),
)
NUMBERS: tuple[Any, ...] = (
    *(0, 1, -1, 2, 3, 0.5, -0.5, 1e-5, 15, 16, 40, 100, 1000, 10**5, 10**6, 10**9, 2**31, 2**63, 10**40),
    *(
        1e300,
        1e308,
        -1e308,
        1e-300,
        5e-324,
        Decimal("1e400"),
        Decimal("1e-400"),
        Decimal("0." + "3" * 50),
        Decimal("0." + "7" * 399),
    ),
    *(float("nan"), float("inf"), 1e16, 1e-16, 0.1, 700.0, 37.0, -745.0),
)
TEXTS = (
    *(
        "ä",
        "√x",
        "名前",
        "\u202eabc",
        "a\u0301",
        "\x00",
        "\ue000",
        "<b>x</b>",
        "$x$",
        "\\input{x}",
        "w_<n>",
        "w_{<n>}",
        "#let",
    ),
    *(
        "{{ 7*7 }}",
        "((( x )))",
        "]]>",
        "|",
        "`x`",
        "*x*",
        "_",
        "x_1",
        "w_",
        "%",
        "&amp;",
        "x" * 300,
        "x" * 3000,
        "f(z",
        "z^65",
    ),
    *("1/0", "z/0", "__import__('os')", "e", "pi", "loss", "exp", "0,5", "1e5", "-", "§", "\n", "a\tb", "😀", "ß", "İ"),
)


def mutated(seed: int) -> tuple[str, str]:
    """The ending and the text of a file that was right before one to three things happened to it."""
    lot, names = random.Random(seed), FIRST if seed < STEADY else example_names()
    if lot.random() < 0.25:
        return "toml", _torn(example_path(lot.choice(names)).read_text(encoding="utf-8"), lot)
    tree = _base(lot, names)
    for _ in range(lot.choice((1, 1, 1, 2, 3))):
        tree = lot.choice(CHANGES)(tree, lot)
    return "json", written(tree)


def written(tree: Tree) -> str:
    """As JSON, every number as it stands."""
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{json.dumps(str(key))}: {written(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list | tuple):
        return "[" + ", ".join(map(written, tree)) + "]"
    return str(tree) if isinstance(tree, Decimal) else json.dumps(tree)


def _base(lot: random.Random, names: Sequence[str]) -> Tree:
    place = lot.randrange(len(names) + 2 * len(HAND_WRITTEN))
    if place < len(names):
        return tomllib.loads(example_path(names[place]).read_text(encoding="utf-8"), parse_float=Decimal)
    return copy.deepcopy(HAND_WRITTEN[place % len(HAND_WRITTEN)])


def _places(tree: Tree, here: Place = ()) -> Iterator[Place]:
    """Where anything stands."""
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in inside:
        yield (*here, key)
        yield from _places(value, (*here, key))


def _at(tree: Tree, place: Place) -> Tree:
    for key in place:
        tree = tree[key]
    return tree


def _any(tree: Tree, lot: random.Random, wanted: Callable[[Tree], bool] = lambda _: True) -> tuple[Tree, Any] | None:
    """A place of the tree whose value is wanted: what holds it, and under which key."""
    places = [place for place in _places(tree) if wanted(_at(tree, place))]
    if not places:
        return None
    place = lot.choice(places)
    return _at(tree, place[:-1]), place[-1]


def _changed(tree: Tree, lot: random.Random, change: Callable[[Tree], Any], wanted: Callable[[Tree], bool]) -> Tree:
    found = _any(tree, lot, wanted)
    if found is not None:
        found[0][found[1]] = change(found[0][found[1]])
    return tree


def _number(value: Tree) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def lost(tree: Tree, lot: random.Random) -> Tree:
    """Something less."""
    found = _any(tree, lot)
    if found is not None:
        del found[0][found[1]]
    return tree


def doubled(tree: Tree, lot: random.Random) -> Tree:
    """An entry of a list twice, or a value under a key of its own as well."""
    found = _any(tree, lot)
    if found is None:
        return tree
    holder, key = found
    if isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key]))
    else:
        holder[lot.choice((key.upper(), key + "s", key[:-1] or "q", lot.choice(_KEYS)))] = copy.deepcopy(holder[key])
    return tree


def other_kind(tree: Tree, lot: random.Random) -> Tree:
    """Something altogether different."""
    return _changed(tree, lot, lambda _: copy.deepcopy(lot.choice(ODD + NUMBERS + TEXTS)), lambda _: True)


def other_number(tree: Tree, lot: random.Random) -> Tree:
    """Another number."""
    return _changed(tree, lot, lambda _: lot.choice(NUMBERS), _number)


def all_numbers(tree: Tree, lot: random.Random) -> Tree:
    """Every number of a list another, or one and the same."""
    new = [lot.choice(NUMBERS) for _ in range(lot.choice((1, 1, 3)))]

    def filled(value: Tree) -> Tree:
        if isinstance(value, list):
            return [filled(each) for each in value]
        return lot.choice(new) if _number(value) else value

    return _changed(tree, lot, filled, lambda value: isinstance(value, list))


def other_text(tree: Tree, lot: random.Random) -> Tree:
    """Another text."""
    words = [*TEXTS, *(each for each in ODD if isinstance(each, str))]
    return _changed(tree, lot, lambda _: lot.choice(words), lambda value: isinstance(value, str))


def edited_text(tree: Tree, lot: random.Random) -> Tree:
    """A letter of a text another."""

    def edit(text: str) -> str:
        place = lot.randrange(len(text) + 1)
        return text[:place] + lot.choice((*"aZ0_.[]()+-*/^ '<>{}\\", "ä", "")) + text[place + lot.randrange(2) :]

    return _changed(tree, lot, edit, lambda value: isinstance(value, str))


def renamed(tree: Tree, lot: random.Random) -> Tree:
    """A key called otherwise, or as another one."""
    found = _any(tree, lot)
    if found is not None and isinstance(found[0], dict):
        found[0][lot.choice((*_KEYS, *TEXTS))] = found[0].pop(found[1])
    return tree


def swapped(tree: Tree, lot: random.Random) -> Tree:
    """Two values in each other's place."""
    one, other = _any(tree, lot), _any(tree, lot)
    if one is not None and other is not None:
        a, b = copy.deepcopy(one[0][one[1]]), copy.deepcopy(other[0][other[1]])
        one[0][one[1]] = b
        if other[1] in other[0] if isinstance(other[0], dict) else other[1] < len(other[0]):
            other[0][other[1]] = a
    return tree


def nested(tree: Tree, lot: random.Random) -> Tree:
    """Brackets too many, or too few."""

    def change(value: Tree) -> Tree:
        if lot.random() < 0.5 and isinstance(value, list) and value:
            return value[0]
        for _ in range(lot.choice((1, 1, 2, 30, 150))):
            value = [value]
        return value

    def depth(value: Tree) -> bool:
        return not isinstance(value, dict)

    return _changed(tree, lot, change, depth)


def longer(tree: Tree, lot: random.Random) -> Tree:
    """A list many times, of which the numbers fit or do not."""
    return _changed(
        tree, lot, lambda v: v * lot.choice((2, 3, 10, 40, 1000)), lambda v: isinstance(v, list) and len(v) < 50
    )


def valid(tree: Tree, lot: random.Random) -> Tree:
    """A key that any file may have, with a value it may have."""
    section, key, values = lot.choice(_MAY)
    holder = tree
    if section:
        holder = tree.setdefault(section, {})
        if isinstance(holder, list):
            holder = lot.choice(holder) if holder else {}
    if isinstance(holder, dict):
        holder[key] = copy.deepcopy(lot.choice(values))
    return tree


ACTIVATIONS: tuple[Any, ...] = (
    *("linear", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "silu", "gelu", "softmax", "abstract"),
    *(
        {"formula": "3"},
        {"formula": "z^2"},
        {"formula": "max(0, z)"},
        {"formula": "ln(1 + exp(z))"},
        {"formula": "z/(1 + abs(z))"},
    ),
    *({"name": "abstract", "symbol": letter} for letter in "xfgzaCLwtbN"),
)
_MAY: tuple[tuple[str, str, tuple[Any, ...]], ...] = (
    ("layer", "activation", ACTIVATIONS),
    ("layer", "activation", ACTIVATIONS),
    ("layer", "biases", (0, 0.5, "shared", False, [0], [0, 0], [1, 2])),
    ("layer", "weights", ({"seed": 1}, {"seed": 1, "scale": 0}, [[0]], [[0, 0]], [[0, 0], [0, 0]], [[0], [0]])),
    ("layer", "connections", ([[0]], [[0, 0]], [[0, 0], [0, 0]], [[1, 0], [0, 1]], [[0], [0]])),
    ("layer", "units", (1, 2, 3, 7, 12)),
    ("data", "rows", ("N", "M", 1, 2, 7)),
    ("data", "inputs", (1, 2, 3, {"seed": 2}, {"seed": 2, "columns": 2}, [[0]], [[0, 0]])),
    ("data", "targets", (1, 2, [[0]], [[1]], [[0, 0]], [[1, 0]], {"seed": 4})),
    (
        "loss",
        "formula",
        ("3", "t", "a", "(t - a)^2", "abs(t - a)", "a*t", "-ln(a)", "1/(a - a)", "max(a, t)", "exp(a)"),
    ),
    *(
        ("loss", "name", (name,))
        for name in ("squared_error", "half_squared_error", "mean_squared_error", "absolute_error")
    ),
    *(("loss", "name", (name,)) for name in ("huber", "hinge", "binary_cross_entropy", "cross_entropy", "abstract")),
    ("loss", "reduction", ("sum", "mean")),
    ("loss", "delta", (1, 0.001, 10**6)),
    ("training", "learning_rate", (1, 0.1, 1e-9, 100, 10**6, 1e300)),
    ("training", "steps", (0, 1, 2, 50, 1000, 10**9)),
    ("training", "batch_size", (1, 2, 3)),
    ("training", "every", (1, 2, 10**6)),
    ("training", "frozen", ([], ["w"], ["b"], ["w[1]"], ["w", "b", "theta"])),
    ("training", "trained", ([], ["w"], ["b"])),
    ("document", "digits", (0, 1, 2, 8, 15)),
    ("document", "significant", (1, 2, 15)),
    ("document", "carry", ("exact", "rounded")),
    ("document", "detail", ("brief", "standard", "full")),
    ("document", "view", ("units", "matrix", "both")),
    ("document", "language", ("en", "de")),
    ("document", "wrt", ([], ["w[1][1][1]"], ["x[1]"], ["z[1][1]"], ["t[1]"], ["w[1]"], ["a[1][1]"], ["b[1]"])),
    ("document", "translate", ("nielsen", "rows", "plain", "indexed")),
    ("document", "assume", (["z[1][1] > 0"], ["a[1][1] < t[1]"], ["x[1] >= 0"])),
    *(
        ("", "notation", (name,))
        for name in ("indexed", "plain", "superscript", "rows", "numbered", "layers", "nielsen", "net-out")
    ),
    (
        "",
        "notation",
        ({"w": "v_{<j><k>}"}, {"w": "w_<n>"}, {"z": "s"}, {"base": "rows", "delta": "d"}, {"first_row": 7}, {"x": "w"}),
    ),
    ("", "weights_as", ("inputs x units", "units x inputs")),
    ("", "title", ("A", "x" * 2000, "<b>", "$", "…")),
    ("published", "loss", ("0", "1.0", "1e5", "0,5", "x")),
)
_KEYS = (
    *dict.fromkeys(key for _, key, _ in _MAY),
    *("graph", "data", "layer", "loss", "training", "document", "kind", "slope"),
)
CHANGES: tuple[Callable[[Tree, random.Random], Tree], ...] = (
    *(
        lost,
        doubled,
        other_kind,
        other_number,
        other_number,
        all_numbers,
        other_text,
        edited_text,
        renamed,
        swapped,
        nested,
        longer,
    ),
    *(valid, valid, valid, valid, valid),
)


def _torn(text: str, lot: random.Random) -> str:
    """Lines lost, doubled or moved, letters changed, the end missing."""
    lines = text.split("\n")
    for _ in range(lot.choice((1, 1, 2))):
        place = lot.randrange(len(lines))
        way = lot.randrange(6)
        if way == 0:
            del lines[place]
        elif way == 1:
            lines.insert(place, lines[lot.randrange(len(lines))])
        elif way == 2:
            other = lot.randrange(len(lines))
            lines[place], lines[other] = lines[other], lines[place]
        elif way == 3:
            at = lot.randrange(len(lines[place]) + 1)
            lines[place] = lines[place][:at] + lot.choice((*'[]{}"=,.#\n0-e', "ä", "", "\x00")) + lines[place][at + 1 :]
        elif way == 4:
            lines[place] = lines[place].replace(".", ",")
        else:
            lines[place:] = [lines[place][: lot.randrange(len(lines[place]) + 1)]]
        lines = lines or [""]
    return "\n".join(lines)


def write(folder: Path, seed: int) -> Path:
    """The file of a seed, written."""
    ending, text = mutated(seed)
    path = folder / f"mutant-{seed}.{ending}"
    path.write_text(text, encoding="utf-8", errors="surrogatepass", newline="")
    return path


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: whether it was solved or refused, what is wrong with that (nothing, if all is well), and the seconds."""

    solved: bool
    wrong: str
    seconds: float


def outcome(folder: Path, seed: int) -> Outcome:
    """The file of a seed read and solved as text; of some also the names and a sheet."""
    path = write(folder, seed)
    start = time.process_time()
    solved, wrong = False, ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            solution = derivegen.solve(path)
            solution.text("text")
            if seed % 10 == 0:
                derivegen.sheet(path)
        solved = True
    except derivegen.InputError as error:
        message = str(error)
        if not message.startswith(str(path)) or "\n" in message:
            wrong = f"does not name the file in one line: {message[:300]}"
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        wrong = f"{type(error).__name__}: {str(error)[:200]} ({Path(last.filename).name}:{last.lineno})"
    path.unlink()
    return Outcome(solved, wrong, time.process_time() - start)
