"""Text as people type it in; tokens out: what LaTeX, Unicode and a keyboard write for one thing becomes one token. Nothing is refused.

A token keeps the place where it stands in the text. Commands that only set spaces or fences are left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from derivegen.formula.functions import TYPED
from derivegen.formula.read.tokens import Token
from derivegen.formula.tree import Relation

_GREEK = (
    "alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta θ kappa κ lambda λ mu μ nu ν xi ξ pi π rho ρ "
    "sigma σ tau τ phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Sigma Σ Phi Φ Psi Ψ Omega Ω nabla ∇ ell ℓ"
)
GREEK_COMMANDS: dict[str, str] = dict(re.findall(r"(\w+) (\S)", _GREEK))
SIGNS = {
    "−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "∙": "*", "∗": "*", "•": "*", "÷": "/", "∕": "/", "′": "'", "’": "'", "`": "'",
    "\\cdot": "*", "\\times": "*", "\\ast": "*", "\\div": "/", "\\partial": "∂", "\\prime": "'", "\\odot": "⊙", "\\circ": "⊙",
    "∘": "⊙", "\\top": "⊤", "\\intercal": "⊤", "ᵀ": "⊤", "**": "^", "\\{": "(", "\\}": ")", "\\lbrack": "[", "\\rbrack": "]",
    "\\vert": "|", "\\left|": "|", "\\right|": "|", "\\lvert": "|", "\\rvert": "|",
}  # fmt: skip
RELATIONS = {
    "=": "=", "≡": "=", "\\equiv": "=", "≐": "=", "\\doteq": "=", "≈": "≈", "≃": "≈", "≅": "≈", "~=": "≈", "\\approx": "≈",
    "\\simeq": "≈", "\\cong": "≈", "\\sim": "≈", ":=": ":=", "≔": ":=", "\\coloneqq": ":=", "←": ":=", "<-": ":=",
    "\\leftarrow": ":=", "\\gets": ":=", "→": "→", "->": "→", "⟶": "→", "\\to": "→", "\\rightarrow": "→", "\\longrightarrow": "→",
    "-=": "-=", "+=": "+=",
}  # fmt: skip
BREAKS = {
    "\\\\", "\\newline", "\\cr", "\\quad", "\\qquad", "\\hfill", "&&", "⇒", "=>", "⟹", "⇔", "∴", "\\Rightarrow", "\\implies", "\\therefore",
    "\\Longrightarrow", "\\iff",
}  # fmt: skip
"""Signs between statements."""
COMPARED: dict[str, Relation] = {
    "<": "<", ">": ">", "<=": "≤", ">=": "≥", "≤": "≤", "≥": "≥", "≠": "≠", "!=": "≠", "\\le": "≤", "\\leq": "≤", "\\ge": "≥", "\\geq": "≥",
    "\\ne": "≠", "\\neq": "≠", "\\lt": "<", "\\gt": ">",
}  # fmt: skip
COMPARISONS = {*COMPARED, "==", "∈", "∝", "\\in", "\\propto"}
_ACCENTS = {"hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde"}
CALLED = frozenset(typed for typed, each in TYPED.items() if each.operator)
"""Functions that LaTeX has a command for."""
_SKIPPED = re.compile(
    r"\\(?:left|right|middle|[bB]igg?[lrm]?|displaystyle|textstyle|limits|nonumber|notag|hline|,|;|!|:|>|\s|/|thinspace|mathstrut|strut)$|~$"
)
_WITH_WORD = (
    r"\\(?:text|mathrm|textrm|textit|textbf|mathit|mathbf|mathsf|mathcal|boldsymbol|bm|operatorname\*?|emph|mbox)\s*+"
)
_LETTERS = "A-Za-zÀ-ÖØ-öø-ſͰ-Ͽ∇ℓ\u0300-\u036f"
_FOREIGN = re.compile("[^\x00-\x7f]")
VULGAR = {"½": "0.5", "¼": "0.25", "¾": "0.75"}
RAISED, LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺⁻ⁿᵗˡʲᵏ", "₀₁₂₃₄₅₆₇₈₉₍₎₊₋ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜₓ"
MOVED = dict(zip(RAISED + LOWERED, "0123456789()+-ntljk" + "0123456789()+-aehijklmnoprstx", strict=True))


@lru_cache(maxsize=2)
def _pattern(comma: bool) -> re.Pattern[str]:
    decimal = r"(?:\.|\{,\}|,)" if comma else r"(?:\.|\{,\})"
    return re.compile(
        rf"(?P<number>(?:[0-9]+(?:{decimal}[0-9]+)?|(?<![\w.])\.[0-9]+)(?:[eE][+\-−]?[0-9]+(?![0-9A-Za-z]))?)"
        rf"|{_WITH_WORD}\{{(?P<word>[^{{}}\\$]*+|\s*+\\[A-Za-z]++(?:\s*+\{{\s*+\\?[A-Za-z]++\s*+\}})?\s*+)\}}"
        r"|\\(?P<accent>hat|widehat|bar|overline|tilde|vec)\s*+(?:\{\s*+\\[a-z]+\s*+\{\s*+(?P<deep>\\?[A-Za-z]+)\s*+\}\s*+\}"
        r"|\{\s*+(?P<inner>\\?[A-Za-z]+)\s*+\}|(?P<letter>\\[A-Za-z]+|[A-Za-z]))"
        r"|(?P<decoration>\\(?:label|tag|color|vspace|hspace|phantom|cite|ref|eqref)\*?\s*+\{[^{}]*\}|\\textcolor\s*+\{[^{}]*\}|\{\})"
        r"|\\(?P<edge>begin|end)\s*+\{(?P<environment>[A-Za-z]*)\*?\}(?:\s*+(?:\{[lcr|@{}\s0-9]*\}|\[[a-z]\]))?"
        r"|(?P<gap>\\\\\*?\s*+(?:\[[^\[\]\n]*\])?)"
        r"|(?P<command>\\(?:left|right)\||\\[A-Za-z]+|\\.)"
        rf"|(?P<raised>[{RAISED}]+)|(?P<lowered>[{LOWERED}]+)|(?P<name>[{_LETTERS}]+)|(?P<transposed>ᵀ)|(?P<foreign>[^\W\d_]+)"
        r"|(?P<sign>:=|->|<-|=>|==|!=|<=|>=|~=|\+=|-=|\*\*|&&|\s+|.)",
        re.S,
    )


def plain_letters(text: str) -> str:
    """Letters and digits set in mathematical or wide type as plain ones, each in its place."""
    return _FOREIGN.sub(lambda character: _plain_letter(character[0]), text)


@lru_cache(maxsize=4096)
def _plain_letter(character: str) -> str:
    if unicodedata.decomposition(character).startswith(("<font>", "<wide>", "<noBreak>")):
        plain = unicodedata.normalize("NFKC", character)
        return plain if len(plain) == 1 else character
    return " " if character in "\u200b\u2061\u2062\u2063\u2064\ufeff\u00ad\u2005\u2009\u200a\u202f" else character


def typed_tokens(text: str, start: int, end: int, comma: bool) -> list[Token]:
    """The tokens of a stretch of a text, with their places in the whole text; `comma`: numbers have a decimal comma."""
    tokens = [token for token in _scan(text, start, end, comma) if token.text]
    for place in range(1, len(tokens) - 1):
        around = tokens[place - 1].kind, tokens[place + 1].kind
        if tokens[place].text in ("x", "X") and around == ("number", "number"):  # 4 x 3
            tokens[place] = Token("sign", "*", tokens[place].at)
    return tokens


def _scan(text: str, start: int, end: int, comma: bool) -> Iterator[Token]:
    pattern, at = _pattern(comma), start
    while at < end:
        match = pattern.match(text, at, end)
        assert match is not None
        yield _token(match)
        at = match.end()


def _token(match: re.Match[str]) -> Token:
    """One token; an empty text where the match is only decoration."""
    kind, shown, at = match.lastgroup, match[0], match.start()
    if kind == "word":
        return _worded(match["word"].strip(), at)
    if kind in ("deep", "inner", "letter"):
        return Token("name", _accented(match), at)
    if kind == "environment":
        return Token("command", f"{match['edge']} {match['environment']}", at)
    if kind == "name":
        return Token("name", _spelled(shown), at)
    if kind in ("command", "sign", "transposed"):
        return _signed(shown, at)
    if kind == "gap":
        return Token("sign", "\\\\", at)
    if kind in ("raised", "lowered"):
        return Token(kind, "".join(MOVED[character] for character in shown), at)  # type: ignore[arg-type]
    if kind == "number":
        return Token("number", shown.replace("{,}", ",").replace("−", "-"), at)
    if shown in VULGAR:
        return Token("number", VULGAR[shown], at)
    return Token("string", shown if kind == "foreign" else "", at)


def _worded(word: str, at: int) -> Token:
    """What stands in \\text{…} and its like: a name if it is one word, else prose."""
    inner = re.fullmatch(r"\\(\w+)\s*\{\s*(\\?\w+)\s*\}", word)
    if inner is not None:
        accent = _ACCENTS.get(inner[1], "")
        return Token("name", _letter(inner[2]) + accent, at)
    if word.startswith("\\"):
        return _signed(word, at)
    return Token("name", word, at) if re.fullmatch(rf"[{_LETTERS}]+", word) else Token("string", word, at)


def _accented(match: re.Match[str]) -> str:
    return _letter(match["deep"] or match["inner"] or match["letter"]) + _ACCENTS.get(match["accent"], "")


def _letter(written: str) -> str:
    name = written.removeprefix("\\")
    return GREEK_COMMANDS.get(name, name)


def _spelled(letters: str) -> str:
    """ŷ as yhat; other accents fall."""
    if letters.isascii():
        return letters
    words = {"\u0302": "hat", "\u0304": "bar"}
    apart = unicodedata.normalize("NFD", letters)
    return "".join(words.get(character, "" if unicodedata.combining(character) else character) for character in apart)


def _signed(shown: str, at: int) -> Token:
    """A command or sign under the one name it has here; spaces and fences vanish."""
    if shown.isspace() or _SKIPPED.match(shown):
        return Token("sign", "", at)
    if shown.startswith("\\") and shown[1:] in GREEK_COMMANDS:
        return Token("name", GREEK_COMMANDS[shown[1:]], at)
    if shown.startswith("\\") and shown[1:] in CALLED:
        return Token("name", shown[1:], at)
    known = SIGNS.get(shown) or RELATIONS.get(shown)
    if known is not None:
        return Token("sign", known, at)
    return Token("command" if shown.startswith("\\") else "sign", shown, at)
