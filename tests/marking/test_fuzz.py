"""No text whatever makes a reader raise or hang; DERIVEGEN_FUZZ says how many are tried (a few hundred where it is not set)."""

from __future__ import annotations

import json
import os
import random
import time
import tracemalloc
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pytest

from derivegen.marking.read.answers import Submission, read_answers
from derivegen.marking.read.files import LARGEST
from derivegen.marking.read.regions import page
from derivegen.marking.read.statement import Statement, Unread
from derivegen.marking.read.statements import MOST_CHARACTERS, read_working
from derivegen.marking.read.tags import without_tags
from derivegen.notation.typed_names import Names
from tests.often import times
from tests.pace import USUAL, paces
from tests.solved import solved

COUNT = int(os.environ.get("DERIVEGEN_FUZZ", "200"))
KINDS = ("markdown", "latex", "text", "notebook")
PIECES = Path(__file__).with_name("hostile.txt").read_text(encoding="utf-8").split()


@lru_cache(maxsize=4)
def names_of(example: str) -> Names:
    solution = solved(example)
    return Names(solution.graph, solution.notation)


def hostile(random_: random.Random) -> str:
    """Pieces of formulas, markup and code in a row, sometimes one of them very often."""
    parts = [random_.choice(PIECES) for _ in range(random_.randint(1, 60))]
    if random_.random() < 0.15:
        parts.insert(random_.randrange(len(parts)), random_.choice(PIECES) * random_.choice((50, 500, 3000)))
    if random_.random() < 0.2:
        parts.insert(
            0,
            "".join(
                chr(random_.choice((random_.randrange(32, 127), random_.randrange(160, 0x2FFF)))) for _ in range(40)
            ),
        )
    return "".join(part + random_.choice(("", " ", " ", "\n")) for part in parts)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """The time some work takes, and what it finds; of work that took too long the shorter of two times, since other work may have slowed
    it down."""
    tries = []
    for _ in range(2):
        start = time.process_time()
        found = work()
        tries.append(time.process_time() - start)
        if paces(tries[0]) < USUAL:
            break
    return min(tries), found


def seconds(work: Callable[[], object]) -> float:
    return timed(work)[0]


def test_nothing_raises_and_nothing_hangs() -> None:
    random_ = random.Random(20)
    slowest = 0.0
    for number in range(COUNT):
        names = names_of(("article-004", "xor", "article-001", "graph-product")[number % 4])
        text = hostile(random_)
        start = time.process_time()
        if number % 5:
            found = read_working(text, names, KINDS[number % 4])  # type: ignore[arg-type]
            assert all(isinstance(one, Statement | Unread) for one in found)
            lines = text.replace("\r", "\n").split("\n")
            assert all(1 <= one.line <= len(lines) + 1 for one in found) or number % 4 == 3
        else:
            tables = read_answers(text, names, random_.choice(("csv", "toml", "json")))  # type: ignore[arg-type]
            assert all(isinstance(one, Submission) for one in tables)
        slowest = max(slowest, time.process_time() - start)
    assert paces(slowest) < USUAL


BOMBS = {
    "nested brackets": "L = " + "(" * 10**6,
    "a nested bracket a line": "L = (\n" * 15_000,
    "a tower": "L = 9**9**9**9",
    "a braced tower": "L = " + "2^{" * 200 + "2" + "}" * 200,
    "deep fractions": "L = " + r"\frac{1}{" * 80 + "2" + "}" * 80,
    "functions without end": "L = " + r"\ln " * 150,
    "minus signs": "L = " + "-" * 190 + "1",
    "powers of powers": "L = (((y^64)^64)^64)^64",
    "a long number": "L = " + "1" * 4000,
    "a huge exponent": "L = 1e99999999",
    "a huge power of ten": "L = 1 · 10^{99999999}",
    "openers": "\\[" * 300_000,
    "inline openers": "\\(" * 4000,
    "dollars": "$" * 4000,
    "backticks": "`" * 4900,
    "environments": "\\begin{align}" * 70_000,
    "pictures": "\\begin{tikzpicture}\\end{tikzpicture}" * 25_000,
    "exclamations": "![" * 2400,
    "stars": "**a" * 1600,
    "repeated": "a=" * 2400,
    "commands": "=" + "\\a" * 2400,
    "sums of sums": "L = " + "".join(rf"\\sum_{letter} " for letter in "ijklmn") + "y_{i} h_{j} h_{k} h_{l} h_{m} h_{n}",
    "many sums of sums": "\n".join(["L = " + "Σ_i Σ_j Σ_k h_i h_j h_k + " * 9 + "1"] * 300),
    "sums": "L = " + "+".join(["y"] * 2000),
    "names": "\n".join(f"w{number} = 1" for number in range(700)),
    "digits of an index": "\n".join(f"w{'1' * length} = 1" for length in range(1, 200)),
    "relations": "=" * 4900,
    "changes": "w2 = 0.3" + " -> 0.3" * 600,
    "an empty number of updates": "w_2^() = 0.3->131",
    "two numbers of updates": "w_2^(2)^(1) = 0.3; w2'^(1) = 0.3",
    "a rule of dashes that is none": "-" * 4000 + "x\n1 2\n3 4",
    "an open power of ten": "h = 5.7 · 10^{-1",
    "continuations": "L = 1\n" + "= 1\n" * 5000,
    "colons": ":" * 4900,
    "commas": "L," * 2400,
}  # fmt: skip


PAGES = KINDS[:3]
EVERY_BOMB = [(bomb, kind) for bomb in BOMBS for kind in PAGES]
EACH_BOMB = [(bomb, PAGES[place % len(PAGES)]) for place, bomb in enumerate(BOMBS)]


@pytest.mark.parametrize(("bomb", "kind"), times(EACH_BOMB, EVERY_BOMB))
def test_bombs_are_read_in_a_second(bomb: str, kind: str) -> None:
    names = names_of("article-004")
    names.identifier("w2")
    assert paces(seconds(lambda: read_working(BOMBS[bomb], names, kind))) < USUAL  # type: ignore[arg-type]


WORKING = r"∂L/∂w_2 = (y − t)·h = −0.2277 · 0.5744 = −0.1309; "
SIZES = {
    "long lines": "\n".join([(WORKING * 100)[:4900]] * 100),
    "many lines": "\n".join([WORKING[:24]] * 19_000),
    "unknown names": "\n".join(f"zork{number} = 1" for number in range(19_000)),
    "long chains": "\n".join(["a=" * 2400] * 100),
    "one display": "\\[" + "\n".join([(WORKING * 100)[:4000]] * 120) + "\\]",
    "commas": "\n".join(["L," * 2000 + "= 1"] * 120),
    "long sums": "\n".join(["L = " + "+".join(["y"] * 2400)] * 100),
    "formulas twice": "\n".join(["h=σ(z)h=\\sigma(z)" * 270] * 100),
    "words": "\n".join(["the loss is small and L = 0.5 here, " * 130] * 100),
    "matrices": "\n".join(["w[1] = [" + "1, 2; " * 700 + "]"] * 110),
    "foreign letters": "\n".join(["ŷ" * 4900] * 100),
}  # fmt: skip


EVERY = [(size, kind) for size in SIZES for kind in KINDS]
EACH = [(size, KINDS[place % len(KINDS)]) for place, size in enumerate(SIZES)]


@pytest.mark.parametrize(("size", "kind"), times(EACH, EVERY))
def test_as_much_as_may_be_is_read_in_a_second(size: str, kind: str) -> None:
    text = SIZES[size]
    if kind == "notebook":
        text = json.dumps({"cells": [{"cell_type": "code", "source": text}]}, ensure_ascii=False)
    assert len(text) <= MOST_CHARACTERS
    names = names_of("article-004")
    assert paces(seconds(lambda: read_working(text, names, kind))) < USUAL  # type: ignore[arg-type]


def test_of_too_much_the_beginning_is_read_and_the_rest_is_said_not_to_be() -> None:
    found = read_working("y = h\n" + SIZES["long sums"], names_of("article-004"), "text")
    assert isinstance(found[0], Statement) and isinstance(found[-1], Unread)
    assert found[-1].reason == "too-much"
    (chain,) = read_working("a=" * 2400, names_of("article-004"), "text")
    assert isinstance(chain, Unread) and chain.reason == "many-sides"
    (table,) = read_answers(TABLES["unknown names"], names_of("article-004"), "csv")
    assert {answer.problem for answer in table.answers} == {"unknown-name", "too-much"}


BOOKS = {
    "deep lists": '{"cells":' + "[" * 10**6,
    "many cells": '{"cells":[' + ",".join(["{}"] * 900_000) + "]}",
    "many sources": json.dumps({"cells": [{"cell_type": "code", "source": ["a"] * 400_000}]}),
    "a picture": json.dumps({"cells": [{"cell_type": "code", "source": "L = 1", "outputs": [{"data": {"image/png": "A" * 2_900_000}}]}]}),
}  # fmt: skip


@pytest.mark.parametrize("book", BOOKS)
def test_notebooks_that_are_bombs(book: str) -> None:
    names = names_of("article-004")
    tracemalloc.start()
    try:
        took, found = timed(lambda: read_working(BOOKS[book], names, "notebook"))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert paces(took) < 4 * USUAL  # watching the memory takes some time itself
    assert most < 200e6
    assert len(found) <= 1


CANARIES = (
    "__import__('os').system('echo x')",
    "().__class__.__base__.__subclasses__()",
    "L.__class__",
    "9**9**9",
    "eval('1')",
    "NaN",
    "inf",
    "lambda: 1",
    "ａｂｃ.d",
    "w２ + __builtins__",
    "у",
)


@pytest.mark.parametrize("canary", CANARIES)
def test_code_is_never_a_formula(canary: str) -> None:
    (found, *rest) = read_working(f"$L = {canary}$", names_of("article-004"), "markdown")
    assert rest == []
    assert isinstance(found, Unread) or all(side.formula is None for side in found.sides[1:])


TABLES = {
    "deep lists": "[" * 100_000,
    "deep objects": '{"a":' * 50_000,
    "no number": '{"L": NaN}',
    "a huge number": '{"L": 1e99999}',
    "no table": "L = " + "[" * 9000,
    "many lines": "a,b\n" * 30_000,
    "quotes": '"' * 5000,
    "columns": ",".join(f"w{n % 40}{n % 7}" for n in range(50_000)) + "\n" + ",".join(["0.1"] * 50_000),
    "unknown columns": ",".join(f"zork{n}" for n in range(40_000)) + "\n1",
    "unknown names": "quantity,answer\n" + "\n".join(f"zork{n},{n}" for n in range(19_000)),
    "formulas": "quantity,answer\n" + "\n".join(f"dL/dw2,(y-t)*h+{n}*(y-t)*h" for n in range(14_000)),
    "long formulas": "quantity,answer\n" + "\n".join(["dL/dw2," + "+".join(["y"] * 2300)] * 100),
    "a class": "id,w1,w2,dL/dw1\n" + "\n".join(f"s{n},0.1,y*h*{n},0.3" for n in range(19_000)),
    "an object": "{" + ",".join(f'"w{n}":{n}' for n in range(30_000)) + "}",
    "lists": "[" + ",".join(["[]"] * 160_000) + "]",
    "dotted keys": "\n".join(".".join(["a"] * 40) + f".b{n} = 1" for n in range(4900)),
}  # fmt: skip


@pytest.mark.parametrize("bomb", TABLES)
def test_tables_that_are_bombs(bomb: str) -> None:
    text = TABLES[bomb]
    assert len(text) <= MOST_CHARACTERS
    names = names_of("article-004")
    names.cells.clear()
    for table in ("csv", "toml", "json"):
        took, found = timed(partial(read_answers, text, names, table))  # type: ignore[arg-type]
        assert paces(took) < USUAL
        assert all(answer.formula is None or answer.quantity for one in found for answer in one.answers)


@pytest.mark.parametrize("piece", ("<", "<div>", "<a ", "<script>", "<!--", "&amp;", "&#"))
def test_pages_that_are_bombs(piece: str) -> None:
    assert paces(seconds(lambda: without_tags(piece * (LARGEST // len(piece))))) < USUAL


@pytest.mark.parametrize(
    "text",
    [
        ("z1\n" + "     \n" * 3000 + "x") * 3,
        ">>> z1\n" + (" " * 100 + "\n") * 1000,
        "z1 =\n\n" + ("   0.37" * 60 + "\n") * 200 + "x",
        "\\boxed{a=1}" * 5000,
        "~~a" * 20000,
    ],
)
def test_what_looks_like_a_print_out_is_looked_at_once(text: str) -> None:
    assert paces(seconds(lambda: page(text, "markdown"))) < USUAL
