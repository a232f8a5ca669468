"""Networks under index letters in whose equations something was changed: solved with every line held, or refused with one message.

DERIVEGEN_LETTERS says how many, DERIVEGEN_LETTERS_FROM from which seed on.
"""

from __future__ import annotations

import copy
import os
import random
import re
import tomllib
import traceback
from collections.abc import Callable
from typing import Any

import derivegen
from derivegen.network.file.examples import example_path
from tests.indexed_nets import NETS, network

COUNT = int(os.environ.get("DERIVEGEN_LETTERS", "1200"))
FIRST = int(os.environ.get("DERIVEGEN_LETTERS_FROM", "0"))

Nodes = list[list[str]]


def dead(draw: random.Random, nodes: Nodes, n: int) -> None:
    """One more that nothing reads."""
    nodes.insert(n + 1, [f"dead{nodes[n][0]}", f"2*{nodes[n][0]}"])


def constant(draw: random.Random, nodes: Nodes, n: int) -> None:
    nodes[n][1] = draw.choice(("0.5", "0", "1"))


def shortened(draw: random.Random, nodes: Nodes, n: int) -> None:
    """One term in place of the sum."""
    nodes[n][1] = draw.choice(re.split(r" [+-] ", nodes[n][1]))


def skipped(draw: random.Random, nodes: Nodes, n: int) -> None:
    """Something computed before is added."""
    nodes[n][1] += f" + {nodes[draw.randrange(n)][0]}" if n else ""


def called(draw: random.Random, nodes: Nodes, n: int) -> None:
    nodes[n][1] = f"{draw.choice(('tanh', 'sigmoid', 'relu', 'exp', 'sin', 'abs', 'softplus'))}({nodes[n][1]})"


def squared(draw: random.Random, nodes: Nodes, n: int) -> None:
    nodes[n][1] = f"({nodes[n][1]})^2"


def scaled(draw: random.Random, nodes: Nodes, n: int) -> None:
    nodes[n][1] = f"({nodes[n][1]})*({draw.choice(nodes)[0]})"


def moved(draw: random.Random, nodes: Nodes, n: int) -> None:
    """What stood at the step before stands at this one."""
    nodes[n][1] = nodes[n][1].replace("-1", "+0")


def added(draw: random.Random, nodes: Nodes, n: int) -> None:
    """A sum in place of a product."""
    nodes[n][1] = nodes[n][1].replace("*", "+", 1)


CHANGES: tuple[Callable[[random.Random, Nodes, int], None], ...] = (
    dead, constant, shortened, skipped, called, squared, scaled, moved, added,
)  # fmt: skip


def changed(seed: int) -> dict[str, Any]:
    """The file of a seed: one to three changes, and at times other choices for the page."""
    draw = random.Random(seed)
    files = [tomllib.loads(example_path(name).read_text()) for name in ("attention", "conv-pool", "rnn")]
    file = copy.deepcopy(draw.choice([*files, *(network(name)[0] for name in NETS)]))
    graph, nodes = file["graph"], [list(node) for node in file["graph"]["nodes"]]
    for _ in range(draw.choice((1, 1, 2, 3))):
        n = draw.randrange(len(nodes))
        if draw.random() < 0.2:  # what is given is used once more
            given = draw.choice([*graph.get("inputs", ()), *graph["parameters"]])
            nodes[n][1] += draw.choice((" + ", " * ")) + given
        else:
            draw.choice(CHANGES)(draw, nodes, n)
    graph["nodes"] = nodes
    file["document"] = {
        "language": draw.choice(("en", "en", "de", "fr", "es")),
        "carry": draw.choice(("exact", "exact", "rounded")),
    }
    if draw.random() < 0.2:
        file["training"] = {"learning_rate": 0.1, "steps": 2}
    return {key: value for key, value in file.items() if key != "exercise"}


def test_every_network_is_solved_or_refused() -> None:
    solved, wrong = 0, []
    for seed in range(FIRST, FIRST + COUNT):
        try:
            solution = derivegen.solve(changed(seed))
            for name in ("text", "latex", "html", "md", "json") if seed % 5 == 0 else ("text",):
                solution.text(name)
            solved += 1
        except derivegen.InputError as error:
            assert "\n" not in str(error), f"{seed}: {error}"
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            wrong.append(f"{seed}: {type(error).__name__}: {str(error)[:200]} (line {last.lineno})")
    assert not wrong
    assert solved > COUNT / 4
