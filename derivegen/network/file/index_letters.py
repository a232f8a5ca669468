"""Takes the axes of a `[graph]` as they are typed; gives the index letters with their ranges, sizes worked out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from derivegen.errors import InputError
from derivegen.formula.functions import TYPED
from derivegen.formula.read.indexed import FOLDS
from derivegen.network.file.messages import Fault, shown
from derivegen.network.network import IndexLetter

RESERVED: Final = (*TYPED, *FOLDS, "loss")
"""What no letter and no name may be."""
_LETTER: Final = re.compile(r"[a-zα-ω][a-z0-9]{0,3}")


def index_letters(stated: Mapping[str, Any]) -> dict[str, IndexLetter]:
    """The letters, each after those its range is stated by."""
    found: dict[str, IndexLetter] = {}
    waiting = dict(stated)
    while waiting:
        ready = [name for name, size in waiting.items() if not _asked(size) & waiting.keys()]
        if not ready:
            first = next(iter(waiting))
            found_ = f"{shown(stated[first])}, which is stated by itself"
            raise Fault(f"graph.axes.{first}", found_, "a size that other letters give", "write a whole number")
        for name in ready:
            found[name] = index_letter(name, waiting.pop(name), found, "graph")
    return {name: found[name] for name in stated}


def _asked(size: object) -> set[str]:
    text = size.get("to", "") if isinstance(size, Mapping) else size
    return set(re.findall(r"[^\W\d]\w*", text)) if isinstance(text, str) else set()


def index_letter(name: str, size: Any, known: Mapping[str, IndexLetter], within: str) -> IndexLetter:
    """One letter; `within` is the section it stands in. Raises Fault."""
    path = f"{within}.axes.{name}"
    check_letter(name, path)
    table = size if isinstance(size, Mapping) else {"to": size}
    last, like = table["to"], known.get(str(table["to"]))
    if isinstance(last, str) and like is not None:
        return IndexLetter(
            table.get("from", like.low), like.high, table.get("counts", like.counts), table.get("name", like.name)
        )
    high = _size(last, known, path) if isinstance(last, str) else last
    low = table.get("from", 1)
    if high < low:
        fix = "write a size of at least 1" if low == 1 else f"write to = {low} or more"
        raise Fault(path, f"a range from {low} to {high}", "at least one value", fix)
    if low < 0:
        raise Fault(path, f"from = {low}", "a first value of at least 0", "write from = 0")
    return IndexLetter(low, high, table.get("counts", "unit"), table.get("name"))


def check_letter(name: str, path: str) -> None:
    """Whether a letter is one. Raises Fault."""
    if not _LETTER.fullmatch(name):
        raise Fault(path, shown(name), "a letter, with digits at most", "choose a small letter such as t")
    if name in RESERVED:
        raise Fault(path, f'the reserved name "{name}"', "a letter that is no function", "choose another letter")


def _size(text: str, known: Mapping[str, IndexLetter], path: str) -> int:
    """Arithmetic of sizes: m - u + 1, (m - u)/2 + 1. Raises Fault where it is no whole number."""
    found = size_of(text, known, path)
    if found.denominator != 1:
        sizes = ", ".join(f"{name} = {known[name].size}" for name in known if name in text)
        fix = "choose sizes that divide, or pad the input (outside)"
        raise Fault(path, f"{shown(text)} = {found} where {sizes}", "a whole number", fix)
    return int(found)


def size_of(text: str, known: Mapping[str, IndexLetter], path: str) -> Fraction:
    """What arithmetic of sizes comes to, a whole number or not. Raises Fault where it cannot be read."""
    from derivegen.formula.arithmetic.value import EXACT, value
    from derivegen.formula.read.grammar import read_plain

    try:
        return Fraction(value(read_plain(text, [*known]), lambda name: Fraction(known[name].size), EXACT))
    except (InputError, ArithmeticError, ValueError) as problem:
        reason = str(getattr(problem, "message", problem)).rstrip(".")
        raise Fault(
            path, f"{shown(text)}: {reason}", "a number, a letter or arithmetic with these", "write 3"
        ) from None
