"""Graphs drawn for the tests: a seed goes in, a network file with a `[graph]` comes out; and its values and gradients found without the
product, by evaluating the formulas at fifty digits and taking difference quotients."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from typing import Any

import mpmath

PATTERNS = (
    "{a} + {b}", "{a} - {b}", "{a}*{b}", "0.5*{a} + 0.5*{b}", "{a}/(1 + {b}^2)", "-{a}", "{a}^2 - {b}", "({a} + 0.1)^3",
    "exp(-{a}^2)", "exp({a}/4)", "ln({a}^2 + 1)", "log({a}^2 + {b}^2 + 0.5)", "sqrt({a}^2 + {b}^2 + 1)", "sin({a})",
    "cos({a} + {b})", "tanh({a} - {b})", "sigmoid({a})*{b}", "softplus({a}) - {b}", "relu({a}) + 0.5*{b}", "max({a}, {b} + 0.1)",
    "min({a}, {b}, {c})", "abs({a}) - 0.3*{b}", "({a} - {b})^2/2", "{a}*{b}*{c}", "{a}/(2 + sin({b}))", "1/(1 + exp(-{a}))",
    "({a} + {b})*({b} - {c})", "0.3*{a}^2 + 0.2*{a} - 0.1", "3 - {a}", "sqrt(sigmoid({a}))", "({a}^2 + 1)^(1/2)",
)  # fmt: skip
"""Formulas that have a value wherever their operands have one; all functions of the grammar stand in them."""
NAMES = (
    "x",
    "y",
    "w",
    "b",
    "t",
    "eps",
    "alpha",
    "lambda",
    "import",
    "loss_1",
    "np",
    "z",
    "a",
    "delta",
    "e",
    "pi",
    "L",
    "N",
    "h_in",
    "σ",
)
LARGEST = 4
"""Larger values are squeezed, so that none runs away."""
EDGE = 1e-3
"""How near to a kink an operand may come; nearer, another pattern is drawn."""
KINKED = re.compile(r"relu|max|min|abs")


def graph(seed: int, most: int = 300) -> dict[str, Any]:
    """Five nodes and more, some that do not reach the output; with numbers or without, with training or without."""
    chance = random.Random(seed)
    count = chance.choice((chance.randint(5, 12), chance.randint(5, 40), chance.randint(5, most)))
    names = chance.sample(NAMES, chance.randint(2, 6))
    given = {name: chance.choice((-1, 1)) * chance.randint(1, 15) / 10 for name in names}
    values: dict[str, Any] = {name: mpmath.mpf(str(number)) for name, number in given.items()}
    nodes: list[list[str]] = []
    base = chance.choice(("n", "u_", "v", "beta"))
    for number in range(1, count + 1):
        text = _formula(chance, values)
        name = f"{base}{number}"
        nodes.append([name, text])
        values[name] = value(text, values)
    cut = chance.randint(1, len(names))
    section: dict[str, Any] = {
        "inputs": {name: given[name] for name in names[:cut]},
        "parameters": {name: given[name] for name in names[cut:]},
        "nodes": nodes,
        "output": nodes[-1 - (chance.random() < 0.3 and count > 5)][0],
        "gates": chance.random() < 0.15,
    }
    if chance.random() < 0.3:
        section["wrt"] = chance.sample([*names, *(name for name, _ in nodes[:-2])], chance.randint(1, 3))
    found: dict[str, Any] = {"title": f"graph {seed}", "graph": section}
    if chance.random() < 0.2:
        section |= {kind: list(section[kind]) for kind in ("inputs", "parameters")}
    if chance.random() < 0.4:
        found["training"] = {"learning_rate": 0.01, "steps": chance.choice((1, 3, 12))}
    return found


def _formula(chance: random.Random, values: Mapping[str, Any]) -> str:
    """A formula of what there is, near or far, whose value keeps away from kinks and from growing too large."""
    names = list(values)
    while True:
        near = names[-6:] if chance.random() < 0.7 else names
        a, b, c = (chance.choice(near) for _ in "abc")
        text = chance.choice(PATTERNS).format(a=a, b=b, c=c)
        found = value(text, values)
        if KINKED.search(text) and any(abs(side) < EDGE for side in _sides(text, values)):
            continue
        return text if abs(found) <= LARGEST else f"tanh({text})"


def _sides(text: str, values: Mapping[str, Any]) -> Iterator[Any]:
    """How far the arguments of functions with kinks are from where these are."""
    for function, inside in re.findall(r"(relu|max|min|abs)\(([^()]*)\)", text):
        arguments = [value(part, values) for part in inside.split(",")]
        if function in ("relu", "abs"):
            yield from arguments
        else:
            yield from (one - other for place, one in enumerate(arguments) for other in arguments[:place])


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + mpmath.exp(-z))


FUNCTIONS: Mapping[str, Any] = {
    "exp": mpmath.exp, "ln": mpmath.log, "log": mpmath.log, "sqrt": mpmath.sqrt, "sin": mpmath.sin, "cos": mpmath.cos,
    "tanh": mpmath.tanh, "sigmoid": _sigmoid, "relu": lambda z: max(z, mpmath.mpf(0)), "max": max, "min": min, "abs": abs,
    "softplus": lambda z: mpmath.log(1 + mpmath.exp(z)), "mpf": mpmath.mpf,
}  # fmt: skip


def _compiled(text: str) -> Any:
    """A formula of this module as code; names become entries of a table, for some are words of Python's own."""
    python = re.sub(
        r"(?<![\w.])(\d+\.?\d*)|([^\W\d]\w*)",
        lambda m: f"mpf('{m[1]}')" if m[1] else m[2] if m[2] in FUNCTIONS else f"names['{m[2]}']",
        text,
    )
    return compile(python.strip().replace("^", "**"), "<formula>", "eval")


def value(text: str, names: Mapping[str, Any]) -> Any:
    """A formula at fifty digits."""
    with mpmath.workdps(50):
        return eval(_compiled(text), {**FUNCTIONS, "names": names})


def values(file: Mapping[str, Any], changed: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The value of everything in a graph with numbers; `changed` replaces some, nodes too."""
    return _run([(name, _compiled(text)) for name, text in file["graph"]["nodes"]], _given(file), changed or {})


def _given(file: Mapping[str, Any]) -> dict[str, Any]:
    section = file["graph"]
    return {name: mpmath.mpf(str(n)) for name, n in {**section["inputs"], **section.get("parameters", {})}.items()}


def _run(nodes: list[tuple[str, Any]], given: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    names = {**given, **changed}
    space = {**FUNCTIONS, "names": names}
    with mpmath.workdps(50):
        for name, code in nodes:
            if name not in changed:
                names[name] = eval(code, space)
    return names


def gradients(file: Mapping[str, Any], by: list[str]) -> dict[str, float]:
    """The derivatives of the output as central difference quotients."""
    nodes = [(name, _compiled(text)) for name, text in file["graph"]["nodes"]]
    given, output = _given(file), file["graph"]["output"]
    start = _run(nodes, given, {})
    with mpmath.workdps(50):
        h = mpmath.mpf(10) ** -18
        ends = {name: [_run(nodes, given, {name: start[name] + d})[output] for d in (h, -h)] for name in by}
        return {name: float((ahead - behind) / (2 * h)) for name, (ahead, behind) in ends.items()}
