"""One record a format: nothing else names one, and what people read of formats is what the records say."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from derivegen.cli import main
from derivegen.errors import InputError
from derivegen.render.format import FIGURES, FORMATS, PDF, Format, Use, chosen, listed, named, of_ending

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("render", "classroom", "interop", "cli", "document", "solution", "exercise/pages", "marking/pages")
OTHER_MEANINGS = {"text", "latex", "typst", "html", "json", "csv"}
"""Keys that are other words too: kinds of what is handed in, grammars, fields of a record."""

OWN_WORDS: dict[str, set[str]] = {
    "docx_page.py": {"docx"},  # what pandoc calls it
    "typst_page.py": {"pdf"},  # what the compiler calls it
    "slides_page.py": {"slides"},  # what its template calls them
    "figures.py": {*FIGURES},
    **{file: {"moodle"} for file in ("check.py", "into_gradebook.py")},  # whose gradebook it is
    "nbgrader.py": {"nbgrader"},  # its key in a cell
    "word.py": {"docx"},  # a document that is handed in
    "sheet.py": {"selfcheck"},  # a key of the prose
    "on_screen.py": {"selfcheck"},  # a key of the prose
    "selfcheck_page.py": {"summary"},  # a key of the prose
    "letterhead.py": {"pdf"},  # what the compiler calls it
    **{
        file: {"onnx"} for file in ("gates.py", "onnx_out.py", "onnx_recurrent.py")
    },  # whose order of gates, whose module
    "safetensors_out.py": {"safetensors"},  # its module
    "formats.py": {"onnx", "safetensors"},  # files that are read
}


def test_nothing_else_names_a_format() -> None:
    keys = {form.key for form in FORMATS} - OTHER_MEANINGS
    files = [path for room in ROOMS for path in (ROOT / "derivegen" / room).rglob("*.py")]
    found = []
    for path in [*files, ROOT / "derivegen/api.py"]:
        own = OWN_WORDS.get(path.name, set())
        if path.name not in ("format.py", "software.py"):
            nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            named_here = {node.value for node in nodes if isinstance(node, ast.Constant)} & keys - own
            found += [f"{path.name}: {key}" for key in named_here]
    assert len(files) > 50
    assert found == []


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.key)
def test_a_record_names_what_is_there(form: Format) -> None:
    if form.writer:
        wanted = "written" if form.data else "write"
        assert callable(getattr(import_module(f"derivegen.render.{form.writer}"), wanted))
    for source in {*form.engines, ""}:
        if form.binary and not form.data:
            assert callable(form.source(source).compiles().compiled)
    assert form.what and form.last_ending and not form.what.endswith(".")


@pytest.mark.parametrize("use", ("solve", "sheet", "check"))
def test_the_help_lists_the_formats(use: Use) -> None:
    said = " ".join(CliRunner().invoke(main, [use, "--help"], terminal_width=200).output.split())
    assert f"Formats, separated by commas: {listed(use)}." in said


def test_what_is_not_there_is_refused_with_what_is() -> None:
    for to in ("", "pdf,odt", " , "):
        with pytest.raises(InputError, match="there are pdf, slides"):
            chosen(to, "solve")
    with pytest.raises(InputError, match="write derivegen sheet"):
        chosen("moodle", "check")
    with pytest.raises(InputError, match="no such format"):
        named("odt")
    assert chosen(" md , pdf,md", "check") == (named("md"), PDF)
    assert PDF.source().key == "typst" and PDF.source("latex").key == "latex" and named("md").source() == named("md")
    assert of_ending("pdf", "solve")[0] == PDF and of_ending("", "solve") == ()
