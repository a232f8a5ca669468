"""Names as a page spells them: a first reading takes every symbol for a name of its own, a second one takes what was inferred of it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from derivegen.marking.read.meant import SPELLED as FREE
from derivegen.notation.glyphs import GREEK
from derivegen.notation.moments import moments_of
from derivegen.notation.schemes import LETTERS
from derivegen.notation.spelling import Spelling
from derivegen.notation.typed_names import LONGEST_WORD, Names
from derivegen.notation.vocabulary import NEW_WORDS, OLD_WORDS, RATE_WORDS, bare
from derivegen.records import dataclass, field, replace

_WORD = re.compile(r"(?P<base>[^\W\d_]+)_?(?P<sub>\w*)")
_INDEXED = re.compile(
    r"(?P<slope>d_?(?=[A-Zwbvu]))?(?P<base>[^\W\d_]+)_?(?P<number>\d*)(?:_(?P<mark>[^\W\d_]+))?(?P<indices>(?:\[[\d,\s]+\])+)'?"
)
_RAISED = re.compile(r"([^\W\d_])\^\{?[013-9]")
_FROM_ZERO = re.compile(r"[A-Za-z]\w{0,20}\[(?:\d{1,4}, ?)?0[\],]")
_LETTERS = frozenset(letter for letters in LETTERS.values() for letter in letters) | {"w", "θ"}
_OF_LAYERS = frozenset("zaδwWb")
_OF_PARAMETERS = "wvuWVUbBθβ"
_MARKED = re.compile(r"(?:d|D|grad_|gradient_|new_|delta_|Delta_|Δ)")


def key_of(typed: Spelling) -> str:
    """The one way a symbol is written here, however it was typed."""
    base = GREEK.get(typed.base, typed.base)
    sub = re.sub(r"[\s_]+", ",", typed.sub).replace("{", "").replace("}", "").strip(",")
    return f"{base}{f'^{typed.sup}' if typed.sup else ''}{f'_{sub}' if sub else ''}"


def spelling_of(word: str) -> Spelling | None:
    """A word of a program, taken apart: w_o_h1, h1_pre, net_h1."""
    match = _WORD.fullmatch(word)
    return None if match is None else Spelling(match["base"], match["sub"].strip("_").replace("_", ","))


def spelled_as(key: str) -> Spelling | None:
    """The symbol that a key was made of."""
    match = re.fullmatch(r"([^\W\d_]+)(?:\^([^_]+))?(?:_(.+))?", key)
    return None if match is None else Spelling(match[1], match[3] or "", match[2] or "")


def key_of_word(word: str) -> str:
    """The key of a word, or of an entry of an array: W2[0,1]."""
    match = _INDEXED.fullmatch(word.replace(" ", ""))
    if match is not None:
        mark = "" if match["mark"] is None or _is_change(match["mark"]) else f"_{match['mark']}"
        return f"{match['base']}{match['number']}{mark}{match['indices'].replace('][', ',')}"
    spelled = spelling_of(word)
    return "" if spelled is None else key_of(spelled)


def _is_change(mark: str) -> bool:
    return bare(mark) in NEW_WORDS | OLD_WORDS or mark in ("grad", "gradient")


@dataclass(frozen=True)
class Leaning(Names):
    """Names that lean on others for all they do not say themselves."""

    base: Names | None = None

    @property
    def known(self) -> Names:
        """The names leant on."""
        assert self.base is not None
        return self.base

    def is_array(self, name: str) -> bool:
        """Whether it names a whole array."""
        return self.known.is_array(name)

    def canonical(self, text: str) -> str | None:
        """A canonical name, if the text is one."""
        return self.known.canonical(text)

    def entry(self, text: str) -> tuple[str, ...] | None:
        """The names of an entry of an array, of its derivative or of its new value: dW2[0,1], W2_new[0][1]; None where the text is none."""
        match = _INDEXED.fullmatch(text.replace(" ", ""))
        if match is None:
            return None
        found = self._word(text.removeprefix(match["slope"] or ""))
        if match["slope"] or match["mark"] in ("grad", "gradient"):
            return tuple(self.derivative("loss", name) for name in found)
        new = match["mark"] and bare(match["mark"]) in NEW_WORDS
        return tuple(f"{name}'" for name in found) if new else found


def _is_rate(typed: Spelling) -> bool:
    """Whether a word says that it is the learning rate: rate, learning_rate."""
    return bare(typed.base) in RATE_WORDS or bare(typed.sub) in RATE_WORDS


@dataclass(frozen=True)
class Spelled(Leaning):
    """Every symbol is a name of its own, the way it is spelled; `typed` keeps how."""

    typed: dict[str, Spelling] = field(default_factory=dict, repr=False, compare=False)
    raised: frozenset[str] = frozenset()
    """Letters with other numbers than 2 above, so that a 2 there is no power."""
    from_zero: bool = False
    """Whether the entries of arrays are counted from 0, so that what looks like a canonical name is none."""

    def resolve(self, typed: Spelling, own: bool = False) -> tuple[str, ...]:
        """The name of its own that a symbol is; none where it may be a word."""
        if typed.row or len(typed.sub) > 12 or len(typed.sup) > 8 or _is_rate(typed):
            return ()
        squared = typed.sup in ("2", "-1") or (typed.sup.lstrip("-").isdigit() and not typed.sub)
        if squared and typed.base not in self.raised and not self.known.resolve(typed, own=True):
            return ()  # a power
        if any(
            re.fullmatch(r"[^\w]*[ijklmnpqr](?:[\W_]*[ijklmnpqr\d])*[^\w]*", part) for part in (typed.sub, typed.sup)
        ):
            return ()  # under index letters: any of them
        if kept := moments_of(self.graph, self.notation, typed):
            return tuple(sorted(kept))  # no page numbers its parameters anew for these
        letters = typed.base.lower()
        plain = len(typed.base) == 1 or letters in _LETTERS or typed.sub or typed.sup or self.known.resolve(typed)
        if not plain or typed.base in ("π", "Σ", "Π", "∇") or (typed.base in ("d", "e", "D") and not typed.sub):
            return ()
        key = FREE + key_of(typed)
        self.typed.setdefault(key, typed)
        return (key,)

    def identifier(self, text: str) -> tuple[str, ...]:
        """The name of its own that a word of a program is."""
        if len(text) > LONGEST_WORD:
            return ()
        exact = None if self.from_zero and "[" in text else self.canonical(text)
        if exact is not None and self.graph.locate(exact.partition("'")[0].partition("#")[0]) is not None:
            return (exact,)
        entry = self.entry(text)
        if entry is not None:
            return entry
        return self._derivative_word(text) or self._changed_word(text) or self._word(text)

    def _word(self, text: str) -> tuple[str, ...]:
        if _INDEXED.fullmatch(text.replace(" ", "")):
            return (FREE + key_of_word(text),)
        spelled = spelling_of(text)
        if spelled is None or (
            _MARKED.match(text) and len(text) > 2 and self.known.identifier(text) != self.known._word(text)
        ):
            return ()
        return self.resolve(spelled)

    def _has_gradient(self, name: str) -> bool:
        return self.is_parameter(name)

    def is_array(self, name: str) -> bool:
        """Whether it names a whole array: what is only spelled does not."""
        return FREE not in name and self.known.is_array(name)

    def is_parameter(self, name: str) -> bool:
        """Whether an update may change it, by its letter."""
        if not name.startswith(FREE):
            return self.known.is_parameter(name)
        return name[1] in _OF_PARAMETERS or any(map(self.known.is_parameter, self.today(name)))

    def today(self, name: str) -> tuple[str, ...]:
        """What would be read without the page."""
        typed = self.typed.get(name)
        return () if typed is None else self.known.resolve(typed)

    def derivative(self, of: str, by: str) -> str:
        """The name of ∂of/∂by."""
        return f"d{of}/d{by}" if FREE in of + by else self.known.derivative(of, by)


@dataclass(frozen=True)
class Bound(Leaning):
    """What a page's names mean, by their keys; what they may mean where that cannot be told. All others mean what they always do."""

    meant: Mapping[str, str] = field(default_factory=dict)
    open_: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def resolve(self, typed: Spelling, own: bool = False) -> tuple[str, ...]:
        """The canonical names a symbol may have."""
        found = self._inferred(key_of(typed)) if not typed.row else ()
        if found:
            return self.known.resolve(typed, own=True) or found if len(found) > 1 else found
        return self.known.resolve(typed, own)

    def settles(self, typed: Spelling) -> bool:
        """Whether the page itself says what a symbol is, wherever it stands."""
        return key_of(typed) in self.meant

    def _inferred(self, key: str) -> tuple[str, ...]:
        return (self.meant[key],) if key in self.meant else self.open_.get(key, ())

    def _word(self, text: str) -> tuple[str, ...]:
        return self._inferred(key_of_word(text)) or self.known._word(text)

    def identifier(self, text: str) -> tuple[str, ...]:
        """The canonical names of one word, or of an entry of an array."""
        entry = self.entry(text)
        if entry or len(text) > LONGEST_WORD:
            return entry or ()
        found = self._inferred(key_of_word(text))
        return found or self._derivative_word(text) or self._changed_word(text) or self.known.identifier(text)

    def is_parameter(self, name: str) -> bool:
        """Whether an update changes it."""
        return self.known.is_parameter(name)

    def derivative(self, of: str, by: str) -> str:
        """The name of ∂of/∂by."""
        return self.known.derivative(of, by)


def leaning(base: Names, text: str = "") -> Spelled:
    """The names of a first reading of a text."""
    raised = frozenset(_RAISED.findall(text))
    if raised & _OF_LAYERS:  # with z^1 on the page w^2 is no square
        raised |= _OF_LAYERS
    from_zero = _FROM_ZERO.search(text) is not None
    return Spelled(base.graph, base.notation, base=base, raised=raised, from_zero=from_zero)


def bound(base: Names, meant: Mapping[str, str], open_: Mapping[str, tuple[str, ...]]) -> Names:
    """The names of a second reading."""
    return replace(Bound(base.graph, base.notation, base=base), meant=dict(meant), open_=dict(open_))
