"""A network of layers with all its numbers goes in; the parts of its program come out: forward, backward, update, as numpy has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

from derivegen.calculus.code.formulas import FormulaCode
from derivegen.calculus.code.lines import bare
from derivegen.calculus.code.written import WrittenProducts, as_factor
from derivegen.calculus.links import Link
from derivegen.formula.print.python import called, python, without_ones
from derivegen.formula.tree import BigSum, Formula, Negative, Product
from derivegen.network.family import Family
from derivegen.network.layer import Layer
from derivegen.network.tables.losses import LOSSES
from derivegen.records import dataclass
from derivegen.solution.program import given
from derivegen.solution.program.functions import Function, functions, whole
from derivegen.solution.program.names import Names
from derivegen.solution.program.saturated import Joined, is_saturated, joined
from derivegen.solution.program.setting import Setting, members_of
from derivegen.solution.program.text import Array, Elsewhere, Line, Parts, Rhythm, Shown, Training, spec_for

MOST_OUTPUTS = 4
"""Outputs printed beside the loss."""
MOST_COLUMNS = 10
"""Numbers in a row of an array that is printed."""


@dataclass(frozen=True)
class Layers:
    """The writer of a network's program."""

    setting: Setting
    rhythm: Rhythm

    @property
    def names(self) -> Names:
        """What things are called."""
        return self.setting.names

    @cached_property
    def functions(self) -> Mapping[int, Function]:
        """The activations by layer."""
        return functions(self.setting)

    @property
    def _printable(self) -> bool:
        """Whether there is anything to print: of a wide network that is not trained there would be the loss alone."""
        if self._saturated and (self.setting.batch is not None or not self._joint):
            return False  # the forward pass of a batch hands on no z
        return self.setting.trained or self._shows_arrays

    @cached_property
    def _saturated(self) -> bool:
        return is_saturated(self.setting.trace)

    @cached_property
    def _joined(self) -> Joined:
        return joined(self.setting)

    def parts(self) -> Parts | None:
        """The whole program in parts; None where there is nothing to print."""
        return self._parts() if self._printable else None

    def elsewhere(self) -> Elsewhere:
        """The same for a library that differentiates by itself."""
        return self._parts(), self.names["loss"], self.setting.gradients

    def _parts(self) -> Parts:
        forward, definitions = tuple(self._forward()), list(self._definitions())
        if self.setting.batch is not None:
            definitions.append(self._forward_function(forward))
            last = "[-1]" if len(self._passed) > 1 else ""
            forward = (f"{self.setting.output} = forward({self.names['x']}){last}",)
        training = None
        if self.setting.trained:
            training = Training(self.rhythm, tuple(self._update()), tuple(self._cut()))
        return Parts(
            called(self._trees()),
            tuple(definitions),
            tuple(given.data(self.setting)),
            tuple(given.parameters(self.setting)),
            (*forward, self._loss_line()),
            tuple(self._backward()),
            tuple(self._shown(derivatives=True)) if self._shows_arrays and self.setting.batch is None else (),
            self._state(),
            tuple(self._shown(derivatives=False)) if training is not None and self._shows_arrays else (),
            training,
            tuple(self.names[family.name] for family in self.setting.parameters),
        )

    def _definitions(self) -> Iterator[str]:
        for function in dict.fromkeys(self.functions.values()):
            yield from function.definitions
        if self._saturated:
            yield from self._joined.definitions

    def _trees(self) -> Iterator[Formula]:
        """Every formula that stands in the program."""
        for function in self.functions.values():
            yield from function.trees
        yield self._loss_term
        yield self._loss_slope

    # forward

    def _printed(self, tree: Formula, named: Callable[[str], str]) -> str:
        """A formula under index letters as code, in arrays as the setting has them."""
        printer = FormulaCode(named, WrittenProducts(self.setting.examples, units=not self.setting.scalar))
        return bare(printer.piece(tree).code)

    def _forward(self) -> Iterator[str]:
        for layer in self.setting.stack:
            assert layer.z.formula is not None
            yield f"{self.names[layer.z.name]} = {self._printed(layer.z.formula, self.names.__getitem__)}"
            if layer.number in self.functions:
                yield f"{self.names[layer.a.name]} = {self.functions[layer.number].call}({self.names[layer.z.name]})"

    @property
    def _passed(self) -> list[str]:
        """The arrays of a forward pass, the output last."""
        families = (family for layer in self.setting.stack for family in (layer.z, layer.a))
        return list(dict.fromkeys(self.names[family.name] for family in families))

    def _forward_function(self, forward: Sequence[str]) -> str:
        lines = "\n".join(f"    {line}" for line in forward)
        return f"def forward({self.names['x']}):\n{lines}\n    return {', '.join(self._passed)}"

    @cached_property
    def _loss_term(self) -> Formula:
        """The term of one output and one example."""
        tree = self.setting.trace.graph.families["loss"].formula
        assert tree is not None
        if isinstance(tree, Product) and isinstance(tree.factors[-1], BigSum):
            tree = tree.factors[-1]  # the shares in front are written behind
        while isinstance(tree, BigSum):
            tree = tree.body
        return tree

    @cached_property
    def _loss_slope(self) -> Formula:
        """The slope of that term by the output."""
        derivation = self.setting.trace.derivation
        link: Link = next(iter(derivation.links_of(derivation.root_family)))
        assert link.factor is not None
        return link.factor

    def _shares(self, data: str) -> str:
        """What a mean is divided by: the examples, the outputs."""
        network = self.setting.network
        assert network.loss is not None
        divided = f" / len({data})" if self.setting.several and network.loss.reduction == "mean" else ""
        outputs = self.setting.trace.graph.n_outputs
        return divided + (f" / {outputs}" if network.loss.outputs == "mean" and outputs > 1 else "")

    def _loss_line(self) -> str:
        if self._saturated:
            text = self._joined.loss
            return f"{self.names['loss']} = {f'np.sum({text})' if self.setting.arrays else text}{self._shares(self.names['x'])}"
        term, sign, target = self._loss_term, "", self.names["t"]
        if isinstance(term, Negative) and self.setting.arrays:
            term, sign = term.body, "-"
        text = self._of_loss(term, target)
        summed = f"{sign}np.sum({text})" if self.setting.arrays else text
        return f"{self.names['loss']} = {summed}{self._shares(self.names['x'])}"

    def _of_loss(self, tree: Formula, target: str, divided: bool = False) -> str:
        named = {f"a[{self.setting.last}]": self.setting.output, "t": target}
        if self.setting.arrays:
            return whole(without_ones(tree), named.__getitem__, self.setting.output, as_factor=divided)
        return python(without_ones(tree), named.__getitem__, False, as_factor=divided)

    # backward

    def _cut(self) -> Iterator[str]:
        """A batch and its forward pass."""
        if self.setting.batch is None:
            return
        (lines, rows), own = given.taken(self.setting), self.setting.own
        yield from lines
        for name in ("x", "t"):
            yield f"{own('batch', name)} = {self.names[name]}[{rows}]"
        yield f"{', '.join(self._passed)} = forward({own('batch', 'x')})"

    def _used(self, name: str) -> str:
        """An array; of the data, the batch."""
        data = name in ("x", "t") and self.setting.batch is not None
        return self.setting.own("batch", name) if data else self.names[name]

    def _backward(self) -> Iterator[str]:
        yield from self._from_loss()
        for layer in reversed(self.setting.stack):
            number = layer.number
            if number in self.functions and not (number == self.setting.last and self._joint):
                yield f"{self._felt(layer.z)} = {self._through(layer)}"
            yield from (f"{self._felt(family)} = {self._from_sums(family)}" for family in layer.parameters)
            if number > 1:
                yield f"{self._felt(layer.below)} = {self._from_sums(layer.below)}"

    def _felt(self, family: Family) -> str:
        """What the loss's derivative by a family is called."""
        return self.names[self.setting.trace.derivation.name_of(family.name)]

    def _from_sums(self, family: Family) -> str:
        """The derivative by what stands in weighted sums: everything that comes back, over its links."""
        code = self._printed(self.setting.trace.derivation.rule(family), self._used)
        return code if family.mask is None else f"{as_factor(code)} * {self.setting.own('mask', family.name)}"

    def _from_loss(self) -> Iterator[str]:
        last, output = self.setting.last, self.setting.output
        t, shares = self._used("t"), self._shares(self._used("x"))
        if self._saturated:
            yield f"{self.names[f'dloss/dz[{last}]']} = {self._joined.slope}{shares}"
        elif self._joint:
            difference = f"({output} - {t})" if shares else f"{output} - {t}"
            yield f"{self.names[f'dloss/dz[{last}]']} = {difference}{shares}"
        else:
            slope = self._of_loss(self._loss_slope, t, divided=bool(shares))
            yield f"{self.names[f'dloss/da[{last}]']} = {slope}{shares}"

    @cached_property
    def _joint(self) -> bool:
        """Whether loss and output activation are the pair whose slopes together are a − t; of softmax only for targets that add up to 1."""
        network = self.setting.network
        assert network.loss is not None and network.targets is not None
        if network.loss.formula is not None or LOSSES[network.loss.name].with_activation is None:
            return False
        sums = network.loss.targets != "shares" or all(sum(row) == 1 for row in network.targets)
        return self.setting.trace.graph.output.rule == LOSSES[network.loss.name].with_activation and sums

    def _through(self, layer: Layer) -> str:
        """Back through an activation."""
        above, a = self._felt(layer.a), self.names[layer.a.name]
        if layer.a.is_coupled:
            along = ", axis=1, keepdims=True" if self.setting.several else ""
            return f"{a} * ({above} - np.sum({above} * {a}{along}))"
        function = self.functions[layer.number]
        families = {"z": layer.z, "a": layer.a}
        arguments = ", ".join(self.names[families[letter].name] for letter in function.letters)
        return f"{above} * {function.slope}({arguments})" if arguments else f"{above} * {function.slope}"

    # update

    def _update(self) -> Iterator[str]:
        partly, setting = given.partly_free(self.setting), self.setting
        free = {each.name: setting.own("free", each.name) if each.name in partly else "" for each in setting.moved}
        slopes = [(f"dloss/d{name}", mask) for name, mask in free.items()]
        yield from setting.optimizing.begun(slopes, not setting.scalar)
        for name, mask in free.items():
            yield from setting.optimizing.moved(name, f"dloss/d{name}", mask)

    # what is printed

    def _state(self) -> Line:
        """The loss and, if they are few, the outputs."""
        mark = "#" if self.setting.trained else ""
        loss = self.names["loss"]
        pieces: list[str | Shown] = [f"{self.rhythm.words}: "] if mark else []
        pieces += [f"{loss} = ", Shown(loss, f"loss{mark}", self._spec(["loss"]))]
        rows = self.setting.trace.graph.outputs_by_row
        if sum(map(len, rows)) > MOST_OUTPUTS:
            return tuple(pieces)
        spec = self._spec([name for row in rows for name in row])
        pieces.append(f", {self.setting.output} =")
        for r, row in enumerate(rows):
            for j, name in enumerate(row):
                pieces += [" ", Shown(self.setting.output + self._place(r, j), f"{name}{mark}", spec)]
        return tuple(pieces)

    def _place(self, row: int, unit: int) -> str:
        if self.setting.scalar:
            return f"[{row}]" if self.setting.several else ""
        return f"[{row}, {unit}]" if self.setting.several else f"[{unit}]"

    def _spec(self, names: Sequence[str]) -> str:
        """The format of numbers that are printed again and again."""
        due = [f"#{step}" for step in self.rhythm.due()] if self.setting.trained else [""]
        return spec_for(self.setting.trace, [name + step for name in names for step in due])

    @cached_property
    def _shows_arrays(self) -> bool:
        return max(self.setting.trace.graph.widths) <= MOST_COLUMNS

    def _shown(self, derivatives: bool) -> Iterator[Line | Array]:
        """All derivatives, or all parameters."""
        name_of = self.setting.trace.derivation.name_of
        for family in self.setting.parameters:
            variable = self.names[f"dloss/d{family.name}" if derivatives else family.name]
            rows = [[n and (name_of(n) if derivatives else f"{n}#") for n in row] for row in members_of(family)]
            if self.setting.scalar:
                yield self._single(variable, str(rows[0][0]))
            else:
                yield Array(variable, tuple(map(tuple, rows)))

    def _single(self, variable: str, name: str) -> Line:
        at = f"{name}{self.rhythm.steps}" if name.endswith("#") else name
        return (f"{variable} = ", Shown(variable, name, spec_for(self.setting.trace, [at])))
