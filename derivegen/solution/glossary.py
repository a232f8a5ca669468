"""The table of symbols: the blocks of a document go in; a line for every kind of quantity and function in them comes out.

A line shows the symbol under its index letters, says what it and its letters mean in the notation, gives the name used in files and how
many there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from derivegen.document.blocks import Block, Heading, Paragraph, Prose, Table
from derivegen.document.pen import Pen
from derivegen.formula.functions import FUNCTIONS
from derivegen.formula.tree import (
    Array,
    Call,
    Formula,
    Glyph,
    Hadamard,
    Indexed,
    Quantity,
    Transpose,
    map_formulas,
    product,
    walk,
)
from derivegen.network.family import Family
from derivegen.network.names import parse_derivative
from derivegen.network.tables.losses import UNKNOWN
from derivegen.notation.general import layer_shift
from derivegen.notation.notation import Notation
from derivegen.records import dataclass
from derivegen.solution.frame import brief

Line = tuple[Prose, ...]
ORDER = ("x", "t", "w", "b", "shared-b", "theta", "z", "a", "output", "loss", "row-loss", "partial", "delta", "change")
PATTERNS = {
    "x": "x[k]{}",
    "t": "t[j]{}",
    "w": "w[l][j][k]",
    "b": "b[l][j]",
    "shared-b": "b[l]",
    "theta": "theta[l][j]",
    "z": "z[l][j]{}",
    "a": "a[l][j]{}",
    "output": "a[{last}][j]{}",
}


def glossary(pen: Pen, blocks: Iterable[Block]) -> Iterator[Block]:
    """The section, of a network of layers; nothing where the document is to be brief."""
    network = pen.graph.network
    if brief(pen):
        return
    found = Glossary(pen, pen.notation, tuple(_formulas(tuple(blocks))))
    yield Heading(1, pen.say("glossary.title"))
    counting = found.counting()
    if counting:
        yield Paragraph(counting)
    say = pen.say
    header = (say("glossary.symbol"), say("glossary.means"), say("glossary.name"), say("glossary.count"))
    caption = say("glossary.caption", rows=network.rows != 1)
    yield Table(caption, header, tuple(found.lines()), heads=3, wraps=1)


def _formulas(blocks: tuple[Block, ...]) -> Iterator[Formula]:
    """Every leaf and node of every formula of the blocks."""
    found: dict[Formula, None] = {}

    def note(tree: Formula) -> Formula:
        found[tree] = None
        return tree

    map_formulas(blocks, note)
    return (part for tree in found for part in walk(tree))


@dataclass(frozen=True)
class Glossary:
    """Reads which kinds stand in the formulas and writes a line for each."""

    pen: Pen
    notation: Notation
    parts: tuple[Formula, ...]

    def lines(self) -> Iterator[Line]:
        """Quantities first, then index letters and functions."""
        for kind in ORDER:
            if kind in self.kinds and (kind not in PATTERNS or self._members(kind)[1]):
                yield self._line(kind)
        if "prime" in self.kinds:
            yield self._primed()
        yield from self._letters()
        yield from self._functions()

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of quantities in the document."""
        leaves = {part for part in self.parts if isinstance(part, Quantity | Array | Indexed)}
        names = {leaf.base if isinstance(leaf, Indexed) else leaf.name for leaf in leaves}
        return frozenset(kind for name in names for kind in self._of(name))

    def _of(self, name: str) -> Iterator[str]:
        """The kinds that the name of a quantity speaks of."""
        pair = parse_derivative(name) or _general_pair(name)
        if pair is not None:
            yield from ("partial", *(kind for part in pair for kind in self._of(part)))
            return
        base = re.split(r"[\[@'#]", name)[0]
        if name.endswith("'"):
            yield "prime"
        if base == "loss":
            yield "row-loss" if "@" in name else "loss"
        elif base == "rate":
            yield "rate"
        elif base.startswith("D") and base[1:] in ("w", "b", "theta"):
            yield from ("change", *self._of(name[1:]))
        elif base in ("x", "t", "w", "theta", "delta"):
            yield base
        elif base in ("z", "a", "b") and "[" in name:
            yield self._of_layer(base, name[2 : name.index("]")])

    def _of_layer(self, base: str, layer: str) -> str:
        """The kind of a z, a or b: an output, the value of a linear unit, a bias its layer shares."""
        if not layer.isdigit():
            return base
        if base == "b":
            return "b" if self.pen.graph.families[f"b[{layer}]"].axes else "shared-b"
        if base == "z" and not self.notation.folded(int(layer)):
            return "z"
        return "output" if int(layer) == self.pen.graph.depth else "a"

    def _line(self, kind: str) -> Line:
        say, loss = self.pen.say, Quantity(self.pen.graph.root)
        if kind in PATTERNS:
            return self._indexed(kind)
        if kind == "loss":
            return ((loss,), say("glossary.loss"), ("loss",), ("1",))
        if kind == "row-loss":
            return ((Quantity("loss@r"),), say("glossary.row-loss"), ("loss@r",), (str(self.pen.graph.network.rows),))
        weight = Quantity("w[l][j][k]")
        if kind == "partial":
            name = "dloss/dw[l][j][k]"
            means = say("glossary.partial", loss=loss, by=weight)
            return ((Quantity(name),), means, (name,), (str(len(self.pen.graph.parameters)),))
        if kind == "change":
            return (
                (product(Glyph("Δ"), weight, dotted=False),),
                say("glossary.change", old=weight),
                ("Dw[l][j][k]",),
                (),
            )
        return self._delta(loss)

    def _delta(self, loss: Formula) -> Line:
        row = self._row
        of = Quantity(f"loss{row}") if row else loss
        negative = self.notation.entry.delta_sign < 0
        means = self.pen.say("glossary.delta", loss=of, negative=negative)
        count = sum(self.pen.graph.widths[1:])
        return ((self.notation.symbol(f"delta[l][j]{row}"),), means, (f"delta[l][j]{row}",), (str(count),))

    def _indexed(self, kind: str) -> Line:
        """A kind with index letters; a single quantity of its kind under its own name."""
        (first, count), last = self._members(kind), self.pen.graph.depth
        name = PATTERNS[kind].format(self._row, last=last)
        alone = count == 1 and not self._row
        shown = frozenset() if alone else self.notation.letters_shown(name.removesuffix("@r"))
        means = self.pen.say(f"glossary.{kind}", **{letter: letter in shown for letter in "ljkn"})
        symbol = Quantity(first if alone else name)
        return ((symbol,), means, (symbol.name,), (str(count),))

    @property
    def _row(self) -> str:
        return "" if self.pen.graph.network.rows == 1 else "@r"

    def _members(self, kind: str) -> tuple[str, int]:
        """The name of the first of a kind, and how many there are of one example."""
        families = [f for f in self.pen.graph.families.values() if self._is(f, kind) and f.per_example]
        first = next(families[0].names()) if families else ""
        return first.partition("@")[0], sum(family.per_example for family in families)

    def _is(self, family: Family, kind: str) -> bool:
        """Whether the members of a family are of that kind."""
        if kind in ("b", "shared-b"):
            return family.kind == "bias" and bool(family.axes) == (kind == "b")
        if kind in ("a", "output"):
            return family.kind == "activation" and (family is self.pen.graph.output) == (kind == "output")
        kinds = {"x": "input", "t": "target", "w": "weight", "theta": "threshold", "z": "pre-activation"}
        return family.kind == kinds[kind] and not (kind == "z" and self.notation.folded(family.layer))

    def _primed(self) -> Line:
        new = Quantity("w[l][j][k]'")
        return ((new,), self.pen.say("glossary.prime", old=Quantity("w[l][j][k]")), (new.name,), ())

    def _letters(self) -> Iterator[Line]:
        rows = self.pen.graph.network.rows
        if "rate" in self.kinds:
            yield ((Quantity("rate"),), self.pen.say("glossary.rate"), ("rate",), ("1",))
        if rows != 1 or "row-loss" in self.kinds:
            yield ((Quantity("r"),), self.pen.say("glossary.row"), ("@r",), ())
        if isinstance(rows, str):
            yield ((Quantity(rows),), self.pen.say("glossary.rows"), ("data.rows",), ())

    def _functions(self) -> Iterator[Line]:
        """The functions and signs that a reader might not know."""
        calls = {part.function: part for part in self.parts if isinstance(part, Call)}
        z = Quantity("z")
        explained = [
            each for each in FUNCTIONS.values() if each.name in calls and self.pen.words.has(f"glossary.{each.name}")
        ]
        for known in sorted(explained, key=lambda each: each.operator):  # letters first
            yield ((known(z),), self.pen.say(f"glossary.{known.name}"), (known.name,), ())
        for letter in sorted(self.pen.graph.letters(unknown=True) & set(calls)):
            primed = Call(letter, (z,), 1)
            means = self.pen.say("glossary.unknown", primed=primed)
            yield ((Call(letter, (z,)),), means, tuple(UNKNOWN), ())
        weights, product_of = Array("w[1]"), Hadamard((Glyph("u", bold=True), Glyph("v", bold=True)))
        for sample, key in ((weights, "array"), (Transpose(weights), "transpose"), (product_of, "hadamard")):
            if any(isinstance(part, type(sample)) for part in self.parts):
                yield ((sample,), self.pen.say(f"glossary.{key}"), (), ())

    def counting(self) -> Prose:
        """How layers, running numbers and examples are counted, as far as symbols show it."""
        names = [PATTERNS[kind].format(self._row, last=1) for kind in ORDER if kind in self.kinds and kind in PATTERNS]
        shown = {letter for name in names for letter in self.notation.letters_shown(name)}
        return self.pen.say(
            "glossary.counting",
            l="l" in shown,
            n="n" in shown,
            weights="n" in self.notation.letters_shown("w[l][j][k]"),
            shift=layer_shift(self.notation.entry.patterns),
            rows=bool(self._row),
            first=self.notation.entry.first_row,
        )


def _general_pair(name: str) -> tuple[str, str] | None:
    """(of, by) of a derivative's name under index letters."""
    of, slash, by = name.partition("/d")
    return (of[1:], by) if slash and of.startswith("d") else None
