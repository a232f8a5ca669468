"""The formats of one document say the same numbers: each is written, its lines of numbers are read back from what was written, and all
are held to those of the Markdown, in order. Pages are read by their own readers; terminal text, the file for Word and the words of a PDF
by what stands here, which knows nothing of how they were made."""

from __future__ import annotations

import io
import re
import shutil
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from functools import lru_cache
from xml.etree import ElementTree

import pytest

from derivegen.formula.print.plain import plain
from derivegen.formula.read.readback import normal, read_latex, read_mathml, read_typst
from derivegen.formula.tree import Formula, Glyph, Number, Partial, walk
from derivegen.render import html_page, latex_page, markdown, notebook_page, pandoc_page, typst_page
from tests.solved import ARTICLES, DRAWN, packed, shown, solved
from tests.solved import written as page

NAMES = (*ARTICLES, *DRAWN)
READERS = {
    "md-pandoc": (pandoc_page.formulas_in, read_latex),
    "latex": (latex_page.formulas_in, read_latex),
    "typst": (typst_page.formulas_in, read_typst),
    "slides": (typst_page.formulas_in, read_typst),
    "html-plain": (html_page.formulas_in, read_mathml),
    "ipynb": (lambda text: pandoc_page.formulas_in(notebook_page.markdown_in(text)), read_latex),
}
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
REASON = re.compile(r"(?:^ +|   +)(?=\[[^\]]*[a-z]{2}|\(the printed)")
"""Where the words beside a line begin; a matrix of numbers has brackets too."""
APART = {f"{M}{place}" for place in ("e", "num", "den", "sup", "sub")}
Line = tuple[str, str]
"""The relation and what stands right of it."""


@lru_cache(maxsize=8)
def in_markdown(name: str) -> tuple[tuple[str, Formula], ...]:
    """The lines of the Markdown in which nothing but numbers stands."""
    known = solved(name).notation.functions
    read = ((sign, read_latex(text, known)) for sign, text in markdown.formulas_in(page(name, "md")) if sign)
    return tuple((sign, tree) for sign, tree in read if is_numeric(tree))


def is_numeric(tree: Formula) -> bool:
    parts = list(walk(tree))
    return any(isinstance(part, Number) for part in parts) and not any(isinstance(p, Glyph | Partial) for p in parts)


@lru_cache(maxsize=8)
def functions(name: str) -> frozenset[str]:
    """The names of functions in those lines."""
    return frozenset(word for _, tree in in_markdown(name) for word in words(plain(tree)))


def words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", unicodedata.normalize("NFKC", text))


def said(line: Line) -> tuple[str, tuple[str, ...], int]:
    """What a format cannot lose: the relation, the numbers in order, and how many minus signs there are."""
    sign, text = line
    flat = unicodedata.normalize("NFKC", re.sub("([⁰¹²³⁴-⁹⁻]+)", r" \1", text)).replace("-", "−")
    return sign, tuple(re.findall(r"\d+(?:\.\d+)?", flat)), flat.count("−")


def only_numbers(line: Line, names: frozenset[str]) -> bool:
    return any(c.isdigit() for c in line[1]) and names.issuperset(words(line[1]))


@pytest.mark.parametrize("form", READERS)
@pytest.mark.parametrize("name", NAMES)
def test_pages_say_the_same_lines(name: str, form: str) -> None:
    wanted, (formulas_in, read) = in_markdown(name), READERS[form]
    assert len(wanted) > 20 or name in ("article-001", "article-002", "article-003")  # those are in symbols
    known = solved(name).notation.functions
    lines = ((sign, read(text, known)) for sign, text in formulas_in(page(name, form)) if sign)
    found = [(sign, normal(tree)) for sign, tree in lines if is_numeric(tree)]
    assert found == [(sign, normal(tree)) for sign, tree in wanted]


# plain text


@pytest.mark.parametrize("name", NAMES)
def test_plain_text_says_the_same_numbers(name: str) -> None:
    wanted = [said((sign, plain(tree))) for sign, tree in in_markdown(name)]
    text = unicodedata.normalize("NFC", page(name, "text"))  # a letter with its hat is one column
    lines = (line for block in text.split("\n\n") for line in in_block(block.split("\n")))
    assert [said(line) for line in lines if only_numbers(line, functions(name))] == wanted


def in_block(lines: Sequence[str]) -> Iterator[Line]:
    """The lines of a derivation: they stand two columns in, each relation under the first one."""
    first = re.match(r"  \S.*? ([=≈]) ", lines[0])
    if first is None or re.match(r"  [^=≈]*: ", lines[0]) or (len(lines) > 1 and "──" in lines[1]):  # a plan, a table
        return
    at = {found.start(1) for line in lines for found in re.finditer(r" ([=≈]) ", REASON.split(line, maxsplit=1)[0])}
    if at != {first.start(1)}:
        yield from running(lines)
        return
    column, sign, right, reason = first.start(1), "", "", False
    for line in lines:
        if line[column - 1 : column + 2] in (" = ", " ≈ "):
            if sign:
                yield sign, right
            sign, right, reason = line[column], "", False
            line = line[column + 2 :]
        said_here = "" if reason else REASON.split(line, maxsplit=1)[0]
        reason = reason or said_here != line
        right += f" {said_here}"
    yield sign, right


def running(lines: Sequence[str]) -> Iterator[Line]:
    """Statements that run on, each relation behind the one before; what a line breaks goes on deeper."""
    statements: list[str] = []
    for line in lines:
        if line.startswith("      ") and statements:
            statements[-1] += ("   " if line.strip().startswith("[") else " ") + line.strip()
        else:
            statements.append(line)
    for statement in statements:
        parts = re.split(r" ([=≈]) ", REASON.sub("\0", statement + " ", count=1).split("\0")[0])
        yield from ((sign, right) for sign, right in zip(parts[1::2], parts[2::2], strict=True))


# Word


@pytest.mark.parametrize("name", NAMES)
def test_word_says_the_same_numbers(name: str) -> None:
    wanted = [said((sign, plain(tree))) for sign, tree in in_markdown(name)]
    with zipfile.ZipFile(io.BytesIO(packed(name, "docx"))) as files:
        root = ElementTree.fromstring(files.read("word/document.xml"))
    lines = []
    for row in root.iter(f"{W}tr"):
        cells = row.findall(f"{W}tc")
        if len(cells) == 3 and cells[1].find(f".//{M}oMathPara") is not None:
            text = written(cells[1]).strip("\u200b ")
            lines.append((text[0], text[1:]))
    assert [said(line) for line in lines if only_numbers(line, functions(name))] == wanted


def written(part: ElementTree.Element) -> str:
    """The characters of an equation, what stands above, below or in another cell apart."""
    inner = "".join(written(child) for child in part)
    return f" {inner} " if part.tag in APART else part.text or "" if part.tag == f"{M}t" else inner


# PDF


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
@pytest.mark.parametrize("form", ["pdf", "slides"])
@pytest.mark.parametrize("name", NAMES)
def test_pdfs_say_the_same_results(name: str, form: str) -> None:
    """Where a derivation comes to a number, as it can be copied from the page."""
    wanted = [said((sign, plain(tree))) for sign, tree in in_markdown(name) if re.fullmatch(r"−?[\d.]+", plain(tree))]
    found = iter([said(line) for line in re.findall(r"([=≈])\s*([−-]?[\d.]+)(?=\s|$)", shown(name, form))])
    missing = [line for line in wanted if line not in found]  # each behind the one before
    assert not missing
