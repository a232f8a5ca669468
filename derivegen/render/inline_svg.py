"""A figure's SVG file goes in, the same figure for the inside of a page comes out: named for screen readers, in the page's colours,
without names of its own that another figure could have too.
"""

from __future__ import annotations

import re
from collections import Counter

from derivegen.document.drawing import COLOURS

GRID = "dddddd"
"""The lines behind curves."""
LIGHT = {f"{r:02x}{g:02x}{b:02x}": role for role, (r, g, b) in reversed(list(COLOURS.items()))} | {GRID: "grid"}
"""The roles of the colours a figure is drawn in."""
DARK = {
    "ink": "f0ede6", "line": "b8bcc2", "forward": "8ab4f8", "backward": "ff9d8c", "route": "ff9386", "second": "8ab4f8",
    "third": "cbaef0", "quiet": "a2a6ac", "pale": "63676e", "input": "3b3153", "hidden": "24442c", "parameter": "4d4318",
    "output": "573820", "paper": "1d2024", "grid": "3c4047",
}  # fmt: skip
"""What they become on a dark page."""
_NUMBER = r"-?\d*\.?\d+"
_OUTLINE = re.compile(rf'<path d="M({_NUMBER}) ?({_NUMBER})([a-z][^"]{{120,}})"')
_METADATA = re.compile(r"<metadata>.*?</metadata>|<!--.*?-->", re.S)


def palette() -> tuple[str, str]:
    """The figures' colours as properties of a style sheet, light and dark."""
    light = {role: colour for colour, role in LIGHT.items()}
    return (
        "".join(f"--fig-{role}:#{colour};" for role, colour in light.items()),
        "".join(f"--fig-{role}:#{DARK[role]};" for role in light),
    )


def inline(picture: str, key: str, title: str, description: str) -> str:
    """The figure as an element of a page, named by ids that begin with its key; title and description already escaped."""
    key = "fig-" + re.sub(r"[^\w-]", "-", key)
    start = picture.index("<svg")
    head, _, body = picture[start:].partition(">")
    size = re.search(r'viewBox="([^"]*)"', head)
    width, height = (size[1].split() if size else ["0", "0", "100", "100"])[2:]
    body = re.sub(r"<(title|desc)>.*?</\1>", "", _METADATA.sub("", body), flags=re.S)
    body = re.sub(r'(?<= id=")|(?<=href="#)|(?<=url\(#)', f"{key}-", body)
    body = re.sub(r"(?<![\w(#&])#([0-9a-f]{6})\b(?=[\";])", _coloured, body)
    body = re.sub(r"(?<=>)\s+(?=<)|\s+(?=\")", "", body).replace("\n", " ").strip()
    named = f'<title id="{key}-title">{title}</title><desc id="{key}-desc">{description}</desc>'
    links = f'role="img" aria-labelledby="{key}-title" aria-describedby="{key}-desc"'
    return f'<svg {links} viewBox="0 0 {width} {height}" style="--width:{width}">{named}{body}'


def _coloured(match: re.Match[str]) -> str:
    role = LIGHT.get(match[1])
    return f"var(--fig-{role})" if role else match[0]


def shared(figures: list[str]) -> tuple[list[str], str]:
    """The figures of a page with each outline that recurs drawn by reference, and the outlines they refer to."""
    counts = Counter(match[3] for figure in figures for match in _OUTLINE.finditer(figure))
    names = {outline: f"o{n}" for n, outline in enumerate((o for o, count in counts.items() if count > 1), 1)}

    def refer(match: re.Match[str]) -> str:
        x, y, outline = match.groups()
        return f'<use href="#{names[outline]}" x="{x}" y="{y}"' if outline in names else match[0]

    outlines = "".join(f'<path id="{name}" d="M0 0{outline}"/>' for outline, name in names.items())
    return [_OUTLINE.sub(refer, figure) for figure in figures], outlines
