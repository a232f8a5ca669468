"""Word: every formula a native equation, figures with their words, strange text as it is, the same bytes; and a message without pandoc."""

from __future__ import annotations

import builtins
import importlib.util
import io
import re
import zipfile
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

import derivegen
from derivegen.cli import main
from derivegen.document.blocks import Table, every
from derivegen.document.verify import formulas
from derivegen.errors import CheckFailed
from derivegen.render.figures import drawn
from derivegen.render.pages import Asked
from tests.solved import packed, solved

there = pytest.mark.skipif(importlib.util.find_spec("pypandoc") is None, reason="without the extra docx")
STRANGE = 'Größe схема _ $ \\ < & # " { } % ^ ~ * ` [x] // @a -- ...'
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"


@lru_cache(maxsize=8)
def parts(name: str) -> tuple[Any, dict[str, bytes]]:
    solution = derivegen.solve(strange()) if name == "strange" else solved(name)
    made = solution.content("docx") if name == "strange" else packed(name, "docx")
    with zipfile.ZipFile(io.BytesIO(made)) as files:
        return solution, {part: files.read(part) for part in files.namelist()}


def strange() -> dict[str, Any]:
    return {
        "title": STRANGE,
        "data": {"inputs": [[-0.5]], "targets": [[0.6]], "input_names": [STRANGE]},
        "layer": [{"units": 1, "activation": "elu", "weights": [[0.4]]}],
        "loss": {"name": "absolute_error"},
        "document": {"author": STRANGE, "intro": "- An *intro* | $x_1$"},
    }


def document(name: str) -> Any:
    return ElementTree.fromstring(parts(name)[1]["word/document.xml"])


@there
@pytest.mark.parametrize("name", ["article-004", "xor", "relu-kink", "strange"])
def test_every_formula_is_an_equation(name: str) -> None:
    solution, _ = parts(name)
    root = document(name)
    assert len(list(root.iter(f"{M}oMath"))) == len(list(formulas(solution.document)))
    words = " ".join(text.text or "" for text in root.iter(f"{W}t"))
    signs = words.replace(STRANGE, "") if name == "strange" else words
    assert "$$" not in signs and not re.search(r"\\[a-z]", signs)


@there
def test_lines_stand_at_their_sign_and_tables_have_heads() -> None:
    root = document("article-004")
    sides = [side.get(f"{M}val") for side in root.iter(f"{M}jc")]
    assert {"left", "right"} == set(sides) and sides[:4] == ["right", "left", "left", "left"]
    tables = [block for block in every(parts("article-004")[0].document.blocks) if isinstance(block, Table)]
    assert len(list(root.iter(f"{W}tblHeader"))) == len(tables) > 3


@there
def test_what_belongs_together_stays_on_a_page() -> None:
    root = document("article-004")
    body = list(next(root.iter(f"{W}body")))
    kept = [block.find(f"{W}pPr/{W}keepNext") is not None for block in body]
    tables = [place for place, block in enumerate(body) if block.tag == f"{W}tbl" and body[place - 1].tag == f"{W}p"]
    for place in tables:
        style = body[place - 1].find(f"{W}pPr/{W}pStyle")
        empty = not "".join(body[place - 1].itertext())  # between two tables
        assert empty or kept[place - 1] or (style is not None and "Heading" in style.get(f"{W}val", ""))
    figures = [place for place, block in enumerate(body) if block.find(f".//{W}drawing") is not None]
    assert len(tables) > 10 and len(figures) > 2 and all(kept[place] for place in figures)
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in root.iter(f"{W}tr"))


@there
def test_a_sign_without_a_left_side_has_an_empty_word_there() -> None:
    """LibreOffice shows a question mark where a sign has nothing on its left."""
    runs = [run for run in document("article-004").iter(f"{M}r") if "".join(run.itertext()) == "\u200b"]
    assert len(runs) > 20 and all(run.find(f"{M}rPr/{M}nor") is not None for run in runs)


@there
def test_figures_are_pictures_with_words() -> None:
    solution, files = parts("article-004")
    pictures = [part for part in files if part.startswith("word/media/")]
    assert len(pictures) == len(list(drawn(solution.document.blocks))) > 2 and all(
        files[part].startswith(b"\x89PNG") for part in pictures
    )
    for block in every(solution.document.blocks):
        if hasattr(block, "figure"):
            assert f'descr="{block.figure.description}"' in unescape(files["word/document.xml"].decode())


@there
def test_strange_text_stays_as_it_is() -> None:
    _, files = parts("strange")
    paragraphs = ["".join(text.text or "" for text in p.iter(f"{W}t")) for p in document("strange").iter(f"{W}p")]
    assert paragraphs[0] == STRANGE and paragraphs[1] == STRANGE and "- An *intro* | $x_1$" in paragraphs
    assert ElementTree.fromstring(files["docProps/core.xml"])[0].text == STRANGE


@there
def test_the_same_bytes_each_time() -> None:
    assert derivegen.solve("example:article-004").content("docx") == packed("article-004", "docx")


@there
def test_an_equation_pandoc_does_not_take_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from derivegen.render import docx_page

    solution = solved("article-004")
    text = docx_page.docx_page(Asked(solution.press, solution.inscribed))
    with pytest.raises(CheckFailed, match="pandoc"):
        docx_page.compiled(text.replace("0.5744", r"\nosuch{0}"), solution.inscribed)


def test_without_pandoc_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    true = builtins.__import__

    def without(name: str, *more: Any, **how: Any) -> Any:
        if name == "pypandoc":
            raise ImportError(name)
        return true(name, *more, **how)

    monkeypatch.setattr(builtins, "__import__", without)
    result = CliRunner().invoke(main, ["solve", "example:article-004", "--to", "docx", "-o", str(tmp_path / "out")])
    assert result.exit_code == 3 and 'pip install "derivegen[docx]"' in result.stderr
    assert not (tmp_path / "out").exists()
