"""Sheet, key and scheme of every kind of question, in both languages, through pdflatex."""

from __future__ import annotations

import shutil

import pytest

from derivegen.classroom.sheet import Part
from derivegen.exercise.kinds.kind import KINDS
from derivegen.render.latex_engine import latex_pdf
from tests.worked import as_they_stand

pytestmark = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex on this machine")


@pytest.mark.parametrize("part", ["sheet", "key", "scheme"])
@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", ["article-004", "article-000"])
def test_all_kinds(name: str, language: str, part: Part) -> None:
    kinds = ",".join(kind for kind in KINDS if kind != "uses")  # of layers no parameter is used several times
    work = as_they_stand(name, kinds, language=language)
    assert latex_pdf(work.text(part, "latex")).startswith(b"%PDF")
