"""A class for the tests: how many students go in; their sheets and what they hand in, right, rounded, mistaken, garbled, empty and
hostile, come out as files of a folder.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import derivegen

NET: dict[str, Any] = {
    "title": "Two hidden units",
    "data": {"inputs": [[0.5, -1.0]], "targets": [[0.6]]},
    "layer": [
        {"units": 2, "activation": "sigmoid", "weights": [[0.4, -0.3], [0.2, 0.5]], "biases": [0.1, -0.2]},
        {"units": 1, "activation": "tanh", "weights": [[0.3, 0.7]], "biases": [0.2]},
    ],
    "loss": {"name": "half_squared_error"},
    "training": {"learning_rate": 0.1},
}
MISTAKES = ("missing-hidden-slope", "sign-of-error", "lost-half", "missing-output-slope", "sign-of-update", "z-for-a")
HOSTILE = (
    "dloss/dw[2][1][1] = " + "(" * 20_000,
    "dloss/dw[2][1][1] = __import__('os').system('echo x')\ny = 9**9**9**9",
    "```\n$`a`$ | b | <script>alert(1)</script> \\end{Verbatim} #let x = 1 = 2\n$$ w[1] = NaN $$",
    "=cmd|' /C calc'!A0 = 1\ndloss/dw[2][1][1] = 1e308\x00\x1b[2J",
)
KINDS = ("right", "right", "rounded", "mistaken", "mistaken", "mistaken", "working", "garbled", "empty", "hostile")

Entry = dict[str, Any]


def made(folder: Path, count: int) -> Path:
    """A class of so many: `exercises.json` and, in `in/`, a folder for each student as a platform exports it. The exercises."""
    roster = folder / "roster.csv"
    roster.write_text(
        "id,Name,ID number\n" + "".join(f"s{n},Student {n},{1000 + n}\n" for n in range(1, count + 1)), encoding="utf-8"
    )
    derivegen.sheet(NET, roster=roster, kinds="values,update").write(folder, "json")
    exercises = folder / "teacher/exercises.json"
    for place, entry in enumerate(json.loads(exercises.read_text(encoding="utf-8"))["variants"]):
        kind = KINDS[place % len(KINDS)]
        own = folder / "in" / f"{entry['name']}_{1000 + place + 1}_assignsubmission_file_"
        own.mkdir(parents=True)
        name, data = _WRITTEN[kind](entry, random.Random(place))
        (own / name).write_bytes(data)
    return exercises


def table(entry: Entry, text: Callable[[Entry], str]) -> tuple[str, bytes]:
    """The table a student fills in."""
    rows = [["quantity", "symbol", "answer"], ["variant", "", entry["variant"]]]
    rows += [[answer["name"], "", text(answer)] for answer in entry["answers"]]
    out = StringIO()
    csv.writer(out).writerows(rows)
    return "answers.csv", out.getvalue().encode()


def _right(entry: Entry, _: random.Random) -> tuple[str, bytes]:
    return table(entry, lambda answer: answer["text"])


def _rounded(entry: Entry, random_: random.Random) -> tuple[str, bytes]:
    return table(entry, lambda answer: random_.choice(answer["accepted"]))


def _mistaken(entry: Entry, random_: random.Random) -> tuple[str, bytes]:
    mistake = random_.choice(MISTAKES)
    return table(entry, lambda answer: f"{answer['wrong'].get(mistake, answer['value']):.4f}")


def _working(entry: Entry, _: random.Random) -> tuple[str, bytes]:
    lines = [f"- ${answer['quantity']} = {answer['text']}$" for answer in entry["answers"][:-1]]
    return "working.md", "\n\n".join(lines).encode()


def _garbled(entry: Entry, random_: random.Random) -> tuple[str, bytes]:
    _, data = _right(entry, random_)
    return random_.choice((("answers.csv", data[:60] + b"\xff\xfe\x00" + data[60:]), ("scan.pdf", b"%PDF-1.7 ...")))


def _empty(entry: Entry, random_: random.Random) -> tuple[str, bytes]:
    return random_.choice((("answers.csv", b""), table(entry, lambda _: "")))


def _hostile(entry: Entry, random_: random.Random) -> tuple[str, bytes]:
    if random_.random() < 0.3:
        return "work.ipynb", b'{"cells": ' + b"[" * 200_000
    return "work.md", random_.choice(HOSTILE).encode()


_WRITTEN = {
    "right": _right,
    "rounded": _rounded,
    "mistaken": _mistaken,
    "working": _working,
    "garbled": _garbled,
    "empty": _empty,
    "hostile": _hostile,
}
