"""The HTML page: it says what was composed, is safe, small, alike each time, and axe finds nothing wrong with it in a browser."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import derivegen
from derivegen.document.blocks import (
    Algorithm,
    Box,
    Definitions,
    Derivation,
    Document,
    Heading,
    Listing,
    Note,
    Paragraph,
    Picture,
    Row,
    Table,
)
from derivegen.document.verify.text import formulas
from derivegen.errors import CheckFailed, InputError
from derivegen.figures.axis import axis, counted, samples
from derivegen.figures.figure import Column, Link, NetworkFigure
from derivegen.figures.plot import RunFigure, Series
from derivegen.formula.print.mathml import mathml
from derivegen.formula.read.readback import normal, read_mathml
from derivegen.formula.tree import (
    Cases,
    Colour,
    Compare,
    Formula,
    Glyph,
    Matrix,
    Number,
    Partial,
    Product,
    Ratio,
    Sum,
    Under,
)
from derivegen.network.file.examples import example_names
from derivegen.render.environment import Templates
from derivegen.render.format import recorded
from derivegen.render.html_page import formulas_in, html_page
from derivegen.render.html_widths import breadth
from derivegen.render.inline_svg import DARK, LIGHT
from derivegen.render.pages import Asked
from tests.often import times
from tests.solved import solved as solution
from tests.solved import written as page

EXAMPLES = ("article-004", "graph-product", "symbolic")
NASTY = "a < b & \"c\" 'd' </title><script>alert(1)</script> -- -->"


def page_of(name: str) -> str:
    return page(name, "html")


def written(document: Document, body: bool = False) -> str:
    return html_page(Asked(solution("article-004").press, document, body=body))


x, y, z = map(Glyph, "xyz")
long_sum = Sum(tuple(Ratio(Glyph("w", str(k)), Sum((x, Number("0.1234")))) for k in range(1, 14)))
FIGURE = NetworkFigure(NASTY, NASTY, (Column((x,), "in"), Column((y,), "out")), (Link((0, 0), (1, 0), z),), Glyph("L"))
RUN = RunFigure(NASTY, NASTY, "step", counted(2), (Series("loss", samples((1.0, 0.5, 0.2)), axis((1.0, 0.5, 0.2))),))
EVERYTHING = Document(
    NASTY,
    (
        Paragraph(("Before any heading, ", x)),
        Heading(1, ("First ", x)),
        Heading(2, ("A step ", Partial(y, x))),
        Paragraph((NASTY, Partial(y, x))),
        Derivation((Row(y, "=", long_sum, ("because of ", z)), Row(None, "≈", Number("-0.5")))),
        Box((NASTY,), (Derivation((Row(y, "<", Cases(((x, Compare(x, ">", y)), (z, None))), (NASTY,)),)), Paragraph(("in",)))),
        Heading(1, ("Second",)),
        Note((NASTY,)),
        Table((NASTY,), tuple((f"column {k}",) for k in range(12)), (tuple((f"{k}",) for k in range(12)),), 2),
        Picture("network", FIGURE, (NASTY,)),
        Picture("loss curve", RUN, ("A curve",)),
        Picture("network-2", FIGURE, ("again",)),
        Definitions((((x,), (NASTY,)),)),
        Algorithm((NASTY,), ((0, ("do ", x)), (1, (NASTY,)))),
        Listing((NASTY,), f'print("{"long " * 40}")\n\n\n# {NASTY}', NASTY * 4),
        Paragraph((Colour(Under(y, z), "value"), Colour(x, "gradient"), Colour(x, "route"), Colour(x, "quiet"))),
    ),
    author=NASTY,
    course=NASTY,
)  # fmt: skip
"""Every kind of block, with text that means something to a browser, and lines longer than a screen."""


class Outline(HTMLParser):
    """The elements of a page: (name, attributes); and its text, by the element it stands in."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.text: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attrs}))
        if tag not in ("meta", "path", "rect", "circle", "use", "mspace"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.open:
            self.text[self.open[-1]] = self.text.get(self.open[-1], "") + data

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.elements)


@pytest.mark.parametrize("name", example_names())
def test_every_example_is_read_back_from_its_page(name: str) -> None:
    text = page_of(name)
    assert len(formulas_in(text)) > 10
    if name.startswith("article-"):  # the pages of the gallery
        assert len(text.encode()) < 300_000


def test_a_page_of_every_block_is_read_back() -> None:
    found, wanted = formulas_in(written(EVERYTHING)), list(formulas(EVERYTHING))
    assert [sign for sign, _ in found] == [sign for sign, _ in wanted]
    assert [normal(read_mathml(text)) for _, text in found] == [normal(tree) for _, tree in wanted]


def test_a_page_that_says_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "html").mkdir()
    shipped = Templates().find("html/blocks.html.jinja").read_text(encoding="utf-8")
    changed = shipped.replace("((( row.right )))", "((( row.right | replace('0.3', '0.4') )))")
    assert changed != shipped
    (tmp_path / "html" / "blocks.html.jinja").write_text(changed, encoding="utf-8")
    with pytest.raises(InputError, match="does not show the document"):
        derivegen.solve("example:article-004", templates=tmp_path).text("html")


def test_the_judge_sees_a_number_changed_in_the_page() -> None:
    solved = solution("article-004")
    found = formulas_in(page("article-004", "html-plain"))
    changed = [(sign, text.replace("<mn>0.5744</mn>", "<mn>0.5745</mn>")) for sign, text in found]
    assert changed != found
    solved.printer.judge.text(solved.document, found, read_mathml)
    with pytest.raises(CheckFailed):
        solved.printer.judge.text(solved.document, changed, read_mathml)


def test_a_page_needs_nothing_but_itself() -> None:
    for text in (page_of("article-004"), written(EVERYTHING)):
        outline = Outline(text)
        names = {name for name, _ in outline.elements}
        assert not names & {"link", "img", "iframe", "object", "foreignobject"}
        assert not re.search(r"<script(?!>)|fetch\(|import[ (]|innerHTML|eval\(", text)
        for _, attributes in outline.elements:
            assert not any(key.startswith("on") for key in attributes)
            linked = [attributes[key] for key in ("href", "src", "xlink:href") if key in attributes]
            assert all(link.startswith("#") for link in linked)
        addresses = re.findall(r"(?:url\(|@import)[^)]{0,24}", text)
        assert all(a.startswith(("url(#", "url(data:font/woff2;base64,")) for a in addresses)


def test_text_from_people_stays_text() -> None:
    outline = Outline(written(EVERYTHING))
    assert outline.text["title"].startswith(NASTY) and outline.text["h1"] == NASTY
    assert outline.count("title") == 1 + 3 and outline.count("script") == 0
    assert {"name": "author", "content": NASTY} in [
        attributes for name, attributes in outline.elements if name == "meta"
    ]
    assert outline.text["code"].endswith(f'")\n\n\n# {NASTY}') and outline.text["samp"] == (NASTY * 4)
    assert "<script" not in written(EVERYTHING, body=True)


def test_ids_are_unique_and_what_points_at_them_finds_them() -> None:
    for text in (page_of("article-004"), page_of("softmax-2-3-2"), written(EVERYTHING)):
        elements = Outline(text).elements
        ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
        assert len(ids) == len(set(ids))
        pointed = {
            part
            for _, a in elements
            for key in ("aria-labelledby", "aria-describedby")
            for part in a.get(key, "").split()
        }
        pointed |= {a[key][1:] for _, a in elements for key in ("href", "xlink:href") if key in a}
        pointed |= set(re.findall(r"url\(#([^)]+)\)", text))
        assert pointed <= set(ids)


def test_figures_are_named_and_described() -> None:
    for text in (page_of("article-004"), written(EVERYTHING)):
        drawings = [
            attributes
            for name, attributes in Outline(text).elements
            if name == "svg" and not {"aria-hidden", "data-spots"} & {*attributes}
        ]
        assert len(drawings) >= 3
        for attributes in drawings:
            assert attributes["role"] == "img"
            assert attributes["aria-labelledby"].endswith("-title") and attributes["aria-describedby"].endswith("-desc")
        for drawing in re.findall(r"<svg.*?</svg>", text, re.S):
            ElementTree.fromstring(drawing.replace("<svg ", '<svg xmlns:xlink="x" ', 1))


def test_every_formula_can_be_heard() -> None:
    for text in (page_of("article-004"), written(EVERYTHING)):
        maths = [attributes for name, attributes in Outline(text).elements if name == "math"]
        assert len(maths) > 10 and all(attributes["aria-label"].strip() for attributes in maths)
    assert "about minus 0.5" in text


def test_steps_fold_and_the_contents_lead_to_them() -> None:
    text = page_of("article-004")
    headings = [block for block in solution("article-004").document.blocks if isinstance(block, Heading)]
    outline = Outline(text)
    assert outline.count("details") == sum(block.level == 2 for block in headings) == text.count("<details open ")
    links = [attributes["href"] for name, attributes in outline.elements if name == "a"]
    assert len(links) == len(headings)
    contents = re.findall(r"<nav.*?</nav>", text, re.S)[0]
    repeated = [tree for block in headings for tree in block.text if isinstance(tree, Formula)]
    assert contents.count("<math") == len(repeated) > 0


def test_tables_have_scopes() -> None:
    outline = Outline(written(EVERYTHING))
    scopes = [attributes["scope"] for name, attributes in outline.elements if name == "th"]
    assert scopes == ["col"] * 12 + ["row"] * 2


def test_the_page_of_004_is_small_and_alike_each_time() -> None:
    text = page_of("article-004")
    assert len(text.encode()) < 300_000
    assert derivegen.solve("example:article-004").text("html") == text


def test_the_body_stands_in_a_page_of_somebody_else() -> None:
    body = solution("article-004").text("html", body=True)
    assert body.startswith('<div class="derivegen"') and body.rstrip().endswith("</div>")
    assert not re.search(r"<(html|head|body|title>|main|nav)\b", body.replace("<title id", ""))
    assert "font-face" not in body


def test_the_font_that_ships_is_named_and_has_its_licence() -> None:
    font = Templates().find("html/font.woff2").read_bytes()
    assert font[:4] == b"wOF2" and len(font) < 60_000
    licence = Templates().find("html/font-licence.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence and "STIX Fonts Project" in licence


def test_breadth_counts_what_stands_side_by_side() -> None:
    entry = Sum((x, Number("0.1234")))
    assert breadth(mathml(entry)) == 1 + 1 + 7
    assert breadth(mathml(Ratio(entry, entry))) == 10
    assert breadth(mathml(Matrix(((entry,), (entry,), (x,))))) == 1 + 9 + 2 + 1


@pytest.mark.parametrize("number", ["3", "0.1", "0.123456", "-0.1", "-12"])
def test_no_number_is_broader_than_another(number: str) -> None:
    """So that the tables and lines of all students scroll alike."""
    one, other = (breadth(mathml(Product((x, Number(text))))) for text in (number, "0.5"))
    assert one == other


# Contrast: WCAG AA asks 4.5 for text, 3 for what only is seen.


def luminance(colour: str) -> float:
    parts = (int(colour[k : k + 2], 16) / 255 for k in (0, 2, 4))
    r, g, b = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_colours_of_text_have_contrast_in_light_and_dark() -> None:
    text = page_of("article-004")
    light, dark = (
        dict(re.findall(r"--(\w+): #([0-9a-f]{6})", part)) for part in text.split("prefers-color-scheme: dark", 1)
    )
    for theme in (light, light | dark):
        for role in ("ink", "soft", "accent", "value", "gradient", "route", "quiet"):
            for ground in ("paper", "wash"):
                assert contrast(theme[role], theme[ground]) >= 4.5, (role, ground, theme[role], theme[ground])


def test_colours_of_figures_have_their_dark_pair() -> None:
    assert set(DARK) == set(LIGHT.values())
    for role in ("ink", "forward", "backward", "upstream", "slope", "entering"):
        assert contrast(DARK[role], DARK["paper"]) >= 4.5
    for ground in ("input", "hidden", "parameter", "output"):
        assert contrast(DARK["ink"], DARK[ground]) >= 4.5


# In a browser.

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
in_browser = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
RUN = """<script>(async () => {
  const contrast = {"color-contrast": {enabled: false}};
  const all = await axe.run({resultTypes: ["violations"], rules: CONTRAST_EVERYWHERE ? {} : contrast});
  const words = CONTRAST_EVERYWHERE ? {violations: []}
    : await axe.run({exclude: [["math"]]}, {resultTypes: ["violations"], runOnly: ["color-contrast"]});
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const found = [...all.violations, ...words.violations]
    .map(({id, help, nodes}) => ({id, help, nodes: nodes.slice(0, 3).map(node => node.html)}));
  document.body.replaceChildren(Object.assign(document.createElement("pre"), {id: "found", textContent: JSON.stringify({wide, found})}));
})()</script>"""


def axe() -> str:
    """The source of axe, as the package for another browser driver carries it."""
    spec = importlib.util.find_spec("axe_playwright_python")
    assert spec is not None and spec.origin is not None, "the test extra is not installed"
    return Path(spec.origin).with_name("axe.min.js").read_text(encoding="utf-8")


def in_chromium(text: str, folder: Path, width: int = 1280, dark: bool = False) -> str:
    """The page as it stands when its scripts have run."""
    framed = folder / "page.html"
    framed.write_text(text, encoding="utf-8")
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--dump-dom",
    ]
    flags += [f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=30000", f"--window-size={width},1200"]
    flags += ["--blink-settings=preferredColorScheme=0"] if dark else []
    assert CHROMIUM is not None
    run = subprocess.run([CHROMIUM, *flags, framed.as_uri()], capture_output=True, text=True, timeout=120, check=False)
    assert run.stdout, run.stderr[-2000:]
    return run.stdout


def looked_at(text: str, folder: Path, width: int, dark: bool, formulas: bool = False) -> dict[str, Any]:
    """What axe finds in a page at a window's width, and by how much the page is wider than the window. The contrast of each letter of each
    formula, three quarters of the time, is looked at only where `formulas` says so: they have the colours of all pages."""
    run = RUN.replace("CONTRAST_EVERYWHERE", "true" if formulas else "false")
    shown = in_chromium(text.replace("</body>", f"<script>{axe()}</script>{run}</body>"), folder, width, dark)
    found = re.search(r'<pre id="found">(.*?)</pre>', shown, re.S)
    assert found is not None, shown[-2000:]
    report: dict[str, Any] = json.loads(unescape(found[1]))
    return report


LOOKED_AT = [
    *(("everything", *how) for how in ((500, False), (1280, True))),
    *(("article-004", *how) for how in times(((500, False),), ((500, False), (1280, True)))),
    ("symbolic", 500, False),
    ("graph-product", 1280, True),
]
"""Width of the window, and whether it is dark: every block in both, of the other pages what they have of their own in one."""


@in_browser
@pytest.mark.parametrize(("name", "width", "dark"), LOOKED_AT)
def test_axe_finds_nothing(name: str, width: int, dark: bool, tmp_path: Path) -> None:
    text = written(EVERYTHING) if name == "everything" else page_of(name)
    assert looked_at(text, tmp_path, width, dark, formulas=name in ("everything", "article-004")) == {
        "wide": 0,
        "found": [],
    }


CLICKED = """<script>
const bars = [...document.querySelectorAll(".walk")], step = bars[0].closest("details");
const [back, play, next] = bars[0].querySelectorAll("button");
const seen = () => [step.dataset.lit ?? "", bars[0].querySelector("output").textContent, play.textContent];
const states = [seen()];
for (const button of [next, next, next, next, back, play, play]) { button.click(); states.push(seen()); }
const figure = step.querySelector('svg [fill*="fig-upstream"]');
next.click();
const faded = getComputedStyle(figure).opacity;
document.body.replaceChildren(Object.assign(document.createElement("pre"),
  {id: "found", textContent: JSON.stringify({bars: bars.length, states, lit: step.dataset.lit, faded})}));
</script>"""


@in_browser
def test_buttons_go_through_the_factors_of_a_chain(tmp_path: Path) -> None:
    shown = in_chromium(page_of("article-000").replace("</body>", CLICKED + "</body>"), tmp_path)
    found = re.search(r'<pre id="found">(.*?)</pre>', shown, re.S)
    assert found is not None
    said = json.loads(unescape(found[1]))
    rest, factor = ["", "", "Play"], [[str(n), f"Factor {n} of 3", "Play"] for n in (1, 2, 3)]
    playing = ["", "", "Stop"]  # behind the third comes the whole
    assert said["states"] == [rest, *factor, rest, factor[2], playing, rest]
    assert (said["bars"], said["lit"], said["faded"]) == (2, "1", "1")


def test_a_plain_page_has_no_script() -> None:
    for name in ("article-004", "graph-product"):
        plain = solution(name).text("html-plain")
        assert "<script" not in plain and "<template" not in plain
        assert formulas_in(plain) == formulas_in(page_of(name))[-len(formulas_in(plain)) :]


POINTED = """<script>
const stage = document.querySelector(".stage"), shown = () => stage.querySelector(".stop:not([hidden])");
const [back, play, next] = stage.querySelectorAll(".walk button"), list = stage.querySelector("select");
const seen = () => [...stage.querySelectorAll(".stop:not([hidden])")].map(stop => stop.dataset.stop).join();
const spot = name => shown().querySelector(`[data-at="${name}"]`);
const click = name => spot(name).dispatchEvent(new MouseEvent("click"));
const press = key => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
const states = [seen()];
for (const act of [
  () => next.click(), () => back.click(), () => back.click(), () => click("z[1][1]"), () => click("z[1][1]"),
  () => press("ArrowRight"), () => press("Enter"), () => { list.value = "w[2][1][1]"; list.dispatchEvent(new Event("change")); },
]) { act(); states.push(seen()); }
const drawn = shown().querySelector("svg[role]").getBoundingClientRect(), over = shown().querySelector(".spots").getBoundingClientRect();
const under = spot("w[1][1][1]").getBoundingClientRect();
document.body.replaceChildren(Object.assign(document.createElement("pre"), {id: "found", textContent: JSON.stringify({
  states, current: document.activeElement.tagName, apart: Math.hypot(drawn.x - over.x, drawn.y - over.y, drawn.width - over.width),
  high: under.height, names: [...stage.querySelectorAll("[role=button]")].every(each => each.getAttribute("aria-label"))})}));
</script>"""


@in_browser
def test_what_is_pointed_at_is_explained(tmp_path: Path) -> None:
    """The page opened from a file: click, step, choose, with the mouse and with keys."""
    text = page_of("article-004")
    assert len(text.encode()) < 400_000 and text.index('<template id="stage">') < text.index("<main>")
    shown = in_chromium(text.replace("</body>", POINTED + "</body>"), tmp_path)
    found = re.search(r'<pre id="found">(.*?)</pre>', shown, re.S)
    assert found is not None
    said = json.loads(unescape(found[1]))
    one = solution("article-004").pointed.stops
    assert one == (
        "z[1][1]",
        "z[2][1]",
        "loss",
        "delta[2][1]",
        "delta[1][1]",
        "w[2][1][1]",
        "b[2][1]",
        "w[1][1][1]",
        "b[1][1]",
    )
    # a unit leads to its lines, once more to its way back; right of it in the figure comes the next unit
    assert said["states"] == [
        one[0],
        one[1],
        one[0],
        one[-1],
        "z[1][1]",
        "delta[1][1]",
        "delta[1][1]",
        "z[2][1]",
        "w[2][1][1]",
    ]
    assert said["names"] and said["apart"] < 0.01 and said["high"] >= 14


def test_every_stop_is_one_of_the_solution_and_has_another_side() -> None:
    for name in ("article-004", "softmax-2-3-2", "symbolic", "graph-product"):
        one = solution(name)
        sides = dict(one.pointed.sides(one.pointed.stops))
        assert len(sides) == len(one.pointed.stops) > 5
        assert all(sides[other] == stop for stop, other in sides.items() if other)
        for stop, other in sides.items():
            text = one.printer.text(
                one.pointed.document((stop,), looked_at=False), recorded("html"), stops=((stop, other),)
            )
            (spots,) = re.findall(r'data-spots="([^"]*)"', text)
            pointed = {spot.split(" ")[0] for spot in spots.split(";")}
            assert pointed & {*one.pointed.stops} and f'data-stop="{stop}"' in text
    assert derivegen.solve("example:rnn").pointed.stops == ()
