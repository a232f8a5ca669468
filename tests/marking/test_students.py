"""Hand-ins as students of several countries write them (students.txt and strangers.txt, made up): every line that is right is found right,
every slip is found, and nothing else is accused or left unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import derivegen
from tests.marking.sheets import FINE

NETWORKS = {
    "one": "example:article-004",
    "two": {
        "data": {"inputs": [[0.05, 0.10]], "targets": [[0.01, 0.99]]},
        "layer": [
            {"units": 2, "activation": "sigmoid", "weights": [[0.15, 0.20], [0.25, 0.30]], "biases": 0.35},
            {"units": 2, "activation": "sigmoid", "weights": [[0.40, 0.45], [0.50, 0.55]], "biases": 0.60},
        ],
        "loss": {"name": "half_squared_error"},
        "training": {"learning_rate": 0.5, "steps": 1},
    },
    "rnn": "example:rnn",
    "conv": "example:conv-pool",
    "attn": "example:attention",
    "adam": {
        "data": {"inputs": [[0.5]], "targets": [[0.6]]},
        "layer": [
            {"units": 1, "activation": "sigmoid", "weights": [[0.4]], "biases": [0.1]},
            {"units": 1, "weights": [[0.3]], "biases": [0.2]},
        ],
        "loss": {"name": "half_squared_error"},
        "training": {"optimizer": "adam", "learning_rate": 0.1, "steps": 3},
        "notation": "plain",
    },
    "rows": {
        "data": {"inputs": [[0.5, 1.0], [-1.0, 0.5], [1.0, -0.5]], "targets": [[1], [0], [1]]},
        "layer": [
            {"units": 2, "activation": "tanh", "weights": [[0.4, -0.2], [0.3, 0.1]], "biases": [0.1, -0.1]},
            {"units": 1, "activation": "sigmoid", "weights": [[0.6, -0.5]], "biases": [0.2]},
        ],
        "loss": {"name": "binary_cross_entropy"},
        "training": {"learning_rate": 0.5, "steps": 1},
    },
}
FILES = ("students.txt", "strangers.txt")
PAGE = re.compile(r"=== (\S+) \((\w+)\)\nright:(.*)\nwrong:(.*)\n(?:again:(.*)\n)?\n((?:(?!=== ).*\n?)*)")


def handed_in() -> Iterator[tuple[str, ...]]:
    """Name, network, what is right, what is wrong, where a slip is made again, text."""
    for file in FILES:
        text = (Path(__file__).parent / file).read_text(encoding="utf-8")
        yield from (match.groups("") for match in PAGE.finditer(text))


def readings(name: str) -> tuple[str, ...]:
    """A linear unit's z and a are one; a δ is the derivative by z."""
    return name, name.replace("z[2][1]", "a[2][1]"), name.replace("dloss/dz", "delta")


@pytest.mark.parametrize(
    ("network", "right", "wrong", "again", "text"), [each[1:] for each in handed_in()], ids=lambda each: ""
)
def test_a_hand_in(network: str, right: str, wrong: str, again: str, text: str) -> None:
    findings = derivegen.check(NETWORKS[network], text).findings  # type: ignore[arg-type]
    whole = [each for each in findings if each.equality is None and each.quantity is not None]
    found = {str(each.quantity).replace("#1", "'"): each.verdict for each in whole}

    def verdict(name: str) -> str | None:
        return next((found[one] for one in readings(name) if one in found), None)

    assert [name for name in right.split() if verdict(name) not in FINE] == []
    assert [name for name in wrong.split() if verdict(name) != "wrong"] == []
    slips = {one for name in (wrong + again).split() for one in readings(name)}
    amiss = [each for each in findings if each.verdict in ("wrong", "unread", "undecided")]
    assert [each for each in amiss if each.quantity not in slips and each.reason != "difference"] == []


def test_all_of_them_are_tried() -> None:
    assert len(list(handed_in())) == 86
