"""Every LaTeX file of the gallery compiles with what the README lists, and no line of it runs far out of the page."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from derivegen.network.file.examples import example_names
from tests.often import times

GALLERY = Path(__file__).resolve().parents[2] / "output" / "gallery"
FURTHEST = 12.0
"""Points a line may stand out: a few letters of a caption, never a formula."""

pytestmark = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")


COMPILED = ("article-000", "article-003", "softmax-2-3-2", "symbolic", "graph-shared")
"""Between them they have every section: units and layers, several outputs, letters for numbers, a graph of one's own."""


@pytest.mark.parametrize("name", times(COMPILED, example_names()))
def test_the_gallery_compiles(name: str, tmp_path: Path) -> None:
    shutil.copy(GALLERY / name / f"{name}.tex", tmp_path / "page.tex")
    command = ["pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120, check=False)
    log = (tmp_path / "page.log").read_text(encoding="latin-1")
    assert done.returncode == 0, log[-800:]
    out = [float(points) for points in re.findall(r"Overfull \\hbox \(([\d.]+)pt too wide\)", log)]
    assert max(out, default=0.0) < FURTHEST
