"""The body of a solution inside other people's books: whatever the class, the theorem package, the language and the order of packages."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path

import pytest

import derivegen

pytestmark = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex on this machine")
T1 = r"\usepackage[T1]{fontenc}"
NEEDS = r"\usepackage{amsmath,booktabs,xcolor,fancyvrb,tikz}\usetikzlibrary{arrows.meta}"
TURNED = r"\usepackage{tikz,fancyvrb,xcolor,booktabs,amsmath}\usetikzlibrary{arrows.meta}"
OWN = r"""\newtheorem{remark}{Remark}\newtheorem{derivation}{Derivation}\newtheorem{framedrule}{Rule}
\newcommand{\reason}{\undefined}\newcommand{\answerline}{\undefined}\newenvironment{printed}{}{}"""
THEOREMS = {
    "none": r"",
    "amsthm": r"\usepackage{amsthm}" + OWN,
    "ntheorem": r"\usepackage[amsmath,thmmarks]{ntheorem}" + OWN,
    "standard": r"\usepackage[standard,amsmath]{ntheorem}",
    "thmtools": r"\usepackage{amsthm,thmtools}\declaretheorem{remark}\declaretheorem{derivation}",
    "tcolorbox": r"\usepackage[most]{tcolorbox}\newtcbtheorem{remark}{Remark}{}{rem}",
}
COLOURS = (
    r"\colorlet{dgupstream}{green}\definecolor{dgvalue}{RGB}{200,0,200}\newtheorem{remark}{Remark}"
    r"\newenvironment{dgremark}{\begin{remark}}{\end{remark}}"
)
BOOKS = {
    "book, colours of its own": rf"\documentclass{{book}}{T1}{NEEDS}{COLOURS}",
    "memoir, caption and cleveref": rf"\documentclass{{memoir}}{T1}{NEEDS}\usepackage{{caption,subcaption,cleveref}}",
    "report, no font encoding": rf"\documentclass[a4paper]{{report}}{NEEDS}",
}
for kind in ("article", "report", "book", "memoir", "scrartcl", "scrreprt", "scrbook"):
    BOOKS[f"{kind}, amsthm"] = rf"\documentclass{{{kind}}}{T1}{NEEDS}{THEOREMS['amsthm']}\usepackage{{hyperref}}"
for name, theorems in THEOREMS.items():
    BOOKS[f"book, {name}, hyperref last"] = rf"\documentclass{{book}}{T1}{NEEDS}{theorems}\usepackage{{hyperref}}"
    BOOKS[f"report, {name}, hyperref first"] = (
        rf"\documentclass{{report}}{T1}\usepackage{{hyperref}}\usepackage{{amsmath}}{theorems}{TURNED}"
    )
for language in ("ngerman", "french", "spanish"):
    BOOKS[f"scrbook, {language}"] = rf"\documentclass{{scrbook}}{T1}\usepackage[{language}]{{babel}}{NEEDS}"


@lru_cache(maxsize=1)
def bodies() -> tuple[str, ...]:
    """Solutions with everything a body has: remarks, boxes, tables, figures, programs, matrices."""
    return (
        derivegen.solve("example:article-004", detail="full").text("latex", body=True),
        derivegen.solve("example:softmax-2-3-2", view="both").text("latex", body=True),
        derivegen.solve("example:graph-shared").text("latex", body=True),
    )


@pytest.mark.parametrize("book", BOOKS.values(), ids=BOOKS)
def test_a_book_with_four_bodies(book: str, tmp_path: Path) -> None:
    """One of them twice, so that no label is another's."""
    for place, body in enumerate(bodies()):
        (tmp_path / f"b{place}.tex").write_text(body, encoding="utf-8")
    inputs = "".join(rf"\input{{b{place}}}" for place in (0, 1, 2, 0))
    (tmp_path / "book.tex").write_text(rf"{book}\begin{{document}}{inputs}\end{{document}}", encoding="utf-8")
    command = ["pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "book.tex"]
    for _ in range(2):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=200, check=False)
        assert done.returncode == 0, done.stdout.decode(errors="replace")[-1500:]
    log = (tmp_path / "book.log").read_text(errors="replace")
    assert not re.search(r"multiply.defined|undefined references|Missing character", log)
