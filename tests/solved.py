"""The examples solved and written once for all tests: a name and options go in, the solution comes out, or what is written of it.

A name is that of an example that ships, `drawn-3` for a network drawn with that seed, or one that `tests.gallery` shows; `conftest.py`
sees to it that the tests of one name run in one process, one after the other. What is given out here is shared: a test that changes
something under way (a template, a function) solves for itself.
"""

from __future__ import annotations

import subprocess
from functools import lru_cache
from typing import Any

import derivegen
from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Trace
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.network.file.examples import example_names
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.render.docx_page import compiled as docx
from derivegen.render.typst_page import pdf
from tests import gallery
from tests.drawn import HARMLESS, HOSTILE, SEEDS, drawn


def complete(name: str) -> bool:
    """Whether an example has every number; found without training and judging it."""
    graph = build(load(f"example:{name}"))
    return Trace(graph, derive(graph), Rounding(4)).complete


EXAMPLES = example_names()
COMPLETE = tuple(name for name in EXAMPLES if complete(name))
"""The examples in numbers; the others are in symbols."""
ARTICLES = tuple(name for name in EXAMPLES if name.startswith("article-"))
DRAWN = tuple(f"drawn-{seed}" for seed in SEEDS)
"""Networks drawn for the tests, whose title and names mean something to every format."""
PLAIN = tuple(f"plain-{seed}" for seed in SEEDS)
"""The same networks with a title of plain words."""


@lru_cache(maxsize=12)
def solved(name: str, **options: Any) -> derivegen.Solution:
    """The solution of an example or a drawn network; `options` are those of `derivegen.solve`, lists as tuples."""
    if name in (*DRAWN, *PLAIN):
        kind, _, seed = name.partition("-")
        return derivegen.solve(drawn(int(seed), HOSTILE if kind == "drawn" else HARMLESS), **options)
    return gallery.solution(name) if name == gallery.GERMAN else derivegen.solve(f"example:{name}", **options)


@lru_cache(maxsize=64)
def written(name: str, form: str, **options: Any) -> str:
    """Its document in a text format, with its figures where the gallery has them."""
    return solved(name, **options).text(form, f"{name}-figures")


@lru_cache(maxsize=24)
def packed(name: str, form: str, **options: Any) -> bytes:
    """Its document in a format that is no text: pdf, slides, docx; from the text that `written` gives, as a solution itself does it."""
    solution, source = solved(name, **options), written(name, "typst" if form == "pdf" else form, **options)
    return docx(source, solution.inscribed) if form == "docx" else pdf(source)


@lru_cache(maxsize=12)
def shown(name: str, form: str) -> str:
    """The words of its PDF, laid out as on the page, or of its slides, column by column. Needs pdftotext."""
    command = ["pdftotext", "-raw" if form == "slides" else "-layout", "-", "-"]
    return subprocess.run(
        command, input=packed(name, form), capture_output=True, timeout=60, check=True
    ).stdout.decode()
