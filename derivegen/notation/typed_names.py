"""What people call things: a graph and the chosen notation go in, and a symbol as somebody typed it; its canonical name comes out.

A symbol is not taken apart by rules of its own. The members its digits could mean are written in a notation, and those that come out as
typed are its readings: first in the chosen notation, then canonical names, then all other notations and habits together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from derivegen.network.family import PARAMETERS
from derivegen.network.graph import Graph
from derivegen.network.names import derivative, from_shell, is_delta, parse, parse_kept, with_base
from derivegen.notation.aliases import linear_sums, of_modules, of_one_layer, only_member, only_sum, weights_between
from derivegen.notation.glyphs import GREEK
from derivegen.notation.habits import RATES
from derivegen.notation.moments import moments_of
from derivegen.notation.notation import Notation
from derivegen.notation.spelling import CHANGED, INDEXED, SLOPE, Spelling, counted_apart, run_together, spelling
from derivegen.notation.vocabulary import meant_by
from derivegen.notation.written import WrittenNames
from derivegen.records import dataclass, field, replace

LONGEST_WORD = 60
NEW = frozenset({"new", "updated", "neu", "+", "t+1", "k+1", "n+1", "i+1"})
OLD = frozenset({"old", "alt", "t", "k", "n"})
"""What stands at a parameter after the update, and before it."""
_UNIT_WORDS = {"net": "z", "in": "z", "out": "a", "target": "t"}
"""Words with the name of a unit below."""
_LETTER = r"A-Za-zΑ-Ωα-ωϵϑϕ"
_SPELLED = re.compile(rf"(?P<base>[{_LETTER}]+)(?:_(?P<accent>hat|bar))?_?(?P<sub>[0-9][0-9,_]*|[{_LETTER}]+[0-9,_]*)?")
_CANONICAL = re.compile(rf"(?P<name>[{_LETTER}_]\w*(?:\[\d+\])+(?:@\w+)?)(?P<prime>'?)(?P<step>#\d+)?")
_BETWEEN = re.compile(r"(?P<pair>[a-z]{2}),?(?P<rest>[\d,]*)")
_VARIANTS = str.maketrans("ϵϑϕ", "εθφ")


@dataclass(frozen=True)
class Names:
    """How names are found for one graph and the notation chosen for it."""

    graph: Graph
    notation: Notation
    _own: dict[Spelling, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)
    _all: dict[Spelling, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)
    _identifiers: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)
    cells: dict[str, tuple[str | None, tuple[str, ...]]] = field(default_factory=dict, repr=False, compare=False)
    """What cells of tables were found to name."""

    def resolve(self, typed: Spelling, own: bool = False) -> tuple[str, ...]:
        """The canonical names a symbol may have: none where it is unknown, several where notations disagree; with `own` in the chosen
        notation alone."""
        known = self._own if own else self._all
        if typed not in known:
            row = "" if typed.row == "1" and self.graph.network.single else typed.row  # the only example
            plain = replace(typed, base=GREEK.get(typed.base, typed.base.translate(_VARIANTS)), row=row)
            moments = set() if own else moments_of(self.graph, self.notation, plain)
            every = set() if own else moments or self._readings(plain) or self._counted(plain)
            found = self._readings_in(self._written.chosen, plain) if own else every
            found = found or (linear_sums(self.graph, self.notation, plain, self._readings_in) if own else set())
            known[typed] = tuple(sorted(found))
        return known[typed]

    def settles(self, _: Spelling) -> bool:
        """Whether the page itself says what a symbol is, wherever it stands."""
        return False

    @cached_property
    def _written(self) -> WrittenNames:
        return WrittenNames(self.graph, self.notation)

    def _readings_in(self, notations: tuple[Notation, ...], typed: Spelling) -> set[str]:
        """The readings in these notations together."""
        return self._without_folded(self._written.readings(notations, typed))

    def _readings(self, typed: Spelling) -> set[str]:
        slope = re.fullmatch(r"d[A-Z]", typed.base) if typed.sup.startswith("(") else None
        if slope is not None:  # dW^{(2)}
            return {self.derivative("loss", name) for name in self.resolve(replace(typed, base=typed.base[1:]))}
        if typed.base.startswith("δ") and len(typed.base) > 1:
            return self._beside_delta(replace(typed, base=typed.base[1:]))
        if typed.base.lower() not in self._written.letters:
            if said := meant_by(f"{typed.base} {typed.sub}"):  # total_error
                return self._readings(replace(typed, base=said, sub=""))
            word = meant_by(typed.base) or typed.base
            other = self._also_called(typed)
            return other or (set() if word.lower() == typed.base.lower() else self._readings(replace(typed, base=word)))
        return (
            set(self.resolve(typed, own=True))
            or self._canonical(typed)
            or self._readings_in(self._written.others, typed)
            or self._also_called(typed)
            or self._named_after(typed)
        )

    def _counted(self, typed: Spelling) -> set[str]:
        """A parameter, or a rate, that has the number of its updates above, as pages write it: w_2^{(2)}, w^{(2)(1)}_{11}, η^{(2)}."""
        plain, step = counted_apart(typed)
        found = (self.resolve(plain, own=True) or self.resolve(plain)) if step else ()
        rate = self.graph.network.training.schedule and "rate"
        return {f"{name}{step}" for name in found if self.is_parameter(name) or name == rate}

    def _beside_delta(self, typed: Spelling) -> set[str]:
        """δo1, as δ_{o1}; δw1, which some have for the change of a weight and some for the derivative by it."""
        parameters = [name for name in self.resolve(typed) if self.is_parameter(name)]
        both = {each for name in parameters for each in (f"D{name}", self.derivative("loss", name))}
        return both or self._readings(replace(typed, base="δ", sub=typed.base + typed.sub))

    def _also_called(self, typed: Spelling) -> set[str]:
        """Of a graph of one's own that is trained the rate, as anybody calls it; of one with index letters W_hh for its recurrent weights,
        δ for the derivative by what its functions are taken of."""
        if (
            not self.graph.layered
            and "rate" in self.graph.givens
            and (typed.base, typed.sub) in RATES
            and not typed.sup
        ):
            return {"rate"}
        if not self.graph.lettered:
            return set()
        if typed.base == "δ" and (family := only_sum(self.graph)) is not None:
            return {self.derivative("loss", name) for name in self.resolve(replace(typed, base=family))}
        match = _BETWEEN.fullmatch(typed.sub) if typed.base in ("W", "w") else None
        family = self._between.get(match["pair"]) if match else None
        if match is None or family is None:
            return of_one_layer(self.graph, typed)
        return {*self.resolve(Spelling(family, match["rest"], typed.sup))}

    @cached_property
    def _between(self) -> Mapping[str, str]:
        return weights_between(self.graph) if self.graph.lettered else {}

    def identifier(self, text: str) -> tuple[str, ...]:
        """The canonical names of one word as in a program: w2, w_2, dL_dw2, grad_w1, w1_new, w.1.2.3, layer1.weight."""
        if text not in self._identifiers and len(text) <= LONGEST_WORD:
            ways = self._word, self._derivative_word, self._changed_word, self._word_with_indices
            found = next((found for way in ways if (found := way(text))), ())
            self._identifiers[text] = found or of_modules(self.graph, text)
        return self._identifiers.get(text, ())

    def _word_with_indices(self, text: str) -> tuple[str, ...]:
        """W_hh[1,2], dL_dU[1,2], grad_U[1,2], dU[1,2], U_new[1,2]: a word as in a program, with indices behind it."""
        if not self.graph.lettered or (match := INDEXED.fullmatch(from_shell(text))) is None:
            return ()
        word, indices = match["word"], match["indices"]
        changed, slope = CHANGED.fullmatch(word), SLOPE.fullmatch(word)
        plain = (changed["a"] or changed["b"]) if changed else (slope["a"] or slope["b"]) if slope else word
        between = _BETWEEN.fullmatch(plain.removeprefix("W_"))
        family = self._between.get(between["pair"], plain) if between and plain.startswith("W_") else plain
        name = self._there(family + indices)
        if name is None or (slope and slope["of"] and self.resolve(Spelling(slope["of"])) != (self.graph.root,)):
            return ()
        return (f"{name}'" if changed else self.derivative("loss", name) if slope else name,)

    def _word(self, text: str) -> tuple[str, ...]:
        exact = self.canonical(text)
        if exact:
            return (exact,)
        match = _SPELLED.fullmatch(text)
        found = () if match is None else self.resolve(spelling(match))
        return found or ((apart := run_together(text)) is not None and self.resolve(apart)) or ()

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
        match = CHANGED.fullmatch(text)
        if match is not None:
            return tuple(f"{name}'" for name in self._word(match["a"] or match["b"]))
        match = re.fullmatch(r"(?:delta|Delta|Δ)_?(?P<a>\w+)", text)
        names = self._word(match["a"]) if match else ()
        return tuple(f"D{name}" for name in names if self.is_parameter(name))

    def canonical(self, text: str) -> str | None:
        """A canonical name in brackets or as for the shell, if that is what the text is: w[1][2][3], w.1.2.3, w[1][2][3]'."""
        moment = parse_kept(text)
        if (
            moment is not None
            and moment.base in self.graph.network.training.rule.worked_out
            and self.is_parameter(moment.of)
        ):
            return str(moment) if moment.primed or moment.step is not None else f"{moment}'"
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
        if self.graph.network.single and parts.row == "1":
            parts = replace(parts, row=None)
        base = GREEK.get(parts.base, parts.base)
        parts = replace(parts, base={"δ": "delta", "θ": "theta"}.get(base, parts.base))
        known = self.graph.locate(str(replace(parts, base="z") if parts.base == "delta" else parts))
        return str(parts) if known is not None or str(parts) in self._written.arrays.values() else None

    def _canonical(self, typed: Spelling) -> set[str]:
        """w123 and w_{123} for w[1][2][3], loss, loss@2, rate."""
        if typed.base == "rate" and not typed.sub and not typed.sup:
            return {"rate"} if self.graph.has_rate else set()
        name = f"loss@{typed.row}" if typed.row else "loss"
        if typed.base == "loss" and not typed.sub and not typed.sup and (not typed.row or self.graph.locate(name)):
            return {name}
        return set() if typed.sup else self._readings_in(self._written.indexed, typed)

    def is_array(self, name: str) -> bool:
        """Whether it names a whole array, of the network or of its update."""
        base = name.rpartition("/d")[2].removeprefix("D").partition("'")[0].partition("#")[0]
        return base in self._written.arrays and self.graph.locate(base) is None

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
        if parts is not None and parts.base == "loss" and row.isdigit():
            by = by.removesuffix(f"@{row}")
        return derivative(of, by)

    def _named_after(self, typed: Spelling) -> set[str]:
        """δ_h, the delta of the unit h; net_{h1} and out_{o1}, what enters and leaves a unit; E_{w5}, the derivative of E by w5; an index
        new or old at a parameter is left to the reader."""
        only = typed.sub in ("1", "o1") and not typed.sup and self.graph.layered
        only = only and self.graph.network.rows == 1 and self.graph.n_outputs == 1
        if only and self.resolve(replace(typed, sub="")) == ("loss",):  # L_1 is the whole loss
            return {"loss"}
        if not typed.sub or typed.sup or not typed.sub[0].isalpha():
            return set()
        named = self._below(typed.sub) if typed.sub != typed.base else ()
        units = [name for name in named if self.graph.kind_of(name) in ("activation", "pre-activation")]
        if typed.base == "δ":
            return {with_base(name, "delta") for name in units}
        top = self.resolve(Spelling(typed.base)) if len(typed.base) == 1 else ()
        base = "loss" if top == ("loss",) else _UNIT_WORDS.get(typed.base)
        found = {of for name in units if base and (of := self._of_unit(base, name)) is not None}
        slopes = [name for name in named if top == ("loss",) and self.is_parameter(name)]
        return found or {self.derivative("loss", name) for name in slopes}

    def _below(self, text: str) -> tuple[str, ...]:
        """What is named below a letter; o1 is an output."""
        output = re.fullmatch(r"o_?(\d{1,4})", text)
        unit = output and self._there(f"{self.graph.output.name}[{output[1]}]")
        return self._word(text) if unit is None else (unit,)

    def _of_unit(self, base: str, unit: str) -> str | None:
        """What enters or leaves a unit; of an output its target, and its term of the loss."""
        parts = parse(unit)
        assert parts is not None
        if base in ("z", "a"):
            return self._there(str(replace(parts, base=base)))
        layer, *at = parts.indices
        return self._there(str(replace(parts, base=base, indices=tuple(at)))) if layer == self.graph.depth else None

    def _without_folded(self, found: set[str]) -> set[str]:
        """A linear unit's z and a are one quantity: the activation stands for both. An array of one entry is that entry."""
        linear = {
            name for name in found if self.graph.kind_of(name) == "pre-activation" and with_base(name, "a") in found
        }
        return {self.only_entry(name) for name in found - linear}

    def only_entry(self, name: str) -> str:
        """Of an array of one entry that entry; any other name as it is."""
        parts = parse(name)
        if parts is None or self.graph.locate(name) is not None:
            return name
        if self.graph.lettered:
            return only_member(self.graph, parts) or name
        entry = replace(parts, indices=(*parts.indices, *(1,) * (2 if parts.base == "w" else 1)))
        single = all(size == 1 for size in self._widths(str(replace(parts, row=None))))
        return str(entry) if single and self._there(str(entry)) == str(entry) else name

    def _widths(self, array: str) -> list[int | str]:
        family = self.graph.families.get(with_base(array, "z") if is_delta(array) else array)
        return [] if family is None else [axis.size for axis in family.axes if axis.counts == "unit"]
