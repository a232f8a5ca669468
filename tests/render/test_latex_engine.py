"""The PDF through LaTeX: where an engine is there it compiles, and says what is wrong where not; the body alone, figures alone."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

import derivegen
from derivegen.cli import main
from derivegen.errors import CheckFailed, MissingPart
from derivegen.render.figures import drawn
from derivegen.render.latex_engine import latex_pdf
from tests.solved import solved, written

there = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex on this machine")
SMALL = "\\documentclass{article}\n\\begin{document}\n%s\n\\end{document}\n"


@there
def test_a_pdf_the_same_each_time_and_its_references_settled(tmp_path: Path) -> None:
    full = derivegen.solve("example:article-004", detail="full")
    made = full.pdf(engine="latex")
    assert made.startswith(b"%PDF") and made == latex_pdf(full.text("latex"))
    from pypdf import PdfReader

    (tmp_path / "a.pdf").write_bytes(made)
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "a.pdf").pages)
    assert re.search(r"§\d\.\d", text.replace(" ", "")) and "??" not in text


def test_every_reference_has_its_label() -> None:
    for name in ("article-004", "xor", "article-003"):
        text = written(name, "latex")
        labels = re.findall(r"\\label\{(.+?)\}", text)
        assert len(labels) == len(set(labels)) and set(re.findall(r"\\dgsee\{([^#]+?)\}", text)) <= set(labels)


@there
def test_an_error_names_its_line() -> None:
    with pytest.raises(CheckFailed, match="line 3: Undefined control sequence"):
        latex_pdf(SMALL % r"\nothing")


@there
def test_a_letter_or_package_it_lacks_is_a_missing_part() -> None:
    with pytest.raises(MissingPart, match=r"U\+0441.*typst"):
        latex_pdf(SMALL % "с")
    with pytest.raises(MissingPart, match=r"no-such-package\.sty.*apt install"):
        latex_pdf(SMALL.replace("\\begin", "\\usepackage{no-such-package}\\begin", 1) % "x")


@there
def test_the_shell_is_shut() -> None:
    made = latex_pdf(SMALL % r"\immediate\write18{touch owned}\IfFileExists{owned}{\undefined}{x}")
    assert made.startswith(b"%PDF")


def test_without_an_engine_the_message_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    result = CliRunner().invoke(main, ["solve", "example:xor", "--engine", "latex", "-o", str(tmp_path / "out")])
    assert result.exit_code == 3 and "apt install" in result.stderr and not (tmp_path / "out").exists()


@there
def test_bodies_can_be_put_into_an_article(tmp_path: Path) -> None:
    for name in ("article-004", "xor"):
        body = solved(name).text("latex", body=True)
        assert "documentclass" not in body and "maketitle" not in body
        (tmp_path / f"{name}.tex").write_text(body, encoding="utf-8")
    needs = re.search(r"\\usepackage\{[a-z,]+\}", body)
    assert needs is not None
    source = (
        f"\\documentclass{{article}}{needs[0]}\\usetikzlibrary{{arrows.meta}}\\begin{{document}}"
        "\\input{article-004.tex}\\input{xor.tex}\\end{document}"
    )
    (tmp_path / "all.tex").write_text(source)
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode()[-800:]


@pytest.mark.parametrize(("form", "begins"), [("svg", b"<svg"), ("pdf", b"%PDF"), ("tikz", b"% For")])
def test_figures_alone(form: str, begins: bytes, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["solve", "example:article-004", "--figures", form, "-o", str(tmp_path)])
    assert result.exit_code == 0, result.output
    files = [Path(line) for line in result.stdout.split()]
    drawings = list(drawn(solved("article-004").document.blocks))
    assert len(files) == len(drawings) > 2 and {file.parent for file in files} == {tmp_path / "article-004-figures"}
    assert all(file.read_bytes().startswith(begins) for file in files)
    assert sorted(tmp_path.rglob("*.*")) == sorted(files)


def test_what_has_no_body_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["solve", "example:xor", "--to", "md,pdf", "--body", "-o", str(tmp_path)])
    assert result.exit_code == 2 and "pdf" in result.stderr and not list(tmp_path.iterdir())
