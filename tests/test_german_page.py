"""The German page of the gallery: no frequent English word stands in it, in text, alternative texts or the labels of its figures, and its
decimals carry a comma. Title and introduction count too, which come from the network file and not from the prose."""

from __future__ import annotations

import io
import re
from functools import lru_cache
from html import unescape

import pytest

from derivegen.api import Solution
from tests import gallery

WORDS = """
the of and to from is are by with for on at it its this that these those which what where when how each every any not no one two both
other only after before into over under above below as if then than but or we our you be been has have does do can will would network
layer layers unit units weight weights input inputs output outputs hidden value values number numbers row rows step steps update updates
derivative derivatives route back forward chain rule slope figure graph sum product table given sought found printed checked answer
answers page learning example examples"""
ENGLISH = set(WORDS.split())
FENCED = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.M | re.S)


@lru_cache(maxsize=1)
def solution() -> Solution:
    return gallery.solution(gallery.GERMAN)


def markdown() -> str:
    """Without programs, addresses and the names of commands in formulas."""
    text = FENCED.sub(lambda block: block[2] if block[1] == "math" else " ", solution().text("md"))
    return re.sub(r"\\[a-z]+", " ", re.sub(r"\]\([^)]*\)", "]", text))


def html() -> str:
    """With what is read aloud, titles and descriptions of figures."""
    text = re.sub(r"<(pre|style|script)\b.*?</\1>", " ", solution().text("html"), flags=re.S)
    aloud = " ".join(
        re.findall(
            r'(?:aria-label|alt|content|title)="([^"]*)"',
            re.sub(r"<meta name=\"(?:viewport|color-scheme|generator).*?>", "", text),
        )
    )
    return unescape(f"{re.sub(r'<[^>]*>', ' ', text)} {aloud}")


def alternative_texts() -> str:
    """Of the PDF and the slides."""
    return " ".join(
        text
        for form in ("typst", "slides")
        for text in re.findall(r'(?:#eq\(|alt: )"((?:[^"\\]|\\.)*)"', solution().text(form))
    )


def drawings() -> str:
    """The words in figures: labels that are text, titles, descriptions, and the text of the figures' PDFs."""
    from pypdf import PdfReader

    told = " ".join(svg.decode() for svg in solution().figures("svg").values())
    pages = [page for pdf in solution().figures("pdf").values() for page in PdfReader(io.BytesIO(pdf)).pages]
    labels = " ".join(page.extract_text() for page in pages)
    return " ".join([*re.findall(r"<(?:title|desc|text)[^>]*>(.*?)</", told, re.S), labels])


def printed() -> str:
    """The words on the pages of the PDF, the program left out."""
    from pypdf import PdfReader

    pages = [page.extract_text() for page in PdfReader(io.BytesIO(solution().content("pdf"))).pages]
    before, program, rest = "\n".join(pages).partition("import numpy")
    if not program:
        return before
    return before + rest[rest.rindex("b2 =") :].partition("\n")[2]


SAID = {"md": markdown, "html": html, "alt": alternative_texts, "figures": drawings, "pdf": printed}


@pytest.mark.parametrize("where", SAID)
def test_no_english_word_is_left(where: str) -> None:
    words = {word.lower() for word in re.findall(r"[^\W\d_]{2,}", SAID[where]())}
    assert len(words) > 10 and not sorted(words & ENGLISH)


@pytest.mark.parametrize("where", SAID)
def test_decimals_carry_a_comma(where: str) -> None:
    text = SAID[where]()
    assert not re.findall(r".{0,20}(?<![\d.§])\d\.\d{2,}", text)
    commas = re.findall(r"\d(?:,|\{,\})\d{2,}", text)
    assert len(commas) > 3


def test_what_the_network_file_says_is_said_in_german() -> None:
    assert "Ein 3–4–1-Klassifikator mit binärer Kreuzentropie" in markdown()
    assert "Ein Klassifikator mit drei Eingaben entscheidet zwischen zwei Klassen" in markdown()
    assert 'lang="de"' in solution().text("html") and 'lang: "de"' in solution().text("typst")
