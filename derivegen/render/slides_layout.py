"""What stands on which slide: the parts of a document with their heights go in, slides of one idea each come out.

The parts under one title are cut where it costs least. A slide costs, and so does one that is half empty, one that begins within a
statement, a sentence without what it announces, and a figure without the lines it shows. What is too high for one column and narrow
enough goes into two.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from derivegen.records import dataclass, replace

HEIGHT, GAP, WIDTH = 346.0, 14.0, 762.0
"""What a slide holds below its title, and between two parts, in points."""
ROW_GAP = 11.0
BESIDE = 20.0
"""Between a figure and what stands beside it, and between two columns."""
COLUMN = (WIDTH - BESIDE) / 2
SMALLER = 18 / 20
"""What text is scaled by in two columns."""
TALLEST_FIGURE = 285.0
FULL = 1.0
"""Of the height: what is filled that far takes no further idea, be it as short as it may."""
SMALLEST = 0.86
"""What a slide may be scaled to where that keeps together what belongs together."""
SHORT = 0.55
"""Of the height: a text that leaves more than the rest empty looks lost."""
BELOW_TITLE = 0.78
"""Of the height: what is no higher stands on the slide of the document's title."""
MANY_ROWS = 4
"""Of a table, on either side of where it is cut between two columns."""
Kind = Literal["prose", "line", "table", "picture", "other"]


@dataclass(frozen=True, slots=True)
class Part:
    """What is put on a slide whole: the title it stands under and the call that sets it.

    Parts of one run that follow one another (lines of a statement, rows of a table) are set by one call, their items in place of `%s`;
    `lead` is what the run takes beside them, `joint` the space between two of them. `begins`: a statement or a table begins with it;
    `ends`: an idea ends. `narrow` is its height beside a figure, in a column of the width `left`; `half` in one of two columns,
    where its run takes `half_lead`; infinite for what does not go there. `least`: the width it needs to be read. `drawn`
    is how high a figure is without its caption, `give` how much of that it can do without, `most` how high it is let be.
    """

    title: str
    call: str
    kind: Kind
    item: str = ""
    run: str = ""
    begins: bool = True
    ends: bool = False
    height: float = 0.0
    lead: float = 0.0
    joint: float = ROW_GAP
    narrow: float = math.inf
    left: float = 0.0
    half: float = math.inf
    half_lead: float = 0.0
    least: float = 0.0
    drawn: float = 0.0
    give: float = 0.0
    most: float = TALLEST_FIGURE


class Slide(NamedTuple):
    """A title, the parts under it, and how they stand: below one another, beside their figure or, between `columns`, in two columns.

    What comes before the first of the two places of `columns` goes over the whole width. `scale` is what they are shrunk by.
    """

    title: str
    parts: tuple[Part, ...]
    beside: bool = False
    scale: float = 1.0
    columns: tuple[int, int] | None = None

    @property
    def calls(self) -> list[str]:
        """What sets the parts, top to bottom; one call where they stand side by side or are shrunk."""
        if self.beside:
            (figure,) = (part for part in self.parts if part.kind == "picture")
            words = [part for part in self.parts if part.kind != "picture"]
            shown = widened(figure.call, WIDTH - figure.left - BESIDE)
            return [f"beside({figure.left}pt, {shown}, {', '.join(_calls(words, figure.left))})"]
        if self.columns:
            above, *sides = _split(self.parts, self.columns)
            halves = (f"({', '.join(_calls(side, COLUMN))},)" for side in sides)
            return [*_calls(above), f"halves({', '.join(halves)})"]
        return _calls(self.parts) if self.scale == 1 else [f"shrunk({', '.join(_calls(self.parts))})"]

    @property
    def short(self) -> bool:
        """Whether it is a few words."""
        return _height(self.parts) <= SHORT * HEIGHT and {part.kind for part in self.parts} == {"prose"}

    @property
    def fits_below_title(self) -> bool:
        """Whether the title of the document has room above it."""
        words = {part.kind for part in self.parts} <= {"prose", "other"}
        return words and self.scale == 1 and _height(self.parts) <= BELOW_TITLE * HEIGHT

    @property
    def filled(self) -> float:
        """How much of the height is used; of two columns, on average."""
        if self.columns:
            above, *sides = _split(self.parts, self.columns)
            top = _above(above)
            return (top + sum(_height(side, "half") for side in sides) / 2) / HEIGHT
        return 0.9 if self.beside else min(1.0, _height(self.parts) / HEIGHT)


def _split(parts: Sequence[Part], columns: tuple[int, int]) -> tuple[Sequence[Part], Sequence[Part], Sequence[Part]]:
    """What stands over both columns, in the left one and in the right one."""
    top, middle = columns
    return parts[:top], parts[top:middle], parts[middle:]


def widened(call: str, width: float) -> str:
    """The call that sets a part in a column."""
    return f"{call.removesuffix(')')}, width: {width}pt)"


def _calls(parts: Sequence[Part], width: float = 0.0) -> list[str]:
    """What sets each run."""
    runs = [list(run) for _, run in groupby(parts, key=lambda part: part.run or part)]
    calls = [run[0].call.replace("%s", ", ".join(part.item for part in run)) for run in runs]
    return [widened(call, width) for call in calls] if width else calls


def slides(parts: Sequence[Part]) -> list[Slide]:
    """The slides of a document."""
    made = [slide for _, titled in groupby(parts, key=lambda part: part.title) for slide in _cut(list(titled))]
    return list(_introduced(made))


def _cut(parts: Sequence[Part]) -> list[Slide]:
    """The parts of one title, cut where it costs least."""
    best: list[tuple[float, tuple[Slide, ...]]] = [(0.0, ())]
    for end in range(1, len(parts) + 1):
        ways = []
        for start in range(end - 1, -1, -1):
            slide = _slide(parts, start, end)
            if slide is not None:
                ways.append((best[start][0] + _cost(slide, parts, start, end), (*best[start][1], slide)))
            elif sum(part.height for part in parts[start:end]) > 3 * HEIGHT:
                break
        best.append(min(ways, key=lambda way: way[0]))
    return list(best[-1][1])


def _slide(parts: Sequence[Part], start: int, end: int) -> Slide | None:
    """These parts as a slide, if they fit and are one idea."""
    group = tuple(parts[start:end])
    if len(group) == 1:
        return Slide(group[0].title, group)
    room = _room(group, end == len(parts))
    figures = sum(part.kind == "picture" for part in group)
    if figures == 1 and room and _height(group, "narrow") <= HEIGHT and max(part.narrow for part in group) <= HEIGHT:
        return Slide(group[0].title, group, beside=True)
    return _set(group[0].title, group, room, 1.0 if figures else SMALLEST)


def _set(title: str, group: tuple[Part, ...], room: float = HEIGHT, smallest: float = SMALLEST) -> Slide | None:
    """The parts below one another if there is room, else in two columns, else a little smaller."""
    group = _eased(group, _height(group) - room)
    scale = min(1.0, room / _height(group))
    if scale == 1:
        return Slide(title, group)
    columns = _columns(group)
    if columns:
        return Slide(title, group, columns=columns)
    return Slide(title, group, scale=scale) if scale >= smallest else None


def _eased(group: tuple[Part, ...], excess: float) -> tuple[Part, ...]:
    """The parts with their one figure drawn as much smaller as is needed, if it can still be read then."""
    figures = [part for part in group if part.kind == "picture"]
    if len(figures) != 1 or not 0 < excess <= figures[0].give:
        return group
    (figure,) = figures
    return tuple(smaller(part, excess) if part is figure else part for part in group)


def smaller(figure: Part, excess: float) -> Part:
    """The figure, drawn so much lower."""
    drawn = figure.drawn - excess
    call = figure.call.replace(f"{figure.most:.1f}pt)", f"{drawn:.1f}pt)")
    return replace(figure, call=call, height=figure.height - excess, drawn=drawn, give=figure.give - excess, most=drawn)


def _columns(group: Sequence[Part]) -> tuple[int, int] | None:
    """The places where two columns begin that hold the group and are as even as can be; none if there are none.

    Words before the first line stand over both, or in the left one. The right column begins with a statement, and the left one does
    not end with words.
    """
    words = next((place for place, part in enumerate(group) if part.kind != "prose"), len(group))
    ways = [
        (max(heights) + above, (top, middle))
        for top in dict.fromkeys((words, 0))
        for above in [_above(group[:top])]
        for middle in range(top + 1, len(group))
        if _may_begin(group, middle)
        for heights in [(_height(group[top:middle], "half"), _height(group[middle:], "half"))]
        if max(heights) + above <= HEIGHT
    ]
    return min(ways)[1] if ways else None


def _may_begin(group: Sequence[Part], middle: int) -> bool:
    """Whether the right column may begin there: with a statement or a table, or in a table that has many rows on either side."""
    if group[middle - 1].kind == "prose":
        return False
    before, after = group[:middle], group[middle:]
    rows = [sum(part.run == group[middle].run for part in side) for side in (before, after)]
    return group[middle].begins or (group[middle].kind == "table" and min(rows) >= MANY_ROWS)


def _above(group: Sequence[Part]) -> float:
    """How much height goes to what stands over two columns."""
    return _height(group) + GAP if group else 0.0


def _room(group: Sequence[Part], last: bool) -> float:
    """How high the group may be: behind the end of an idea come tables, figures, short ideas without words,
    or the words or the figure that close a title."""
    ended = next((place + 1 for place, part in enumerate(group[:-1]) if part.ends), None)
    if ended is None or (last and all(part.kind == "prose" for part in group[ended:])):
        return HEIGHT
    kinds = {part.kind for part in group[ended:]}
    if last and "picture" in kinds:
        return HEIGHT
    if not group[-1].ends or "prose" in kinds:
        return 0.0
    return HEIGHT if kinds <= {"table", "picture"} else FULL * HEIGHT


def _height(group: Sequence[Part], width: Literal["height", "narrow", "half"] = "height") -> float:
    """How high the parts are below one another, over the whole width, beside their figure or in one of two columns."""
    height = 0.0
    before: Part | None = None
    for part in group:
        if width == "narrow" and part.kind == "picture":
            continue
        within = before is not None and before.run == part.run != ""
        lead = part.half_lead if width == "half" else part.lead
        height += part.joint if within else lead + (0.0 if before is None else GAP)
        height += {"height": part.height, "narrow": part.narrow, "half": part.half}[width]
        before = part
    return height


def _cost(slide: Slide, parts: Sequence[Part], start: int, end: int) -> float:
    """What a slide costs among those of its title; less than one, and it is better than one more."""
    group, last = slide.parts, end == len(parts)
    kinds = {part.kind for part in group}
    filled = slide.filled
    cost = 1 + 0.4 * (1 - filled) ** 2 + (0.5 if slide.scale < 1 else 0)
    if not last and not parts[end].begins:
        cost += 0.8
    if not group[0].begins and len(group) == 1:
        cost += 0.3
    if kinds == {"prose"} and filled < SHORT and len(group) < len(parts):
        cost += 0.6
    if "picture" in kinds and "line" not in kinds and any(part.kind == "line" for part in parts):
        cost += 0.5
    return cost + (0.3 if group[-1].kind == "prose" and not last else 0)


def _introduced(made: Sequence[Slide]) -> Iterator[Slide]:
    """A short text all alone under its title goes below what is before it or above what follows it, the titles side by side."""
    before: Slide | None = None
    for slide in made:
        joined = None if before is None else _joined(before, slide)
        if before is not None and joined is None:
            yield before
        before = joined or slide
    if before is not None:
        yield before


def _joined(one: Slide, other: Slide) -> Slide | None:
    """Two slides as one, if one of them is a short text and there is room."""
    if (
        not one.title
        or not (one.short or other.short)
        or any(slide.beside or slide.scale < 1 for slide in (one, other))
    ):
        return None
    return _set(f"both({one.title}, {other.title})", (*one.parts, *other.parts))
