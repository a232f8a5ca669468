"""How single quantities are written: a graph and a notation go in; the symbol of each canonical name comes out when asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from derivegen.errors import InputError
from derivegen.formula.tree import Formula, Glyph, Number, Partial, Product
from derivegen.network.family import Family, Index
from derivegen.network.graph import Graph
from derivegen.network.layers.loss import TARGET
from derivegen.network.names import Moment, is_delta, parse, parse_derivative, parse_kept
from derivegen.network.patterns import PLACE
from derivegen.network.rule import SCHEDULED, SHARED
from derivegen.network.tables.forms import CONSTANTS, SETTINGS
from derivegen.network.tables.notations import Entry
from derivegen.notation.general import General, layer_shift, moved, parse_general
from derivegen.notation.glyphs import glyph, kept_letter, own_name
from derivegen.notation.indexed import family_symbol, indexed_symbol, shared_letters
from derivegen.notation.running import Running
from derivegen.records import dataclass, field, replace

VARIABLES = ("N", "r", "i", "j", "k", "m", "z", "a", "t")
MOST_OF_A_LETTER = 4
"""Characters of an index letter."""


@dataclass(frozen=True)
class MemberNames:
    """How the members of one graph are written, each by its canonical name."""

    graph: Graph
    entry: Entry
    _cache: dict[str, Formula] = field(default_factory=dict, repr=False, compare=False)

    def symbol(self, name: str) -> Formula:
        """How the quantity of that canonical name is written, or, of "@3", the number of the third row. Raises InputError if there is
        none."""
        if name not in self._cache:
            self._cache[name] = self._symbol(name)
        return self._cache[name]

    def _symbol(self, name: str) -> Formula:
        if "*" in name:  # what flows back over one edge
            return Product(tuple(map(self.symbol, name.split("*"))))
        if name in self.entry.symbols:
            return glyph(self.entry.symbols[name])
        if not self.graph.layered and name in self.graph.families:
            family = self.graph.families[name]
            return Glyph(name) if family.axes and name in self._letters else self.family(family)
        if name == "r" and self.graph.layered:
            return Glyph(self.row_letter)
        if name.startswith("@"):
            return Number(str(int(name[1:]) + self.entry.first_row - 1))
        of, slash, by = name.partition("/d")
        general = self.general(by if slash else name)
        if general is not None:
            return Partial(self.symbol(self._top(of[1:])), general) if slash else general
        kept = parse_kept(name)  # b[l] could be one, where it is the bias of a layer
        if kept is not None:
            return self._kept(kept)
        pair = parse_derivative(name)
        if pair is not None:
            return Partial(self.symbol(self._top(pair[0])), self.symbol(self._with_row(*pair)))
        if name.startswith("D") and self.graph.locate(name[1:].partition("#")[0]) is not None:
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
        if name in self.graph.network.training.rule.settings:
            return self._setting(name)
        if name == "C":
            return glyph(self.entry.patterns["loss"])
        if is_delta(name):
            return self._delta(name)
        found = self.graph.locate(name)
        if found is None:
            if name in VARIABLES or (
                self.graph.lettered and name.isalpha() and len(name) <= MOST_OF_A_LETTER
            ):  # index letters, and the variables of a rule stated once for all
                return Glyph(name)
            if name == "loss@r":  # any one example's, where the network has only one
                whole = self.symbol("loss")
                assert isinstance(whole, Glyph)
                return replace(whole, sub=self.row("r"))
            raise InputError(self.graph.unknown(name))
        return self._filled(*found)

    def _kept(self, kept: Moment) -> Glyph:
        """What an optimizer works out for a parameter: its letter with the parameter's symbol below; the rate of an update as the rate."""
        own = Glyph("") if kept.base in SHARED else self.symbol(kept.of)
        assert isinstance(own, Glyph)
        letter = glyph(self.entry.patterns["rate"]) if kept.base == SCHEDULED else kept_letter(kept.base)
        sup = own.sup + (self._stepped(kept.step) if kept.step is not None else "")
        return replace(letter, sub=letter.sub + own.base + own.sub, sup=sup, primes=int(kept.primed))

    def _setting(self, name: str) -> Glyph:
        """The first of a setting's letters that is not the rate's, nor a name of one's own."""
        taken = {glyph(self.entry.patterns["rate"]), *map(own_name, self.graph.families)}
        letters = [*map(glyph, (CONSTANTS[name][0] if name in CONSTANTS else SETTINGS[name]).letters)]
        return next((each for each in letters if each not in taken), letters[-1])

    def lettered_symbol(self, family: Family, places: tuple[str, ...]) -> Glyph:
        """The symbol of a member of indexed equations, or of all under letters; the root of a stack of layers is its loss."""
        if family.name == self.graph.root or family.stem:
            layers = any(part.loss for part in self.graph.parts)
            whole = glyph(self.entry.patterns["loss"]) if layers else own_name(family.name)
            return replace(whole, sub=",".join(part for part in (whole.sub, *places) if part))
        family = self._beside_steps(family)
        return indexed_symbol(family, places, family_symbol(family)[0] in self._several)

    def family(self, family: Family) -> Glyph:
        """What a whole family of a graph of one's own is called."""
        if not family.equations:
            return own_name(family.name)
        bare = self.lettered_symbol(replace(family, axes=()), ())
        return replace(bare, sub=family_symbol(self._beside_steps(family))[0].sub)

    @cached_property
    def _several(self) -> frozenset[Glyph]:
        return shared_letters(map(self._beside_steps, self.graph.families.values()))

    def _beside_steps(self, family: Family) -> Family:
        """The family; beside t, which counts steps or tokens, the targets have another letter, d for desired."""
        if family.name != TARGET or TARGET not in self._letters:
            return family
        return replace(family, name="y" if {*self._letters, *self.graph.families} & {"d"} else "d")

    @cached_property
    def _letters(self) -> frozenset[str]:
        """The index letters."""
        return frozenset(axis.letter for family in self.graph.families.values() for axis in family.axes)

    def _stepped(self, step: int) -> str:
        return self.entry.patterns["step"].replace("<s>", str(step))

    def _delta(self, name: str) -> Formula:
        z = name.replace("delta", "z", 1)
        found = self.graph.locate(z)
        if found is None:
            raise InputError(self.graph.unknown(z))
        return self._filled(*found, kind="delta")

    def _filled(self, family: Family, indices: tuple[Index, ...], kind: str | None = None) -> Glyph:
        """The pattern of the family's kind with the member's indices put in; of a graph of one's own its name with its indices."""
        if family.equations:
            return self.lettered_symbol(family, tuple(map(str, indices)))
        counted = [(axis.counts, index) for axis, index in zip(family.axes, indices, strict=True)]
        units = [index for counts, index in counted if counts == "unit"]
        rows = [index for counts, index in counted if counts == "example"]
        places = {"l": family.layer, "j": units[0] if units else "", "k": units[-1] if units else ""}
        places["n"] = self.running.number(family, tuple(units))
        if family.kind == "target" or family.kind == "loss":
            places["j"] = units[0] if units else ""
        written = glyph(self._put_in(self.entry.patterns[kind or self._kind(family)], places, family))
        if family.kind == "loss" and units:
            written = replace(written, sub=str(units[0]))
        return replace(written, sub=",".join(part for part in (written.sub, *map(self.row, rows)) if part))

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
    def running(self) -> Running:
        """The running numbers."""
        return Running(self.graph)

    @cached_property
    def wide(self) -> bool:
        """Whether there are indices of two digits, so that commas stand between."""
        return max(self.graph.widths, default=1) > 9
