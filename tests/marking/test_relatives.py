"""Small hand-ins as people of many countries type them (relatives.txt, made up), put before the same door as files: each slip is found, all
else is read, and nothing else is accused or left open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from derivegen.classroom.marking import Marker
from derivegen.document.press import press
from derivegen.interop.handin.kinds import HANDINS
from derivegen.marking.findings import Finding
from derivegen.marking.read.files import held
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.render.environment import Templates
from tests.marking.sheets import FINE
from tests.marking.test_students import NETWORKS

FILE = Path(__file__).parent / "relatives.txt"
PAGE = re.compile(r"^=== (\S+) \((\w+)(?:\.(\w+))?\)(?: wrong:(.*))?\nright:(.*)\n((?:(?!=== ).*\n?)*)", re.M)
READERS = {ending: each.content for each in HANDINS for ending in each.endings}
OF_LAYERS = {
    "title": "n", "notation": "indexed", "data": {"inputs": [[0.7, -0.4]], "targets": [[1]]},
    "layer": [
        {"units": 2, "activation": "sigmoid", "weights": [[0.3, -0.2], [0.5, 0.1]], "biases": [0.1, -0.2]},
        {"units": 1, "activation": "sigmoid", "weights": [[0.6, -0.7]], "biases": [0.25]},
    ],
    "loss": {"name": "half_squared_error"}, "training": {"learning_rate": 0.5, "steps": 1},
}  # fmt: skip
OWN = {
    "w[1][1][1]": "u_{1}",
    "w[1][1][2]": "u_{2}",
    "w[1][2][1]": "u_{3}",
    "w[1][2][2]": "u_{4}",
    "w[2][1][1]": "v_{1}",
    "w[2][1][2]": "v_{2}",
    "z[1][1]": "z_{1}",
    "z[1][2]": "z_{2}",
    "z[2][1]": "z_{3}",
    "a[1][1]": "h_{1}",
    "a[1][2]": "h_{2}",
    "a[2][1]": "p",
    "t[1]": "t",
    "b[1][1]": "b_{1}",
    "b[1][2]": "b_{2}",
    "b[2][1]": "b_{3}",
}
OTHERS: dict[str, Any] = {
    "product": "example:graph-product",
    "layers": OF_LAYERS,
    "entropy": {**OF_LAYERS, "loss": {"name": "binary_cross_entropy"}, "training": {"learning_rate": 0.1, "steps": 1}},
    "own": {**OF_LAYERS, "notation": {"base": "indexed", "symbols": OWN}},
    "run": {
        **OF_LAYERS, "training": {"learning_rate": 0.5, "steps": 2, "frozen": ["b"]},
        "notation": {"base": "indexed", "symbols": OWN},
    },
    "single": {
        "title": "n", "notation": "indexed", "data": {"inputs": [[1.5]], "targets": [[1]]},
        "layer": [
            {"units": 1, "activation": "sigmoid", "weights": [[0.8]], "biases": [-0.2]},
            {"units": 1, "activation": "sigmoid", "weights": [[-0.9]], "biases": [0.3]},
        ],
        "loss": {"name": "half_squared_error"}, "training": {"learning_rate": 0.5, "steps": 1},
    },
    "large": {
        "title": "b", "data": {"inputs": [[120, 35]], "targets": [[4000]]},
        "layer": [
            {"units": 2, "activation": "relu", "weights": [[10, 4], [3, -2]], "biases": [5, 1]},
            {"units": 1, "weights": [[2.5, -1.5]], "biases": [100]},
        ],
        "loss": {"name": "half_squared_error"}, "training": {"learning_rate": 0.001, "steps": 1},
    },
    "graph": {
        "title": "g",
        "graph": {
            "inputs": {"x": 1.0}, "parameters": {"a": 0.5, "b": -0.5}, "nodes": [["y", "sigmoid(b*sigmoid(a*x))"]], "output": "y",
        },
    },
}  # fmt: skip


def handed_in() -> Iterator[tuple[str, ...]]:
    """Name, network, ending of the file, what is wrong, what is right, text."""
    yield from (match.groups("") for match in PAGE.finditer(FILE.read_text(encoding="utf-8")))


@cache
def marker(network: str) -> Marker:
    return Marker(press(build(load({**NETWORKS, **OTHERS}[network])), Templates()))  # type: ignore[arg-type]


def found(network: str, ending: str, text: str) -> list[Finding]:
    file = held(f"work.{ending or 'txt'}", text.encode(), READERS)
    return [each for marking in marker(network).markings((file,)) for each in marking.findings]


def named(finding: Finding) -> str:
    """Its quantity; a δ as the derivative that it is."""
    return re.sub(r"^delta", "dloss/dz", str(finding.quantity).replace("#1", "'"))


@pytest.mark.parametrize(("network", "ending", "wrong", "right", "text"), [each[1:] for each in handed_in()])
def test_a_relative(network: str, ending: str, wrong: str, right: str, text: str) -> None:
    findings = found(network, ending, text)
    whole = {named(each): each for each in findings if each.equality is None}
    assert {name for name, each in whole.items() if each.verdict == "wrong"} == set(wrong.split())
    assert {name for name, each in whole.items() if each.verdict in FINE} >= set(right.split())
    amiss = [each for each in findings if each.verdict not in FINE]
    assert [each for each in amiss if named(each) not in wrong.split()] == []


def test_all_of_them_are_tried() -> None:
    assert len(list(handed_in())) == FILE.read_text(encoding="utf-8").count("=== ")
