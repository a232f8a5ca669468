"""A label goes in, the outlines of its letters come out as the data of one SVG path, which looks the same everywhere.

The data is short: points are rounded to a hundredth and counted from the one before, so that nothing adds up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from derivegen.document.drawing import Label
from derivegen.document.figures import Text
from derivegen.formula.latex import latex

Command = tuple[str, tuple[float, ...]]
_STEP = re.compile(r"([MLQZ])([^MLQZ]*)")


def outlines(label: Label) -> str:
    """The `d` of a path that draws the label at its place."""
    x, y = label.baseline or label.centre
    return _written(_commands(label.content, label.size, label.baseline is not None), x, y)


@lru_cache(maxsize=512)
def _commands(content: Text, size: float, on_baseline: bool) -> tuple[Command, ...]:
    """The steps of a pen that draws the label around the origin."""
    from ziamath.zmath import Latex, Math

    group = ET.Element("g")
    with _plain_paths():
        if isinstance(content, str):
            formula = Math(f"<math><mtext>{escape(content)}</mtext></math>", size=size)
        else:
            formula = Latex(latex(content), size=size)
        formula.drawon(group, 0, 0, halign="center", valign="base" if on_baseline else "center")
    return tuple(command for part in group.iter() for command in _steps(part))


def _steps(part: ET.Element) -> Iterator[Command]:
    if part.tag == "rect":
        x, y, width, height = (float(part.attrib[key]) for key in ("x", "y", "width", "height"))
        yield "M", (x, y)
        yield from (("L", (x + width, y)), ("L", (x + width, y + height)), ("L", (x, y + height)), ("Z", ()))
    for letter, numbers in _STEP.findall(part.attrib.get("d", "")):
        yield letter, tuple(map(float, numbers.replace(",", " ").split()))


def _written(commands: tuple[Command, ...], x: float, y: float) -> str:
    """The steps at their place, in hundredths, each point relative to the last; one label has the same steps at every place."""
    text = ""
    here = start = (0, 0)
    for letter, numbers in commands:
        points = [
            (round(100 * a) + round(100 * x), round(100 * b) + round(100 * y))
            for a, b in zip(numbers[::2], numbers[1::2], strict=True)
        ]
        if letter == "Z":
            text, here = text + "z", start
        elif letter != "L" or points[-1] != here:
            text += letter.lower() + _numbers([c for a, b in points for c in (a - here[0], b - here[1])])
            here = points[-1]
        start = here if letter == "M" else start
    return "M" + text[1:]


def _numbers(hundredths: list[int]) -> str:
    """Numbers side by side, with a space only where they would run together."""
    text = ""
    for number in hundredths:
        digits = f"{abs(number) / 100:.2f}".rstrip("0").rstrip(".").lstrip("0") or "0"
        sign = "-" if number < 0 else " " if text else ""
        text += sign + digits
    return text


@contextmanager
def _plain_paths() -> Iterator[None]:
    """Outlines drawn in place instead of symbols with ids, which would clash where two pictures stand in one page."""
    from ziamath.config import config

    before, config.svg2 = config.svg2, False
    try:
        yield
    finally:
        config.svg2 = before
