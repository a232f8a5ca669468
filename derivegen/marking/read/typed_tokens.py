"""Text as people type it in; tokens out: what LaTeX, Unicode and a keyboard write for one thing becomes one token. Nothing is refused.

A token keeps the place where it stands in the text. Commands that only set spaces or fences are left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from derivegen.formula.functions import TYPED
from derivegen.formula.read.tokens import Token
from derivegen.formula.tree import Relation
from derivegen.notation.vocabulary import MEANT, NEW_WORDS, OLD_WORDS, bare

_GREEK = (
    "alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ vartheta θ kappa κ lambda λ mu μ nu ν xi ξ pi π rho ρ "
    "sigma σ tau τ phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Sigma Σ Phi Φ Psi Ψ Omega Ω nabla ∇ ell ℓ"
)
GREEK_COMMANDS: dict[str, str] = dict(re.findall(r"(\w+) (\S)", _GREEK))
SIGNS = {
    "−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "∙": "*", "∗": "*", "•": "*", "・": "*", "･": "*", "÷": "/", "∕": "/",
    "′": "'", "’": "'", "`": "'",
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
MARKS = NEW_WORDS | OLD_WORDS
"""Words that say which value of a quantity is meant."""
_SKIPPED = re.compile(
    r"\\(?:left|right|middle|[bB]igg?[lrm]?|displaystyle|textstyle|(?:no)?limits|nonumber|notag|hline|,|;|!|:|>|\s|/|thinspace|mathstrut|strut)$|~$"
)
_WITH_WORD = (
    r"\\(?:text|mathrm|textrm|textit|textbf|mathit|mathbf|mathsf|mathcal|boldsymbol|bm|operatorname\*?|emph|mbox)\s*+"
)
_LETTERS = "A-Za-zÀ-ÖØ-öø-ſ\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9Ͱ-Ͽℓ\u0300-\u036f"
_FOREIGN = re.compile("[^\x00-\x7f]")
VULGAR = {"½": "0.5", "¼": "0.25", "¾": "0.75"}
RAISED, LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺⁻ⁿᵗˡʲᵏ", "₀₁₂₃₄₅₆₇₈₉₍₎₊₋ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜₓ"
MOVED = dict(zip(RAISED + LOWERED, "0123456789()+-ntljk" + "0123456789()+-aehijklmnoprstx", strict=True))
_AS_TYPED = frozenset([" ", *"+-*/=^()[]{}_,;.−·×"])
"""Signs that are no more than that, and the space: most of what is no number and no letter."""
_PRIMES = re.compile(r"\^(?:(?P<alone>'{1,3})|\{\(?(?P<braced>'{1,3})\)?\}|\((?P<closed>'{1,3})\))")


@lru_cache(maxsize=2)
def _pattern(comma: bool) -> re.Pattern[str]:
    decimal = r"(?:\.|\{,\}|,)" if comma else r"(?:\.|\{,\})"
    return re.compile(
        r"(?P<grouped>(?<![\w.,])[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+\.[0-9]+|(?:\.[0-9]{3})+,[0-9]+(?![\w.,])"
        r"|(?:['’ \u202f\u00a0][0-9]{3})+(?:[.,][0-9]+)?(?![\w.,]*[\])])))"
        rf"|(?P<number>(?:[0-9]+(?:{decimal}[0-9]+)?|(?<![\w.])\.[0-9]+)(?:[eE][+\-−]?[0-9]+(?![0-9A-Za-z])|(?:EE[+\-−]?|\sEE?[+\-−])[0-9]+(?![0-9A-Za-z]))?)"
        r"(?P<percent>\s?\\?%)?"
        rf"|{_WITH_WORD}\{{(?P<word>[^{{}}\\$]*+|\s*+\\[A-Za-z]++(?:\s*+\{{\s*+\\?[A-Za-z]++\s*+\}})?\s*+)\}}"
        r"|\\(?P<accent>hat|widehat|bar|overline|tilde|vec)\s*+(?:\{\s*+\\[a-z]+\s*+\{\s*+(?P<deep>\\?[A-Za-z]+)\s*+\}\s*+\}"
        r"|\{\s*+(?P<inner>\\?[A-Za-z]+)(?:_?(?P<index>[0-9]{1,4}|\{[0-9]{1,4}\}))?\s*+\}|(?P<letter>\\[A-Za-z]+|[A-Za-z]))"
        r"|(?P<decoration>\\(?:label|tag|color|vspace|hspace|phantom|cite|ref|eqref)\*?\s*+\{[^{}]*\}|\\textcolor\s*+\{[^{}]*\}|\{\})"
        r"|\\(?P<edge>begin|end)\s*+\{(?P<environment>[A-Za-z]*)\*?\}(?:\s*+(?:\{[lcr|@{}\s0-9]*\}|\[[a-z]\]))?"
        r"|(?P<gap>\\\\\*?\s*+(?:\[[^\[\]\n]*\])?)"
        r"|(?P<command>\\(?:left|right)\||\\[A-Za-z]+|\\.)"
        rf"|(?P<raised>[{RAISED}]+)|(?P<lowered>[{LOWERED}]+)|(?P<name>∇|[{_LETTERS}]+)|(?P<transposed>ᵀ)|(?P<foreign>[^\W\d_]+)"
        r"|(?P<sign>:=|->|<-|=>|==|!=|<=|>=|~=|\+=|-=|\*\*|&&|\s+|.)",
        re.S,
    )


_SAME = {"\u2206": "Δ", "\u00b5": "μ", "\u2211": "Σ"}
"""Signs that look like letters."""


def plain_letters(text: str) -> str:
    """Letters and digits set in mathematical or wide type as plain ones, each in its place."""
    return _FOREIGN.sub(lambda character: _plain_letter(character[0]), text)


@lru_cache(maxsize=4096)
def _plain_letter(character: str) -> str:
    if character in _SAME:
        return _SAME[character]
    if unicodedata.decomposition(character).startswith(("<font>", "<wide>", "<noBreak>")):
        plain = unicodedata.normalize("NFKC", character)
        return plain if len(plain) == 1 else character
    return " " if character in "\u200b\u2061\u2062\u2063\u2064\ufeff\u00ad\u2005\u2009\u200a\u202f" else character


def typed_tokens(text: str, start: int, end: int, comma: bool) -> list[Token]:
    """The tokens of a stretch of a text, with their places in the whole text; `comma`: numbers have a decimal comma."""
    tokens = [token for token in _scan(text, start, end, comma) if token.text]
    for place in range(1, len(tokens) - 1):
        if _is_times(text, *tokens[place - 1 : place + 2]):  # 4 x 3
            tokens[place] = Token("sign", "*", tokens[place].at)
    if any(token.text == "^" and after.text in ("'", "{", "(") for token, after in pairwise(tokens)):
        tokens = list(_with_primes(tokens))
    return list(_with_differentials(tokens)) if any(token.text[0] in "δΔ" for token in tokens) else tokens


def _with_primes(tokens: list[Token]) -> Iterator[Token]:
    """The tokens; b^{\\prime}, as LaTeX sets it and MathML keeps it, as b'."""
    texts, at = "".join(token.text if len(token.text) == 1 else " " for token in tokens), 0
    while at < len(tokens):
        raised = _PRIMES.match(texts, at)
        if raised is None:
            yield tokens[at]
            at += 1
        else:
            yield from tokens[raised.start(raised.lastgroup) : raised.end(raised.lastgroup)]  # type: ignore[arg-type]
            at = raised.end()


def _is_times(text: str, before: Token, token: Token, after: Token) -> bool:
    """Whether a letter x is a sign of multiplication: between two operands, set apart from both."""
    if token.text == ".":
        return _is_point(text, before, token, after)
    if token.text not in ("x", "X"):
        return False
    if before.kind == after.kind == "number":
        return True
    apart = text[token.at - 1].isspace() and text[token.at + 1 : token.at + 2].isspace()
    left = before.kind in ("number", "lowered", "raised") or before.text in (")", "]", "}")
    left |= before.kind == "name" and len(before.text) == 1
    right = after.kind in ("number", "command") or after.text in ("(", "[")
    right |= after.kind == "name" and (len(after.text) <= 2 or text[after.at + len(after.text)] in "_0123456789(")
    return apart and left and right and not (after.kind == "command" and after.text in BREAKS)


def _is_point(text: str, before: Token, token: Token, after: Token) -> bool:
    """Whether a point is a sign of multiplication: set apart between two operands, 0.5 . -0.07 and 0.6 . (1 - 0.6), or touching both and
    behind a parenthesis or an index, (y - t).h and w1.x."""
    apart = text[token.at - 1 : token.at].isspace() and text[token.at + 1 : token.at + 2].isspace()
    if apart:
        ended = before.kind in ("number", "raised", "lowered") or before.text == ")"
        return ended and (after.kind == "number" or after.text in ("(", "-", "−"))
    touching = not text[token.at - 1 : token.at].isspace() and not text[token.at + 1 : token.at + 2].isspace()
    indexed = before.text == ")" or before.kind == "lowered"
    indexed |= before.kind == "number" and text[before.at - 1 : before.at].isalpha()
    behind = text[after.at + 1 : after.at + 2]
    symbol = after.kind == "name" and len(after.text) == 1 and after.text not in "Tt" and behind != "["
    return touching and indexed and (symbol or (after.text == "(" and before.text == ")"))


def _with_differentials(tokens: list[Token]) -> Iterator[Token]:
    """The tokens; where δ or Δ stands before what is differentiated and before that by which it is, as ∂."""
    stroke = [place for place, token in enumerate(tokens) if token.text == "/"]
    marks = {place for place, token in enumerate(tokens) if token.kind == "name" and token.text[0] in "δΔ"}
    by = {at + 1 for at in stroke} | {
        place for place in marks if tokens[place - 1].text == "{" and tokens[place - 2].text == "}"
    }
    found = set[int]()
    for place in sorted(marks & by):
        above = [mark for mark in range(place - 8, place) if mark in marks]
        if above and _names_more(tokens, place) and _names_more(tokens, max(above)):
            found |= {place, max(above)}
    for place, token in enumerate(tokens):
        if place not in found:
            yield token
            continue
        yield Token("sign", "∂", token.at)
        if len(token.text) > 1:
            yield Token("name", token.text[1:], token.at + 1)


def _names_more(tokens: list[Token], place: int) -> bool:
    """Whether a δ or Δ stands before letters, and is none with an index."""
    return len(tokens[place].text) > 1 or (place + 1 < len(tokens) and tokens[place + 1].kind == "name")


def _scan(text: str, start: int, end: int, comma: bool) -> Iterator[Token]:
    pattern, at = _pattern(comma), start
    while at < end:
        match = pattern.match(text, at, end)
        assert match is not None
        kind, shown = match.lastgroup, match[0]
        if kind == "sign" and shown in _AS_TYPED:
            if not shown.isspace():
                yield Token("sign", SIGNS.get(shown, shown), at)
        elif kind == "number" and shown.isascii() and shown.replace(".", "").isdigit():
            yield Token("number", shown, at)
        else:
            yield _token(match)
            if match["index"]:
                yield Token("number", match["index"].strip("{}"), match.start("index"))
        at = match.end()


def _token(match: re.Match[str]) -> Token:
    """One token; an empty text where the match is only decoration."""
    kind, shown, at = match.lastgroup, match[0], match.start()
    if kind == "word":
        return _worded(match["word"].strip(), at)
    if kind in ("deep", "inner", "letter", "index"):
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
    if kind in ("number", "percent"):
        return Token("number", _number(match["number"], kind == "percent"), at)
    if kind == "grouped":
        return Token("number", re.sub(r"[^\d.,]|,(?=\d{3}(?:[,.]|$))(?=.*\.)|\.(?=\d{3}.*,)", "", shown), at)
    if shown in VULGAR:
        return Token("number", VULGAR[shown], at)
    if bare(shown) in MARKS or shown in MARKS:
        return Token("name", shown, at)
    word = next((name for name, words in MEANT.items() if shown in words), "") if kind == "foreign" else ""
    if word:
        return Token("name", word, at)
    return Token("string", shown if kind == "foreign" else "", at)


def _number(typed: str, percent: bool) -> str:
    """A number as typed, 8.34 E-3 and 8.34EE-3 as powers of ten; one in hundredths by its digits."""
    text = re.sub(r"\s?[eE]{1,2}", "e", typed.replace("{,}", ",").replace("−", "-"))
    return f"{Decimal(text.replace(',', '.')).scaleb(-2):f}" if percent else text


def _worded(word: str, at: int) -> Token:
    """What stands in \\text{…} and its like: a name if it is one word, else prose."""
    if bare(word.strip("()")) in MARKS:
        return Token("name", word.strip("()"), at)
    if slope := re.fullmatch(r"(sigmoid|relu|tanh|σ)[\s-](?:derivative|prime|slope)", word, re.I):
        return Token("name", f"{slope[1].lower()}_derivative", at)
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
