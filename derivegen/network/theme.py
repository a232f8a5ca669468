"""A teacher's own look: one frozen record, of which every format takes what it can show."""

from __future__ import annotations

from typing import Literal

from derivegen.records import dataclass, fields, replace

LEAST_CONTRAST = 4.5
"""Of letters on their ground (WCAG 2.2, 1.4.3)."""
WHITE, DARK = "#ffffff", "#16181b"
"""Paper, and the ground of pages that are read in the dark."""
LogoKind = Literal["png", "jpeg", "svg"]


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture that was checked: its bytes, what they are, and how wide and high it is in units of its own."""

    data: bytes
    kind: LogoKind
    width: float
    height: float

    @property
    def mime(self) -> str:
        """The kind as files of the web say it."""
        return "image/svg+xml" if self.kind == "svg" else f"image/{self.kind}"

    @property
    def name(self) -> str:
        """What it is called as a file."""
        return f"logo.{'jpg' if self.kind == 'jpeg' else self.kind}"

    def width_at(self, height: float, most: float) -> float:
        """How wide it is where it is that high, or less so that it is at most so wide."""
        return min(most, height * self.width / self.height)


@dataclass(frozen=True, slots=True)
class Theme:
    """What a teacher sets; None where it stays as it is. The accent can be read on white, as `contrast` says."""

    logo: Logo | None = None
    header: str | None = None
    accent: str | None = None
    font: str | None = None
    course: str | None = None
    author: str | None = None

    def with_(self, other: Theme) -> Theme:
        """The theme, with what another one sets in its place."""
        return replace(self, **{each.name: value for each in fields(other) if (value := getattr(other, each.name))})

    @property
    def letterhead(self) -> bool:
        """Whether something stands above the title."""
        return bool(self.logo or self.header)


PLAIN = Theme()
"""The look of pages whose teacher sets none."""


def contrast(colour: str, ground: str) -> float:
    """How well #rrggbb can be told from a ground, from 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(colour), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable(colour: str, ground: str) -> str:
    """The colour, so much nearer to black, or on a dark ground to white, that letters in it can be read."""
    far = WHITE if _luminance(ground) < 0.2 else "#000000"
    steps = (mixed(colour, far, step / 20) for step in range(21))
    return next(each for each in steps if contrast(each, ground) >= LEAST_CONTRAST)


def mixed(colour: str, other: str, share: float) -> str:
    """A colour with that share of another one."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def _luminance(colour: str) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _shares(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _shares(colour: str) -> tuple[float, ...]:
    return tuple(channel / 255 for channel in _channels(colour))
