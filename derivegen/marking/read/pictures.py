"""The text of a file and its kind in; how many pictures it shows that may hold working out.

A drawing in SVG is none of somebody's paper, and our own figures in texts are such; a picture of a formula that keeps its LaTeX is read.
"""

from __future__ import annotations

import re

from derivegen.marking.read.content import TextKind
from derivegen.marking.read.markup import with_formulas

_TAG = re.compile(r"<img\b[^<>]{0,2000}?\bsrc\s{0,3}=\s{0,3}\\?[\"']?([^\"'\s>]{0,200})", re.I)
_LINKED = re.compile(r"!\[(?:[^\[\]\\\n]|\\.){0,3000}\]\(\s{0,3}<?([^)>\s]{0,200})")
_INCLUDED = re.compile(r"\\includegraphics\b\*?(?:\[[^\[\]\n]{0,300}\])?\{([^{}\n]{1,300})\}")
_WAYS: dict[TextKind, tuple[re.Pattern[str], ...]] = {
    "html": (_TAG,),
    "markdown": (_LINKED, _TAG),
    "notebook": (_LINKED, _TAG),
    "latex": (_INCLUDED,),
}
_DRAWING = re.compile(r"data:image/svg|.*\.svg\b", re.I)


def pictures_in(text: str, kind: TextKind) -> int:
    """Every picture once where it is shown."""
    ways = _WAYS.get(kind, ())
    if "<img" in text and kind == "html":
        text = with_formulas(text)
    return sum(not _DRAWING.match(match[1]) for way in ways for match in way.finditer(text))
