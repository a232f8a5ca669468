"""A label goes in, the outlines of its letters come out as the data of one SVG path, which looks the same everywhere; or, for a page of
many figures, references to letters that are drawn once.

The data is short: points are rounded to a hundredth and counted from the one before, so that nothing adds up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from derivegen.figures.drawing import Label
from derivegen.figures.figure import Text
from derivegen.formula.print.latex import latex
from derivegen.records import dataclass, field

Command = tuple[str, tuple[float, ...]]
_STEP = re.compile(r"([MLQZ])([^MLQZ]*)")
_SIGN = re.compile(r"((?:^|[=(,]|\\approx|\\cdot) ?)-")
"""A minus that is a sign and no operation: ziamath takes each for an operation and puts blanks around it."""


class Letter(NamedTuple):
    """The steps of a pen that draws a letter around its own origin, where that lies, and how much larger it is drawn."""

    steps: tuple[Command, ...]
    x: float
    y: float
    scale: float


def outlines(label: Label) -> str:
    """The `d` of a path that draws the label at its place."""
    x, y = label.baseline or label.centre
    letters = _letters(label.content, label.size, label.baseline is not None)
    return "".join(_data(each.steps, x + each.x, y + each.y, each.scale) for each in letters)


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The letters of a page by their outlines, each drawn once."""

    names: dict[str, str] = field(default_factory=dict)

    def label(self, label: Label, look: str) -> str:
        """The label as a group of references, the same at every place and size."""
        x, y = label.baseline or label.centre
        letters = _letters(label.content, label.size, label.baseline is not None)
        scale = letters[0].scale if letters else 1.0
        drawn = "".join(self._use(each, scale) for each in letters)
        return f'<g transform="translate({_n(x)} {_n(y)})scale({scale:.4g})"{look}>{drawn}</g>'

    def _use(self, letter: Letter, scale: float) -> str:
        name = self.names.setdefault(_at_origin(letter.steps), f"o{len(self.names) + 1}")
        x, y, own = _n(letter.x / scale), _n(letter.y / scale), letter.scale / scale
        place = f'x="{x}" y="{y}"' if abs(own - 1) < 0.002 else f'transform="translate({x} {y})scale({own:.3g})"'
        return f'<use href="#{name}" {place}/>'

    @property
    def definitions(self) -> str:
        """What the references refer to."""
        return "".join(f'<path id="{name}" d="{data}"/>' for data, name in self.names.items())


@lru_cache(maxsize=512)
def _letters(content: Text, size: float, on_baseline: bool) -> tuple[Letter, ...]:
    """The letters of a label around the origin."""
    from ziamath.zmath import Latex, Math

    group = ET.Element("g")
    if isinstance(content, str):
        formula = Math(f"<math><mtext>{escape(content)}</mtext></math>", size=size)
    else:
        formula = Latex(_SIGN.sub(r"\1{-}", latex(content)), size=size)
    formula.drawon(group, 0, 0, halign="center", valign="base" if on_baseline else "center")
    symbols = {f"#{part.get('id')}": part for part in group.iter("symbol")}
    return tuple(letter for part in group.iter() for letter in _letter(part, symbols))


def _letter(part: ET.Element, symbols: Mapping[str, ET.Element]) -> Iterator[Letter]:
    """A letter where a symbol is used, or a bar."""
    if part.tag not in ("use", "rect"):
        return
    x, y, width, height = (float(part.attrib[key]) for key in ("x", "y", "width", "height"))
    if part.tag == "rect":
        corners = ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))
        yield Letter((("M", corners[0]), *(("L", corner) for corner in corners[1:]), ("Z", ())), x, y, 1.0)
        return
    symbol = symbols[part.attrib["href"]]
    left, top, _, tall = map(float, symbol.attrib["viewBox"].split())
    scale = height / tall
    if steps := tuple(_steps(symbol)):  # a blank has none
        yield Letter(steps, x - left * scale, y - top * scale, scale)


def _steps(symbol: ET.Element) -> Iterator[Command]:
    for path in symbol.iter("path"):
        for kind, numbers in _STEP.findall(path.attrib["d"]):
            yield kind, tuple(map(float, numbers.replace(",", " ").split()))


def _data(steps: tuple[Command, ...], x: float, y: float, scale: float) -> str:
    """The steps at a place, in hundredths, each point relative to the last."""
    text = ""
    here = start = (0, 0)
    for kind, numbers in steps:
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        points = [(round(100 * (x + a * scale)), round(100 * (y + b * scale))) for a, b in pairs]
        if kind == "Z":
            text, here = text + "z", start
        elif kind != "L" or points[-1] != here:
            written = _numbers([c for a, b in points for c in (a - here[0], b - here[1])])
            text, here = text + (kind.lower() if text else "M") + written, points[-1]
        start = here if kind == "M" else start
    return text


@lru_cache(maxsize=256)
def _at_origin(steps: tuple[Command, ...]) -> str:
    """The steps around the origin: the same letter stands in many labels."""
    return _data(steps, 0, 0, 1)


def _n(number: float) -> str:
    return _numbers([round(100 * number)])


def _numbers(hundredths: list[int]) -> str:
    """Numbers side by side, with a space only where they would run together."""
    text = ""
    for number in hundredths:
        digits = f"{abs(number) / 100:.2f}".rstrip("0").rstrip(".").lstrip("0") or "0"
        sign = "-" if number < 0 else " " if text else ""
        text += sign + digits
    return text
