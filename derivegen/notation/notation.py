"""What things are called: a graph and a notation go in; a map from canonical names to glyphs comes out, the same for every document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property

from derivegen.errors import InputError
from derivegen.formula.tree import Accent, Formula, Glyph, Indexed, Partial, Product, Quantity, transform
from derivegen.network.family import Family, Index
from derivegen.network.graph import Graph
from derivegen.network.names import parse, parse_derivative
from derivegen.notation.table import NOTATIONS, Entry

_PLACE = re.compile(r"<([ljknrs])(\?)?([+-]\d+)?>")
_LETTER = re.compile(r"(?:\\(hat|bar)\{(\\?\w+)\}|(\\?[^\W\d_]+))((?:[_^]\{[^{}]*\}|[_^][^{}_^])*)")
_MARK = re.compile(r"([_^])(?:\{([^{}]*)\}|([^{}_^]))")
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
            return self.letters(part) if isinstance(part, Indexed) else None

        return transform(tree, change)

    def symbol(self, name: str) -> Formula:
        """How the quantity of that canonical name is written. Raises InputError if there is none."""
        if name not in self._cache:
            self._cache[name] = self._symbol(name)
        return self._cache[name]

    def _symbol(self, name: str) -> Formula:
        if name in self.entry.symbols:
            return glyph(self.entry.symbols[name])
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
        if name.startswith("delta["):
            return self._delta(name)
        found = self.graph.locate(name)
        if found is None:
            if name in (
                "N",
                "r",
                "j",
                "k",
                "z",
                "a",
                "t",
            ):  # index letters, and the variables of a rule stated once for all
                return Glyph(name)
            raise InputError(self.graph.unknown(name))
        if self.graph.network.graph is not None:
            return own_name(name)
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
        places["n"] = self.running.get((family.name, tuple(units)), "")
        if family.kind == "target" or family.kind == "loss":
            places["j"] = units[0] if units else ""
        written = glyph(self._put_in(self.entry.patterns[kind or self._kind(family)], places, family))
        if family.kind == "loss" and units:
            written = replace(written, sub=str(units[0]))
        return replace(written, sub=",".join(part for part in (written.sub, *map(self._row, rows)) if part))

    def _row(self, row: Index) -> str:
        shown = row + self.entry.first_row - 1 if isinstance(row, int) else row
        return self.entry.patterns["row"].replace("<r>", str(shown))

    def _kind(self, family: Family) -> str:
        last = len(self.graph.network.layers)
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
        choice = self.graph.network.layers[layer - 1].activation
        return choice.name == "linear" and choice.formula is None

    def _put_in(self, pattern: str, places: Mapping[str, Index], family: Family) -> str:
        single = {
            "l": len(self.graph.network.layers) <= 2,
            "j": self._width(family) == 1,
            "k": self.graph.network.n_inputs == 1,
        }

        def put(match: re.Match[str]) -> str:
            letter, optional, plus = match.groups()
            value = places.get(letter, "")
            if (optional and single.get(letter, False)) or value == "":
                return ""
            return str(value + int(plus or 0)) if isinstance(value, int) else str(value)

        if self._wide:
            pattern = pattern.replace("><", ">,<")
        return _PLACE.sub(put, pattern).replace("_{}", "").replace("^{}", "")

    @staticmethod
    def _width(family: Family) -> int | str:
        units = [axis.size for axis in family.axes if axis.counts == "unit"]
        return units[0] if units else 1

    @cached_property
    def _wide(self) -> bool:
        network = self.graph.network
        return max(network.n_inputs, *(layer.units for layer in network.layers), 1) > 9

    @cached_property
    def running(self) -> Mapping[tuple[str, tuple[Index, ...]], int]:
        """Running numbers by family and unit indices: weights, biases and hidden units each counted through, layer by layer."""
        counts: dict[str, int] = {}
        found: dict[tuple[str, tuple[Index, ...]], int] = {}
        last = len(self.graph.network.layers)
        for family in self.graph.families.values():
            if family.kind not in _COUNTED or (family.kind == "activation" and family.layer == last):
                continue
            key = _COUNTED[family.kind]
            width = sum(axis.counts == "unit" for axis in family.axes)
            for units in dict.fromkeys(indices[:width] for indices in family.members()):
                counts[key] = counts.get(key, 0) + 1
                found[family.name, units] = counts[key]
        return found

    def letters(self, tree: Indexed) -> Formula:
        """A whole family's member under its index letters."""
        family = self.graph.families[tree.base]
        return self._filled(family, tree.letters)

    def check(self) -> None:
        """Raise InputError if two quantities would print alike (a linear unit's z and a are one)."""
        seen: dict[Formula, str] = {}
        for name in self._sample():
            written = self.symbol(name)
            other = seen.setdefault(written, name)
            if other != name and not self._one_quantity(other, name):
                raise InputError(
                    f"notation {self.entry.name!r} cannot tell {other} from {name}: both would print as {_text(written)}; "
                    f"{self._nearest()}"
                )

    def _nearest(self) -> str:
        for name, entry in NOTATIONS.items():
            if name != self.entry.name:
                try:
                    Notation(self.graph, entry).check_silently()
                except InputError:
                    continue
                return f'use notation = "{name}", which can'
        return "give symbols of your own under [notation]"

    def check_silently(self) -> None:
        """`check` without a proposal; raises InputError."""
        written = [self.symbol(name) for name in self._sample() if not self._folded_z(name)]
        if len(set(written)) < len(written):
            raise InputError("two quantities would print alike")

    def _folded_z(self, name: str) -> bool:
        found = self.graph.locate(name)
        return found is not None and found[0].kind == "pre-activation" and self.folded(found[0].layer)

    def _one_quantity(self, one: str, other: str) -> bool:
        return self._folded_z(one) or self._folded_z(other)

    def _sample(self) -> Iterator[str]:
        """Every quantity of small networks; of wide ones the first members of each family, which is where patterns clash."""
        few = 40
        for family in self.graph.families.values():
            for _, indices in zip(range(few), family.members(), strict=False):
                yield family.member(indices)
        if self.graph.network.graph is None:
            yield "rate"


def _text(tree: Formula) -> str:
    from derivegen.formula.plain import plain

    return plain(tree)


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
    match = _LETTER.fullmatch(pattern.strip())
    if match is None:
        raise InputError(f"notation: {pattern!r} is not a letter or word with _{{…}} and ^{{…}}")
    accent, accented, base = match[1], match[2], match[3]
    marks = {kind: braced or single for kind, braced, single in _MARK.findall(match[4])}
    letter = (accented or base).removeprefix("\\")
    accents: dict[str, Accent] = {"hat": "hat", "bar": "bar"}
    return Glyph(GREEK.get(letter, letter), marks.get("_", ""), marks.get("^", ""), accents.get(accent or ""))


def choose(graph: Graph, wanted: str | Mapping[str, object]) -> Notation:
    """The notation of that name, or the user's own table on top of one; checked. Raises InputError."""
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
            _check_pattern(key, str(wanted))
            patterns[key] = str(wanted)
        elif key == "symbols" and isinstance(wanted, Mapping):
            changes["symbols"] = {str(name): str(symbol) for name, symbol in wanted.items()}
        elif key == "delta_is" and wanted == "-dloss/dz":
            raise InputError('notation.delta_is: "-dloss/dz" is not yet built; every page takes δ as dloss/dz')
        elif key == "delta_is" and wanted == "dloss/dz":
            continue
        elif key == "first_row" and isinstance(wanted, int):
            changes["first_row"] = wanted
        else:
            raise InputError(
                f"notation.{key}: not understood; allowed are {', '.join(patterns)}, delta_is, first_row, symbols, base"
            )
    return replace(entry, name="your own", patterns=patterns, **changes)  # type: ignore[arg-type]


def _check_pattern(key: str, pattern: str) -> None:
    left = _PLACE.sub("1", pattern)
    if "<" in left or ">" in left:
        raise InputError(
            f"notation.{key}: the placeholder in {pattern!r} is not understood; allowed are <l> <j> <k> <n> <r>, with ±1: <l+1>"
        )
    if key not in ("row", "step"):
        glyph(left)
