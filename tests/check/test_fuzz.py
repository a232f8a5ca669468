"""No text whatever makes a reader raise or hang; DERIVEGEN_FUZZ says how many are tried (a few hundred where it is not set)."""

from __future__ import annotations

import os
import random
import time
from functools import lru_cache
from pathlib import Path

import pytest

import derivegen
from derivegen.check.answers import Submission, read_answers
from derivegen.check.statements import Statement, Unread, read_working
from derivegen.notation.typed_names import Names

COUNT = int(os.environ.get("DERIVEGEN_FUZZ", "600"))
KINDS = ("markdown", "latex", "text", "notebook")
PIECES = Path(__file__).with_name("hostile.txt").read_text(encoding="utf-8").split()


@lru_cache(maxsize=4)
def names_of(example: str) -> Names:
    solution = derivegen.solve(f"example:{example}")
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
    assert slowest < 1


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
    "sums": "L = " + "+".join(["y"] * 2000),
    "names": "\n".join(f"w{number} = 1" for number in range(700)),
    "digits of an index": "\n".join(f"w{'1' * length} = 1" for length in range(1, 200)),
    "relations": "=" * 4900,
    "continuations": "L = 1\n" + "= 1\n" * 5000,
    "colons": ":" * 4900,
    "commas": "L," * 2400,
}  # fmt: skip


@pytest.mark.parametrize("kind", ("markdown", "latex", "text"))
@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_are_read_in_a_second(bomb: str, kind: str) -> None:
    names = names_of("article-004")
    names.identifier("w2")
    start = time.process_time()
    read_working(BOMBS[bomb], names, kind)  # type: ignore[arg-type]
    assert time.process_time() - start < 1


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


@pytest.mark.parametrize(
    "text",
    (
        "[" * 100_000,
        '{"a":' * 50_000,
        '{"L": NaN}',
        '{"L": 1e99999}',
        "L = " + "[" * 9000,
        "a,b\n" * 30_000,
        '"' * 5000,
    ),
)
def test_tables_that_are_bombs(text: str) -> None:
    names = names_of("article-004")
    start = time.process_time()
    for table in ("csv", "toml", "json"):
        for submission in read_answers(text, names, table):  # type: ignore[arg-type]
            assert all(answer.formula is None or answer.quantity for answer in submission.answers)
    assert time.process_time() - start < 1
