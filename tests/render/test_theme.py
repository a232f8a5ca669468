"""A teacher's own look: one record that every format follows, and what is no look refused before any work."""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
import struct
import zipfile
import zlib
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import derivegen
from derivegen.errors import InputError, MissingPart
from derivegen.network.file.as_file import network_file
from derivegen.network.file.load import load, load_text
from derivegen.network.file.looks import MOST_PIXELS, checked_logo
from derivegen.network.theme import DARK, WHITE, Logo, Theme, contrast, readable
from tests.drawn import HARMLESS, HOSTILE
from tests.render.test_docx import there as word

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 10"><rect width="20" height="10" fill="#7a1f2b"/></svg>'
ACCENT = "#7a1f2b"


def png(width: int, height: int) -> bytes:
    """A grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(height)))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def embedded(data: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def themed(header: str = HOSTILE, **look: str) -> derivegen.Solution:
    made = {"logo": embedded(png(20, 10)), "header": header, "accent": ACCENT, **look}
    return derivegen.solve("example:article-004", theme=made, only="forward")


@cache
def hostile() -> derivegen.Solution:
    return themed()


# every format


@pytest.mark.parametrize("form", ["pdf", "slides"])
def test_a_pdf_has_logo_and_header_and_the_colour(form: str) -> None:
    from pypdf import PdfReader

    page = PdfReader(io.BytesIO(hostile().content(form))).pages[0]
    assert HARMLESS in page.extract_text().replace("\n", " ") or HOSTILE[:20] in page.extract_text()
    assert len(page.images) == 1
    content = page.get_contents().get_data().decode("latin-1")  # type: ignore[union-attr]
    colours = {
        tuple(round(255 * float(n)) for n in each) for each in re.findall(r"([\d.]+) ([\d.]+) ([\d.]+) scn", content)
    }
    assert tuple(bytes.fromhex(ACCENT[1:])) in colours


def test_a_summary_has_logo_and_header() -> None:
    from pypdf import PdfReader

    page = PdfReader(io.BytesIO(hostile().content("summary"))).pages[0]
    assert HOSTILE[:20] in page.extract_text() and len(page.images) == 1


class Head(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.inside, self.images, self.text = 0, list[dict[str, Any]](), ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.inside += tag == "header"
        if self.inside and tag == "img":
            self.images.append(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag == "header"

    def handle_data(self, data: str) -> None:
        self.text += data if self.inside else ""


@pytest.mark.parametrize("form", ["html", "html-plain"])
def test_a_page_has_logo_header_and_the_colour_by_light_and_dark(form: str) -> None:
    text = hostile().text(form)
    head = Head()
    head.feed(text)
    assert HOSTILE in head.text
    (image,) = head.images
    assert base64.b64decode(image["src"].partition(",")[2]) == png(20, 10) and image["alt"] == ""
    light, dark = re.findall(r"--accent: (#[0-9a-f]{6}); ?(?:--wash: #[0-9a-f]{6};)?\s*\}", text)
    assert light == ACCENT and contrast(dark, DARK) >= 4.5


def test_a_logo_without_a_header_has_words_for_those_who_do_not_see_it() -> None:
    solution = derivegen.solve("example:article-004", logo=embedded(SVG.encode(), "svg+xml"), only="forward")
    head = Head()
    head.feed(solution.text("html"))
    assert [image["alt"] for image in head.images] == ["Logo"]


@word
def test_a_word_file_has_a_header_of_its_first_page() -> None:
    with zipfile.ZipFile(io.BytesIO(hostile().content("docx"))) as files:
        parts = {name: files.read(name) for name in files.namelist()}
    head = ET.fromstring(parts["word/header1.xml"])
    assert "".join(head.itertext()) == HOSTILE
    assert b"media/logo.png" in parts["word/_rels/header1.xml.rels"] and parts["word/media/logo.png"][:4] == b"\x89PNG"
    body = ET.fromstring(parts["word/document.xml"])
    kinds = [each.tag.rpartition("}")[2] for each in next(each for each in body.iter() if each.tag.endswith("sectPr"))]
    order = ["headerReference", "footerReference", "footerReference", "footnotePr", "pgSz", "pgMar", "titlePg"]
    assert kinds == order, "in the order of ECMA-376, 17.6.17"
    named = set(re.findall(r'PartName="/([^"]*)"', parts["[Content_Types].xml"].decode()))
    assert {"word/header1.xml", "word/footer1.xml", "word/media/logo.png"} <= named
    heading = re.search(r'<w:style [^>]*w:styleId="Heading1".*?</w:style>', parts["word/styles.xml"].decode(), re.S)
    assert heading is not None and re.findall(r'<w:color w:val="(\w+)"', heading[0]) == [ACCENT[1:].upper()]


@word
@pytest.mark.parametrize(("paper", "wide"), [("a4", "11906"), ("letter", "12240")])
def test_a_word_file_has_the_paper_that_was_asked_for(paper: str, wide: str) -> None:
    made = derivegen.solve("example:article-004", paper=paper, only="forward").content("docx")
    with zipfile.ZipFile(io.BytesIO(made)) as files:
        body = files.read("word/document.xml").decode()
        assert f'<w:pgSz w:w="{wide}"' in body and "headerReference" not in body
        assert b">PAGE<" in files.read("word/footer1.xml")


def test_latex_has_logo_header_and_the_colour(tmp_path: Path) -> None:
    hostile().write(tmp_path, "latex")
    text = (tmp_path / "article-004.tex").read_text(encoding="utf-8")
    assert "{HTML}{7A1F2B}" in text and (tmp_path / "derivegen-logo.png").read_bytes() == png(20, 10)
    assert "Größe \\_ \\$x" in text and "\\includegraphics" in text


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no pdflatex on this machine")
@pytest.mark.parametrize("logo", [embedded(png(20, 10)), embedded(SVG.encode(), "svg+xml")])
def test_latex_is_compiled_with_its_logo(logo: str) -> None:
    from pypdf import PdfReader

    pages = PdfReader(io.BytesIO(themed(HARMLESS, logo=logo).pdf("latex"))).pages
    text = pages[0].extract_text()
    assert "Maß & < #" in text and "One hidden unit" in text and "Forward pass" in text, "head and text on one page"


@pytest.mark.parametrize("form", ["md", "md-pandoc", "text", "ipynb"])
def test_where_there_are_no_looks_the_header_is_a_line(form: str) -> None:
    text = themed("Lindenhof School").text(form)
    assert text.index("Lindenhof School") < text.index("One hidden unit") and "base64" not in text


def test_questions_of_platforms_have_the_letterhead_once_a_student(tmp_path: Path) -> None:
    sheets = derivegen.sheet(
        "example:article-004", count=2, theme={"logo": embedded(png(20, 10)), "header": HOSTILE, "accent": ACCENT}
    )
    sheets.write(tmp_path, "moodle,nbgrader")
    quiz = ET.parse(tmp_path / "teacher" / "article-004-moodle.xml")
    texts = [each.findtext("questiontext/text") or "" for each in quiz.iter("question")]
    heads = [text for text in texts if "@@PLUGINFILE@@/logo.svg" in text]
    assert len(heads) == 4, "before the first and before all at once"
    assert all(f"color: {ACCENT}" in text and "&lt;/title&gt;" in text for text in heads)
    files = [each for each in quiz.iter("file") if each.get("name") == "logo.svg"]
    assert len(files) == 4 and b"<image href=" in base64.b64decode(files[0].text or "")
    record = json.loads((tmp_path / "teacher" / "exercises.json").read_text(encoding="utf-8"))
    assert load(record["network"]).options.theme == load({**record["network"]}).options.theme != None  # noqa: E711


def test_print_style_has_the_logo_and_no_colour() -> None:
    solution = derivegen.solve("example:article-004", theme={"accent": ACCENT, "header": "School"}, style="print")
    for form in ("typst", "latex", "html"):
        text = solution.text(form)
        assert "School" in text and ACCENT not in text and ACCENT[1:].upper() not in text


def test_a_font_of_the_theme_is_in_the_pdf_and_one_that_is_not_there_is_named() -> None:
    from pypdf import PdfReader

    page: Any = PdfReader(io.BytesIO(themed(font="Libertinus Serif").pdf())).pages[0]
    fonts = [each.get_object()["/BaseFont"] for each in page["/Resources"]["/Font"].values()]
    assert any("Libertinus" in name for name in fonts)
    assert "Libertinus" in themed(font="Libertinus Serif").text("html")
    with pytest.raises(MissingPart, match=r"no font family 'Libertinus Sarif'; did you mean \"Libertinus Serif\""):
        themed(font="Libertinus Sarif").pdf()


# where a look comes from


def test_an_option_wins_over_the_file_and_the_file_over_the_theme(tmp_path: Path) -> None:
    (tmp_path / "looks").mkdir()
    (tmp_path / "looks" / "school.svg").write_text(SVG, encoding="utf-8")
    theme = 'logo = "school.svg"\nheader = "School"\naccent = "#123456"\ncourse = "Year 12"\nauthor = "A. Weber"\n'
    (tmp_path / "looks" / "school.toml").write_text(theme, encoding="utf-8")
    net = {
        "data": {"inputs": [[1]], "targets": [[1]]},
        "layer": [{"units": 1, "weights": [[2]]}],
        "loss": {"name": "squared_error"},
        "document": {"theme": "looks/school.toml", "header": "Faculty"},
    }
    (tmp_path / "net.json").write_text(json.dumps(net), encoding="utf-8")
    solution = derivegen.solve(tmp_path / "net.json", accent="#205080")
    logo = Logo(SVG.encode(), "svg", 20.0, 10.0)
    assert solution.network.options.theme == Theme(logo, "Faculty", "#205080", None, "Year 12", "A. Weber")
    assert (solution.document.course, solution.document.author) == ("Year 12", "A. Weber")
    again = load(network_file(solution.network))
    assert again.options == solution.network.options, "a record holds the look itself"


@pytest.mark.parametrize(
    ("look", "said"),
    [
        ({"accent": "red"}, r'accent: found "red"; expected a colour'),
        ({"accent": "#ffcc00"}, r"accent: found #ffcc00, whose contrast on white is 1\.5; expected at least 4\.5"),
        ({"font": 'X"; }'}, "font: found .*; expected the name of a font family"),
        ({"header": "x" * 300}, "header: found 300 characters; expected at most 200"),
        ({"logo": "nowhere.png"}, r'logo: found "nowhere\.png", which cannot be read \(No such file'),
        ({"logo": embedded(b"GIF89a")}, "logo: found the embedded picture, which is neither of these"),
        ({"logo": embedded(png(20, 10)[:-20])}, "logo: found the embedded picture, which is broken"),
        ({"logo": embedded(png(MOST_PIXELS + 1, 1000))}, f"which is {MOST_PIXELS + 1} × 1000 pixels"),
        ({"logo": embedded(png(100, 1))}, "more than 12 times as long as wide"),
        ({"logo": embedded(b"x" * 200_001)}, "empty, broken or too large"),
        ({"theme": {"acent": "#123456"}}, r'theme\.acent: found the unknown key "acent".*did you mean "accent"'),
        ({"theme": "nowhere.toml"}, r'theme: found "nowhere\.toml", which cannot be read'),
    ],
)
def test_what_is_no_look_is_refused_with_what_to_do(look: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        derivegen.solve("example:article-004", **look)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('acent = "#123456"', r'theme, in t\.toml: acent: found the unknown key "acent".*did you mean "accent"'),
        ("header = 3", r"theme, in t\.toml: header: found 3; expected text in quotes"),
        ("accent = red", r'theme: found text in "t\.toml" that is not TOML'),
    ],
)
def test_a_mistake_in_a_theme_file_is_said_with_its_name(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        derivegen.solve("example:article-004", theme="t.toml")


@pytest.mark.parametrize(
    "inside",
    [
        "<script>1</script>",
        "<g onload='x()'/>",
        '<image href="file:///etc/passwd"/>',
        '<use xlink:href="http://example.org/a.svg#a"/>',
        "<foreignObject/>",
        "<style>@import url(a.css)</style>",
        '<rect fill="url(http://example.org/p.svg#a)"/>',
    ],
)
def test_a_drawing_that_asks_for_something_outside_is_not_taken(inside: str) -> None:
    strange = SVG.replace("</svg>", f"{inside}</svg>")
    assert isinstance(checked_logo(SVG.encode()), Logo)
    assert "which is not taken" in str(checked_logo(strange.encode()))
    assert "which is not taken" in str(checked_logo(f'<!DOCTYPE svg [<!ENTITY a "b">]>{SVG}'.encode()))


def test_no_file_is_read_for_a_text_from_somewhere() -> None:
    net = '[document]\nlogo = "a.png"\n[data]\ninputs = [[1]]\n[[layer]]\nunits = 1\nweights = [[1]]\n[loss]\nname = "squared_error"\n'
    with pytest.raises(InputError, match="none, since no file is read here"):
        load_text(net)


def test_colours_are_made_readable() -> None:
    for colour in ("#ffcc00", "#7a1f2b", "#000000", "#808080"):
        assert contrast(readable(colour, WHITE), WHITE) >= 4.5 and contrast(readable(colour, DARK), DARK) >= 4.5
    assert contrast("#000000", "#ffffff") == pytest.approx(21) and readable(ACCENT, WHITE) == ACCENT
