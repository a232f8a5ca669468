"""What a LaTeX body puts into somebody's book: names that all begin with dg, colours a book can set, and no sign that pdflatex lacks."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from functools import lru_cache
from pathlib import Path

import pytest

import derivegen
from derivegen.network.file.examples import templates_folder
from derivegen.render.figure_tikz import tikz_colours
from derivegen.render.latex_text import escape, in_formula, lacking
from tests.worked import as_they_stand

there = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex on this machine")
DEFINED = re.compile(
    r"\\(?:provide|(?:re)?new)(?:command|environment|length|counter|count|dimen|box|savebox)\*?\{?\\?([A-Za-z@]+)"
    r"|\\(?:DefineVerbatimEnvironment|DeclareMathOperator|definecolor|providecolor|colorlet|tikzset|tikzstyle|label)\{\\?([^}]*)"
    r"|\\[egx]?def\\([A-Za-z@]+)"
)
BOOK = r"""\documentclass{memoir}\usepackage[T1]{fontenc}\usepackage{tikz,fancyvrb,xcolor,booktabs,amsthm,amsmath,hyperref}
\usetikzlibrary{arrows.meta}\newtheorem{remark}{Remark}\newtheorem{derivation}{Derivation}\definecolor{dgvalue}{RGB}{200,0,200}
\begin{document}\begin{remark}Of the book.\end{remark}
%s
\end{document}"""


@lru_cache(maxsize=2)
def body(language: str = "en") -> str:
    return derivegen.solve("example:article-004", language=language, detail="brief").text("latex", body=True)


def test_all_names_of_ours_have_one_prefix() -> None:
    sheet = as_they_stand("article-004", "values,table,blanks").text("sheet", "latex")
    for source in (body(), sheet.partition(r"\setlength{\parskip}")[2]):
        names = [name for found in DEFINED.findall(source) for name in found if name]
        assert len(names) > 30
        assert [name for name in names if not name.startswith("dg")] == []


def test_no_command_or_environment_of_ours_is_an_old_one() -> None:
    used = set(re.findall(r"\\begin\{(\w+)", body()))
    others = {
        "center",
        "tabular",
        "minipage",
        "description",
        "list",
        "scope",
        "tikzpicture",
        "lrbox",
        "bmatrix",
        "cases",
    }
    assert used > {"dgderivation"} and [name for name in used - others if not name.startswith("dg")] == []
    assert not re.search(r"\\(?:see|reason|strikeout|tallcell|answerline|captionof)\b", body())


def test_a_book_can_set_the_colours() -> None:
    assert r"\definecolor" not in body()
    assert tikz_colours().count(r"\providecolor{dg") == len(tikz_colours().splitlines()) > 10


def test_what_a_body_needs_is_said_at_its_top() -> None:
    first = body().splitlines()[0]
    assert first.startswith("% For \\input.") and "any order" in first
    needed = set(re.findall(r"\\usepackage\{(.*?)\}", first)[0].split(","))
    assert needed == {"amsmath", "booktabs", "xcolor", "fancyvrb", "tikz"}


@there
def test_a_book_with_names_of_its_own_takes_a_body_twice(tmp_path: Path) -> None:
    compiles(BOOK % (body() * 2), tmp_path)


@there
def test_figures_fit_into_the_text_of_a_book(tmp_path: Path) -> None:
    figures = re.compile(r"\\begin\{center\}\{\\dgascii.*?\\end\{center\}", re.S)
    pieces = body().partition(r"\section")
    said = compiles(BOOK % rf"{pieces[0]}\hsize=260pt \linewidth=260pt {''.join(figures.findall(body()))}", tmp_path)
    assert len(figures.findall(body())) > 1 and "Overfull" not in said


def compiles(source: str, folder: Path) -> str:
    """One run of pdflatex, without a PDF, goes through; what it said."""
    (folder / "page.tex").write_text(source, encoding="utf-8")
    command = ["pdflatex", "-draftmode", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)
    said = done.stdout.decode(errors="replace")
    assert done.returncode == 0, said[-800:]
    return said


# signs


def sentences() -> list[tuple[str, str]]:
    files = [file for language in ("en", "de") for file in (templates_folder() / "prose" / language).glob("*.toml")]
    return [
        (f"{file.parent.name} {key}", text)
        for file in files
        for key, text in tomllib.loads(file.read_text("utf-8")).items()
    ]


def test_no_sentence_has_a_sign_that_pdflatex_lacks() -> None:
    """Schemes with f′ and ∂z in the sentences on mistakes were refused."""
    assert {key: lacking(escape(text)) for key, text in sentences() if lacking(escape(text))} == {}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("f′(z), ∂z/∂w, ∇L", r"f\(^{\prime}\)(z), \(\partial\)z/\(\partial\)w, \(\nabla\)L"),
        ("½ ⅔ ⅒", r"\(\tfrac12\) \(\tfrac23\) \(\tfrac{1}{10}\)"),
        ("① ⓐ", r"\dgmark{1} \textcircled{\scriptsize a}"),
        ("x₁² 10⁻³", r"x\(_{1}\)\(^{2}\) 10\(^{-}\)\(^{3}\)"),
        ("σ ε ℓ ϵ", r"\(\sigma\) \(\varepsilon\) \(\ell\) \(\epsilon\)"),
        ("ℝ 𝐖 𝑥 ℒ", r"\(\mathbf{R}\) \(\mathbf{W}\) \(x\) \(\mathcal{L}\)"),
        ("x̂ ẑ σ̂ ŷ ü", r"\^{x} \^{z} \(\hat{\sigma}\) ŷ ü"),
        ("a ≤ b ⇒ ‖a‖ → ∞", r"a \(\le\) b \(\Rightarrow\) \(\Vert\)a\(\Vert\) \(\rightarrow\) \(\infty\)"),
    ],
)
def test_signs_of_mathematics_are_commands(text: str, written: str) -> None:
    assert escape(text) == written
    assert lacking(written) == ""


def test_what_cannot_be_written_is_said_at_the_top() -> None:
    net = {"title": "Сеть ж ∂", "graph": {"inputs": {"x": 2.0}, "nodes": [["q", "x*x"], ["p", "q + x"]], "output": "p"}}
    page = derivegen.solve(net, detail="brief").text("latex")
    assert page.splitlines()[0].startswith(
        "% pdflatex does not have С (U+0421), е (U+0435), т (U+0442), ь (U+044C), ж (U+0436):"
    )
    assert r"\(\partial\)" in page and "∂" not in page


def test_letters_with_accents_in_formulas_are_text() -> None:
    assert (
        in_formula(r"\mathrm{größe}_{\text{höhe σ}} + ŵ_{1}")
        == r"\dgword{größe}_{\text{höhe \(\sigma\)}} + \dgletter{ŵ}_{1}"
    )
    assert in_formula(r"w_{1} \cdot \sigma") == r"w_{1} \cdot \sigma"


@there
def test_a_scheme_and_names_with_accents_compile(tmp_path: Path) -> None:
    compiles(as_they_stand("article-004", "values").text("scheme", "latex"), tmp_path)
    inputs, nodes = {"x": 2.0}, [["groesse", "x*x"], ["y", "x + 1"]]
    net = {"title": "Größe x̂ ẑ ≈ ½", "graph": {"inputs": inputs, "nodes": nodes, "output": "groesse"}}
    compiles(derivegen.solve(net, detail="brief").text("latex"), tmp_path)
