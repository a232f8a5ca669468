"""A figure's SVG file goes in, the same figure for the inside of a page comes out: named for screen readers, in the page's colours."""

from __future__ import annotations

import re
from collections import Counter
from xml.etree import ElementTree as ET

from derivegen.figures.drawing import COLOURS, IN_PRINT
from derivegen.figures.figure import Style

LIGHT = {f"{r:02x}{g:02x}{b:02x}": role for role, (r, g, b) in reversed(list(COLOURS.items()))}
"""The roles of the colours a figure is drawn in."""
DARK = {
    "ink": "f0ede6", "line": "b8bcc2", "forward": "8ab4f8", "backward": "ff9d8c",
    "quiet": "a2a6ac", "pale": "63676e", "input": "3b3153", "hidden": "24442c", "parameter": "4d4318",
    "output": "573820", "paper": "1d2024", "upstream": "ff9386", "slope": "8ab4f8", "entering": "8fd19e",
    "tint": "2b2f35",
}  # fmt: skip
"""What they become on a dark page."""
_LABEL = re.compile(r'<g transform="([^"]*)"((?: fill="[^"]*")?)>((?:<use [^>]*/>)+)</g>')
_BODY = re.compile(r"(?<=</desc>)<rect .*?(?=</svg>)", re.S)
_UNSEEN = ("title", "desc")
_NAMESPACE = re.compile(r' xmlns="[^"]*"')
_LONG = re.compile(r"-?\d+\.\d{3,}")
_BLANKS = re.compile(r" ?([A-Za-z]) ?")


def palette(style: Style = "light") -> tuple[str, str]:
    """The figures' colours as properties of a style sheet, light and dark."""
    light = {role: colour for colour, role in LIGHT.items() if style == "light" or role not in IN_PRINT}
    return (
        "".join(f"--fig-{role}:#{colour};" for role, colour in light.items()),
        "".join(f"--fig-{role}:#{DARK[role]};" for role in light),
    )


def inline(picture: str, key: str, title: str, description: str) -> str:
    """The figure as an element of a page, named by ids that begin with its key; title and description already escaped."""
    key = "fig-" + re.sub(r"[^\w-]", "-", key)
    root = ET.fromstring(_NAMESPACE.sub("", picture, count=1))
    width, height = root.get("viewBox", "0 0 100 100").split()[2:]
    body = _written(_bare(root))
    named = f'<title id="{key}-title">{title}</title><desc id="{key}-desc">{description}</desc>'
    links = f'role="img" aria-labelledby="{key}-title" aria-describedby="{key}-desc"'
    return f'<svg {links} viewBox="0 0 {width} {height}" style="--width:{width}">{named}{body}</svg>'


def _bare(element: ET.Element) -> ET.Element:
    """The element without its words and the line breaks between its parts."""
    children = [_bare(child) for child in element if child.tag not in _UNSEEN]
    element[:] = children
    for part in (element, *children):
        part.text = part.tail = None
    for name in {*element.attrib} & {"d", "x", "y"}:
        element.set(name, _short(element.attrib[name]))
    return element


def _short(numbers: str) -> str:
    """Coordinates to the hundredth, with no blank that is not needed."""
    rounded = _LONG.sub(lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), numbers)
    return _BLANKS.sub(r"\1", " ".join(rounded.split()))


def _written(root: ET.Element) -> str:
    """What stands in the figure, in the page's colours."""
    body = "".join(ET.tostring(part, encoding="unicode") for part in root).replace(" />", "/>")
    return re.sub(r"(?<![\w(#&])#([0-9a-f]{6})\b(?=[\";])", _coloured, body)


def _coloured(match: re.Match[str]) -> str:
    role = LIGHT.get(match[1])
    return f"var(--fig-{role})" if role else match[0]


def shared(figures: list[str]) -> tuple[list[str], str]:
    """The figures of a page with each label that recurs drawn by reference, and the labels they refer to."""
    counts = Counter(match[3] for figure in figures for match in _LABEL.finditer(figure))
    names = {label: f"l{n}" for n, label in enumerate((each for each, count in counts.items() if count > 1), 1)}

    def refer(match: re.Match[str]) -> str:
        place, look, label = match.groups()
        return f'<use href="#{names[label]}" transform="{place}"{look}/>' if label in names else match[0]

    labels = "".join(f'<g id="{name}">{label}</g>' for label, name in names.items())
    return [_LABEL.sub(refer, figure) for figure in figures], labels


def repeated(figures: list[str]) -> list[str]:
    """The figures of a page, one that is drawn again by reference to where it was drawn first."""
    bodies = [_BODY.search(figure) for figure in figures]
    again = {body for body, count in Counter(body[0] for body in bodies if body).items() if count > 1}
    names: dict[str, str] = {}

    def drawn(match: re.Match[str]) -> str:
        body = match[0]
        if body not in again:
            return body
        if body in names:
            return f'<use href="#{names[body]}"/>'
        names[body] = f"d{len(names) + 1}"
        return f'<g id="{names[body]}">{body}</g>'

    return [_BODY.sub(drawn, figure, count=1) for figure in figures]
