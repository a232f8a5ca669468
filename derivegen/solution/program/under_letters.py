"""A network under index letters with all its numbers goes in; the parts of its program come out: an array for each family, a line for each
equation, loops along recurrences, backwards a line for each link."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, Final

from derivegen.calculus.code.graph_code import GraphCode
from derivegen.calculus.code.index_formulas import SINGLE, IndexFormulas
from derivegen.calculus.code.written import WrittenContractions
from derivegen.calculus.numbers.evaluate import Trace
from derivegen.formula.functions import FUNCTIONS, MAX, MIN
from derivegen.formula.print.python import HELPERS, NUMPY, Identifiers, identifier
from derivegen.formula.tree import Glyph
from derivegen.network.family import Equation, Family
from derivegen.network.network import Figure
from derivegen.network.tables.activations import ACTIVATIONS
from derivegen.notation.glyphs import own_name
from derivegen.records import dataclass, field
from derivegen.solution.program import text
from derivegen.solution.program.names import RESERVED
from derivegen.solution.program.optimizing import Optimizing
from derivegen.solution.program.spoken import spoken
from derivegen.solution.program.text import Array, Elsewhere, Line, Parts, Rhythm, Shown, Training, spec_for

COUPLED: Final = next(name for name, entry in ACTIVATIONS.items() if entry.kind == "coupled")
"""What the shares that add up to 1 are called."""
WORDS: Final = ("arange", "broadcast_to", "einsum", "matmul", "ones", "outer", "pad", "where", "zeros")
NAMED: Final[Mapping[str, str]] = {
    **{name: f"np.{name}" for name in WORDS},
    "add_at": "np.add.at",
    **{f"over_{each.name}": f"np.{each.name}" for each in (MAX, MIN)},
    "shares": COUPLED,
    f"never_{MAX.name}": "-np.inf",
    f"never_{MIN.name}": "np.inf",
}
"""What names of the code for speed are called in a program."""
_FIRST = """def {name}(a, axes):
    moved = {sign}np.moveaxis(a, axes, range(-len(axes), 0))
    flat = moved.reshape(*moved.shape[: -len(axes)], -1)
    wins = np.arange(flat.shape[-1]) == flat.argmax(-1)[..., None]
    return np.moveaxis(wins.reshape(moved.shape), range(-len(axes), 0), axes)"""
DEFINED: Final[Mapping[str, str]] = {
    COUPLED: f"""def {COUPLED}(z, axis, there=None):
    powers = np.exp(z) if there is None else np.where(there, np.exp(z), 0.0)
    return powers / powers.sum(axis, keepdims=True)""",
    "view": """def view(a, starts, steps, sizes):
    first = a[tuple(slice(start, None) for start in starts)]
    strides = [sum(n * own for n, own in zip(each, a.strides)) for each in steps]
    return np.lib.stride_tricks.as_strided(first, sizes, strides)""",
    f"first_{MAX.name}": _FIRST.format(name=f"first_{MAX.name}", sign=""),
    f"first_{MIN.name}": _FIRST.format(name=f"first_{MIN.name}", sign="-"),
}
"""Functions that numpy has not: shares that add up to 1 along an axis, windows of an array, where the first of the greatest stands."""


@dataclass
class ReadableCode(GraphCode):
    """The code of one derivation under names to be read; what is given is left to the program, `back` is where the way back begins."""

    called: Callable[[str, str], str] = lambda kind, name: name
    back: int = 0

    @cached_property
    def formulas(self) -> IndexFormulas:
        """What prints formulas."""
        families = self.derivation.graph.families
        return IndexFormulas(
            self._variables.__getitem__, WrittenContractions({}), families=families, extents=self.extents
        )

    def _named(self, prefix: str, family: str) -> str:
        return self.called(prefix, family)

    def _counter(self, letter: str, depth: int) -> str:
        return self.called("i", letter)

    def _prepare(self, family: Family, looped: bool) -> None:
        if all(each.formula is not None for each in family.parts):
            super()._prepare(family, looped)
        else:
            self._variables[family.name] = self._arguments[family.name] = self._named("v", family.name)

    def _backwards(self, wanted: Sequence[str]) -> None:
        self.back = len(self.units)
        super()._backwards(wanted)


@dataclass(frozen=True)
class UnderLetters:
    """The network as a program sees it. `trace` carries no rounding on."""

    trace: Trace
    rhythm: Rhythm
    _claimed: dict[tuple[str, str], str] = field(default_factory=dict, compare=False)

    @cached_property
    def _identifiers(self) -> Identifiers:
        return Identifiers((*RESERVED, *NAMED, *DEFINED, *NAMED.values(), "part", "mask", "put", "view"))

    def _called(self, kind: str, name: str) -> str:
        """The identifier of a family (v), of the derivative by it (d), of an array on the way to either (p), of what counts steps (i)."""
        if (kind, name) not in self._claimed:
            own = "" if kind == "i" else self._plain(name)
            root = self._plain(self.trace.graph.root)
            wanted = {"v": own, "d": f"d{root}_d{own}", "p": f"part_{own}", "i": name}[kind]
            self._claimed[kind, name] = self._identifiers.claim(wanted)
        return self._claimed[kind, name]

    @staticmethod
    def _plain(name: str) -> str:
        stem = name.partition("[")[0]
        own = stem if stem.isascii() else identifier(own_name(stem))
        return re.sub(r"\W+", "_", own + name[len(stem) :]).strip("_")

    def _canonical(self, name: str) -> str:
        """The identifier of a family or of the derivative by it, by its canonical name; of the rate."""
        if name == "rate":
            return self._own(identifier(Glyph("η")), "")
        families = self.trace.graph.families
        return self._called("v", name) if name in families else self._called("d", self._by[name])

    @cached_property
    def _by(self) -> Mapping[str, str]:
        return {self.trace.derivation.name_of(name): name for name in self.trace.graph.families}

    def _own(self, what: str, name: str) -> str:
        key = ("own", f"{what} {name}")
        if key not in self._claimed:
            self._claimed[key] = self._identifiers.claim(f"{what}_{self._canonical(name)}" if name else what)
        return self._claimed[key]

    @cached_property
    def _optimizing(self) -> Optimizing:
        return Optimizing(self.trace.graph.network.training.rule, self._canonical, self._own)

    @cached_property
    def _parameters(self) -> tuple[str, ...]:
        return tuple(family.name for family in self.trace.graph.parameter_families)

    def parts(self) -> Parts | None:
        """The whole program in parts; None where only some of the parameters are trained, or the root does not hang on one."""
        trained, graph = len(self.trace.updates) > 1, self.trace.graph
        wanted = [self.trace.derivation.name_of(name) for name in self._parameters]
        if (trained and len(graph.trained) < len(graph.parameters)) or not wanted:
            return None
        for family in graph.families.values():
            self._called("v", family.name)
        code = ReadableCode(self.trace.derivation, called=self._called)
        code.write([graph.root, *wanted])
        if any(name not in code._adjoints for name in self._parameters):
            return None
        used = {*code.formulas.functions, *code.formulas.single}
        names = _names(used, len(code.formulas.constants))
        forward = _lines(code.units[: code.back], names)
        backward = _lines(code.units[code.back : -1], names)
        given = {name: tuple(self._given(graph.families[name], code)) for name in code.arguments}
        data = [line for name, lines in given.items() if name not in self._parameters for line in lines]
        source = "\n".join((*forward, *backward))
        training = Training(self.rhythm, tuple(self._update())) if trained else None
        return Parts(
            tuple(name for name in HELPERS if name in used),
            tuple(body for name, body in DEFINED.items() if re.search(rf"\b{name}\(", source)),
            (*data, *self._masks(code.formulas.constants, names)),
            (*(line for name in self._parameters for line in given[name]), *(self._rate() if trained else ())),
            forward,
            backward,
            tuple(
                self._array(name, self.trace.derivation.name_of(name), self._canonical(own))
                for name, own in zip(self._parameters, wanted, strict=True)
            ),
            self._state(trained),
            tuple(self._array(name, name, self._canonical(name), "#") for name in self._parameters) if trained else (),
            training,
            tuple(map(self._canonical, self._parameters)),
            tuple(names[name] for name in code.formulas.constants),
        )

    def elsewhere(self) -> Elsewhere | None:
        """The parts of a program that differentiates by itself, the loss in it, and the derivatives by variable; None where `parts` is."""
        parts, gradients = self.parts(), self.trace.gradients
        expected = {
            self._canonical(name): _nested(
                [gradients[each] for each in self.trace.graph.families[name].names()], self._sizes(name)
            )
            for name in self._parameters
        }
        return None if parts is None else (parts, self._called("v", self.trace.graph.root), expected)

    def _sizes(self, name: str) -> tuple[int, ...]:
        return tuple(int(axis.size) for axis in self.trace.graph.families[name].axes)

    def _given(self, family: Family, code: ReadableCode) -> Iterator[str]:
        """The lines that make the array of what is given of a family; beyond its ranges it is 0."""
        name, extent = self._called("v", family.name), code.extents[family.name]
        stated = [each for each in family.parts if each.formula is None]
        if len(stated) == len(family.parts) == 1:
            yield from _literal(name, self._figures(family, stated[0]), [int(axis.size) for axis in family.axes])
        else:
            yield f"{name} = np.zeros({tuple(int(axis.size) for axis in family.axes)})"
            for each in stated:
                places = [
                    ":" if isinstance(place, str) else str(place.shift - axis.low)
                    for place, axis in zip(each.places, family.axes, strict=True)
                ]
                sizes = [int(axis.size) for place, axis in zip(places, family.axes, strict=True) if place == ":"]
                yield from _literal(f"{name}[{', '.join(places)}]", self._figures(family, each), sizes)
        if extent.padded:
            yield f"{name} = np.pad({name}, {extent.margins})"

    def _figures(self, family: Family, equation: Equation) -> Iterator[Figure]:
        return (self.trace.graph.givens[family.member(indices)] for indices in equation.members())

    @staticmethod
    def _masks(constants: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[str]:
        for name, truth in constants.items():
            yield f"{names[name]} = np.array({truth.astype(int).tolist()}) == 1"

    def _rate(self) -> Iterator[str]:
        yield f"{self._canonical('rate')} = {text.literal(self.trace.graph.givens['rate'])}"
        yield from self._optimizing.prepared(self._parameters, text.literal)

    def _update(self) -> Iterator[str]:
        slopes = {name: self.trace.derivation.name_of(name) for name in self._parameters}
        yield from self._optimizing.begun([(slope, "") for slope in slopes.values()])
        for name, slope in slopes.items():
            yield from self._optimizing.moved(name, slope)

    def _state(self, trained: bool) -> Line:
        root = self.trace.graph.root
        own = self._called("v", root)
        if not trained:
            return (f"{own} = ", Shown(own, root, spec_for(self.trace, [root])))
        spec = spec_for(self.trace, [f"loss#{step}" for step in self.rhythm.due()])
        return (f"{self.rhythm.words}: {own} = ", Shown(own, "loss#", spec))

    def _array(self, family: str, name: str, variable: str, after: str = "") -> Array:
        """An array that is printed, a row for each choice of all indices but the last."""
        own = self.trace.graph.families[family]
        derived = name != family
        members = (f"{self.trace.derivation.name_of(each) if derived else each}{after}" for each in own.names())
        across = int(own.axes[-1].size) if own.axes else 1
        rows = tuple(iter(lambda: tuple(islice(members, across)), ()))
        return Array(variable if len(own.axes) < 3 else f"{variable}.reshape(-1, {across})", rows)


def _literal(name: str, figures: Iterator[Figure], sizes: Sequence[int]) -> Iterator[str]:
    """name = the array with these numbers."""
    numbers = list(figures)
    if not sizes:
        yield f"{name} = {text.literal(numbers[0])}"
    elif len(sizes) == 1:
        yield from text.vector(name, numbers)
    else:
        across = sizes[-1]
        yield from text.matrix(name, [numbers[at : at + across] for at in range(0, len(numbers), across)])
        if len(sizes) > 2:
            yield f"{name} = {name}.reshape{tuple(sizes)}"


def _nested(numbers: Sequence[float], sizes: Sequence[int]) -> Any:
    """Numbers in rows of rows; a number alone without sizes."""
    if not sizes:
        return numbers[0]
    across = len(numbers) // sizes[0]
    return [_nested(numbers[at : at + across], sizes[1:]) for at in range(0, len(numbers), across)]


def _names(used: set[str], masks: int) -> Mapping[str, str]:
    """What names of the code for speed are called in a program that uses these functions, and so many arrays of truths."""
    functions = {name: NUMPY[name] if name in NUMPY else HELPERS[name][0] for name in used if name in FUNCTIONS}
    names = {**NAMED, **functions}
    names |= {f"{SINGLE}{name}": other for name, other in names.items()}
    return names | {f"where_{n}": f"mask{n}" if n > 1 else "mask" for n in range(1, masks + 1)}


def _lines(units: Sequence[Sequence[str]], names: Mapping[str, str]) -> tuple[str, ...]:
    """Code for speed as one would write it."""
    return tuple(spoken("\n".join(line for unit in units for line in unit), names=names).split("\n"))
