"""What stands on which slide: the parts of a document with their heights go in, slides of one idea each come out.

The parts under one title are cut where it costs least. A slide costs, and so does one that is half empty, one that begins within a
statement, a sentence without what it announces, and a figure without the lines it shows.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

HEIGHT, GAP, WIDTH = 346.0, 18.0, 762.0
"""What a slide holds below its title, and between two parts, in points."""
ROW_GAP = 13.0
BESIDE = 20.0
"""Between a figure and what stands beside it."""
TALLEST_FIGURE = 285.0
FULL = 0.8
"""Of the height: what is filled that far takes no further idea, be it as short as it may."""
SMALLEST = 0.86
"""What a slide may be scaled to where that keeps together what belongs together."""
SHORT = 0.4
"""Of the height: a text that leaves more than the rest empty looks lost."""
Kind = Literal["prose", "line", "table", "picture", "other"]


@dataclass(frozen=True, slots=True)
class Part:
    """What is put on a slide whole: the title it stands under and the call that sets it.

    Parts of one run that follow one another (lines of a statement, rows of a table) are set by one call, their items in place of `%s`;
    `lead` is what the run takes beside them, `joint` the space between two of them. `begins`: a statement or a table begins with it;
    `ends`: an idea ends. `narrow` is its height beside a figure, in a column of the width `left`; infinite for what does not go there.
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


@dataclass(frozen=True, slots=True)
class Slide:
    """A title, the parts under it, whether they stand beside their figure, and what they are scaled by."""

    title: str
    parts: tuple[Part, ...]
    beside: bool = False
    scale: float = 1.0

    @property
    def calls(self) -> list[str]:
        """What sets the parts, top to bottom; one call where they stand beside their figure or are shrunk."""
        if self.beside:
            (figure,) = (part for part in self.parts if part.kind == "picture")
            words = [part for part in self.parts if part.kind != "picture"]
            shown = widened(figure.call, WIDTH - figure.left - BESIDE)
            return [f"beside({figure.left}pt, {shown}, {', '.join(_calls(words, figure.left))})"]
        return _calls(self.parts) if self.scale == 1 else [f"shrunk({', '.join(_calls(self.parts))})"]

    @property
    def short(self) -> bool:
        """Whether it is a few words."""
        return _height(self.parts) <= SHORT * HEIGHT and {part.kind for part in self.parts} == {"prose"}


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
    if figures == 1 and room and _height(group, narrow=True) <= HEIGHT and max(part.narrow for part in group) <= HEIGHT:
        return Slide(group[0].title, group, beside=True)
    height = _height(group)
    scale = min(1.0, room / height)
    smallest = 1.0 if figures else SMALLEST
    return Slide(group[0].title, group, scale=scale) if scale >= smallest else None


def _room(group: Sequence[Part], last: bool) -> float:
    """How high the group may be: behind the end of an idea come tables, short ideas without words, or the words that close a title."""
    ended = next((place + 1 for place, part in enumerate(group[:-1]) if part.ends), None)
    if ended is None or (last and all(part.kind == "prose" for part in group[ended:])):
        return HEIGHT
    kinds = {part.kind for part in group[ended:]}
    if not group[-1].ends or "prose" in kinds:
        return 0.0
    return HEIGHT if kinds == {"table"} else FULL * HEIGHT


def _height(group: Sequence[Part], narrow: bool = False) -> float:
    height = 0.0
    before: Part | None = None
    for part in group:
        if narrow and part.kind == "picture":
            continue
        within = before is not None and before.run == part.run != ""
        height += part.joint if within else part.lead + (0.0 if before is None else GAP)
        height += part.narrow if narrow else part.height
        before = part
    return height


def _cost(slide: Slide, parts: Sequence[Part], start: int, end: int) -> float:
    """What a slide costs among those of its title; less than one, and it is better than one more."""
    group, last = slide.parts, end == len(parts)
    kinds = {part.kind for part in group}
    filled = 0.9 if slide.beside else min(1.0, _height(group) / HEIGHT)
    cost = 1 + 0.4 * (1 - filled) ** 2 + (1.1 if slide.scale < 1 else 0)
    if not last and not parts[end].begins:
        cost += 0.5
    if not group[0].begins and len(group) == 1:
        cost += 0.3
    if kinds == {"prose"} and filled < SHORT and len(group) < len(parts):
        cost += 0.6
    if "picture" in kinds and "line" not in kinds and any(part.kind == "line" for part in parts):
        cost += 0.5
    return cost + (0.3 if group[-1].kind == "prose" and not last else 0)


def _introduced(made: Sequence[Slide]) -> Iterator[Slide]:
    """A short text all alone under its title goes above what follows it, the titles side by side."""
    waiting: Slide | None = None
    for slide in made:
        if waiting is not None:
            group = (*waiting.parts, *slide.parts)
            scale = min(1.0, HEIGHT / _height(group))
            if slide.beside or slide.scale < 1 or scale < SMALLEST:
                yield waiting
            else:
                slide = Slide(f"both({waiting.title}, {slide.title})", group, scale=scale)
        waiting = slide if slide.short and slide.title else None
        if waiting is None:
            yield slide
    if waiting is not None:
        yield waiting
