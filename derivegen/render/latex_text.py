"""People's text goes in, LaTeX that prints just that comes out."""

from __future__ import annotations

import re

from derivegen.formula.latex import GREEK

_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    '"': r"\textquotedbl{}", "`": r"\textasciigrave{}", "|": r"\textbar{}", "\u00a0": "~",
    "→": r"\(\rightarrow\)", "−": r"\(-\)", "½": r"\(\tfrac12\)", "≈": r"\(\approx\)", "≤": r"\(\le\)", "≥": r"\(\ge\)",
    "–": "--", "…": r"\dots{}", "·": r"\(\cdot\)", "×": r"\(\times\)", "÷": r"\(\div\)", "⋮": r"\(\vdots\)",
}  # fmt: skip
_ESCAPES |= {letter: rf"\(\{name}\)" for letter, name in GREEK.items()}
_JOINED = re.compile(r"([-,'])(?=\1)|([?!])(?=`)")
"""What TeX's fonts would join to one sign: -- to a dash, ,, and '' to quotation marks."""


def escape(text: str) -> str:
    """The text with every sign that means something to LaTeX as the command that prints it."""
    return "".join(_ESCAPES.get(c, c) for c in _JOINED.sub("\\g<0>\u200b", text)).replace("\u200b", "{}")
