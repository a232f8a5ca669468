"""Words in signs behind the symbol they are said of, as Chinese has them: text in; the same text, in as many characters, with a formula or
the words in front, as the other languages have them, out: L 对 w1 的偏导数 as ∂L/∂w1, w1 的新值 as 新 w1.
"""

from __future__ import annotations

import re

from derivegen.notation.vocabulary import (
    CHANGE_WORDS,
    ERROR_WORDS,
    GRADIENT_WORDS,
    NEW_WORDS,
    VALUE_WORDS,
    is_ideographic,
)


def _signs(words: frozenset[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True) if is_ideographic(word))


_NAME = r"(?<![A-Za-z\dα-ω_∂/\\])[A-Za-zα-ωŷ][A-Za-z\d_{},^()\[\]]{0,14}['′]?"
_GAP = r"[ \t$`]{0,3}"
_SLOPE = rf"(?:的)?(?:{_signs(GRADIENT_WORDS)})|求偏?导数?"
_RESPECTING = re.compile(
    rf"(?:(?P<of>{_NAME}|(?:{_signs(ERROR_WORDS)})(?:函数)?){_GAP})?(?:对|关于|相对于?){_GAP}(?P<by>{_NAME}){_GAP}(?:{_SLOPE})"
)
_OF = re.compile(rf"(?<![和与及、])(?<![和与及、] )(?P<by>{_NAME}){_GAP}的(?:{_signs(GRADIENT_WORDS)})")
_CHANGE = re.compile(rf"(?P<name>{_NAME}){_GAP}的(?:{_signs(CHANGE_WORDS)})")
_SAID = rf"的?(?:{_signs(VALUE_WORDS)})(?={_GAP}[=≈:：为是等约])"
_NEW = re.compile(rf"(?P<name>{_NAME}){_GAP}的?(?P<new>{_signs(NEW_WORDS)}){_SAID}")
_VALUE = re.compile(rf"(?<=[\w'′}})\]]){_GAP}{_SAID}")


def with_words_in_front(text: str) -> str:
    """The text as it would be said with the words before the symbol."""
    if not any(sign in text for sign in "导梯值率的"):
        return text
    text = _OF.sub(lambda found: _set(f"∇{found['by']}", found), _RESPECTING.sub(_derivative, text))
    text = _CHANGE.sub(lambda found: _set(f"Δ{found['name']}", found), text)
    text = _NEW.sub(lambda found: _set(f"{found['new']} {found['name']}", found), text)
    return _VALUE.sub(lambda found: " " * len(found[0]), text)


def _derivative(match: re.Match[str]) -> str:
    of = match["of"]
    loss = of is None or is_ideographic(of)
    return _set(f"∇{match['by']}" if loss else f"∂{of}/∂{match['by']}", match)


def _set(formula: str, match: re.Match[str]) -> str:
    """The formula in as many characters as what it stands for, with a space behind it if there is room."""
    room = len(match[0]) - len(formula)
    return f"{' ' * (room - 1)}{formula} " if room else formula
