"""Templates of one's own: what is wrong with one is said once, with its file, its line and what is undefined."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import derivegen
from derivegen.cli import main
from derivegen.document.words import Words
from derivegen.errors import InputError
from derivegen.formula.tree import Glyph
from derivegen.network.file.examples import templates_folder

NET = {
    "data": {"inputs": [[0.5]], "targets": [[0.6]]},
    "layer": [{"units": 1, "weights": [[0.4]], "biases": False}],
    "loss": {"name": "half_squared_error"},
    "training": {"learning_rate": 0.1},
}
"""As small as can be: each of these tests solves it anew, with templates of its own."""


def changed(folder: Path, name: str, old: str, new: str) -> Path:
    """The folder, with a file that ships copied into it and changed in one place."""
    text = (templates_folder() / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder / name


def line_of(path: Path, text: str) -> int:
    """The line of a file on which a text first stands."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def said(folder: Path, form: str, **options: str) -> str:
    """The one message of a run with these templates."""
    with pytest.raises(InputError) as raised:
        derivegen.solve(NET, templates=folder, **options).content(form)
    message = str(raised.value)
    assert "\n" not in message.strip() or form == "latex"
    return message


PAGES = {
    "md": ("markdown/document.md.jinja", "((( block.text )))"),
    "md-pandoc": ("pandoc/document.md.jinja", "((( block.text"),
    "latex": ("latex/document.tex.jinja", "((( block.text )))"),
    "pdf": ("typst/document.typ.jinja", "((( block.text )))"),
    "slides": ("slides/document.typ.jinja", "((( document.title | escape )))"),
    "html": ("html/blocks.html.jinja", "((( block.text )))"),
    "text": ("text/document.txt.jinja", "((( block.text"),
}
"""Of each format a template and something in it."""


@pytest.mark.parametrize("form", PAGES)
def test_an_undefined_name_has_its_file_and_line(form: str, tmp_path: Path) -> None:
    name, old = PAGES[form]
    path = changed(tmp_path, name, old, f"((( blok.text ))){old}")
    message = said(tmp_path, form)
    assert f"{path}, line {line_of(path, 'blok')}: 'blok' is undefined" in message


@pytest.mark.parametrize(
    ("new", "what"),
    [
        ("((( block.txet )))", "'txet'"),
        ("((* if block *))", "needs to be closed"),
        ("((* unless block *))", "'unless'"),
        ("((( block.kind | louder )))", "'louder'"),
        ("((* include 'html/not-there.css' *))", "html/not-there.css"),
        ("((( block.kind + 1 )))", "str"),
        ("((( 1 // 0 )))", "zero"),
        ("((( block.__class__.__mro__ )))", "__class__"),
    ],
)
def test_whatever_is_wrong_has_its_file_and_line(new: str, what: str, tmp_path: Path) -> None:
    path = changed(tmp_path, "html/blocks.html.jinja", "((( block.text )))", new + "((( block.text )))")
    message = said(tmp_path, "html")
    assert f"{path}, line " in message and what in message.split(", line ")[1]
    if what != "needs to be closed":
        assert f", line {line_of(path, new)}: " in message


def test_a_template_that_is_no_text(tmp_path: Path) -> None:
    path = changed(tmp_path, "html/blocks.html.jinja", "((( block.text )))", "")
    path.write_bytes(b"<p>\n\xff\xfe</p>")
    assert f"{path}, line 2: not UTF-8" in said(tmp_path, "html")


@pytest.mark.parametrize("form", ["pdf", "slides"])
def test_a_page_that_typst_refuses_is_the_templates_fault(form: str, tmp_path: Path) -> None:
    path = changed(tmp_path, PAGES[form][0], "#set document", "#colour-of-my-own()\n#set document")
    message = said(tmp_path, form)
    assert f"{path}, line {line_of(path, 'colour-of-my-own')}: " in message and "colour-of-my-own" in message


def test_a_page_that_latex_refuses_is_the_templates_fault(tmp_path: Path) -> None:
    pytest.importorskip("shutil").which("pdflatex") or pytest.skip("no pdflatex on this machine")
    path = changed(tmp_path, "latex/document.tex.jinja", "\\maketitle", "\\mytitle")
    with pytest.raises(InputError) as raised:
        derivegen.solve(NET, templates=tmp_path).pdf(engine="latex")
    assert f"{path}, line {line_of(path, 'mytitle')}: " in str(raised.value)


# prose


def sentence(folder: Path, text: str, name: str = "mine.toml") -> Path:
    path = folder / "prose" / "en" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("What {{ are }} given", "'are' is undefined"),
        ("What {% if %} given", "Expected an expression"),
        ("What {{ 'is' | louder }} given", "'louder'"),
        ("What {{ 1 + 'is' }} given", "unsupported operand"),
    ],
)
def test_a_sentence_has_its_file_line_and_key(text: str, what: str, tmp_path: Path) -> None:
    path = sentence(tmp_path, f'"backward.kinds.by" = "One step"\n\n"lesson.plan.title" = "{text}"\n')
    message = said(tmp_path, "md")
    assert f"{path}, line 3, key 'lesson.plan.title': " in message and what in message


def test_a_formula_where_none_can_stand_has_its_place() -> None:
    words = Words({"title": "Of {{ x }}"}, "prose/en", {"title": "mine.toml, line 3"})
    with pytest.raises(InputError, match=r"^mine\.toml, line 3, key 'title': no formula can stand here$"):
        words.plain("title", x=Glyph("x"))


def test_prose_that_is_no_toml(tmp_path: Path) -> None:
    path = sentence(tmp_path, '"given.title" = "What is given"\nwrong\n')
    message = said(tmp_path, "md")
    assert str(path) in message and "line 2" in message
    path.write_bytes(b'"a" = "\xff"\n')
    assert f"{path}, line 1: not UTF-8" in said(tmp_path, "md")


def test_a_key_without_quotes_is_not_overlooked(tmp_path: Path) -> None:
    path = sentence(tmp_path, 'given.title = "What we have"\n')
    message = said(tmp_path, "md")
    assert str(path) in message and '"given.…" = "…"' in message


def test_one_spoken_word_can_be_changed(tmp_path: Path) -> None:
    path = sentence(tmp_path, 'times = "multiplied by"\n', "spoken.toml")
    assert " multiplied by " in derivegen.solve(NET, templates=tmp_path).text("html")
    path.write_text("times = 3\n", encoding="utf-8")
    assert f"{path}, key 'times'" in said(tmp_path, "html")


def test_a_language_of_ones_own_that_lacks_words_is_told_which(tmp_path: Path) -> None:
    for file in sorted((templates_folder() / "prose" / "en").glob("*.toml")):
        changed(tmp_path, f"prose/en/{file.name}", "", "")
    (tmp_path / "prose" / "en").rename(tmp_path / "prose" / "xx")
    spoken = tmp_path / "prose" / "xx" / "spoken.toml"
    spoken.write_text('minus = "moins"\n', encoding="utf-8")
    message = said(tmp_path, "html", language="xx")
    assert str(spoken) in message and "'plus' is missing" in message


def test_the_command_ends_with_one_line_and_nothing_written(tmp_path: Path) -> None:
    changed(tmp_path / "own", *PAGES["md"], "((( blok )))")
    result = CliRunner().invoke(
        main,
        [
            "solve",
            "example:article-004",
            "--to",
            "md",
            "--templates",
            str(tmp_path / "own"),
            "-o",
            str(tmp_path / "out"),
        ],
    )
    assert result.exit_code == 2 and result.stderr.count("\n") == 1 and "'blok' is undefined" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "text", "end"),
    [
        ("html/blocks.jinja", "", 'did you mean "html/blocks.html.jinja"?'),
        ("markdwn/document.md.jinja", "", 'did you mean "markdown/document.md.jinja"?'),
        (
            "prose/en/check.toml",
            '\n"finding.other-sides" = "so"\n',
            "{}, line 2: no page says 'finding.other-sides'; did you mean \"finding.other-side\"?",
        ),
    ],
)
def test_what_nothing_reads_is_said(tmp_path: Path, name: str, text: str, end: str) -> None:
    """A file with a letter too many changed nothing, and nothing said so."""
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(text, encoding="utf-8")
    message = said(tmp_path, "text")
    assert message.startswith(str(tmp_path / name)) and message.endswith(end.format(tmp_path / name))


def test_notes_and_parts_of_ones_own_may_lie_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("mine", encoding="utf-8")
    (tmp_path / "part.jinja").write_text("mine", encoding="utf-8")
    changed(tmp_path, "text/document.txt.jinja", "((( block.text", '((* include "part.jinja" *))((( block.text')
    (tmp_path / "prose/xx").mkdir(parents=True)
    (tmp_path / "prose/xx/page.toml").write_text("", encoding="utf-8")
    assert "mine" in derivegen.solve(NET, templates=tmp_path).text("text")
