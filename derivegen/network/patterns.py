"""Takes the pattern of a symbol as somebody wrote it, such as w_{<n>}; gives it with all its braces, its parts, or what is wrong with it.

A pattern is a letter or word with one `_{…}` and one `^{…}`, in which placeholders stand for numbers (`tables/notations.py`).
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from derivegen.network.file.messages import Fault, shown

PLACE: Final = re.compile(r"<([ljknrs])(\?)?([+-]\d+)?>")
_OWN_PLACE: Final = re.compile(r"<[ljknr]([+-]1)?>|<s>")
_LETTER: Final = re.compile(r"(?:\\(hat|bar)\{(\\?\w+)\}|(\\?[^\W\d_]+))((?:[_^]\{[^{}]*\}|[_^][^{}_^])*)")
_MARK: Final = re.compile(r"([_^])(?:\{([^{}]*)\}|([^{}_^]))")
_BARE: Final = re.compile(r"([_^])((?:<[^<>]*>)+)")
ADDED: Final = ("row", "step")
"""What is added to the marks of other symbols, and need not be a symbol itself."""


class Parts(NamedTuple):
    """A symbol's letter, accent and marks."""

    letter: str
    accent: str
    sub: str
    sup: str


def parts(symbol: str) -> Parts | None:
    """The parts of a filled pattern; None if it is no letter or word with at most one mark of each kind."""
    match = _LETTER.fullmatch(symbol.strip())
    if match is None:
        return None
    accent, accented, base = match[1], match[2], match[3]
    found = _MARK.findall(match[4])
    marks = {kind: braced or single for kind, braced, single in found}
    if len(marks) < len(found):
        return None
    return Parts((accented or base).removeprefix("\\"), accent or "", marks.get("_", ""), marks.get("^", ""))


def own_pattern(key: str, pattern: str, path: str) -> str:
    """A pattern of one's own with braces around a placeholder that stands bare: w_<n> is w_{<n>}. Raises Fault."""
    _check_tex(pattern, path)
    for place in re.finditer(r"<[^>]*>?|>", pattern):
        if not _OWN_PLACE.fullmatch(place[0]) or (place[0] == "<s>") > (key == "step"):
            found = f"{shown(place[0])} at character {place.start() + 1} of {shown(pattern)}"
            raise Fault(path, found, "<l>, <j>, <k>, <n> or <r>, with +1 or -1", "write <n>")
    whole = _BARE.sub(r"\1{\2}", pattern)
    if key not in ADDED:
        own_symbol(PLACE.sub("1", whole), path, pattern)
    return whole


def _check_tex(text: str, path: str) -> None:
    """In double quotes TOML and JSON read the \\t of \\theta, the \\b of \\beta, the \\n of \\nu as one sign that nobody sees; without it
    another word would stand there. Raises Fault."""
    if any(each in text for each in "\t\b\n\f\r"):
        raise Fault(path, f"{shown(text)}, whose backslash was read as an escape", "TeX", "'\\theta' or \"\\\\theta\"")


def own_symbol(symbol: str, path: str, written: str | None = None) -> str:
    """A symbol of one's own. Raises Fault, which shows it as it was `written`."""
    _check_tex(symbol, path)
    if parts(symbol) is None:
        expected = "a letter or a word with at most one _{…} and one ^{…}, as w^{(2)}_{13}"
        fix = "begin with a letter, and put what stands lowered or raised into one pair of braces"
        raise Fault(path, shown(symbol if written is None else written), expected, fix)
    return symbol
