"""What things are called: a graph and a notation go in; a map from canonical names to glyphs comes out, the same for every document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property

from derivegen.errors import InputError
from derivegen.formula.functions import FUNCTIONS
from derivegen.formula.tree import (
    Accent,
    Array,
    BigSum,
    Formula,
    Glyph,
    Indexed,
    Negative,
    Number,
    Partial,
    Product,
    Quantity,
    Sum,
    transform,
)
from derivegen.network.family import Family, Index
from derivegen.network.graph import Graph
from derivegen.network.names import is_delta, parse, parse_derivative
from derivegen.network.patterns import PLACE, parts
from derivegen.network.tables.activations import ACTIVATIONS
from derivegen.network.tables.notations import NOTATIONS, Entry
from derivegen.notation.general import General, layer_shift, moved, parse_general

_COUNTED = {"weight": "w", "bias": "b", "threshold": "b", "pre-activation": "z", "activation": "a"}
_GREEK_NAMES = "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi psi omega"
GREEK = dict(zip(_GREEK_NAMES.split(" "), "αβγδεζηθκλμνξπρστφχψω", strict=True))


@dataclass(frozen=True)
class Notation:
    """How one graph's quantities are written. `write` maps a tree with quantities to one of glyphs."""

    graph: Graph
    entry: Entry
    _cache: dict[str, Formula] = field(default_factory=dict, repr=False, compare=False)

    def write(self, tree: Formula) -> Formula:
        """The tree with every quantity as it looks."""

        def change(part: Formula) -> Formula | None:
            if isinstance(part, Quantity):
                return self.symbol(part.name)
            if isinstance(part, Array):
                return self.array(part.name)
            return self.letters(part) if isinstance(part, Indexed) else None

        return transform(tree, change)

    @property
    def functions(self) -> frozenset[str]:
        """The letters that stand for functions where they are followed by a bracket: unknown activations, an unknown loss, and those of
        the activations' definitions."""
        of_tables = {each.name for each in FUNCTIONS.values() if not each.spellings}
        of_tables |= {entry.on_vectors for entry in ACTIVATIONS.values() if entry.on_vectors is not None}
        return frozenset({*self.graph.letters, "C", *of_tables} - set(self.graph.families))

    def symbol(self, name: str) -> Formula:
        """How the quantity of that canonical name is written, or, of "@3", the number of the third row. Raises InputError if there is
        none."""
        if name not in self._cache:
            self._cache[name] = self._symbol(name)
        return self._cache[name]

    def _symbol(self, name: str) -> Formula:
        if name in self.entry.symbols:
            return glyph(self.entry.symbols[name])
        if not self.graph.layered and name in self.graph.families:
            return own_name(name)
        if name == "r" and self.graph.layered:
            return Glyph(self.row_letter)
        if name.startswith("@"):
            return Number(str(int(name[1:]) + self.entry.first_row - 1))
        of, slash, by = name.partition("/d")
        general = self.general(by if slash else name)
        if general is not None:
            return Partial(self.symbol(self._top(of[1:])), general) if slash else general
        pair = parse_derivative(name)
        if pair is not None:
            return Partial(self.symbol(self._top(pair[0])), self.symbol(self._with_row(*pair)))
        if name.startswith("D") and self.graph.locate(name[1:]) is not None:
            return Product((Glyph("Δ"), self.symbol(name[1:])), dotted=False)
        return self._plain(name)

    def _with_row(self, of: str, by: str) -> str:
        """In dloss@r/dz[1][2] the row stands once; the z is of that row too."""
        row = of.partition("@")[2]
        return f"{by}@{row}" if row and self.graph.locate(by) is None else by

    def _top(self, name: str) -> str:
        return self.graph.root if name == "loss" else name

    def _plain(self, name: str) -> Formula:
        parts = parse(name)
        if parts is not None and (parts.primed or parts.step is not None):
            old = self.symbol(str(replace(parts, primed=False, step=None)))
            assert isinstance(old, Glyph)
            return (
                replace(old, primes=1) if parts.primed else replace(old, sup=old.sup + self._stepped(parts.step or 0))
            )
        if name == "rate":
            return glyph(self.entry.patterns["rate"])
        if name == "C":
            return glyph(self.entry.patterns["loss"])
        if is_delta(name):
            return self._delta(name)
        found = self.graph.locate(name)
        if found is None:
            if name in (
                "N",
                "r",
                "i",
                "j",
                "k",
                "m",
                "z",
                "a",
                "t",
            ):  # index letters, and the variables of a rule stated once for all
                return Glyph(name)
            if name == "loss@r":  # any one example's, where the network has only one
                whole = self.symbol("loss")
                assert isinstance(whole, Glyph)
                return replace(whole, sub=self.row("r"))
            raise InputError(self.graph.unknown(name))
        return self._filled(*found)

    def _stepped(self, step: int) -> str:
        return self.entry.patterns["step"].replace("<s>", str(step))

    def _delta(self, name: str) -> Formula:
        z = name.replace("delta", "z", 1)
        found = self.graph.locate(z)
        if found is None:
            raise InputError(self.graph.unknown(z))
        return self._filled(*found, kind="delta")

    def _filled(self, family: Family, indices: tuple[Index, ...], kind: str | None = None) -> Glyph:
        """The pattern of the family's kind with the member's indices put in."""
        counted = [(axis.counts, index) for axis, index in zip(family.axes, indices, strict=True)]
        units = [index for counts, index in counted if counts == "unit"]
        rows = [index for counts, index in counted if counts == "example"]
        places = {"l": family.layer, "j": units[0] if units else "", "k": units[-1] if units else ""}
        places["n"] = self.running(family, tuple(units))
        if family.kind == "target" or family.kind == "loss":
            places["j"] = units[0] if units else ""
        written = glyph(self._put_in(self.entry.patterns[kind or self._kind(family)], places, family))
        if family.kind == "loss" and units:
            written = replace(written, sub=str(units[0]))
        return replace(written, sub=",".join(part for part in (written.sub, *map(self.row, rows)) if part))

    def limits(self, tree: BigSum) -> BigSum:
        """A sum over rows from the number the notation gives the first row: to N − 1 where that is 0."""
        moved_by = self.entry.first_row - 1
        if tree.index != Quantity("r") or tree.low != Number("1") or not moved_by:
            return tree
        if isinstance(tree.high, Number):
            high: Formula = Number(str(int(tree.high.text) + moved_by))
        else:
            high = Sum((tree.high, Number(str(moved_by)) if moved_by > 0 else Negative(Number(str(-moved_by)))))
        return replace(tree, low=Number(str(self.entry.first_row)), high=high)

    @property
    def row_letter(self) -> str:
        """The index of a row; beside matrices i counts units, so there it stays r."""
        return self.entry.row_letter if self.graph.network.options.view in (None, "units") else "r"

    def row(self, row: Index) -> str:
        """What is added to the subscript of a quantity of one row."""
        shown = row + self.entry.first_row - 1 if isinstance(row, int) else self.row_letter if row == "r" else row
        return self.entry.patterns["row"].replace("<r>", str(shown))

    def _kind(self, family: Family) -> str:
        last = self.graph.depth
        if family.kind == "bias":
            return "b" if family.axes else "shared b"
        if family.kind in ("activation", "pre-activation") and self.folded(family.layer):
            return "output" if family.layer == last else "a"
        if family.kind == "activation" and family.layer == last:
            return "output"
        kinds = {
            "input": "x",
            "target": "t",
            "weight": "w",
            "threshold": "theta",
            "pre-activation": "z",
            "activation": "a",
        }
        return kinds.get(family.kind, "loss")

    def folded(self, layer: int) -> bool:
        """Whether z and a of a layer are one quantity (a linear layer), written and derived as one."""
        return self.graph.layer(layer).linear

    def _put_in(self, pattern: str, places: Mapping[str, Index], family: Family) -> str:
        single = {
            "l": self._one_layer(self._kind(family)),
            "j": self._width(family) == 1,
            "k": self.graph.n_inputs == 1,
        }

        return self._with_places(pattern, places, single)

    def _with_places(self, pattern: str, places: Mapping[str, Index], single: Mapping[str, bool]) -> str:
        """The pattern with its placeholders filled, those that may be left out only where there are several such things."""

        def put(match: re.Match[str]) -> str:
            letter, optional, plus = match.groups()
            value, by = places.get(letter, ""), int(plus or 0)
            if (optional and single.get(letter, False)) or value == "":
                return ""
            return str(value + by) if isinstance(value, int) else moved(value, by)

        if self.wide:
            pattern = pattern.replace("><", ">,<")
        return PLACE.sub(put, pattern).replace("_{}", "").replace("^{}", "")

    def general(self, name: str) -> Glyph | None:
        """The symbol of a whole kind under index letters, w[l][j][k]; None if that is no such name."""
        found = parse_general(name)
        if found is None or not self.graph.layered:
            return None
        layer, kind = found.places["l"], self._general_kind(found)
        shown = layer if isinstance(layer, int) else moved(layer, -layer_shift(self.entry.patterns))
        places = {**found.places, "l": shown}
        written = glyph(self._with_places(self.entry.patterns[kind], places, self._single(kind)))
        sub = ",".join(filter(None, (written.sub, self.row("r") if found.row else "")))
        return replace(written, sub=sub, primes=int(found.primed))

    def letters_shown(self, name: str) -> frozenset[str]:
        """Which of the index letters l, j, k, n the symbol of a whole kind shows."""
        found = parse_general(name)
        if found is None:
            return frozenset()
        kind = self._general_kind(found)
        single = self._single(kind)
        pattern = self.entry.patterns[kind]
        return frozenset(
            letter
            for letter, optional, _ in PLACE.findall(pattern)
            if isinstance(found.places.get(letter, 0), str) and not (optional and single.get(letter, False))
        )

    def _general_kind(self, found: General) -> str:
        last = self.graph.depth
        return "output" if found.kind == "a" and found.places["l"] == last else found.kind

    def _single(self, kind: str) -> dict[str, bool]:
        """Of which indices there is only one value for the whole kind."""
        widest = self.graph.n_outputs if kind in ("t", "output") else max(self.graph.widths[1:])
        return {"l": self._one_layer(kind), "j": widest == 1, "k": self.graph.n_inputs == 1}

    def _one_layer(self, kind: str) -> bool:
        """Whether only one layer has such a quantity: a weighted sum of its own, a value that is not an output, or the thing itself."""
        layers = self.graph.depth
        return {"z": self._unfolded, "a": layers - 1}.get(kind, layers) <= 1

    @cached_property
    def _unfolded(self) -> int:
        """How many layers have a z that is not their a."""
        return sum(not layer.linear for layer in self.graph.stack)

    @staticmethod
    def _width(family: Family) -> int | str:
        units = [axis.size for axis in family.axes if axis.counts == "unit"]
        return units[0] if units else 1

    @cached_property
    def wide(self) -> bool:
        """Whether there are indices of two digits, so that commas stand between."""
        return max(self.graph.widths, default=1) > 9

    def running(self, family: Family, units: tuple[Index, ...]) -> int | str:
        """The running number of a quantity: weights, biases and hidden units each counted through, layer by layer; "" of any other."""
        before = self._before.get(family.name)
        if before is None or not all(isinstance(index, int) for index in units):
            return ""
        return before + (family.place(units) if units else 1)

    def counted(self) -> Iterator[tuple[tuple[str, int | str], tuple[Index, ...]]]:
        """Every family and running number with the unit indices it stands for."""
        for name in self._before:
            family = self.graph.families[name]
            width = sum(axis.counts == "unit" for axis in family.axes)
            for units in dict.fromkeys(indices[:width] for indices in family.members()):
                yield (name, self.running(family, units)), units

    @cached_property
    def _before(self) -> Mapping[str, int]:
        """How many are counted before each family."""
        counts: dict[str, int] = {}
        found: dict[str, int] = {}
        last = self.graph.depth
        for family in self.graph.families.values():
            if family.kind in _COUNTED and not (family.kind == "activation" and family.layer == last):
                key = _COUNTED[family.kind]
                found[family.name] = counts.get(key, 0)
                counts[key] = found[family.name] + family.per_example
        return found

    def letters(self, tree: Indexed) -> Formula:
        """A member under its unit letters."""
        from derivegen.notation.arrays import member_symbol

        return member_symbol(self, tree)

    def array(self, name: str) -> Formula:
        """How a whole array is written. Raises InputError if there is none of that name."""
        from derivegen.notation.arrays import array_symbol

        if (key := f"array {name}") not in self._cache:
            self._cache[key] = array_symbol(self, name)
        return self._cache[key]

    def check(self) -> None:
        """Raise InputError if two quantities would print alike (a linear unit's z and a are one)."""
        clash = self.clash()
        if clash is not None:
            one, other = clash
            raise InputError(
                f"notation {self.entry.name!r} cannot tell {one} from {other}: both would be written "
                f"{_text(self.symbol(other))}; {self._way_out(one, other)}"
            )
        self._check_columns()
        self._check_letters()

    def _check_letters(self) -> None:
        """Refuse the letter of an unknown activation that stands for a quantity or another function already: x(z) would be x times z."""
        taken = {
            each.shown: f"the {each.identifier.replace('_', ' ')} function"
            for each in FUNCTIONS.values()
            if len(each.shown) == 1 and each.form == "call"
        }
        for layer in self.graph.stack:
            letter = layer.a.letter
            if letter is None:
                continue
            meant = taken.get(letter) or next(
                (
                    name
                    for name in self._sample()
                    if _letter_alone(self.symbol(name), letter in self.graph.families) == letter
                ),
                None,
            )
            if meant is not None:
                raise InputError(
                    f'layer[{layer.number}].activation.symbol: "{letter}" stands for {meant} already; write another letter, as symbol = "g"'
                )

    def clash(self) -> tuple[str, str] | None:
        """Two quantities that would print or be typed alike, if there are any."""
        seen: dict[tuple[str, ...], str] = {}
        for name in self._sample():
            other = name if self._folded_z(name) else seen.setdefault(typed(self.symbol(name)), name)
            if other != name:
                return other, name
        return None

    def _way_out(self, one: str, other: str) -> str:
        """Another symbol where the clash is with one of the user's own, else the notation most like this one that has none."""
        own = next((name for name in (one, other) if name in self.entry.symbols), None)
        if own is not None:
            return f"give {own} another symbol"

        def alike(entry: Entry) -> int:
            return sum(entry.patterns[key] == pattern for key, pattern in self.entry.patterns.items())

        for entry in sorted(NOTATIONS.values(), key=alike, reverse=True):
            if entry.patterns != self.entry.patterns and Notation(self.graph, entry).clash() is None:
                return f'use notation = "{entry.name}", which can'
        return "give symbols of your own under [notation]"

    def _check_columns(self) -> None:
        """A column of the data must not carry the symbol of something else: x called "b_1" would be read as the bias."""
        network = self.graph.network
        if not (network.input_names or network.target_names):
            return
        symbols = {typed(self.symbol(name)): name for name in self._sample()}
        for key, base, names in (("input", "x", network.input_names), ("target", "t", network.target_names)):
            for number, text in enumerate(names, 1):
                meant = symbols.get(typed(own_name(text)))
                if meant is not None and meant.partition("@")[0] != f"{base}[{number}]":
                    raise InputError(
                        f'data.{key}_names: "{text}" is also the symbol of {meant}; rename the column or choose another notation'
                    )

    def _folded_z(self, name: str) -> bool:
        found = self.graph.locate(name)
        return found is not None and found[0].kind == "pre-activation" and self.folded(found[0].layer)

    def _sample(self) -> Iterator[str]:
        """Every quantity of small networks; of wide ones the first members of each family, which is where patterns clash."""
        few = 40
        for family in self.graph.families.values():
            for _, indices in zip(range(few), family.members(), strict=False):
                yield family.member(indices)
        if self.graph.layered or "rate" in self.graph.givens:
            yield "rate"


def _text(tree: Formula) -> str:
    from derivegen.formula.print.plain import plain

    return plain(tree)


def _letter_alone(symbol: Formula, marked: bool) -> str:
    """The letter of a symbol that has no mark, or whatever its marks."""
    assert isinstance(symbol, Glyph)
    return symbol.base if marked or not (symbol.sub or symbol.sup or symbol.accent) else ""


def typed(symbol: Formula) -> tuple[str, ...]:
    """What is left of a symbol when it is typed: no parentheses around an index, an accent as a word."""
    assert isinstance(symbol, Glyph)
    return symbol.base + (symbol.accent or ""), symbol.sup.strip("()"), symbol.sub


def own_name(name: str) -> Glyph:
    """A name of `[graph]` as a symbol: digits at the end become a subscript, Greek names letters."""
    match = re.fullmatch(r"(.*?)_?(\d*)", name)
    assert match is not None
    base = match[1] or name
    if "_" in base and not base.startswith("_"):
        head, _, tail = base.partition("_")
        return Glyph(GREEK.get(head, head), (tail + match[2]).replace("_", ","))
    return Glyph(GREEK.get(base, base), match[2] if match[1] else "")


def glyph(pattern: str) -> Glyph:
    """A filled pattern as a glyph. Raises InputError if it is none."""
    found = parts(pattern)
    if found is None:
        raise InputError(
            f"notation: {pattern!r} is not a letter or word with at most one _{{…}} and one ^{{…}}; put what stands lowered or raised "
            "into one pair of braces"
        )
    accents: dict[str, Accent] = {"hat": "hat", "bar": "bar"}
    return Glyph(GREEK.get(found.letter, found.letter), found.sub, found.sup, accents.get(found.accent))


def choose(graph: Graph, wanted: str | Mapping[str, object]) -> Notation:
    """The notation of that name, or the user's own table on top of one, checked. Raises InputError."""
    own = dict(wanted) if not isinstance(wanted, str) else {"base": wanted}
    base = str(own.pop("base", "indexed"))
    if base not in NOTATIONS:
        near = get_close_matches(base, NOTATIONS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise InputError(f"notation: there is no notation {base!r}{hint} There are: {', '.join(NOTATIONS)}")
    entry = NOTATIONS[base]
    if own:
        entry = _customised(entry, own)
    notation = Notation(graph, entry)
    notation.check()
    return notation


def _customised(entry: Entry, own: Mapping[str, object]) -> Entry:
    patterns = dict(entry.patterns)
    changes: dict[str, object] = {}
    for key, wanted in own.items():
        if key in patterns:
            patterns[key] = str(wanted)
            if key == "b":  # one bias for a layer is written without the unit
                patterns["shared b"] = re.sub(r"<j[^>]*>", "", str(wanted)).replace("_{}", "").replace("^{}", "")
        elif key == "symbols" and isinstance(wanted, Mapping):
            changes["symbols"] = {str(name): str(symbol) for name, symbol in wanted.items()}
        elif key == "delta_is" and wanted in ("dloss/dz", "-dloss/dz"):
            changes["delta_sign"] = -1 if wanted == "-dloss/dz" else 1
        elif key == "first_row" and isinstance(wanted, int):
            changes["first_row"] = wanted
    return replace(entry, name="your own", patterns=patterns, **changes)  # type: ignore[arg-type]
