"""A solved network and a model of another library go in; what agrees, what differs and why comes out, as a value that prints itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from derivegen.errors import InputError
from derivegen.interop.models.agreement import Agreement, Compared, What, says
from derivegen.interop.models.differing import Reason, alike, of_family, of_value, reasons
from derivegen.interop.models.exchanged import Exchanged, exchanged, is_single, numbers_of
from derivegen.interop.models.ours import AnySolution, Ours
from derivegen.interop.models.placed import InFamilies, placed
from derivegen.network.also_called import activation_here
from derivegen.network.tables.activations import USUAL
from derivegen.on_use import numpy
from derivegen.records import replace

if TYPE_CHECKING:
    from derivegen.interop.models.model import Array

Why = Callable[[], tuple[Reason, ...]]


def against(solution: AnySolution, model: Any, gradients: Any = None, loss: Any = None) -> Agreement:
    """The comparison. Raises InputError where the model is another network, or has nothing to be compared."""
    own = Ours(solution)
    alone = isinstance(model, Mapping) and gradients is None and loss is None
    named = _by_our_names(solution, model) if alone else {}
    other = None if named else exchanged(model, gradients)
    found = [*_named(own, named)] if other is None else [*_Beside(own, other).compared(loss)]
    words = solution.press.words
    rows = tuple(replace(row, says=says(words, row)) for row in found)
    title = type(model).__name__ if other is None else other.title
    counts = {"agreeing": sum(row.agrees for row in rows), "all": len(rows)}
    said = words.plain("against.title", model=title, network=solution.graph.network.title, **counts)
    return Agreement(said, rows, words.plain("against.again"))


def _compared(what: What, names: tuple[str, str], theirs: Array, ours: Array, single: bool, why: Why) -> Compared:
    """One thing under both its names. Where it differs, `why` is asked."""
    if alike(theirs, ours, single):
        return Compared(what, *names, True)
    if theirs.shape != ours.shape:
        sizes = (("theirs", _by(theirs)), ("ours", _by(ours)))
        return Compared(what, *names, False, float("inf"), why() or (Reason("sizes", sizes),))
    apart = float(abs(theirs - ours).max())
    return Compared(what, *names, False, apart, why() or (Reason("unknown", (("apart", f"{apart:.2g}"),)),))


def _by(array: Array) -> str:
    return " × ".join(map(str, array.shape)) or "1"


# arrays under our names


def _by_our_names(solution: AnySolution, model: Mapping[Any, Any]) -> dict[str, tuple[str, bool, Array]]:
    """For each name the family or the single quantity, whether it is the derivative by that, and the array; nothing unless all are names
    of here. Raises InputError where nothing but single numbers is given, and one has a name that is none."""
    found: dict[str, tuple[str, bool, Array]] = {}
    graph = solution.graph
    single = all(isinstance(value, (int, float)) or getattr(value, "shape", None) == () for value in model.values())
    for typed, value in model.items():
        name = solution.named(str(typed))
        quantity = name.removeprefix(f"d{graph.root}/d")
        if isinstance(value, Mapping) or not (quantity in graph.families or (single and graph.locate(quantity))):
            if not single:
                return {}
            fix = f"`derivegen names` lists them, such as {next(iter(graph.sought), graph.root)}"
            raise InputError(f"{typed}: there is no quantity of that name; {fix}")
        derived = quantity != name or "/" in str(typed)
        found[str(typed)] = (quantity, derived, numbers_of(value))
    return found


def _named(own: Ours, given: Mapping[str, tuple[str, bool, Array]]) -> Iterator[Compared]:
    for typed, (family, derived, array) in given.items():
        single, theirs, name = is_single(array), array.astype(float), family
        ours = own.derivative(family) if derived else own.value(family)
        if derived:
            name = own.solution.derivation.name_of(family)
            why: Why = partial(of_family, theirs, ours, own.value(family), lambda of: of(family), own.setting, single)  # noqa: B023
        elif family == own.solution.graph.root:
            why = partial(reasons, theirs, ours, own.setting, single)
        else:
            why = partial(of_value, theirs, ours, family, own.setting, single)
        yield _compared(_what(own, family, derived), (name, typed), theirs, ours, single, why)


def _what(own: Ours, family: str, derived: bool) -> What:
    return "derivative" if derived else "loss" if family == own.solution.graph.root else "value"


# a model


class _Beside(NamedTuple):
    """A model beside a solution."""

    own: Ours
    other: Exchanged

    def compared(self, loss: Any) -> Iterator[Compared]:
        """Functions and numbers, then what both compute of the same numbers."""
        where = placed(self.other, self.own.solution.graph)
        yield from _activations(self.own, where)
        numbers = [*self._values(where)]
        yield from numbers
        changed = {row.ours: where.values[row.ours].tolist() for row in numbers if not row.agrees}
        own = Ours(self.own.solution.at(changed)) if changed else self.own
        yield from _Results(own, self.other, where).compared(loss)

    def _values(self, where: InFamilies) -> Iterator[Compared]:
        for family, array in where.values.items():
            theirs, ours = array.astype(float), self.own.value(family)
            names = (family, " + ".join(where.sources(family)) or family)
            why = partial(of_value, theirs, ours, family, self.own.setting, self.other.single)
            row = _compared("value", names, theirs, ours, self.other.single, why)
            yield replace(row, why=_layout(where, (family,))) if row.agrees else row


def _activations(own: Ours, where: InFamilies) -> Iterator[Compared]:
    """Functions that are others: most likely why all the rest differs."""
    for layer, section in zip(own.solution.graph.stack, where.model.sections, strict=False):
        said = section.get("activation", USUAL)
        theirs = str(said.get("name")) if isinstance(said, Mapping) else str(said)
        ours = USUAL if layer.linear else layer.a.rule
        if activation_here(theirs) != ours:
            why = (Reason("activation", (("theirs", theirs), ("ours", ours))),)
            yield Compared("activation", layer.a.name, layer.a.name, False, why=why)


class _Results(NamedTuple):
    """What both compute of the same numbers."""

    own: Ours
    other: Exchanged
    where: InFamilies

    def compared(self, loss: Any) -> Iterator[Compared]:
        """The output, the loss and the derivatives, as far as they are there."""
        single, root = self.other.single, self.own.solution.graph.root
        computed = self.other.computed(self._entering(), self.own.targets(), loss)
        if computed.output is not None:
            ours = self.own.by_rows(self.own.output)
            theirs = numpy.asarray(computed.output, dtype=float)
            theirs = theirs.reshape(ours.shape) if theirs.size == ours.size else theirs
            why: Why = partial(self._before, theirs)
            yield _compared("output", (self.own.output, "output"), theirs, ours, single, why)
        if computed.loss is not None:
            theirs, ours = numpy.array(computed.loss), self.own.value(root)
            why = partial(reasons, theirs, ours, self.own.setting, single)
            yield _compared("loss", (root, "loss"), theirs, ours, single, why)
        for name, found in (computed.gradients or self.other.gradients).items():
            yield self._derivative(name, found.astype(float))

    def _entering(self) -> Array:
        """The rows as the model has them."""
        rows = self.own.by_rows("x")
        if self.where.model.counted_from_0:
            return (rows - 1).astype(int)
        turned: Array = numpy.moveaxis(rows, 1, -1) if self.where.model.channels_last else rows
        return turned

    def _before(self, theirs: Array) -> tuple[Reason, ...]:
        """A model often gives z, of which its loss takes the activation."""
        if not self.own.solution.graph.layered:
            return ()
        z = "z" + self.own.output[1:]
        return (Reason("logits", (("z", z),)),) if alike(theirs, self.own.by_rows(z), self.other.single) else ()

    def _derivative(self, name: str, theirs: Array) -> Compared:
        pieces, values = self.where.pieces.get(name, ()), self.other.arrays[name].astype(float)
        laid = partial(self._laid, name)
        ours = laid(self.own.derivative)
        families = dict.fromkeys(piece.family for piece in pieces)
        names = ", ".join(map(self.own.solution.derivation.name_of, families))
        why = partial(of_family, theirs, ours, values, laid, self.own.setting, self.other.single)
        both = (names, self.other.derivative.format(name))
        row = _compared("derivative", both, theirs, ours, self.other.single, why)
        return replace(row, why=_layout(self.where, tuple(families))[:1]) if row.agrees and len(families) == 1 else row

    def _laid(self, name: str, array_of: Callable[[str], Array]) -> Array:
        """What the families hold as the model lays it out: where several are made of one number, each takes its share of it."""
        made = numpy.zeros(self.other.arrays[name].size)
        for piece in self.where.pieces.get(name, ()):
            numpy.add.at(made, piece.there, array_of(piece.family).ravel()[piece.here])
        return made.reshape(self.other.arrays[name].shape)


def _layout(where: InFamilies, families: tuple[str, ...]) -> tuple[Reason, ...]:
    """How the numbers of families lie in the model, where that is not as here."""
    found: dict[Reason, None] = {}
    for family in families:
        sources = where.sources(family)
        if len(sources) > 1:
            found[Reason("doubled", (("biases", sources),))] = None
        within = tuple(dict.fromkeys(piece.family for name in sources for piece in where.pieces[name]))
        if len(within) > 1:
            found[Reason("stacked", (("families", within),))] = None
        elif any(piece.turned for name in sources for piece in where.pieces[name]):
            found[Reason("turned")] = None
    return tuple(found)
