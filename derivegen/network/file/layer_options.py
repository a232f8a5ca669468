"""Takes a `[[layer]]` section and what enters; gives the text of its kind that fits, with the options in place, or says what does not
fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, NamedTuple

from derivegen.network.also_called import kind_here
from derivegen.network.file.fitting import activation
from derivegen.network.file.layer_sections import KindLayer
from derivegen.network.file.layer_text import ANY, Output, TakenLetters, counted, taken, words_of
from derivegen.network.file.messages import Fault, nearest, shown
from derivegen.network.network import ActivationChoice, Dense, IndexLetter
from derivegen.network.tables.activations import ACTIVATIONS
from derivegen.network.tables.layer_kinds import DENSE, LAYER_KINDS
from derivegen.network.tables.layer_texts import LayerKind, LayerText

ALWAYS: Final = ("kind", "name", "from")
GIVEN: Final = ("weights", "biases", "parameters")
TWO: Final = ("size", "stride", "padding", "dilation")
"""Options with a number for each direction of a window."""
IN_WORDS: Final = {"time": "steps", "position": "places"}
PARTS_OF: Final = {"rate": "kept"}
"""Options that texts have in another form."""


class Choice(NamedTuple):
    """The text of a layer, how it takes what enters, the options by the words of the text; `section` is what the file says beside numbers,
    `dense` the numbers of a dense layer, `path` where the text stands if the file has it."""

    kind: LayerKind
    text: LayerText
    taken: TakenLetters
    options: Mapping[str, Any]
    activation: ActivationChoice | None
    section: Mapping[str, Any]
    dense: Dense | None = None
    path: str = ""

    @property
    def straight(self) -> bool:
        """Whether the activation changes nothing."""
        chosen = self.activation
        return chosen is not None and chosen.formula is None and ACTIVATIONS[chosen.name].is_straight

    def beside(self, other: Output | None, below: Output, path: str) -> dict[str, IndexLetter]:
        """The letters of the second layer that enters, which has to fit the first. Raises Fault."""
        if other is None:
            return {}
        found = taken(self.text.other, [*other.letters], other.counts, self.text, loose=True)
        stars = None if found is None else len(found.star)
        if found is None or stars != (len(self.taken.star) if "*" in self.text.other else 0):
            raise Fault(f"{path}.other", f"a layer that gives {other}", f"one that fits {below}", "name another layer")
        letters = dict(zip((*self.taken.star, *found.letters[len(found.star) :]), other.letters.values(), strict=True))
        for letter, size in zip(self.taken.letters, below.sizes, strict=True):
            if letter in letters and letters[letter].size != size:
                gap = f"as many as in {below}, which enters"
                raise Fault(
                    f"{path}.other", f"a layer that gives {other}", gap, "name another layer, or change its size"
                )
        return {letter: each for letter, each in letters.items() if letter not in self.taken.letters}


def dense_choice(number: int, made: Dense, below: Output, name: str | None, came_from: str | None) -> Choice:
    """The choice for a dense layer. Raises Fault."""
    text = DENSE.texts[0]
    own = _fitting((text,), DENSE, below, f"layer[{number}]")[0][1]
    if made.mask is not None:
        fix = "leave connections out, or write 0 for those weights and freeze them"
        raise Fault(f"layer[{number}].connections", "connections beside other kinds of layers", "none", fix)
    _check_known(made.activation, f"layer[{number}].activation")
    section = {"units": made.units, "name": name, "from": came_from, "activation": made.activation}
    options = {"units": made.units, made.bias_kind: True}
    return Choice(DENSE, text, own, options, made.activation, section, made)


def chosen(section: KindLayer, number: int, kinds: Mapping[str, LayerKind], below: Output, other: bool) -> Choice:
    """The choice for a layer of another kind. Raises Fault."""
    path = f"layer[{number}]"
    kind = _kind(section.kind, {**LAYER_KINDS, **kinds}, path)
    stated = {**kind.defaults, **_stated(section)}
    _check_keys(kind, section, path)
    texts = [text for text in kind.texts if all(stated.get(key, value) == value for key, value in text.when.items())]
    texts = [text for text in texts if bool(text.other) == other] or texts
    if texts[0].other and not other:
        needed = f'the name of a second layer, which kind = "{kind.name}" needs'
        raise Fault(f"{path}.other", "nothing", needed, 'write other = "inputs", or the name of a layer')
    _check_rate(stated.get("rate", 0), path)
    _check_windows(stated, path)
    text, own = _one(_fitting(texts, kind, below, path), section, below, path)
    _check_needed(kind, text, stated, path)
    choice = None if kind.activation is None else _activation(kind, section, stated, path)
    options = dict(_words(text, stated, own, below))
    _check_padding(text, options, path)
    place = f"kind[{[*kinds].index(kind.name) + 1}]" if kind.name in kinds else ""
    said = {key: value for key, value in _stated(section).items() if key != "mask"} | {"activation": choice}
    table = (_as_stated(kind),) if place else ()
    return Choice(kind, text, own, options, choice, {"kind": kind.name, **said, "own": table}, path=place)


def _as_stated(kind: LayerKind) -> dict[str, Any]:
    """A kind of one's own as the file has it."""
    (text,) = kind.texts
    assert not callable(text.nodes)
    parameters = {left: kind.start.get(left.partition("[")[0], "symbolic") for left in text.weights}
    nodes = [[*node] for node in text.nodes]
    made = {"name": kind.name, "takes": text.takes, "axes": dict(text.axes), "parameters": parameters, "nodes": nodes}
    return made | {"outside": [*text.outside]}


def _kind(name: str, kinds: Mapping[str, LayerKind], path: str) -> LayerKind:
    if name in kinds:
        return kinds[name]
    plain = "".join(each for each in name.lower() if each.isalnum())
    called = next((kind.name for kind in kinds.values() if plain in kind.also), None)
    close = nearest(name, [*kinds, DENSE.name])
    listed = ", ".join((DENSE.name, *kinds))
    fix = f'did you mean "{close}"?' if close else f"one of {listed}, or write a [[kind]]"
    fix = f'{name} is called {called} here: write kind = "{called}"' if called else fix
    raise Fault(f"{path}.kind", shown(name), "a kind of layer derivegen knows, or one of [[kind]]", fix)


def _stated(section: KindLayer) -> dict[str, Any]:
    """What the file says, by key."""
    keys = {name: field.alias or name for name, field in KindLayer.model_fields.items()}
    values = {keys[name]: getattr(section, name) for name in keys}
    return {key: value for key, value in values.items() if value is not None and key not in (*GIVEN, "kind")}


def keys_of(kind: LayerKind) -> list[str]:
    """The keys that a layer of this kind may have, in the order of the schema."""
    words = {*words_of(kind.texts), *kind.defaults}
    words |= {key for key, word in PARTS_OF.items() if word in words}
    words |= {"activation"} if kind.activation is not None else set()
    words |= {"other"} if any(text.other for text in kind.texts) else set()
    words |= {"mask"} if any(text.masks for text in kind.texts) else set()
    words |= {"weights", "parameters"} if any(text.weights for text in kind.texts) else set()
    words |= {"biases"} if any(text.biases for text in kind.texts) else set()
    every = [field.alias or name for name, field in KindLayer.model_fields.items()]
    return [key for key in every if key in words or key in ALWAYS]


def _check_keys(kind: LayerKind, section: KindLayer, path: str) -> None:
    """No option that is none of this kind. Raises Fault."""
    known = keys_of(kind)
    given = [key for key in GIVEN if getattr(section, key) is not None]
    for key in (*_stated(section), *given):
        if key not in known:
            homes = [other.name for other in LAYER_KINDS.values() if key in keys_of(other)]
            fix = "take it out" + (f"; it belongs to {', '.join(homes[:5])}" if homes else "")
            raise Fault(f"{path}.{key}", f'{key} beside kind = "{kind.name}"', f"one of {', '.join(known)}", fix)


def _check_windows(stated: Mapping[str, Any], path: str) -> None:
    """Windows of at least one place, moved by at least one."""
    for key in TWO:
        value = stated.get(key, 1)
        if key != "padding" and not isinstance(value, str) and 0 in (value if isinstance(value, tuple) else (value,)):
            raise Fault(f"{path}.{key}", shown(value), "a whole number of at least 1", f"write {key} = 1")


def _check_padding(text: LayerText, options: Mapping[str, Any], path: str) -> None:
    """No window of a pool on padding alone, where there is nothing to take the greatest of."""
    for place in range(1, _directions(text) + 1):
        size, padding, apart = (options[f"{key}{place}"] for key in ("size", "padding", "dilation"))
        window = apart * (size - 1) + 1
        if not text.weights and padding >= window:
            found = f"padding = {padding}, so that the first window, of {window}, lies on padding alone"
            raise Fault(f"{path}.padding", found, f"less than {window}", f"write padding = {window - 1}")


def _check_rate(rate: Any, path: str) -> None:
    if not 0 <= Fraction(rate) < 1:
        raise Fault(f"{path}.rate", shown(rate), "a share from 0 to below 1", "write rate = 0.5")


def _check_needed(kind: LayerKind, text: LayerText, stated: Mapping[str, Any], path: str) -> None:
    for letter, size in text.axes.items():
        for word in () if letter.endswith("?") else words_of((LayerText("", (), {letter: str(size)}),)):
            if word in KindLayer.model_fields and word not in stated:
                raise Fault(
                    f"{path}.{word}", "nothing", f'{word}, which kind = "{kind.name}" needs', f"write {word} = 2"
                )


def _fitting(
    texts: Sequence[LayerText], kind: LayerKind, below: Output, path: str
) -> list[tuple[LayerText, TakenLetters]]:
    """The texts that fit what enters. Raises Fault where none does."""
    names = [*below.letters] or _unnamed(len(below.sizes))
    found = []
    for text in texts:
        own = taken(text.takes, names, below.counts, text, kind.loose)
        if own is not None:
            found.append((text, own))
    if not found:
        wanted = " or ".join(dict.fromkeys(_in_words(text) for text in texts))
        flat = len(below.sizes) > 1 and kind is DENSE
        fix = 'put a layer of kind = "flatten" before it' if flat else "let another kind of layer come before it"
        if not flat and below.counts.count("position") == 1 and "steps" in wanted:
            fix = f'put a layer of kind = "{kind_here("Permute")}" before it'
        if not below.letters and len(below.sizes) < min(len(text.takes.split(",")) for text in texts):
            fix = "put one more pair of brackets around each row of data.inputs, or choose another kind"
        raise Fault(f"{path}.kind", f"{shown(kind.name)}, where {below} enters", wanted, fix)
    return found


def _in_words(text: LayerText) -> str:
    """What a text takes, in words; what may be missing in brackets."""
    words = []
    for part in text.takes.split(","):
        counts = counted(part.rstrip("?"), text)
        word = "any numbers" if part == ANY else IN_WORDS.get(counts, f"{counts}s")
        words.append(f"({word})" if part.endswith("?") else word)
    return " × ".join(words)


def _unnamed(count: int) -> list[str]:
    """What the letters of inputs are called where the first layer takes any."""
    return {0: [], 1: ["k"], 2: ["t", "k"], 3: ["e", "m", "n"]}.get(
        count, [f"k{place}" for place in range(1, count + 1)]
    )


def _one(
    found: list[tuple[LayerText, TakenLetters]], section: KindLayer, below: Output, path: str
) -> tuple[LayerText, TakenLetters]:
    """The one that is meant: where a window may go along a line or over a grid, as its size says. Raises Fault."""
    directions = {_directions(text) for text, _ in found}
    size = section.size
    if isinstance(size, tuple):
        fitting = [each for each in found if _directions(each[0]) == len(size)]
        if not fitting:
            expected = " or ".join("a number" if n == 1 else f"a list of {n}" for n in sorted(directions))
            raise Fault(
                f"{path}.size", shown(list(size)), f"{expected}, as {below} enters", "write a number for each direction"
            )
        return fitting[0]
    if len(directions - {0}) > 1 and size is not None:
        expected = f"[{size}] for channels × places, or [{size}, {size}] for a grid without channels"
        raise Fault(
            f"{path}.size",
            f"size = {size} for inputs of {below}",
            expected,
            f"write size = [{size}, {size}], or [{size}] where channels come first",
        )
    return found[0]


def _directions(text: LayerText) -> int:
    words = " ".join(map(str, text.axes.values()))
    return 2 if "size2" in words else 1 if "size1" in words else 0


def _words(text: LayerText, stated: Mapping[str, Any], own: TakenLetters, below: Output) -> Iterator[tuple[str, Any]]:
    """The options by the words of the texts."""
    sizes = dict(zip(own.letters, below.sizes, strict=True))
    for key, value in stated.items():
        value = stated.get(value, sizes.get(value, value)) if isinstance(value, str) else value
        if key == "rate":
            kept = 1 - Fraction(value)
            yield PARTS_OF[key], _number(kept)
        elif key == "epsilon":
            yield key, _number(Fraction(value))
        elif key in TWO:
            for place in range(max(_directions(text), 1)):
                yield f"{key}{place + 1}", value[place % len(value)] if isinstance(value, tuple) else value
        else:
            yield key, value


def _number(value: Fraction) -> str:
    """A number as a formula has it."""
    scaled, places = value, 0
    while scaled.denominator != 1 and places < 30:
        scaled, places = scaled * 10, places + 1
    if scaled.denominator != 1:
        return f"({value.numerator}/{value.denominator})"
    digits = str(scaled.numerator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def _activation(kind: LayerKind, section: KindLayer, stated: Mapping[str, Any], path: str) -> ActivationChoice:
    units = int(stated.get("units", stated.get("channels", 1)))
    assert kind.activation is not None
    found = activation(section.activation or kind.activation, units, f"{path}.activation")
    _check_known(found, f"{path}.activation")
    return found


def _check_known(found: ActivationChoice, path: str) -> None:
    if found.formula is None and ACTIVATIONS[found.name].kind == "unknown":
        expected = "a function that is known, since other kinds of layers stand beside it"
        raise Fault(path, shown(found.name), expected, 'write { formula = "z^2" }')
