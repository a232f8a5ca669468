"""What others say of the pages: PDF/UA-1 of the typst compiler, axe in a browser, the kernel of a notebook, pdflatex; on the gallery's
articles and on a network drawn for the test whose title means something to each of them."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.drawn import HOSTILE
from tests.often import times
from tests.render.test_gallery_latex import FURTHEST
from tests.render.test_html import EXAMPLES as LOOKED_AT
from tests.render.test_html import in_browser, looked_at
from tests.solved import ARTICLES, DRAWN, packed, solved, written

SET = [(name, form) for name in (*ARTICLES, *DRAWN) for form in ("pdf", "slides")]
USUALLY = [*((name, "pdf") for name in ARTICLES), ("article-000", "slides"), (DRAWN[0], "slides")]
"""What is set twice, as a page and as slides, has the same formulas and words for them."""


@pytest.mark.parametrize(("name", "form"), times(USUALLY, SET))
def test_the_pdf_is_one_for_readers(name: str, form: str) -> None:
    """Compiled as UA-1, which fails where a formula or figure has no words; title and language are in it."""
    from pypdf import PdfReader

    made = packed(name, form)
    reader = PdfReader(io.BytesIO(made))
    root: Any = reader.trailer["/Root"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    assert str(root["/Lang"]).startswith("en") and root["/MarkInfo"]["/Marked"]
    assert reader.metadata is not None
    assert reader.metadata.title == (HOSTILE if name in DRAWN else solved(name).network.title)


@in_browser
@pytest.mark.parametrize(
    "name", [*times(("article-003",), tuple(name for name in ARTICLES if name not in LOOKED_AT)), DRAWN[0]]
)
def test_axe_finds_nothing(name: str, tmp_path: Path) -> None:
    dark = name in DRAWN
    found = looked_at(written(name, "html"), tmp_path, 1280 if dark else 500, dark)
    assert found == {"wide": 0, "found": []}


@pytest.mark.parametrize("name", DRAWN)
def test_a_kernel_runs_the_notebook(name: str) -> None:
    book = nbformat.reads(written(name, "ipynb"), as_version=4)
    NotebookClient(book, timeout=120, kernel_name="python3").execute()
    held = sum(cell.source.count("assert ") for cell in book.cells if cell.cell_type == "code")
    assert held > 20


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("name", DRAWN)
def test_the_source_compiles(name: str, tmp_path: Path) -> None:
    """The gallery's own sources: tests/render/test_gallery_latex.py."""
    (tmp_path / "page.tex").write_text(written(name, "latex"), encoding="utf-8")
    command = ["pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120, check=False)
    log = (tmp_path / "page.log").read_text(encoding="latin-1")
    assert done.returncode == 0, log[-800:]
    assert "Missing character" not in log
    out = [float(points) for points in re.findall(r"Overfull \\hbox \(([\d.]+)pt too wide\)", log)]
    assert max(out, default=0.0) < FURTHEST
