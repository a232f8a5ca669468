"""People's text goes in, LaTeX that prints just that comes out; and formulas, with the letters in them that LaTeX's mathematics lacks.

Every sign is found in one place: Greek letters and operators by name, and what Unicode itself says is made of others (raised and lowered
signs, fractions, letters of another style, letters with an accent) put together from these. `lacking` names what is left.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from derivegen.formula.print.latex import GREEK

_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    '"': r"\textquotedbl{}", "`": r"\textasciigrave{}", "|": r"\textbar{}", "\u00a0": "~", "\u202f": r"\,", "\u2009": r"\,",
    "–": "--", "…": r"\dots{}", "①": r"\dgmark{1}", "②": r"\dgmark{2}", "③": r"\dgmark{3}", "\u2011": "-", "\u200b": "{}",
    "▯": r"\fbox{\phantom{x}}",
}  # fmt: skip
_MATHS = {letter: "\\" + name for letter, name in GREEK.items() if letter != "…"} | {
    "−": "-", "±": r"\pm", "∓": r"\mp", "×": r"\times", "÷": r"\div", "·": r"\cdot", "⋅": r"\cdot", "∙": r"\bullet", "∗": r"\ast",
    "∘": r"\circ", "⊙": r"\odot", "⊗": r"\otimes", "⊕": r"\oplus", "⊖": r"\ominus", "√": r"\surd", "∂": r"\partial", "∞": r"\infty",
    "∑": r"\sum", "∏": r"\prod", "∫": r"\int", "∆": r"\Delta", "∇": r"\nabla", "∀": r"\forall", "∃": r"\exists", "∅": r"\emptyset",
    "∈": r"\in", "∉": r"\notin", "∋": r"\ni", "⊂": r"\subset", "⊃": r"\supset", "⊆": r"\subseteq", "⊇": r"\supseteq", "∪": r"\cup",
    "∩": r"\cap", "∖": r"\setminus", "∧": r"\wedge", "∨": r"\vee", "¬": r"\neg", "⊤": r"\top", "⊥": r"\perp", "⊢": r"\vdash", "∣": r"\mid",
    "∥": r"\parallel", "‖": r"\Vert", "≠": r"\ne", "≡": r"\equiv", "≈": r"\approx", "∼": r"\sim", "≃": r"\simeq", "≅": r"\cong",
    "∝": r"\propto", "≪": r"\ll", "≫": r"\gg", "≤": r"\le", "≥": r"\ge", "≐": r"\doteq", "≔": ":=", "⟨": r"\langle", "⟩": r"\rangle",
    "⌊": r"\lfloor", "⌋": r"\rfloor", "⌈": r"\lceil", "⌉": r"\rceil", "→": r"\rightarrow", "←": r"\leftarrow", "↔": r"\leftrightarrow",
    "↑": r"\uparrow", "↓": r"\downarrow", "↗": r"\nearrow", "↘": r"\searrow", "⇒": r"\Rightarrow", "⇐": r"\Leftarrow",
    "⇔": r"\Leftrightarrow", "↦": r"\mapsto", "⟶": r"\longrightarrow", "⟵": r"\longleftarrow", "⋯": r"\cdots", "⋮": r"\vdots",
    "⋱": r"\ddots", "′": r"^{\prime}", "″": r"^{\prime\prime}", "‴": r"^{\prime\prime\prime}", "ϵ": r"\epsilon", "ϑ": r"\vartheta",
    "ϕ": r"\phi", "ϱ": r"\varrho", "ϖ": r"\varpi", "ς": r"\varsigma", "ℵ": r"\aleph", "ℏ": r"\hbar", "⋆": r"\star",
}  # fmt: skip
_ACCENTS = {
    "\u0300": ("`", "grave"), "\u0301": ("'", "acute"), "\u0302": ("^", "hat"), "\u0303": ("~", "tilde"), "\u0304": ("=", "bar"),
    "\u0306": ("u", "breve"), "\u0307": (".", "dot"), "\u0308": ('"', "ddot"), "\u030a": ("r", "mathring"), "\u030c": ("v", "check"),
    "\u20d7": ("", "vec"),
}  # fmt: skip
"""Marks over a letter: the accent in text and in mathematics."""
_STYLES = {
    "BOLD": "mathbf", "DOUBLE-STRUCK": "mathbf", "SCRIPT": "mathcal", "FRAKTUR": "mathrm", "SANS-SERIF": "mathsf", "MONOSPACE": "mathtt",
}  # fmt: skip
_KINDS = ("<super>", "<sub>", "<fraction>", "<font>")
"""Ways in which Unicode says a sign is made of others."""
_JOINED = re.compile(r"([-,'])(?=\1)|([?!])(?=`)")
"""What TeX's fonts would join to one sign: -- to a dash, ,, and '' to quotation marks."""
_SIGN = re.compile(r"(?P<letter>.)(?P<mark>[\u0300-\u036f\u20d0-\u20ff])|[^A-Za-z0-9 ]", re.S)
_OWN = re.compile(r"[\t\n\x20-\x7e\u00a0-\u017f‘’‚“”„†‡•–—…‰‹›€™−]")
"""Signs that pdfTeX has in text: ASCII, Latin letters with accents, quotation marks."""
NAMES = r"""\providecommand{\dgword}[1]{\text{\normalfont #1}}
\providecommand{\dgletter}[1]{\text{\normalfont\itshape #1}}
\providecommand{\dgmark}[1]{\tikz[baseline=(m.base)]\node[circle,inner sep=.9pt,text=white,font=\bfseries\tiny,
  fill=dg\ifcase#1\or upstream\or slope\or entering\fi] (m) {#1};}
"""
"""How names of other letters are set in a formula."""
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_FOREIGN = re.compile(r"\\mathrm\{([^{}]*[^\x00-\x7f][^{}]*)\}|\\text\{([^{}]*[^\x00-\x7f][^{}]*)\}|([^\x00-\x7f])")


def escape(text: str) -> str:
    """The text with every sign that means something to LaTeX, and every one that its letters lack, as the command that prints it."""
    return _SIGN.sub(_written, _JOINED.sub("\\g<0>\u200b", text))


def in_formula(latex: str) -> str:
    """A formula whose words and letters may be of other than Latin and Greek: these are set as text, which has accents."""
    return latex if latex.isascii() else _FOREIGN.sub(_named, latex)


def lacking(source: str) -> str:
    """Which letters of a source pdfTeX does not have, with their numbers; "" where it has all."""
    letters = dict.fromkeys(letter for letter in source if not _OWN.match(letter))
    return ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in letters)


def _named(found: re.Match[str]) -> str:
    word, text, letter = found.groups()
    if text is not None:
        return rf"\text{{{_NOT_ASCII.sub(lambda sign: _sign(sign[0]), text)}}}"
    return rf"\dgword{{{word}}}" if word is not None else rf"\dgletter{{{letter}}}"


def _written(found: re.Match[str]) -> str:
    if found["mark"]:
        return _marked(found["letter"], found["mark"]) or _sign(found["letter"]) + found["mark"]
    return _sign(found[0])


@lru_cache(maxsize=512)
def _sign(sign: str) -> str:
    """One sign in text; itself where nothing is known of it."""
    if sign in _ESCAPES:
        return _ESCAPES[sign]
    if maths := _maths(sign):
        return rf"\({maths}\)"
    ring, _, code = unicodedata.decomposition(sign).partition(" ")
    if ring == "<circle>" and code.isalnum():  # the marks of factors
        return rf"\textcircled{{\scriptsize {chr(int(code, 16))}}}"
    parts = unicodedata.normalize("NFD", sign)
    return sign if _OWN.match(sign) or len(parts) != 2 else _marked(parts[0], parts[1]) or sign


def _marked(letter: str, mark: str) -> str:
    """A letter with a mark over it; "" for a mark that is not known."""
    if mark not in _ACCENTS:
        return ""
    in_text, in_maths = _ACCENTS[mark]
    if letter.isascii() and letter.isalpha() and in_text:
        return rf"\{in_text}{{{letter}}}"
    maths = letter if letter.isascii() and letter.isalnum() else _maths(letter)
    return rf"\(\{in_maths}{{{maths}}}\)" if maths else ""


def _maths(sign: str) -> str:
    """The sign as mathematics, if it is of that; "" if not."""
    if sign in _MATHS:
        return _MATHS[sign]
    kind, _, codes = unicodedata.decomposition(sign).partition(" ")
    parts = [_plain(chr(int(code, 16))) for code in codes.split()] if kind in _KINDS else []
    if not parts or not all(parts):
        return ""
    if kind == "<fraction>":
        top, bottom = "".join(parts).split("/")
        return rf"\tfrac{top}{bottom}" if len(top + bottom) == 2 else rf"\tfrac{{{top}}}{{{bottom}}}"
    if len(parts) > 1:
        return ""
    if kind == "<font>":
        return _styled(parts[0], unicodedata.name(sign))
    return f"{'^' if kind == '<super>' else '_'}{{{parts[0]}}}"


def _plain(sign: str) -> str:
    """What a sign is put together from: ASCII, or known here."""
    return "/" if sign == "\u2044" else sign if sign.isascii() else _MATHS.get(sign, "")


def _styled(letter: str, name: str) -> str:
    style = next((command for word, command in _STYLES.items() if word in name), None)
    if style is None or (style == "mathcal" and not letter.isupper()):
        return letter
    return rf"\{style}{{{letter}}}"
