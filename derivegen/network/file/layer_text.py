"""The text of a layer kind put to one layer: the text, the options of the file and what enters go in; equations with plain letters, and how
far these run, come out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any, Final, NamedTuple

from derivegen.network.file.index_letters import check_letter, index_letter, size_of
from derivegen.network.file.messages import Fault
from derivegen.network.layers.indexed import ACTIVATED
from derivegen.network.network import Counts, IndexLetter
from derivegen.network.tables.layer_texts import COUNTED, EXAMPLE, LayerText, Nodes, plain
from derivegen.records import dataclass, replace

Letters = Mapping[str, IndexLetter]


@dataclass(frozen=True, slots=True)
class Output:
    """What a layer gives: the family, its letters with their ranges; of inputs whose letters nobody has named yet, their sizes alone."""

    name: str
    letters: Letters
    sizes: tuple[int, ...]

    @property
    def counts(self) -> list[Counts | None]:
        """What its letters count, if they have been named."""
        return [each.counts for each in self.letters.values()] if self.letters else [None] * len(self.sizes)

    def __str__(self) -> str:
        sizes = [f"{letter} = {each.size}" for letter, each in self.letters.items()] or [*map(str, self.sizes)]
        return " × ".join(sizes) if sizes else "one number"


ANY: Final = "*"
_OVER: Final = re.compile(rf"\((?:\w+,)*{EXAMPLE},")
_CHOICE: Final = re.compile(r"\bsoftmax\((\w+)")
_TIMES: Final = ("time", "token")
MOST_EQUATIONS: Final = 200
SPARE: Final = "abcdghlopqsuvwyz"
"""Letters for what a star takes where the text has its letter already."""


class TakenLetters(NamedTuple):
    """What enters under the letters of a text: the letters in its order, those of the text that are there, and those that * stands for."""

    letters: tuple[str, ...]
    there: frozenset[str]
    star: tuple[str, ...]


class Fitted(NamedTuple):
    """A text put to a layer. `weights` and the like are left sides; `gives` is the name of what the layer gives, as the text has it."""

    axes: Letters
    nodes: Nodes
    weights: tuple[str, ...]
    biases: tuple[str, ...]
    constants: tuple[str, ...]
    masks: tuple[str, ...]
    fixed: tuple[str, ...]
    outside: tuple[str, ...]


def taken(
    takes: str, names: Sequence[str], counts: Sequence[Counts | None], text: LayerText, loose: bool
) -> TakenLetters | None:
    """How the letters of a text fit what enters, if they do; `names` are its letters elsewhere, `counts` what they count, if known."""
    parts = takes.split(",")
    maybe = [part[:-1] for part in parts if part.endswith("?")]
    for left_out in sorted(product((False, True), repeat=len(maybe)), key=sum):
        gone = {letter for letter, out in zip(maybe, left_out, strict=True) if out}
        wanted = [part.rstrip("?") for part in parts if part.rstrip("?") not in gone]
        spare = len(names) - len(wanted) + (ANY in wanted)
        if spare < 0 or (spare and ANY not in wanted):
            continue
        star = _named(names[:spare], counts, {*text.axes, *(part.rstrip("?") for part in parts)})
        letters = tuple(one for part in wanted for one in (star if part == ANY else (part,)))
        if (
            loose
            or len(names) == 1
            or all(map(_fits, letters[len(star) :], counts[len(star) :], [text] * len(letters)))
        ):
            return TakenLetters(letters, frozenset(letters), star)
    return None


def _named(names: Sequence[str], counts: Sequence[Counts | None], own: Collection[str]) -> tuple[str, ...]:
    """The letters that a star stands for: those of what enters, others where the text has them itself."""
    found: list[str] = []
    for name in names:
        spare = (each for each in SPARE if each not in own and each not in found and each not in names)
        found.append(next(spare) if name in own or name in found else name)
    return tuple(found)


def _fits(letter: str, counts: Counts | None, text: LayerText) -> bool:
    """Whether what enters counts what the letter of the text counts; of a node's own numbers, units."""
    own = counted(letter, text)
    return counts is None or counts == own or (counts in _TIMES and own in _TIMES)


def counted(letter: str, text: LayerText) -> Counts:
    """What a letter of a text counts."""
    return text.counts.get(letter, COUNTED.get(letter, "unit"))


def over_examples(text: LayerText) -> bool:
    """Whether something is added up over all examples."""
    return not callable(text.nodes) and any(_OVER.search(right) for _, right in text.nodes)


class Fitting:
    """A text, the letters of what enters with their ranges, and the options by word."""

    def __init__(
        self, text: LayerText, own: TakenLetters, letters: Letters, options: Mapping[str, Any], path: str, rows: int
    ) -> None:
        self.text, self.taken, self.options, self.path = text, own, options, path
        self.letters: dict[str, IndexLetter] = {**letters}
        numbers = {word: IndexLetter(1, value) for word, value in options.items() if type(value) is int}
        for name, size in text.axes.items():
            self._add(name, size, numbers)
        if over_examples(text) and rows == 1 and len(own.letters) == 1:
            found = "one row, so that whatever is normalised is one number"
            raise Fault(f"{path}.kind", found, "several rows", "give more rows of data.inputs")
        self._check_choices()
        if rows > 1 or over_examples(text):
            self.letters[EXAMPLE] = IndexLetter(1, rows, "example" if rows > 1 else "unit")

    def _check_choices(self) -> None:
        """A softmax has something to choose from. Raises Fault."""
        for _, right in () if callable(self.text.nodes) else self.text.nodes:
            for name in _CHOICE.findall(right):
                own = self.letters.get(name)
                if own is not None and own.low == own.high:
                    counted_ = counted(name, self.text)
                    found = f"one {counted_} to choose from, so that the softmax over {name} is always 1"
                    raise Fault(f"{self.path}.kind", found, f"two {counted_}s or more", "give more of them as inputs")

    # letters

    def _add(self, name: str, size: Any, numbers: Letters) -> None:
        letter, known = name.rstrip("?"), {**self.letters, **numbers}
        if letter in self.letters or letter == EXAMPLE:
            found = f'the letter "{letter}", which ' + ("counts examples" if letter == EXAMPLE else "is taken")
            raise Fault(f"{self.path}.axes.{letter}", found, "another letter", "rename it")
        if name.endswith("?") and self._left_out(size):
            return
        if not isinstance(size, str) or size in self.letters:
            own = index_letter(letter, size, known, self.path)
            self.letters[letter] = replace(own, counts=self.text.counts.get(letter, own.counts))
            return
        check_letter(letter, f"{self.path}.axes.{letter}")
        if size == ANY:
            number = Fraction(prod(self.letters[each].size for each in self.taken.star))
        else:
            number = size_of(size, known, f"{self.path}.axes.{letter}")
        if number.denominator != 1 or number < 1:
            raise self._odd(size, number, known)
        self.letters[letter] = IndexLetter(1, int(number), counted(letter, self.text))

    def _left_out(self, size: str) -> bool:
        """Whether the option is not there that says how far a letter runs; one of which there is only one needs no letter."""
        return self.options.get(size) in (None, 1) if size != "channels" else self.options.get(size) is None

    def _odd(self, size: str, number: Fraction, known: Letters) -> Fault:
        """A size that is no whole number, or nothing: which option is to blame, and what would do."""
        words = [word for word in re.findall(r"[a-z]\w*", size) if word in known]
        divisor = re.search(r"/([a-z]\w*)", size)
        blamed = (
            divisor[1]
            if number.denominator != 1 and divisor
            else next(
                (word for word in ("u", "v", *words) if word in words and word not in self.taken.letters), words[0]
            )
        )
        key = _said(blamed)
        where = ", ".join(f"{_said(word)} = {known[word].size}" for word in dict.fromkeys(words) if word != blamed)
        how = re.sub(r"[a-z]\w*", lambda match: _said(match[0]), size)
        found = f"{key} = {known[blamed].size}, so that {how} = {number} where {where}"
        fitting = [each for each in range(1, 65) if self._would(size, blamed, each, known)]
        fix = f"write {key} = {_or(fitting)}" if fitting else "choose other sizes"
        if number.denominator != 1 and "padding" in size:
            fix += ", or change padding or the size"
        return Fault(f"{self.path}.{key}", found, "a whole number of at least 1", fix)

    def _would(self, size: str, word: str, value: int, known: Letters) -> bool:
        number = size_of(size, {**known, word: IndexLetter(1, value)}, self.path)
        return number.denominator == 1 and number >= 1

    # texts

    def fitted(self, biases: bool) -> Fitted:
        """The text with everything put in."""
        text = self.text
        self._words = {word for word, value in self.options.items() if value} | ({"b"} if biases else set())
        self._words |= {value for value in self.options.values() if isinstance(value, str)}
        sizes = {letter: self.letters[letter].size for letter in self.taken.letters}
        nodes = text.nodes(sizes) if callable(text.nodes) else text.nodes
        if len(nodes) > MOST_EQUATIONS:
            found = f"{len(nodes)} equations, one for each row of what enters"
            raise Fault(self.path, found, f"at most {MOST_EQUATIONS}", "let less enter")
        self.names = {re.split(r"\W", left)[0] for left in (*text.weights, *text.biases, *(left for left, _ in nodes))}
        around = [self.options[word] for word in ("padding1", "padding2") if word in self.options]
        padded = not around or any(around) or "below" not in text.outside
        return Fitted(
            dict(self.letters),
            tuple((self.put(left), self.put(right)) for left, right in nodes),
            tuple(map(self.put, text.weights)),
            tuple(map(self.put, text.biases)) if biases else (),
            tuple(map(self.put, text.constants)),
            tuple(map(self.put, text.masks)),
            tuple(map(self.put, text.fixed)),
            text.outside if padded else (),
        )

    def put(self, formula: str) -> str:
        """A text with what the layer has put in: flags, letters, sizes and options."""
        formula = plain(formula, self.taken.star, self.letters, self._words)
        return re.sub(r"\b[A-Za-z]\w*\b(?!\[)", self._number, formula)

    def _number(self, match: re.Match[str]) -> str:
        """The size of a capital's letter, the number of an option; any other word as it is."""
        word = match[0]
        if word in self.names or word in self.letters:
            return word
        if word.isupper() and word.lower() in self.letters:
            return str(self.letters[word.lower()].size)
        value = self.options.get(word)
        return word if value is None or isinstance(value, bool) else str(value)


def _said(word: str) -> str:
    """What a word of a text is called in the file: u and v are as many as the size says."""
    return "size" if word in ("u", "v") else re.sub(r"(?<=\w)[12]$", "", word)


def _or(numbers: Sequence[int]) -> str:
    if len(numbers) > 4 and numbers[-1] - numbers[0] + 1 == len(numbers):
        return f"{numbers[0]} to {numbers[-1]}"
    shown_ = [str(each) for each in numbers[:4]]
    return shown_[0] if len(shown_) == 1 else ", ".join(shown_[:-1]) + " or " + shown_[-1]


def words_of(texts: Collection[LayerText]) -> Iterator[str]:
    """The words that stand in texts, those of two directions without their number: among them are the options they have."""
    for text in texts:
        yield from text.when
        nodes = () if callable(text.nodes) else text.nodes
        for each in (*text.axes.values(), *(part for node in nodes for part in node)):
            for word in re.findall(r"[a-z]\w+", str(each)):
                yield re.sub(r"[12]$", "", word)


def without_f(nodes: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The nodes of a layer whose activation changes nothing: its last node is what f would be taken of."""
    left, inner = nodes[-1][0], nodes[-1][1][len(ACTIVATED) : -1]
    return tuple((left if own == inner else own, right) for own, right in nodes[:-1])
