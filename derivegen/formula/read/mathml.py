"""MathML that `mathml` wrote, read back: text in, a tree of glyphs and numbers out.

The elements are set in a line as LaTeX first: a row means what stands side by side in it, so that brackets and signs bind here as they
do for the eye.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from xml.etree import ElementTree as ET

from derivegen.formula.print.latex import GREEK, RELATIONS, escaped, letter
from derivegen.formula.print.latex import index as latex_index
from derivegen.formula.print.mathml import ACCENTS, APPLIED, TIMES
from derivegen.formula.read.latex import read_latex
from derivegen.formula.read.tokens import FormulaError
from derivegen.formula.tree import Formula

_SIGNS = {
    **RELATIONS, **{sign: sign for sign in "()+,;"}, "−": "-", "⋅": r"\cdot", "⊙": r"\odot", "×": r"\times",
    TIMES: "", APPLIED: "", "∑": r"\sum",
}  # fmt: skip
_FENCED = {"|": (r"\left|", r"\right|"), "[": ("", ""), "{": ("", "")}
_ACCENTS = {mark: accent for accent, mark in ACCENTS.items()}


def read_mathml(text: str, functions: frozenset[str] = frozenset()) -> Formula:
    """The tree of a formula that `mathml` wrote; `functions` are the letters of unknown functions. Raises FormulaError."""
    try:
        return read_latex(_line(ET.fromstring(f"<mrow>{text}</mrow>")), functions)
    except (ET.ParseError, LookupError, ValueError, RecursionError) as error:
        raise FormulaError(f"not MathML that was written here: {error}", 0, text) from None


def _line(element: ET.Element) -> str:
    """An element as LaTeX."""
    return _ELEMENTS[element.tag](element)


def _group(element: ET.Element) -> str:
    return f"{{{_line(element)}}}"


def _row(element: ET.Element) -> str:
    parts = list(element)
    if element.get("class") == "hole":
        label = "".join(element.itertext())
        return rf"\boxed{{{{\scriptstyle\text{{{escaped(label)}}}}}}}" if label else r"\boxed{}"
    opening = parts[0].text if parts and parts[0].tag == "mo" else None
    if opening in _FENCED:
        before, after = _FENCED[opening]
        inside = parts[1:-1] if opening != "{" else parts[1:]
        return " ".join([before, *map(_line, inside), after])
    return " ".join(map(_line, parts))


def _letter(element: ET.Element) -> str:
    text = element.text or ""
    if not text:
        raise ValueError("an empty letter")
    plain = unicodedata.normalize("NFKC", text) if "\U0001d400" <= text[0] <= "\U0001d7ff" else text
    upright = element.get("mathvariant") == "normal" and plain not in GREEK
    written = {"∂": r"\partial", "⊤": r"\top"}.get(plain) or (rf"\mathrm{{{plain}}}" if upright else letter(plain))
    return rf"\boldsymbol{{{written}}}" if plain != text or element.get("class") == "bold" else written


def _scripts(element: ET.Element) -> str:
    """A power or a transpose where the base is a row, a power of ten or of e; else a letter with its indices and primes."""
    base, *others = element
    if base.tag == "mrow":
        return f"{_group(base)}^{_group(others[-1])}"
    if base.tag == "mn" or (base.text == "e" and base.get("mathvariant") == "normal"):
        return f"{_line(base)}^{_group(others[-1])}"
    sub = f"_{{{_raw(others[0])}}}" if element.tag != "msup" else ""
    sup = _raw(others[-1]) if element.tag != "msub" else ""
    above = sup.lstrip("′")
    return _line(base) + sub + "'" * (len(sup) - len(above)) + (f"^{{{above}}}" if above else "")


def _raw(element: ET.Element) -> str:
    """An index as text."""
    return latex_index("".join(element.itertext()).replace("−", "-"))


def _fraction(element: ET.Element) -> str:
    top, bottom = element
    return rf"\frac{_group(top)}{_group(bottom)}"


def _over(element: ET.Element) -> str:
    base, mark = element
    return rf"\{_ACCENTS[mark.text or '']}{_group(base)}"


def _brace(element: ET.Element) -> str:
    inner, label = element
    body, _ = inner
    return rf"\underbrace{_group(body)}_{_group(label)}"


def _limits(element: ET.Element) -> str:
    big, below, above = element
    return f"{_line(big)}_{_group(below)}^{_group(above)}"


def _table(element: ET.Element) -> str:
    kind = "cases" if element.get("class") == "cases" else "bmatrix"
    rows = (" & ".join(" ".join(map(_line, cell)) for cell in line) for line in element)
    return rf"\begin{{{kind}}} " + r" \\ ".join(rows) + rf" \end{{{kind}}}"


_ELEMENTS: dict[str, Callable[[ET.Element], str]] = {
    "mrow": _row,
    "mi": _letter,
    "mn": lambda element: (element.text or "").replace(",", "{,}"),
    "mo": lambda element: _SIGNS[element.text or ""],
    "mspace": lambda _: "",
    "mtext": lambda element: rf"\text{{{escaped(element.text or '')}}}",
    "mfrac": _fraction,
    "msub": _scripts,
    "msup": _scripts,
    "msubsup": _scripts,
    "mover": _over,
    "munder": _brace,
    "munderover": _limits,
    "msqrt": lambda element: rf"\sqrt{{{_row(element)}}}",
    "mtable": _table,
}
