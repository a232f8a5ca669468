"""What people call things: a graph and the chosen notation go in, and a symbol as somebody typed it; its canonical name comes out.

A symbol is not taken apart by rules of its own. The members its digits could mean are written in a notation, and those that come out as
typed are its readings: first in the chosen notation, then canonical names, then all other notations and habits together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from unicodedata import normalize

from derivegen.errors import InputError
from derivegen.formula.tree import Glyph
from derivegen.network.family import PARAMETERS, Axis, Family, Index
from derivegen.network.graph import Graph
from derivegen.network.names import Name, derivative, from_shell, is_delta, parse
from derivegen.network.tables.notations import NOTATIONS, Entry
from derivegen.notation.arrays import array_symbol
from derivegen.notation.notation import GREEK, Notation, glyph
from derivegen.notation.vocabulary import MEANT, NEW_WORDS, bare

MOST_KEPT = 2**14
LONGEST_WORD = 60
MOST_DIGITS = 12
"""Of an index; more are nobody's index."""
NEW = frozenset({"new", "updated", "neu", "+", "t+1", "k+1", "n+1", "i+1"})
OLD = frozenset({"old", "alt", "t", "k", "n"})
"""What stands at a parameter after the update, and before it."""
HABIT = "habit"
"""The name of the notations made of habits, in which arrays are not looked for."""
_HABITS: Mapping[str, tuple[str, ...]] = {
    "loss": ("J", "loss", "cost", "error", "E_{total}", "Cost", "Error", "L_{total}", "C_{total}"),
    "rate": ("α", "lr", "learning_{rate}", "μ", "eta", "rate", "LR"),
    "output": ("\\hat{y}_{<j?>}", "o_{<j?>}", "output_{<j?>}", "pred_{<j?>}", "prediction_{<j?>}", "out_{<j?>}", "p_{<j?>}", "y_{<j>}"),
    "t": ("target_{<j?>}", "y_{<j?>}", "label_{<j?>}", "y_{true}", "t_{<j>}"),
    "x": ("input_{<k?>}", "i_{<k?>}", "in_{<k?>}"),
    "a": ("h_{<j>}", "a_{<j>}", "h_{<l?>}", "h^{<l>}_{<j>}", "y_{<j>}", "o_{<j>}", "out_{<j>}", "a_{<l?>}"),
    "z": ("z_{<j>}", "z_{<n>}", "net_{<j>}", "s_{<j>}", "net_{<l?>}", "s_{<l?>}"),
    "delta": ("δ_{<j>}", "δ_{<l?>}", "δ_{<n>}"),
    "w": ("w_{<j><k>}", "w_{<l?>}", "w_{<k>}", "w^{<l>}_{<k?>}"),
    "b": ("b_{<j>}", "b_{<l?>}", "β_{<n>}"),
}  # fmt: skip
"""What many people write though no notation of the table does."""
_UNIT_WORDS = {"net": "z", "in": "z", "out": "a", "target": "t"}
"""Words with the name of a unit below."""
_LETTER = r"A-Za-zΑ-Ωα-ωϵϑϕ"
_SPELLED = re.compile(rf"(?P<base>[{_LETTER}]+)(?:_(?P<accent>hat|bar))?_?(?P<sub>[0-9][0-9,_]*|[{_LETTER}]+[0-9,_]*)?")
_CANONICAL = re.compile(rf"(?P<name>[{_LETTER}_]\w*(?:\[\d+\])+(?:@\w+)?)(?P<prime>'?)(?P<step>#\d+)?")
_NEWER = "|".join(sorted((word for word in NEW_WORDS if " " not in word), key=len, reverse=True))
_CHANGED = re.compile(rf"(?:{_NEWER})_?(?P<a>\w+)|(?P<b>\w+?)_?(?:{_NEWER})")
_VARIANTS = str.maketrans("ϵϑϕ", "εθφ")


@dataclass(frozen=True, slots=True)
class Spelling:
    """A symbol as typed: its letters (an accent as a word behind them), what stands below and above on its right, the row behind an @."""

    base: str
    sub: str = ""
    sup: str = ""
    row: str = ""


@dataclass(frozen=True)
class Names:
    """How names are found for one graph and the notation chosen for it."""

    graph: Graph
    notation: Notation
    _own: dict[Spelling, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)
    _all: dict[Spelling, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)
    cells: dict[str, tuple[str | None, tuple[str, ...]]] = field(default_factory=dict, repr=False, compare=False)
    """What cells of tables were found to name."""

    def resolve(self, typed: Spelling, own: bool = False) -> tuple[str, ...]:
        """The canonical names a symbol may have: none where it is unknown, several where notations disagree; with `own` in the chosen
        notation alone."""
        known = self._own if own else self._all
        if typed not in known:
            plain = replace(typed, base=GREEK.get(typed.base, typed.base.translate(_VARIANTS)))
            known[typed] = tuple(sorted(self._in(self._chosen, plain) if own else self._readings(plain)))
        return known[typed]

    def _readings(self, typed: Spelling) -> set[str]:
        if typed.base.lower() not in self._letters:
            word = next((name for name, words in MEANT.items() if bare(typed.base) in words), typed.base)
            return set() if word.lower() == typed.base.lower() else self._readings(replace(typed, base=word))
        return (
            set(self.resolve(typed, own=True))
            or self._canonical(typed)
            or self._in(self._others, typed)
            or self._named_after(typed)
        )

    @cached_property
    def _letters(self) -> frozenset[str]:
        """The letters and words any symbol begins with, in lower case: most words of a text are none of them."""
        notations = (
            *self._chosen,
            *self._others,
        )  # the chosen one is asked first: later ones leave out what it writes alike
        bases = {base for notation in notations for base, folded in self._families(notation) if folded}
        singles = {base for notation in notations for base, folded in self._singles(notation) if folded}
        written = (symbol for notation in notations for symbol, _ in _written_arrays(notation, self._arrays))
        arrays = {symbol.base.lower() for symbol in written}
        return frozenset({*bases, *singles, *arrays, "loss", "rate"})

    def identifier(self, text: str) -> tuple[str, ...]:
        """The canonical names of one word with digits and underscores, as in a program: w2, w_2, dL_dw2, grad_w1, w1_new, w.1.2.3."""
        if len(text) > LONGEST_WORD:
            return ()
        return self._word(text) or self._derivative_word(text) or self._changed_word(text)

    def _word(self, text: str) -> tuple[str, ...]:
        exact = self.canonical(text)
        if exact:
            return (exact,)
        match = _SPELLED.fullmatch(text)
        return () if match is None else self.resolve(_spelling(match))

    def _derivative_word(self, text: str) -> tuple[str, ...]:
        """dL_dw2, dLdw2; grad_w2, w2_grad and dw2, which are the loss's."""
        if text.startswith("d"):
            for cut in (at.start() for at in re.finditer("d", text[2:])):
                of, by = self._word(text[1 : cut + 2].rstrip("_")), self._word(text[cut + 3 :].lstrip("_"))
                if of and by:
                    return tuple(sorted({self.derivative(o, b) for o in of for b in by}))
        bare = re.fullmatch(r"(?:grad(?:ient)?_?|d_?)(?P<a>\w+)|(?P<b>\w+?)_grad", text)
        names = self._word(bare["a"] or bare["b"]) if bare else ()
        return tuple(self.derivative("loss", name) for name in names if self._has_gradient(name))

    def _has_gradient(self, name: str) -> bool:
        return self.graph.kind_of(name) not in (None, "loss", "target") and name != self.graph.root

    def _changed_word(self, text: str) -> tuple[str, ...]:
        """w2_new, new_w2; delta_w2, which is what the update adds."""
        match = _CHANGED.fullmatch(text)
        if match is not None:
            return tuple(f"{name}'" for name in self._word(match["a"] or match["b"]))
        match = re.fullmatch(r"(?:delta|Delta|Δ)_?(?P<a>\w+)", text)
        names = self._word(match["a"]) if match else ()
        return tuple(f"D{name}" for name in names if self.is_parameter(name))

    def canonical(self, text: str) -> str | None:
        """A canonical name in brackets or as for the shell, if that is what the text is: w[1][2][3], w.1.2.3, w[1][2][3]'."""
        match = _CANONICAL.fullmatch(from_shell(text))
        if match is None:
            return None
        name = self._there(match["name"])
        return None if name is None else name + match["prime"] + (match["step"] or "")

    def _there(self, text: str) -> str | None:
        """The name of the member or whole array, if there is one."""
        parts = parse(text)
        if parts is None:
            return None
        if self.graph.network.rows == 1 and parts.row == "1":
            parts = replace(parts, row=None)
        base = GREEK.get(parts.base, parts.base)
        parts = replace(parts, base={"δ": "delta", "θ": "theta"}.get(base, parts.base))
        known = self.graph.locate(str(replace(parts, base="z") if parts.base == "delta" else parts))
        return str(parts) if known is not None or self._is_array(parts) else None

    def _is_array(self, parts: Name) -> bool:
        return str(parts) in self._arrays.values()

    def _canonical(self, typed: Spelling) -> set[str]:
        """w123 and w_{123} for w[1][2][3], loss, rate."""
        if typed.base == "rate" and not typed.sub and not typed.sup:
            return {"rate"} if self.graph.layered or self.graph.network.training.learning_rate else set()
        if typed.base == "loss" and not typed.sub and not typed.sup and not typed.row:
            return {"loss"}
        return set() if typed.sup else self._in(self._indexed, typed)

    def is_array(self, name: str) -> bool:
        """Whether it names a whole array, of the network or of its update."""
        base = name.rpartition("/d")[2].removeprefix("D").partition("'")[0].partition("#")[0]
        return base in self._arrays and self.graph.locate(base) is None

    def is_parameter(self, name: str) -> bool:
        """Whether an update changes it."""
        return name in self.graph.parameters or (self.graph.layered and self.graph.kind_of(name) in PARAMETERS)

    def derivative(self, of: str, by: str) -> str:
        """The name of ∂of/∂by: of the root as the loss's, of a linear unit by what enters it as its weighted sum's, a row said once."""
        if of == self.graph.root:
            of = "loss"
        parts, below = parse(of), parse(by)
        if parts is not None and parts.base == "a" and parts.indices and self.graph.layered:
            entered = below is not None and (below.base, below.indices) != ("z", parts.indices)
            of = str(replace(parts, base="z")) if entered and self.notation.folded(parts.indices[0]) else of
        row = of.partition("@")[2]
        if of.startswith("loss@") and row.isdigit():
            by = by.removesuffix(f"@{row}")
        return derivative(of, by)

    def _named_after(self, typed: Spelling) -> set[str]:
        """δ_h, the delta of the unit h; net_{h1} and out_{o1}, what enters and leaves a unit; E_{w5}, the derivative of E by w5; an index
        new or old at a parameter is left to the reader."""
        if not typed.sub or typed.sup or not typed.sub[0].isalpha():
            return set()
        named = self._below(typed.sub) if typed.sub != typed.base else ()
        units = [name for name in named if name[:2] in ("a[", "z[")]
        if typed.base == "δ":
            return {f"delta{name[1:]}" for name in units}
        top = self.resolve(Spelling(typed.base)) if len(typed.base) == 1 else ()
        base = "loss" if top == ("loss",) else _UNIT_WORDS.get(typed.base)
        found = {of for name in units if base and (of := self._of_unit(base, name)) is not None}
        slopes = [name for name in named if top == ("loss",) and self.is_parameter(name)]
        return found or {self.derivative("loss", name) for name in slopes}

    def _below(self, text: str) -> tuple[str, ...]:
        """What is named below a letter; o1 is an output."""
        output = re.fullmatch(r"o_?(\d{1,4})", text)
        unit = self._there(f"{self.graph.output.name}[{output[1]}]") if output is not None else None
        return self._word(text) if unit is None else (unit,)

    def _of_unit(self, base: str, unit: str) -> str | None:
        """What enters or leaves a unit; of an output its target, and its term of the loss."""
        layer, _, at = unit[1:].partition("]")
        if base in ("z", "a"):
            return self._there(f"{base}{layer}]{at}")
        return self._there(base + at) if layer == f"[{self.graph.depth}" else None

    # Reading by writing: which members come out as typed.

    @cached_property
    def _chosen(self) -> tuple[Notation, ...]:
        return (self.notation,)

    @cached_property
    def _others(self) -> tuple[Notation, ...]:
        """The notations of the table and of habit; a `[graph]` has names of its own."""
        if not self.graph.layered:
            return ()
        chosen = self.notation.entry
        table = [entry for entry in NOTATIONS.values() if entry.patterns != chosen.patterns]
        return tuple(Notation(self.graph, entry) for entry in (*table, *_habit_entries(chosen)))

    @cached_property
    def _indexed(self) -> tuple[Notation, ...]:
        return tuple(notation for notation in self._others if notation.entry.name == "indexed")

    def _in(self, notations: tuple[Notation, ...], typed: Spelling) -> set[str]:
        """The readings in these notations together, the strictest comparison that finds any deciding."""
        symbol = Glyph(typed.base, typed.sub, typed.sup)
        for folded in (False, True):
            wanted = _keys(symbol, folded)
            looks = [look for notation in notations for look in self._looks(notation, typed, folded)]
            for tolerance in range(3):
                found = {name for name, look in looks if wanted[tolerance] & _keys(look, folded)[tolerance]}
                if not found and not folded and tolerance < 2 and not typed.row:
                    found = {
                        name for notation in notations for name in self._array(notation, wanted[tolerance], tolerance)
                    }
                if folded and len(typed.base) == 1 and typed.base.islower():  # l counts layers, e is Euler's number
                    found = {name for name in found if not name.startswith("loss")}
                if found:
                    return self._without_folded(found)
        return set()

    def _looks(self, notation: Notation, typed: Spelling, folded: bool) -> Iterator[tuple[str, Glyph]]:
        """The members the digits may mean, in every way they may be typed in this notation."""
        base = (typed.base.lower() if folded else typed.base, folded)
        if base not in self._families(notation) and base not in self._singles(notation):
            return
        for name, symbol in dict(self._candidates(notation, typed, folded)).items():
            yield from ((name, look) for look in _looks(name, symbol, typed))

    def _array(self, notation: Notation, wanted: frozenset[object], tolerance: int) -> Iterator[str]:
        known = self._array_keys(notation)
        for key in wanted:
            yield from known.get((tolerance, key), ())

    def _without_folded(self, found: set[str]) -> set[str]:
        """A linear unit's z and a are one quantity: the activation stands for both. An array of one entry is that entry."""
        linear = {name for name in found if self.graph.kind_of(name) == "pre-activation" and _output_of(name) in found}
        return {self.only_entry(name) for name in found - linear}

    def only_entry(self, name: str) -> str:
        """Of an array of one entry that entry; any other name as it is."""
        parts = parse(name)
        if parts is None or self.graph.locate(name) is not None:
            return name
        entry = replace(parts, indices=(*parts.indices, *(1,) * (2 if parts.base == "w" else 1)))
        single = all(size == 1 for size in self._widths(str(replace(parts, row=None))))
        return str(entry) if single and self._there(str(entry)) == str(entry) else name

    def _widths(self, array: str) -> list[int | str]:
        family = self.graph.families.get(_sum_of(array) if is_delta(array) else array)
        return [] if family is None else [axis.size for axis in family.axes if axis.counts == "unit"]

    def _candidates(self, notation: Notation, typed: Spelling, folded: bool) -> Iterator[tuple[str, Glyph]]:
        """Members that the digits of the symbol may mean, each as it is written."""
        base = typed.base.lower() if folded else typed.base
        for name in self._singles(notation).get((base, folded), ()):
            yield name, _symbol(notation, name)
        first = notation.entry.first_row
        for family, prefix in self._families(notation).get((base, folded), ()):
            for indices in self._members(family, typed, first):
                name = prefix + family.member(indices)[len(prefix and "z") :]
                yield name, _symbol(notation, name)

    def _members(self, family: Family, typed: Spelling, first: int) -> tuple[tuple[Index, ...], ...]:
        """The indices of members that the symbol's digits may mean; kept for a while, since every notation asks."""
        key = (family.name, typed.sub, typed.sup, typed.row, first)
        if key not in self._asked:
            if len(self._asked) > MOST_KEPT:
                self._asked.clear()
            found = dict.fromkeys(self._indices(family, typed, first))
            self._asked[key] = tuple(indices for indices in found if _inside(family, indices))
        return self._asked[key]

    @cached_property
    def _asked(self) -> dict[tuple[str, str, str, str, int], tuple[tuple[Index, ...], ...]]:
        return {}

    def _indices(self, family: Family, typed: Spelling, first: int) -> Iterator[tuple[Index, ...]]:
        """The indices that neighbouring digits of the symbol may be: of units in either order or as their running number, then the row."""
        units = [axis for axis in family.axes if axis.counts == "unit"]
        rows = [axis for axis in family.axes if axis.counts == "example"]
        count = sum(map(_is_free, units))
        for pieces in _pieces(typed, count + sum(map(_is_free, rows))):
            for order in {pieces, pieces[::-1]}:  # a row may stand above, in front of the unit
                row = tuple(_placed(rows, [n - first + 1 for n in order[count:]]))
                yield (*_placed(units, order[:count]), *row)
        if rows and typed.row:
            behind = int(typed.row) if typed.row.isdigit() else typed.row
            for pieces in _pieces(typed, count):
                yield (*_placed(units, pieces), behind)
        for pieces in _pieces(typed, 1 + sum(map(_is_free, rows))):
            for counted in self._by_number.get((family.name, pieces[0]), ()):
                yield (*counted, *_placed(rows, [n - first + 1 for n in pieces[1:]]))

    @cached_property
    def _by_number(self) -> Mapping[tuple[str, int | str], tuple[tuple[Index, ...], ...]]:
        """Unit indices by family and running number; the numbering is the same in every notation."""
        return {key: (units,) for key, units in self.notation.counted()}

    def _families(self, notation: Notation) -> Mapping[tuple[str, bool], list[tuple[Family, str]]]:
        """The families, and as deltas those of weighted sums, by the letters of their members and again by these in lower case; without
        those that a notation tried before writes alike."""
        found: dict[tuple[str, bool], list[tuple[Family, str]]] = self._by_base.setdefault(id(notation), {})
        if found:
            return found
        for family in self.graph.families.values():
            for prefix in ("", "delta") if family.kind == "pre-activation" else ("",):
                symbols = tuple(_symbol(notation, name) for name in _ends(family, prefix))
                look = (family.name, prefix, notation.entry.first_row, symbols)
                if not symbols or (look in self._seen and notation is not self.notation):
                    continue
                self._seen.add(look)
                base = _base(symbols[0])
                for key in ((base, False), (base.lower(), True)):
                    found.setdefault(key, []).append((family, prefix))
        return found

    @cached_property
    def _seen(self) -> set[tuple[object, ...]]:
        return set()

    @cached_property
    def _by_base(self) -> dict[int, dict[tuple[str, bool], list[tuple[Family, str]]]]:
        return {}

    def _singles(self, notation: Notation) -> Mapping[tuple[str, bool], list[str]]:
        """The learning rate, and quantities with a symbol of their own, by their letters."""
        found: dict[tuple[str, bool], list[str]] = self._by_letter.setdefault(id(notation), {})
        names = notation.entry.symbols if found else (*notation.entry.symbols, *self._rates)
        for name in () if found else names:
            base = _base(_symbol(notation, name))
            for key in ((base, False), (base.lower(), True)):
                found.setdefault(key, []).append(name)
        return found

    @cached_property
    def _by_letter(self) -> dict[int, dict[tuple[str, bool], list[str]]]:
        return {}

    @property
    def _rates(self) -> tuple[str, ...]:
        return ("rate",) if self.graph.layered else ()

    @cached_property
    def _arrays(self) -> Mapping[str, str]:
        """The arrays there are, by their canonical names."""
        found = ["x", "t"]
        for layer in self.graph.stack:
            found += [family.name for family in (*layer.parameters, layer.z, layer.a)]
            found.append(f"delta[{layer.number}]")
        rows = self.graph.network.rows
        count = rows if isinstance(rows, int) else 0
        found += [
            f"{name}@{r}" for name in found if name[0] in "xtzad" for r in range(1, min(count, 64) + 1) if count > 1
        ]
        return {name: name for name in found} if self.graph.layered else {}

    def _array_keys(self, notation: Notation) -> Mapping[tuple[int, object], list[str]]:
        """The arrays by how strictly they are compared and by what."""
        if id(notation) not in self._arrays_written:
            found = self._arrays_written[id(notation)] = {}
            for symbol, name in _written_arrays(notation, () if notation.entry.name == HABIT else self._arrays):
                for tolerance, keys in enumerate(_keys(symbol, False)):
                    for key in keys:
                        found.setdefault((tolerance, key), []).append(name)
        return self._arrays_written[id(notation)]

    @cached_property
    def _arrays_written(self) -> dict[int, dict[tuple[int, object], list[str]]]:
        return {}


def _sum_of(name: str) -> str:
    """The z that goes with a δ."""
    return _with_base(name, "z")


def _output_of(name: str) -> str:
    """The a that goes with a z."""
    return _with_base(name, "a")


def _with_base(name: str, base: str) -> str:
    parts = parse(name)
    return name if parts is None else str(replace(parts, base=base))


def _looks(name: str, symbol: Glyph, typed: Spelling) -> Iterator[Glyph]:
    """How the member may be typed: as written; its row behind an @, or raised. A row that stands for any may be a number or left out."""
    row = name.partition("@")[2]
    without = replace(symbol, sub=symbol.sub.rpartition(",")[0]) if row else symbol
    if typed.row:
        yield from (without,) if typed.row == row else ()
        return
    yield symbol
    if row and not symbol.sup:
        yield replace(without, sup=f"({row})")
    if row and not row.isdigit() and not name.startswith("loss"):
        shown = re.search(r"\d+$", typed.sub)
        yield replace(without, sub=f"{without.sub},{shown[0]}" if shown else without.sub)
        yield without


def _written_arrays(notation: Notation, names: Iterable[str]) -> Iterator[tuple[Glyph, str]]:
    for name in names:
        try:
            symbol = array_symbol(notation, name)
        except InputError:
            continue
        if isinstance(symbol, Glyph):
            yield replace(symbol, bold=False), name


def _habit_entries(chosen: Entry) -> Iterator[Entry]:
    """As many notations as the longest list of habits, the rest as in the chosen one."""
    for place in range(max(map(len, _HABITS.values()))):
        own = {key: ways[place] for key, ways in _HABITS.items() if place < len(ways)}
        shared = {"shared b": own["b"]} if "b" in own else {}
        yield replace(chosen, name=HABIT, patterns={**chosen.patterns, **own, **shared}, symbols={})


def _symbol(notation: Notation, name: str) -> Glyph:
    """How the quantity is written. A pattern that many people have the habit of may leave an index out."""
    written = notation.symbol(name) if name != "rate" else glyph(notation.entry.patterns["rate"])
    assert isinstance(written, Glyph)
    return written


def _base(symbol: Glyph) -> str:
    base = symbol.base if symbol.base.isascii() else normalize("NFD", symbol.base)
    return base.replace("\u0302", "hat").replace("\u0304", "bar") + (symbol.accent or "")


@lru_cache(maxsize=2**16)
def _keys(symbol: Glyph, folded: bool) -> tuple[frozenset[object], ...]:
    """What a symbol is compared by, ever more loosely: as it is; raised parentheses left out; digits in a row, raised ones first."""
    base, sub, sup = _base(symbol), _tight(symbol.sub), _tight(symbol.sup)
    base = base.lower() if folded else base
    below, above = re.sub(r"\W|_", "", sub), re.sub(r"\W|_", "", sup)
    run = {(base, above, below), (base, "", above + below)}
    return (
        frozenset({(base, sup, sub)}),
        frozenset({(base, sup.strip("()"), sub)}),
        frozenset(run if above else {(base, "", below)}),
    )


def _tight(text: str) -> str:
    return re.sub(r"\s", "", text).replace("_", ",").strip(",")


def _ends(family: Family, prefix: str) -> tuple[str, ...]:
    """The names of a family's first and last member."""
    first = next(family.members(), None)
    if first is None:
        return ()
    last = tuple(axis.range()[-1] for axis in family.axes)
    ends = (first, last) if family.exists(last) else (first,)
    return tuple(prefix + family.member(indices)[len(prefix and "z") :] for indices in ends)


def _inside(family: Family, indices: tuple[Index, ...]) -> bool:
    return all(axis.holds(i) for axis, i in zip(family.axes, indices, strict=True)) and family.exists(indices)


def _is_free(axis: Axis) -> bool:
    return isinstance(axis.size, int) and axis.size != 1


def _placed(axes: list[Axis], numbers: Iterable[int]) -> Iterator[Index]:
    """The numbers at the axes that leave a choice; 1, or the letter of a symbolic range, at the others."""
    left = iter(numbers)
    for axis in axes:
        yield next(left) if _is_free(axis) else 1 if axis.size == 1 else axis.letter


def _pieces(typed: Spelling, count: int) -> Iterator[tuple[int, ...]]:
    """So many neighbouring numbers out of the symbol's digits, a number never reaching beyond what stands between digits."""
    groups = re.findall(r"\d+", f"{typed.sup},{typed.sub}")
    digits = "".join(groups)
    if len(digits) > MOST_DIGITS:
        return
    ends, place = set(), 0
    for group in groups:
        place += len(group)
        ends.add(place)

    def runs(start: int, left: int) -> Iterator[tuple[int, ...]]:
        if not left:
            yield ()
            return
        for end in range(start + 1, len(digits) + 1):
            for rest in runs(end, left - 1):
                yield (int(digits[start:end]), *rest)
            if end in ends:
                return

    if not count:
        yield ()
        return
    for start in range(len(digits)):
        yield from runs(start, count)


def _spelling(match: re.Match[str]) -> Spelling:
    return Spelling(match["base"] + (match["accent"] or ""), (match["sub"] or "").strip("_,"))
