"""The quantity a line names and the words before it in; the quantity that is meant out: after an update, after so many, its derivative."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from derivegen.network.names import parse
from derivegen.notation.typed_names import Names

_EPOCH = re.compile(r"\W*(epoch|step|iteration|iter|update)\W{0,3}(\d{1,6})\b[\W_]*(\w*)")
_COUNTED = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "einer": 1,
    "zwei": 2,
    "drei": 3,
    "vier": 4,
    "fünf": 5,
}
_AFTER = re.compile(
    rf"\b(?:after|nach) (?:the )?(?P<count>\d{{1,6}}|{'|'.join(_COUNTED)}) (?:\w{{1,20}} )?"
    r"(?P<of>epochs?|updates?|steps?|iterations?|epochen?|schritten?|aktualisierung(?:en)?|iterationen)\b(?! of\b)(?:[^.;]|\.\d){0,120}$"
)
_FINAL = re.compile(r"\bfinal\b|\bafter training\b")
_NEW = re.compile(r"\b(?:new|updated)\b")
_OF = r"\b[^.;=]{0,60}\b(?:of|for|to|wrt|by|in)\s+(?:the\s+)?(?:weight\s+|bias\s+)?\W{0,3}$"
NEAR = 200
_GRADIENT = re.compile(rf"\b(?:gradient|derivative|slope|partial){_OF}")
_CHANGE = re.compile(rf"\b(?:change|update|step|correction|increment){_OF}")


def first_epochs(lines: Iterable[str]) -> Mapping[str, int]:
    """The words with which a text numbers its epochs, each with its first number: where it counts from. Steps are only those of a
    training run where the same is told of several: working has steps too."""
    told = [match for match in map(_EPOCH.match, map(str.lower, lines)) if match]
    often = Counter((match[1], match[3]) for match in told)
    runs = {word for (word, of), count in often.items() if of and count > 1} | {"epoch"}
    return {word: min(int(match[2]) for match in told if match[1] == word) for word in runs & {m[1] for m in told}}


def meant(name: str, sign: str, before: str, first: Mapping[str, int], names: Names) -> str | None:
    """The name with what the sign of relation and the words before say of it; None where they leave open which value it is."""
    if "'" in name or "#" in name or "/" in name or name.startswith("D"):
        return name
    parameter = names.is_parameter(name)
    if sign in (":=", "→", "-=", "+="):
        return f"{name}'" if parameter else name
    words = before.lower()
    if _GRADIENT.search(words[-NEAR:]):
        return names.derivative("loss", name) if parameter else None
    if _CHANGE.search(words[-NEAR:]):
        return f"D{name}" if parameter else None
    return _at(name, words, first, names) if parameter or _changes(name) else name


def _at(name: str, words: str, first: Mapping[str, int], names: Names) -> str | None:
    """Its value after the updates that the words say: epoch 5, final, new. Epochs that count from neither 0 nor 1 leave it open."""
    epoch, steps = _EPOCH.match(words), names.graph.network.training.steps
    after = _AFTER.search(words[-NEAR:])
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
    many = after["of"].startswith("epoch") and size is not None and isinstance(rows, int)
    return count * -(-rows // size) if many and size is not None and isinstance(rows, int) else count


def _changes(name: str) -> bool:
    """Whether the quantity is no parameter and yet has another value after each update."""
    parts = parse(name)
    return parts is not None and parts.base in ("loss", "a", "z")
