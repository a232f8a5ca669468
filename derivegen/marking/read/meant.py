"""The quantity a line names and the words before it in; the quantity that is meant out: after an update, after so many, its derivative."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from derivegen.formula.functions import FUNCTIONS
from derivegen.network.names import parse, parse_derivative
from derivegen.network.tables.activations import ACTIVATIONS
from derivegen.notation.typed_names import Names
from derivegen.notation.vocabulary import (
    AFTER_WORDS,
    AT_WORDS,
    BACKWARD_WORDS,
    CHANGE_WORDS,
    ERROR_WORDS,
    GRADIENT_WORDS,
    MOVE_WORDS,
    NEW_WORDS,
    OF_WORDS,
    RESPECT_WORDS,
    STEP_WORDS,
    alternatives,
    bare,
)
from derivegen.records import replace

_EPOCH = re.compile(rf"\W*({alternatives(STEP_WORDS)})\W{{0,3}}(\d{{1,6}})(?!\w)[\W_]*(\w*)")
_COUNTED = {
    word: count
    for count, words in enumerate(
        (
            "one einer einem une un una um uma một 一", "two zwei deux dos dois duas hai 两 二", "three drei trois tres três ba 三",
            "four vier quatre cuatro quatro bốn 四", "five fünf cinq cinco năm 五",
        ), 1,
    )
    for word in words.split()
}  # fmt: skip
_OF_UPDATES = ("upda", "aktu", "mise", "actu", "atua", "iter", "epoc")
_STEPS = "|".join(re.escape(word) for word in sorted(STEP_WORDS, key=len, reverse=True))
_AFTER = re.compile(
    rf"{alternatives(AFTER_WORDS)}\s?(?:the )?(?:de )?(?P<count>\d{{1,6}}|{'|'.join(_COUNTED)})\s?(?:\w{{1,20}} )?"
    rf"(?P<of>(?:{_STEPS})(?:s|en|n|es)?)(?!\w)(?! of\b)(?:[^.;]|\.\d){{0,120}}$"
)
_UPDATES = "|".join(re.escape(word) for word in STEP_WORDS if bare(word)[:4] in _OF_UPDATES)
_ORDINAL = "first|ersten|première|premier|primer|primera|primeira|primeiro"
_ONCE = re.compile(
    rf"{alternatives(AFTER_WORDS)}\s?(?:(?:the|this|that|dem|der|einer|la|le|l['’]|cette|el|una|o|a|uma)\s?)?(?:(?:{_ORDINAL})\s)?"
    rf"(?:weight\s)?(?:{_UPDATES})(?!\w|\s?\d)(?:[^.;]|\.\d){{0,120}}$"
)
"""After the update, without a number."""
_FINAL = re.compile(r"\bfinal\b|\bafter training\b")
_NEW = re.compile(alternatives(NEW_WORDS))
_ARTICLE = r"(?:(?:the|der|die|dem|den|la|le|el|o|a)\s+)?"
_NAME_NEXT = rf"\s*{_ARTICLE}(?:\w{{1,12}}\s+)?\W{{0,3}}$"
_IN_FRONT = re.compile(r"\W{0,5}(?:[^\W\d_]{2,12}\s)?(?P<name>[A-Za-z]{1,6}_?\d{1,3})\**:\s[^:=]{0,20}=")
_OF_UNITS = ("activation", "pre-activation")
NEAR, LONGEST_NAME = 200, 30
SPELLED = "~"
"""What a name begins with of which it is not known yet what it means."""
_SLOPE = re.compile(alternatives(GRADIENT_WORDS), re.I)
_MOVE = re.compile(alternatives(CHANGE_WORDS | MOVE_WORDS), re.I)
_OF = re.compile(rf"[^.;=]{{0,60}}{alternatives(OF_WORDS | RESPECT_WORDS)}{_NAME_NEXT}", re.I)
_RESPECTING = re.compile(rf"(?P<of>[^.;=]{{0,60}}?){alternatives(RESPECT_WORDS)}{_NAME_NEXT}", re.I)
_AT = re.compile(rf"[^.;=]{{0,60}}{alternatives(AT_WORDS)}{_NAME_NEXT}", re.I)
"""What stands between a word and the name that it is of, by which it is, or at which."""
_DIFFERENTIATED = re.compile(rf"\s*(?:{alternatives(OF_WORDS)}|d['’])?\s*{_ARTICLE}(?P<name>.*?)[\s$`*]*", re.I)
_STEP_DOWN = re.compile(
    r"[-−–]\s*(?:(?:η|eta|lr|α|alpha|ε|learning_?\s?rate|rate)\b|(?P<number>\d*\.?\d+))\s*[*·×⋅]", re.I
)
"""What a change begins with: minus, the learning rate, times."""
_WORD = re.compile(r"[^\W\d_]+")
MOST_OF_HEADING = 5
_SLOPES = GRADIENT_WORDS | {word for word in BACKWARD_WORDS if bare(word)[:4] in ("grad", "deri", "able")}
_OF_STEPS = (
    NEW_WORDS
    | STEP_WORDS
    | MOVE_WORDS
    | CHANGE_WORDS
    | {"descent", "abstieg", "descente", "descenso", "descendente", "rule"}
)
"""With these a heading is about a step down the gradient."""
_ACTIVATIONS = {"σ", *(name for name in FUNCTIONS if name in ACTIVATIONS)}


def first_epochs(lines: Iterable[str]) -> Mapping[str, int]:
    """The words with which a text numbers its epochs, each with its first number: where it counts from. Steps are only those of a
    training run where the same is told of several: working has steps too."""
    told = [match for match in map(_EPOCH.match, map(str.lower, lines)) if match]
    often = Counter((match[1], match[3]) for match in told)
    runs = {word for (word, of), count in often.items() if of and count > 1} | {"epoch"}
    return {word: min(int(match[2]) for match in told if match[1] == word) for word in runs & {m[1] for m in told}}


def epoch_of(before: str, number: int) -> str:
    """The word by which a line begins with this epoch; "" where it does not."""
    told = _EPOCH.match(before.lower())
    return told[1] if told is not None and int(told[2]) == number else ""


def meant(name: str, sign: str, before: str, first: Mapping[str, int], names: Names) -> str | None:
    """The name with what the sign of relation and the words before say of it; None where they leave open which value it is."""
    if "'" in name or "#" in name or "/" in name or name.startswith("D"):
        return name
    parameter = names.is_parameter(name)
    if sign in (":=", "→", "-=", "+="):
        return f"{name}'" if parameter else name
    typed = before[-NEAR:].replace("w.r.t.", "wrt")
    for slope in list(_SLOPE.finditer(typed))[-1:]:
        if respecting := _RESPECTING.match(typed, slope.end()):
            return _derived(respecting["of"], name, names)
        if _OF.match(typed, slope.end()):
            return names.derivative("loss", name) if parameter else None
        if _AT.match(typed, slope.end()):
            return _slope_at(name, names)
    if any(_OF.match(typed, move.end()) for move in _MOVE.finditer(typed)):
        return f"D{name}" if parameter else None
    return _at(name, before.lower(), first, names) if parameter or _changes(name) else name


def change_meant(name: str, typed: str, worked: str, names: Names) -> str:
    """dw5 = -lr * grad: of what a program calls dw, read as a derivative, the change, where it is worked out as one."""
    of, _, by = name.partition("/d")
    match = _STEP_DOWN.match(worked)
    if of != "dloss" or match is None or "/" in typed or not names.is_parameter(by):
        return name
    rate = names.graph.network.training.learning_rate
    taken = match["number"] is None or (rate is not None and float(match["number"]) == float(rate))
    return f"D{by}" if taken else name


def changed(name: str, names: Names) -> str | None:
    """What becomes of a unit or of the loss: its value after one update; None of anything else."""
    plain = not any(sign in name for sign in "'#/") and not names.is_parameter(name) and _changes(name)
    return f"{name}#1" if plain else None


def headed(name: str, heading: str, alone: bool, names: Names) -> str:
    """What a heading of a few words says of a parameter: its new value; where a line has it `alone`, without words or the old value, its
    derivative."""
    words = _WORD.findall(bare(heading)) if alone and names.is_parameter(name) else []
    slopes = any(word in _SLOPES or word.rstrip("s") in _SLOPES for word in words)
    if slopes and len(words) <= MOST_OF_HEADING and not _OF_STEPS.intersection(words):
        return names.derivative("loss", name)
    return meant(name, "=", heading, {}, names) or name


def _derived(said: str, name: str, names: Names) -> str | None:
    """The derivative by a quantity of what the words before it say: of the loss, where they say nothing else; None where they name what is
    not known."""
    told = _DIFFERENTIATED.fullmatch(said)
    of = "" if told is None else told["name"]
    if not of or set(re.findall(r"\w+", bare(of))) & ERROR_WORDS:
        return names.derivative("loss", name)
    if of in _ACTIVATIONS:
        return _slope_at(name, names)
    found = names.identifier(of) if len(of) <= LONGEST_NAME else ()
    return names.derivative(found[0], name) if len(found) == 1 else None


def _slope_at(name: str, names: Names) -> str | None:
    """The slope of the unit with this z; None of what is no z."""
    place = names.graph.locate(name)
    if place is None or place[0].kind != "pre-activation":
        return None
    layer = next(each for each in names.graph.stack if each.z is place[0])
    return names.derivative(layer.a.member(place[1]), name)


def _at(name: str, words: str, first: Mapping[str, int], names: Names) -> str | None:
    """Its value after the updates that the words say: epoch 5, final, new. Epochs that count from neither 0 nor 1 leave it open."""
    epoch, steps = _EPOCH.match(words), names.graph.network.training.steps
    after, once = _AFTER.search(words[-NEAR:]), _ONCE.search(words[-NEAR:])
    if once is not None and after is None and steps != 0 and names.graph.network.training.learning_rate is not None:
        return f"{name}'" if names.is_parameter(name) else f"{name}#1"
    if after is not None and names.graph.network.training.learning_rate is not None:
        return f"{name}#{_updates(after, names)}"
    if epoch is not None and epoch[1] in first:
        passed = int(epoch[2]) - first[epoch[1]]
        return None if first[epoch[1]] > 1 else f"{name}#{passed}" if passed else name
    if steps and _FINAL.search(words):
        return f"{name}#{steps}"
    return f"{name}'" if _NEW.search(words) and names.is_parameter(name) else name


def _updates(after: re.Match[str], names: Names) -> int:
    """How many updates "after two epochs" is: an epoch has one for each batch."""
    text, network = after["count"], names.graph.network
    count = int(text) if text.isdecimal() else _COUNTED[text]
    size, rows = network.training.batch_size, network.rows
    if not after["of"].startswith("epoch") or size is None or not isinstance(rows, int):
        return count
    return count * -(-rows // size) // network.training.accumulate


def _changes(name: str) -> bool:
    """Whether the quantity is no parameter and yet has another value after each update."""
    parts = parse(name)
    return name.startswith(SPELLED) or (parts is not None and parts.base in ("loss", "a", "z"))


@lru_cache(maxsize=1024)
def unit_of(about: str) -> str:
    """The unit that working for a quantity is about, as "[2][1]" with its row: what a weight or a bias leads to; "" where there is none."""
    parts = parse((parse_derivative(about) or ("", about))[1].removeprefix("D").partition("'")[0].partition("#")[0])
    if parts is None or parts.base not in ("w", "b", "theta", "z", "a", "delta") or len(parts.indices) < 2:
        return ""
    return str(replace(parts, base="a", indices=parts.indices[:2], primed=False)).removeprefix("a")


def unit_in_front(line: str, names: Names) -> str:
    """The unit that a line is about which begins with its name, h1: net = 0.38, as unit_of has it; "" where it does not."""
    match = _IN_FRONT.match(line)
    found = names.identifier(match["name"]) if match is not None else ()
    return unit_of(found[0]) if len(found) == 1 and names.graph.kind_of(found[0]) in _OF_UNITS else ""
