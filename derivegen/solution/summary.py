"""The numbers of a small network and a press go in; a document of one sheet comes out: every z, a and δ, every parameter with its
derivative and what one step makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from derivegen.calculus.numbers.evaluate import Trace
from derivegen.document.blocks import Document, Picture, Prose
from derivegen.document.pen import Pen, pen_over
from derivegen.document.press import Press
from derivegen.errors import InputError
from derivegen.figures.plot import Mark, Piece
from derivegen.figures.summary import ON_LINKS, Card, Line, SummaryFigure, Weighed
from derivegen.formula.tree import Compare, Formula, Negative, Product, Quantity, Sum, Value, total
from derivegen.network.layer import Layer
from derivegen.network.names import derivative
from derivegen.records import dataclass
from derivegen.solution.columns import row_of, stated, unit_in_words
from derivegen.solution.example import followed_example
from derivegen.solution.indexed_summary import lettered
from derivegen.solution.joint import is_joint
from derivegen.solution.links import delta_of
from derivegen.solution.naming import printed
from derivegen.solution.optimizing import called

MOST_UNITS, MOST_LAYERS, MOST_PARAMETERS = 4, 4, 40
"""Units of a layer, layers beside the inputs, and parameters of which every number fits on a sheet."""
SHEETS = {"a4": (842.0, 595.0), "letter": (792.0, 612.0)}
"""Width and height of the papers, lying, in points."""
MARGIN = 40.0
OTHERWISE = "write --to pdf for the worked solution"
MARKS = {"①": Mark(1), "②": Mark(2), "③": Mark(3)}


def summary(trace: Trace, press: Press) -> Document:
    """The sheet. Raises InputError for a network that has no numbers, or too many."""
    _check(trace)
    sheet = _Sheet(pen_over(press, trace, row=followed_example(trace)))
    network = trace.graph.network
    width, height = SHEETS[network.options.paper or "a4"]
    if not trace.graph.layered:
        figure = lettered(sheet.pen, sheet.head(), OTHERWISE, (width - 2 * MARGIN, height - 2 * MARGIN))
        return press.document(network.title, (Picture("sheet", figure, ()),), numbered=False)
    figure = SummaryFigure(
        network.title,
        sheet.described(),
        sheet.head(),
        sheet.cards(),
        sheet.shared(),
        sheet.losses(),
        ((Quantity(sheet.root),), (Value(sheet.root),)),
        tuple(sheet.boxes()),
        width - 2 * MARGIN,
        height - 2 * MARGIN,
    )
    return press.document(network.title, (Picture("sheet", figure, ()),), numbered=False)


def _check(trace: Trace) -> None:
    graph = trace.graph
    if not graph.indexed:
        raise InputError(f"--to summary: a [graph] has no layers to sum up, nor index letters; {OTHERWISE}", "--to")
    if not trace.complete:
        raise InputError(
            f"--to summary: there are no numbers to sum up, something was left symbolic; {OTHERWISE}", "--to"
        )
    units, count = max(graph.widths, default=0), len(graph.parameters)
    if graph.layered and (units > MOST_UNITS or graph.depth > MOST_LAYERS or count > MOST_PARAMETERS):
        found = f"a layer of {units} units, {graph.depth} layers and {count} parameters"
        raise InputError(
            f"--to summary: found {found}; a sheet holds up to {MOST_UNITS} units a layer, {MOST_LAYERS} layers and {MOST_PARAMETERS} "
            f"parameters; {OTHERWISE}, or --to json for every number",
            "--to",
        )


@dataclass(frozen=True)
class _Sheet:
    """What stands on the sheet of one network; of several examples the one in hand is followed."""

    pen: Pen

    @property
    def root(self) -> str:
        """The loss in hand."""
        return self.pen.chain.root

    @cached_property
    def stepped(self) -> bool:
        """Whether there is a step that changes something."""
        return len(self.pen.trace.updates) > 1

    def say(self, key: str, **values: object) -> Line:
        """A sentence as pieces of a label."""
        return tuple(_pieces(self.pen.say(key, **values)))

    def told(self, *names: str) -> Iterator[Piece]:
        """The quantities with their numbers, an arrow between."""
        for number, name in enumerate(names):
            if number:
                yield "→"
            yield stated(self.pen, name)

    def head(self) -> Line:
        """What one step achieves; without one, the loss."""
        whole = self.pen.graph.root
        if not self.stepped:
            return (stated(self.pen, whole),)
        return (
            *self.say("summary.head", rate=stated(self.pen, "rate")),
            stated(self.pen, whole),
            "→",
            Value(f"{whole}#1"),
        )

    # cards

    def cards(self) -> tuple[tuple[Card, ...], ...]:
        """Inputs and units."""
        inputs = [f"x[{k}]{row_of(self.pen)}" for k in range(1, self.pen.graph.n_inputs + 1)]
        first = tuple(Card("", ((Quantity(name),), (Value(name),))) for name in inputs)
        return (
            first,
            *(tuple(self.card(layer, j) for j in range(1, layer.units + 1)) for layer in self.pen.graph.stack),
        )

    def card(self, layer: Layer, j: int) -> Card:
        """One unit."""
        own = row_of(self.pen)
        z, a = f"{layer.z.name}[{j}]{own}", f"{layer.a.name}[{j}]{own}"
        backward = self.backward(layer, z, a)
        forward: list[Line] = [tuple(self.told(*((a,) if layer.linear else (z, a))))]
        weights = [self.weighed(f"{layer.weights.name}[{j}][{k}]", k) for k in self.sources(layer, j)]
        if layer.offset is not None and layer.offset.axes:
            bias = self.weighed(f"{layer.offset.name}[{j}]", 0)
            if max(layer.units, layer.fan_in) <= ON_LINKS:
                forward.insert(0, bias.told)
                backward = (*backward, ("∂", Quantity(f"{layer.offset.name}[{j}]"), ":", *bias.slope[1:]))
            else:
                weights.append(bias)
        return Card(self.name(layer, j, a), tuple(forward), backward, tuple(weights))

    def sources(self, layer: Layer, j: int) -> Iterator[int]:
        """The units below that a unit has weights from."""
        return (k for k in range(1, layer.fan_in + 1) if layer.weights.exists((j, k)))

    def backward(self, layer: Layer, z: str, a: str) -> tuple[Line, ...]:
        """① and ②, and δ, which is their product."""
        pen = self.pen
        minds, both = pen.chain.name_of(a), pen.chain.name_of(z)
        found: Line = (pen.stated(both, Quantity(delta_of(pen.graph, both))),)
        if layer.a.is_coupled or is_joint(pen, both):
            return (self.say("summary.joint"), found)
        if layer.linear:
            return ((Mark(1), Value(minds)), found)
        return ((Mark(1), Value(minds), "·", Mark(2), Value(derivative(a, z))), found)

    def name(self, layer: Layer, j: int, a: str) -> str:
        """What a unit is, and of an output its target."""
        pen = self.pen
        words = unit_in_words(pen, (layer.number, j - 1))
        if layer.number < pen.graph.depth:
            return pen.words.plain("summary.unit", unit=words)
        target = printed(pen, pen.graph.beside(a, pen.graph.target))
        return pen.words.plain("summary.output", unit=words, target=target)

    def weighed(self, name: str, source: int) -> Weighed:
        """A parameter: its value, what it becomes, its derivative."""
        slope = self.pen.trace.derivation.name_of(name)
        told: Line = (stated(self.pen, name),)
        if self.stepped:
            told = (*told, "→", Value(f"{name}#1"))
        return Weighed(told, ("∂", Value(slope)), source)

    def shared(self) -> tuple[Weighed | None, ...]:
        """What each layer shares."""
        found: list[Weighed | None] = [None]
        for layer in self.pen.graph.stack:
            alone = layer.offset is not None and not layer.offset.axes
            found.append(self.weighed(layer.offset.name, 0) if alone and layer.offset is not None else None)
        return tuple(found)

    def losses(self) -> tuple[Line, ...]:
        """What each output adds to the loss, where there are several."""
        pen = self.pen
        if "loss terms" not in pen.graph.families or pen.graph.n_outputs == 1:
            return ()
        names = [f"loss[{j}]{row_of(pen)}" for j in range(1, pen.graph.n_outputs + 1)]
        return tuple((Value(name),) for name in names) if all(map(pen.trace.known, names)) else ()

    # boxes

    def boxes(self) -> Iterator[tuple[str, tuple[Line, ...]]]:
        """How to read the sheet: forward, backward, derivatives and step."""
        pen, words = self.pen, self.pen.words
        loss = Quantity(self.root)
        forward = [self.say("summary.forward.z"), self.say("summary.forward.a")]
        if losses := self.losses():
            terms = [part for line in losses for part in line if isinstance(part, Formula)]
            added = Sum(tuple(terms))
            both = pen.relation(loss, added), pen.relation(added, Value(self.root))
            forward.append((Compare(loss, both[0], added), both[1], Value(self.root)))
        if pen.graph.network.rows != 1:
            forward.append(self.say("summary.forward.rows", row=pen.row_in_hand, count=pen.graph.network.rows))
        yield words.plain("summary.forward.title"), tuple(forward)
        backward = [self.say("summary.backward.output", loss=loss)]
        if pen.graph.depth > 1:
            backward += [self.say("summary.backward.hidden"), *self.example()]
        yield words.plain("summary.backward.title"), (*backward, self.say("summary.backward.delta"))
        step = [
            self.say("summary.step.short", loss=Quantity(pen.graph.root)),
            self.say("summary.step.weight", rows=pen.graph.network.rows != 1),
        ]
        if any(layer.offset is not None for layer in pen.graph.stack):
            step.append(self.say("summary.step.bias", shared=any(self.shared()), rows=pen.graph.network.rows != 1))
        yield words.plain("summary.step.title"), (*step, *self.stepping())

    def example(self) -> Iterator[Line]:
        """① of the first unit that feeds others, in numbers."""
        pen, own = self.pen, row_of(self.pen)
        layer, above = pen.graph.layer(1), pen.graph.layer(2)
        minds = pen.chain.name_of(f"{layer.a.name}[1]{own}")
        terms = [
            Product((Value(f"{above.weights.name}[{i}][1]"), Value(pen.chain.name_of(f"{above.z.name}[{i}]{own}"))))
            for i in range(1, above.units + 1)
            if above.weights.exists((i, 1))
        ]
        if terms:
            put_in = total(*terms)
            yield (Compare(put_in, pen.relation(put_in, Value(minds)), Value(minds)),)

    def stepping(self) -> Iterator[Line]:
        """The step, in numbers of the parameter that moves most."""
        pen = self.pen
        if not self.stepped:
            return
        if not pen.graph.network.training.rule.is_plain:
            yield self.say("summary.step.by", optimizer=called(pen), rate=Value("rate"))
            return
        yield self.say("summary.step.rule", rate=Value("rate"))
        first = max(
            pen.graph.trained, key=lambda name: abs(pen.trace.number(pen.trace.derivation.name_of(name))), default=None
        )
        if first is not None:
            slope = Value(pen.trace.derivation.name_of(first))
            put_in = Sum((Value(first), Negative(Product((Value("rate"), slope)))))
            yield (Compare(put_in, pen.relation(put_in, Value(f"{first}#1")), Value(f"{first}#1")),)

    def described(self) -> str:
        """For a listener: outputs, losses, and where the largest derivative is."""
        pen, graph = self.pen, self.pen.graph
        outputs = graph.outputs(pen.chain.row)
        told = [
            pen.words.plain(
                "summary.told.output", output=printed(pen, a), target=printed(pen, graph.beside(a, graph.target))
            )
            for a in outputs
        ]
        return pen.words.plain(
            "summary.description",
            shape="–".join(map(str, graph.widths)),
            count=len(graph.parameters),
            outputs=told,
            loss=printed(pen, graph.root),
            after=printed(pen, f"{graph.root}#1") if self.stepped else "",
        )


def _pieces(prose: Prose) -> Iterator[Piece]:
    """Prose as pieces of a label, the marks of factors drawn."""
    for run in prose:
        if isinstance(run, Formula):
            yield run
            continue
        words = ""
        for sign in run:
            if sign in MARKS:
                if words.strip():
                    yield words.strip()
                yield MARKS[sign]
                words = ""
            else:
                words += sign
        if words.strip():
            yield words.strip()
