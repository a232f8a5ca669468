"""How long a long PDF takes, and how large the pages are; and `pdflatex` on our own LaTeX, for the tables that compare with it."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import derivegen
from derivegen.network.file.examples import example_names
from derivegen.render.typst_page import pdf
from tests.bench.measure import Measurement, at_most
from tests.bench.timing import Missing, Pace, Work, timed, value

LONG = "example:article-000"


def measurements(pace: Pace) -> Iterator[Measurement]:
    """A long PDF, and every example as a page."""
    source = derivegen.solve(LONG, detail="full", view="both").text("typst")
    yield timed(f"PDF of {pages(pdf(source))} pages", partial(pdf, source), at_most(2), pace, wall=True)
    for name in example_names()[:1] if pace.quick else example_names():
        size = len(derivegen.solve(f"example:{name}").text("html").encode())
        yield value(f"HTML of {name}", size / 1000, "kB", at_most(300))


def pdflatex(sources: Sequence[str], runs: int) -> Work:
    """Making PDFs of them, each in a folder of its own. Raises Missing."""
    if shutil.which("pdflatex") is None:
        raise Missing(
            "pdflatex is not installed: Debian's texlive-latex-recommended, texlive-pictures and lmodern are enough"
        )
    return lambda: [_made(source, runs) for source in sources]


def _made(source: str, runs: int) -> None:
    with TemporaryDirectory() as folder:
        Path(folder, "page.tex").write_text(source, encoding="utf-8")
        command = ["pdflatex", "-interaction=batchmode", "-halt-on-error", "page.tex"]
        for _ in range(runs):
            subprocess.run(command, cwd=folder, check=True, capture_output=True)


def pages(content: bytes) -> int:
    """How many pages a PDF has."""
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(content)).pages)
