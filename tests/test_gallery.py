"""The committed gallery is what the code writes: text, LaTeX and drawings byte for byte, JSON to 1e-12, of PDFs their words."""

from __future__ import annotations

import io
import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from derivegen.render.format import named
from tests import gallery
from tests.solved import solved, written

REWRITE = f"the gallery is out of date; if the change is meant, run: {gallery.COMMAND}"


def committed(name: str, ending: str) -> Path:
    path: Path = gallery.GALLERY / name / f"{name}.{ending}"
    assert path.is_file(), REWRITE
    return path


@pytest.mark.parametrize("name", gallery.names())
def test_an_example_is_as_committed(name: str) -> None:
    forms = gallery.formats(name)
    pages = {f"{name}.{named(form).ending}": written(name, form).encode() for form in forms if not named(form).binary}
    figures = {f"{name}-figures/{key}": content for key, content in solved(name).figures().items()}
    for path, content in {**pages, **figures}.items():
        file = gallery.GALLERY / name / path
        assert file.is_file(), f"{path} is missing; {REWRITE}"
        if path.endswith(".json"):
            same_json(json.loads(file.read_bytes()), json.loads(content))
        else:
            assert file.read_bytes() == content, f"{path} differs; {REWRITE}"
    kept = {str(file.relative_to(gallery.GALLERY / name)) for file in (gallery.GALLERY / name).rglob("*.*")}
    assert kept == {*pages, *figures, *(f"{name}.{named(form).ending}" for form in forms if named(form).binary)}, (
        REWRITE
    )


@pytest.mark.parametrize("name", gallery.SHEETS)
def test_an_exercise_is_as_committed(name: str) -> None:
    for path, content in gallery.sheet_files(name, ("md",)):
        assert (gallery.GALLERY / name / path).read_bytes() == content, f"{path} differs; {REWRITE}"
    for part in gallery.PARTS:
        assert (gallery.GALLERY / name / f"{name}-{part}.pdf").is_file(), REWRITE


def same_json(one: Any, other: Any, where: str = "") -> None:
    """Equal, numbers to 1e-12; of what was measured while checking only the order of size can be."""
    if where.endswith("largest_relative_difference"):
        return
    if isinstance(one, dict):
        assert list(one) == list(other), f"{where}: {REWRITE}"
        for key in one:
            same_json(one[key], other[key], f"{where}.{key}")
    elif isinstance(one, list):
        assert len(one) == len(other), f"{where}: {REWRITE}"
        for n, pair in enumerate(zip(one, other, strict=True)):
            same_json(*pair, f"{where}[{n}]")
    elif isinstance(one, float):
        assert math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12), f"{where}: {REWRITE}"
    else:
        assert one == other, f"{where}: {REWRITE}"


@pytest.mark.parametrize("name", [name for name in gallery.names() if "pdf" in gallery.formats(name)])
def test_a_pdf_has_its_title_and_says_what_was_checked(name: str) -> None:
    from pypdf import PdfReader

    pages = PdfReader(io.BytesIO(committed(name, "pdf").read_bytes())).pages
    title = solved(name).network.title
    letters = "".join(pages[0].extract_text().split())
    assert "".join(title.split()) in letters, REWRITE
    if solved(name).verified.compared:
        assert any(re.search("Checked|geprüft", page.extract_text()) for page in pages[-3:]), REWRITE


def test_the_index_lists_every_example() -> None:
    assert (gallery.GALLERY / "README.md").read_text(encoding="utf-8") == gallery.index(), REWRITE
    assert {folder.name for folder in gallery.GALLERY.iterdir() if folder.is_dir()} == {
        *gallery.names(),
        *gallery.SHEETS,
    }, REWRITE
