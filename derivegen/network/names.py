"""Canonical names of quantities: text in, parts out, and back (interface.md, section 3). One name per number, 1-based."""

from __future__ import annotations

import re
from functools import lru_cache

from derivegen.records import dataclass, replace

_QUANTITY = re.compile(
    r"(?P<base>[^\W\d]\w*)(?P<indices>(?:\[\d+\])*)(?:@(?P<row>\w+))?(?P<primes>'?)(?:#(?P<step>\d+))?"
)
_LISTED = re.compile(r"\[\s*\d+(?:\s*,\s*\d+)+\s*\]")
_SHELL = re.compile(r"(?<=[\w\]])\.(\d+)")


@dataclass(frozen=True, slots=True)
class Name:
    """The parts of a quantity's name: w[1][2][3], z[1][2]@4, loss', b[1]#7."""

    base: str
    indices: tuple[int, ...] = ()
    row: str | None = None
    primed: bool = False
    step: int | None = None

    def __str__(self) -> str:
        text = self.base + "".join(f"[{i}]" for i in self.indices)
        text += f"@{self.row}" if self.row is not None else ""
        return text + "'" * self.primed + (f"#{self.step}" if self.step is not None else "")


@lru_cache(maxsize=65536)
def parse(text: str) -> Name | None:
    """The parts of a quantity's name, or None if it is not one (a derivative's name is not)."""
    match = _QUANTITY.fullmatch(text)
    if match is None:
        return None
    indices = tuple(int(i) for i in re.findall(r"\d+", match["indices"]))
    step = None if match["step"] is None else int(match["step"])
    return Name(match["base"], indices, match["row"], bool(match["primes"]), step)


_KEPT = re.compile(r"(?P<kept>[^\W\d]\w*)\[(?P<of>[^\W\d]\w*(?:\[\d+\])*)\](?P<primes>'?)(?:#(?P<step>\d+))?")


@dataclass(frozen=True, slots=True)
class Moment:
    """The parts of the name of what an optimizer works out for a parameter: m[w[1][2][3]], m[w[1][2][3]]' after one update, mhat[b[1]]#7
    after seven."""

    base: str
    of: str
    primed: bool = False
    step: int | None = None

    def __str__(self) -> str:
        end = "'" * self.primed + (f"#{self.step}" if self.step is not None else "")
        return f"{self.base}[{self.of}]{end}"


@lru_cache(maxsize=65536)
def parse_kept(text: str) -> Moment | None:
    """The parts of such a name, or None if it is not one."""
    match = _KEPT.fullmatch(text)
    if match is None:
        return None
    return Moment(
        match["kept"], match["of"], bool(match["primes"]), None if match["step"] is None else int(match["step"])
    )


def is_delta(name: str) -> bool:
    """Whether it is the name of a δ, or of an array of them: delta[l][j], delta[l]."""
    return name.startswith("delta[")


def derivative(of: str, by: str) -> str:
    """The name of ∂of/∂by."""
    return f"d{of}/d{by}"


@lru_cache(maxsize=65536)
def parse_derivative(text: str) -> tuple[str, str] | None:
    """(of, by) of a derivative's name, or None if it is not one."""
    top, slash, bottom = text.partition("/")
    if not slash or not (top.startswith("d") and bottom.startswith("d")):
        return None
    of, by = top[1:], bottom[1:]
    return (of, by) if parse(of) is not None and parse(by) is not None else None


def from_shell(text: str) -> str:
    """w.1.2.3 as typed in a shell, h[2,1] as in a program → w[1][2][3], h[2][1]."""
    listed = (
        _LISTED.sub(lambda found: re.sub(r"\s*,\s*", "][", found[0]).replace(" ", ""), text) if "," in text else text
    )
    return _SHELL.sub(r"[\1]", listed)


def with_base(name: str, base: str) -> str:
    """The same place under another letter; what is no name of a place stays."""
    parts = parse(name)
    return name if parts is None else str(replace(parts, base=base))
