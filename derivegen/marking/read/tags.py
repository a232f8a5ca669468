"""HTML in, its text out: tags left out, what is shown of a page with a line for each block."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from string import ascii_lowercase, ascii_uppercase

from derivegen.marking.read.markup import with_formulas

_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-z][a-z0-9]{0,20}+)[^<>]{0,2000}+>|<!--")
_APART = re.compile(r"^([^=≈:|\n]{1,60})\n\s{0,20}(?=[=≈])", re.M)
"""A left side in a block of its own, as the cells of a derivation are."""
_BETWEEN_ROWS = re.compile(r"\|[ \t]*\n\s{1,40}\|(?= )")
_CELLS = ("td", "th")
_BLOCKS = ("p", "div", "br", "li", "h1", "h2", "h3", "h4", "pre", "table")
_HIDDEN = ("script", "style", "head")
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def without_tags(text: str) -> str:
    """What an HTML page shows, as a platform exports an answer typed on line. Nothing of it is run, and no page takes long."""
    shown = unescape("".join(_shown(with_formulas(text))))
    return _BETWEEN_ROWS.sub("|\n|", _APART.sub(r"\1 ", shown))


def _shown(text: str) -> Iterator[str]:
    """The text between the tags, a new line where a block begins or ends; what stands in a script, a style or a remark is left out."""
    at, lowered = 0, text.translate(_LOWER)  # not lower(), which makes two letters of some
    while tag := _TAG.search(lowered, at):
        yield text[at : tag.start()]
        name = tag["name"]
        if name == "tr":
            yield " |\n" if tag["end"] else "\n"
        elif name in _BLOCKS:
            yield "\n"
        elif name in _CELLS and not tag["end"]:
            yield " | "
        at = tag.end()
        if name is None or (name in _HIDDEN and not tag["end"]):
            at = lowered.find("-->" if name is None else f"</{name}", at)
            if at < 0:
                return
    yield text[at:]
