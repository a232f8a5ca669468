"""A seed goes in; something handed in comes out that was right before something was done to it: a text with pieces lost, doubled, swapped,
hostile ones between them, or a document with some of its bytes or of its parts changed."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from tests.interop import documents

FOLDER = Path(__file__).parent / "marking"
HOSTILE = (FOLDER / "hostile.txt").read_text(encoding="utf-8").split()
OFTEN = (2, 20, 200, 2000)
"""How often a piece of a text may come one after the other."""
CELLS = [["quantity", "answer"], ["z", "0.3"], ["h", "0.5744"], ["dL/dw2", "-0.1308"], ["dL/dw1", "=0-0.0083"]]
FORMULAS = r"""
# Working

$z = 0.4 \cdot 0.5 + 0.1 = 0.3$, $h = \sigma(0.3) = 0.5744$

$$\frac{\partial L}{\partial w_2} = (y - t) h = -0.2277 \cdot 0.5744 = -0.1308$$

| quantity | answer |
|----------|--------|
| $z$      | 0.3    |
"""
TYPST = "$ z = 0.4 dot 0.5 + 0.1 = 0.3 $\n\nh = 0.5744\n\n$ (partial L)/(partial w_2) = -0.1308 $"


@cache
def texts() -> Sequence[tuple[str, bytes]]:
    """What people have typed, by ending."""
    found = list[tuple[str, bytes]]()
    for name in ("strangers.txt", "students.txt", "copied.txt"):
        for part in (FOLDER / name).read_text(encoding="utf-8").split("\n=== "):
            body = part.partition("\n\n")[2] or part
            found += [(ending, body.encode()) for ending in (".md", ".txt", ".tex")]
            cells = [
                {"cell_type": "markdown", "source": body},
                {"cell_type": "code", "source": body, "outputs": [{"text": body}]},
            ]
            found.append((".ipynb", json.dumps({"nbformat": 4, "cells": cells}, ensure_ascii=False).encode()))
            found.append((".html", f"<html><body><p>{body.replace(chr(10), '<br>')}</p></body></html>".encode()))
            found += [(".py", body.encode()), (".R", body.encode())]
    table = "\n".join(",".join(row) for row in CELLS)
    found += [(".csv", table.encode()), (".csv", table.replace(",", ";").replace(".", ",").encode())] * 20
    answers = dict(row[:2] for row in CELLS[1:])
    found += [(".json", json.dumps(answers).encode())] * 20
    found += [(".toml", "\n".join(f'"{name}" = "{value}"' for name, value in answers.items()).encode())] * 20
    return found


@cache
def packages() -> Sequence[tuple[str, bytes]]:
    """Documents, by ending."""
    return [
        *((f".{ending}", documents.converted(FORMULAS, ending)) for ending in ("docx", "odt", "rtf")),
        (".pdf", documents.pdf(TYPST)),
        (".xlsx", documents.office(CELLS)),
        (".ods", documents.open_document(CELLS)),
    ]


def handed_in(seed: int) -> tuple[str, bytes]:
    """The name of a file and its bytes."""
    chance = random.Random(f"handed in {seed}")
    ending, data = chance.choice(texts() if chance.random() < 0.7 else packages())
    if data[:2] == b"PK" and chance.random() < 0.7:
        data = _repacked(data, chance)
    elif ending in (".pdf", ".xlsx", ".ods", ".docx", ".odt"):
        data = _bytes(data, chance)
    else:
        data = _text(data.decode("utf-8", "surrogateescape"), chance).encode("utf-8", "surrogateescape")
        data = _bytes(data, chance) if chance.random() < 0.05 else data
    return f"work{ending}", data


def _repacked(data: bytes, chance: random.Random) -> bytes:
    """A package with one of its parts changed, left out or put in another's place."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = chance.choice(sorted(parts))
    what = chance.random()
    if what < 0.1:
        del parts[name]
    elif what < 0.2:
        parts[name] = parts[chance.choice(sorted(parts))]
    else:
        parts[name] = _text(parts[name].decode("utf-8", "surrogateescape"), chance).encode("utf-8", "surrogateescape")
    return documents.packed(parts)


def _bytes(data: bytes, chance: random.Random) -> bytes:
    """Some bytes changed, or the end lost."""
    changed = bytearray(data)
    for _ in range(chance.randint(0, 8)):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed[: chance.randrange(len(changed) + 1)] if chance.random() < 0.2 else changed)


def _lost(text: str, chance: random.Random) -> str:
    start, end = _stretch(text, chance)
    return text[:start] + text[end:]


def _doubled(text: str, chance: random.Random) -> str:
    start, end = _stretch(text, chance)
    return text[:start] + text[start:end] * chance.choice(OFTEN[:2]) + text[end:]


def _moved(text: str, chance: random.Random) -> str:
    start, end = _stretch(text, chance)
    rest = text[:start] + text[end:]
    at = chance.randrange(len(rest) + 1)
    return rest[:at] + text[start:end] + rest[at:]


def _put_in(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(HOSTILE) * (chance.choice(OFTEN) if chance.random() < 0.2 else 1) + text[at:]


def _letters(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    kinds: Mapping[int, tuple[int, int]] = {0: (32, 127), 1: (160, 0x2FFF), 2: (0x1D400, 0x1D7FF), 3: (0, 32)}
    made = "".join(chr(chance.randrange(*kinds[chance.randrange(4)])) for _ in range(chance.randint(1, 5)))
    return text[:at] + made + text[at + chance.randint(0, 3) :]


def _stretch(text: str, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(text) + 1)
    return start, min(len(text), start + chance.choice((1, 3, 10, 60, 400)))


CHANGES: Sequence[Callable[[str, random.Random], str]] = (_lost, _doubled, _moved, _put_in, _letters)


def _text(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 6)):
        text = chance.choice(CHANGES)(text, chance)
    return text
