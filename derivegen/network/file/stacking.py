"""Takes the `[[layer]]` sections of a file with other kinds than dense ones; gives one graph of indexed equations, a part for each layer,
its numbers drawn, read or typed, every size checked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from pathlib import Path
from typing import Any, Final

from derivegen.formula.read.indexed import read_left
from derivegen.network.family import Family
from derivegen.network.file.fitting import Layers
from derivegen.network.file.layer_numbers import LayerGivens
from derivegen.network.file.layer_options import Choice, chosen, dense_choice
from derivegen.network.file.layer_sections import ArrayFile, Drawn, KindLayer, Layer
from derivegen.network.file.layer_text import Fitted, Fitting, Letters, Output, TakenLetters, counted, without_f
from derivegen.network.file.lists import Numbers, filled, flat, shape_of
from derivegen.network.file.messages import Fault, nearest, shown
from derivegen.network.file.own_indexed import check_equations, check_readable, left_side
from derivegen.network.file.reads import check_order, check_size
from derivegen.network.file.schema import Data
from derivegen.network.file.stacked_targets import check_targets, checked_mask, weights_of_classes
from derivegen.network.file.values import Draws, array_lists
from derivegen.network.layers import indexed
from derivegen.network.layers.loss import MASK, STEPS, TARGET
from derivegen.network.network import FormulaGraph, Given, IndexLetter, LossChoice, Part
from derivegen.network.tables.layer_texts import EXAMPLE, LayerKind
from derivegen.network.tables.losses import PENALTIES
from derivegen.records import dataclass, replace

INPUTS: Final = "inputs"
"""What `from` and `other` call the inputs of the network."""
MOST_LAYERS: Final = 100
_LOOKED_UP: Final = re.compile(r"\[[^\[\]]*\bbelow\[")
Sections = Sequence[Layer | KindLayer]


@dataclass
class Stack:
    """The layers of one file while they are put on one another."""

    sections: Sections
    kinds: Mapping[str, LayerKind]
    data: Data
    base: Path
    draws: Draws
    numbers: LayerGivens
    dense: Layers

    def __post_init__(self) -> None:
        self.parts: list[Part] = []
        self.found: dict[Given, Numbers] = {"input": {}, "weight": {}, "bias": {}, "constant": {}}
        self.families: dict[str, Family] = {}
        self.inputs, self.rows = self._inputs()
        self.outputs = {INPUTS: Output("x", {}, shape_of(self.inputs, "data.inputs")[1:])}

    def graph(self, loss: LossChoice, held: Mapping[str, Fraction]) -> FormulaGraph:
        """The whole network, its parameters held small so strongly. Raises Fault."""
        if len(self.sections) > MOST_LAYERS:
            raise Fault("layer", f"{len(self.sections)} layers", f"at most {MOST_LAYERS}", "make the network less deep")
        last = self.outputs[INPUTS]
        for number, section in enumerate(self.sections, 1):
            last = self._layer(number, section, last)
        self._loss(last, loss)
        self.found["constant"] |= {PENALTIES[name].strength: strength for name, strength in held.items()}
        parameters = {**self.found["weight"], **self.found["bias"]}
        if not parameters and not self.found["input"]:
            raise Fault("layer", "no parameters and no inputs", "something to differentiate by", "add a layer")
        wrt = tuple(parameters) or tuple(self.found["input"])
        inputs, constants = self.found["input"], self.found["constant"]
        return FormulaGraph(inputs, parameters, (), "loss", wrt, constants=constants, parts=tuple(self.parts))

    # what enters

    def _inputs(self) -> tuple[Any, int]:
        """The inputs as lists, and how many rows there are."""
        given = self.data.inputs
        if isinstance(given, ArrayFile):
            given = array_lists(given, self.base, "data.inputs")
        if isinstance(given, Drawn):
            shape = given.shape or ((given.columns,) if given.columns else None)
            if shape is None:
                raise Fault("data.inputs", "drawn inputs, but not how many", "the sizes of a row", "add shape = [3, 2]")
            rows = self.data.rows if isinstance(self.data.rows, int) else 1
            numbers = (n for row in self.draws.rows(given, rows, prod(shape), "data.inputs") for n in row)
            return tuple(filled(numbers, shape) for _ in range(rows)), rows
        if not isinstance(given, tuple):
            fix = "write rows of inputs, or { seed = 1, shape = [3, 2] }"
            raise Fault("data.inputs", shown(given), "the numbers of the inputs, since sizes follow from them", fix)
        if self.data.rows is not None:
            raise Fault("data.rows", shown(self.data.rows), "no rows beside rows of inputs", "take rows out")
        return given, len(given)

    def _named_inputs(self, own: TakenLetters, choice: Choice) -> Output:
        """The inputs, with letters from the first layer that takes them."""
        sizes = self.outputs[INPUTS].sizes
        letters = {
            letter: IndexLetter(1, size, counted(letter, choice.text))
            for letter, size in zip(own.letters, sizes, strict=True)
        }
        looked = not callable(choice.text.nodes) and any(_LOOKED_UP.search(right) for _, right in choice.text.nodes)
        kind: Given = "constant" if looked else "input"
        self._add_given("x", kind, letters, self.inputs, 1)
        self.outputs[INPUTS] = Output("x", letters, sizes)
        return self.outputs[INPUTS]

    def _add_given(self, name: str, kind: Given, letters: Letters, value: Any, layer: int) -> None:
        """A part of numbers that are given for each row."""
        axes = {**letters, **self._examples}
        left = name + (f"[{','.join(axes)}]" if axes else "")
        part = Part(axes, ((kind, left),), layer=layer)
        self.parts.append(part)
        sizes = [range(1, each.size + 1) for each in letters.values()]
        names = [name + "".join(f"[{i}]" for i in at) for at in product(*sizes)]
        for row in range(1, self.rows + 1):
            end = f"@{row}" if self.rows > 1 else ""
            numbers = [None] * len(names) if value is None else [*flat(value[row - 1])]
            self.found[kind] |= {name + end: number for name, number in zip(names, numbers, strict=True)}
        self._add(part)

    @property
    def _examples(self) -> dict[str, IndexLetter]:
        return {EXAMPLE: IndexLetter(1, self.rows, "example")} if self.rows > 1 else {}

    def _add(self, part: Part) -> None:
        indexed.add_part(part, self.found["constant"], self.families)
        check_size(self.families, f"layer[{part.layer}]")

    # layers

    def _layer(self, number: int, section: Layer | KindLayer, before: Output) -> Output:
        path = f"layer[{number}]"
        below = before if section.below is None else self._named(section.below, f"{path}.from")
        second = getattr(section, "other", None)
        other = None if second is None else self._named(second, f"{path}.other")
        if isinstance(section, Layer):
            made = self.dense.layer(number, below.sizes[-1] if below.sizes else 1)
            choice = dense_choice(number, made, below, section.name, section.below)
        else:
            choice = chosen(section, number, self.kinds, below, other is not None)
        if below.name == self.outputs[INPUTS].name and not below.letters:
            below = self._named_inputs(choice.taken, choice)
        if other is not None and not other.letters and other.sizes:
            raise Fault(f"{path}.other", f'"{second}"', "what has been used before", "name a layer before this one")
        output = self._put(number, section, choice, below, other)
        for name in dict.fromkeys((section.name, str(number))):
            if name is not None:
                self._check_name(name, section.name, path)
                self.outputs[name] = output
        return output

    def _check_name(self, name: str, stated: str | None, path: str) -> None:
        if name == stated and (name in self.outputs or name.isdigit()):
            raise Fault(f"{path}.name", shown(name), "a name of its own", "choose another name")

    def _named(self, name: str, path: str) -> Output:
        if name not in self.outputs:
            known = [each for each in self.outputs if not each.isdigit()]
            close = nearest(name, known)
            fix = (
                f'did you mean "{close}"?'
                if close
                else f"write {' or '.join(map(shown, known))}, or give a layer a name"
            )
            raise Fault(path, shown(name), "the name of a layer before this one", fix)
        return self.outputs[name]

    def _put(
        self, number: int, section: Layer | KindLayer, choice: Choice, below: Output, other: Output | None
    ) -> Output:
        path = f"layer[{number}]"
        letters = dict(zip(choice.taken.letters, below.letters.values(), strict=True))
        fitting = Fitting(
            choice.text, choice.taken, letters | choice.beside(other, below, path), choice.options, path, self.rows
        )
        fitted = fitting.fitted(self.numbers.with_biases(section, choice))
        part = self._part(number, section, choice, fitted, below, other)
        where = choice.path or path
        if choice.path:
            check_readable(part, where, self._ranks(part))
            _check_outside(part, where)
        self.parts.append(part)
        self._add(part)
        for kind, more in self.numbers.of(number, section, choice, fitted, part).items():
            self.found[kind] |= more
        if fitted.constants:  # which may be what places are looked up in
            self._add(part)
        lookup = "data.inputs" if any(_LOOKED_UP.search(right) for _, right in part.nodes) else ""
        if lookup and self.families[below.name].kind != "constant":
            found, fix = (
                f'kind = "{section.kind}" above another layer',
                'put it first, or let inputs enter: from = "inputs"',
            )
            raise Fault(f"{path}.kind", found, "whole numbers to look up, which only inputs are", fix)
        self._check_equations(part, where, lookup)
        check_order(self.families, where)
        return self._gives(part)

    def _check_equations(self, part: Part, where: str, data: str) -> None:
        """What the equations read; the mends are those of a layer, under the names of its text."""
        try:
            check_equations(part, self.families, where, data)
        except Fault as fault:
            local = next(
                (name for name, own in part.called.items() if f"{own}[" in fault.found.partition(": ")[2]), None
            )
            if local is None or "outside" not in fault.fix:
                raise
            fix = f'change a range, or add outside = ["{local}"] (0 there)'
            raise Fault(fault.path, fault.found, fault.expected, fix) from None

    def _ranks(self, part: Part) -> dict[str, int]:
        """How many indices what enters has in the text."""
        ranks = {}
        for name in ("below", "other"):
            if name in part.called:
                axes = self.families[part.called[name]].axes
                ranks[name] = sum(axis.counts != "example" for axis in axes)
        return ranks

    def _part(
        self,
        number: int,
        section: Layer | KindLayer,
        choice: Choice,
        fitted: Fitted,
        below: Output,
        other: Output | None,
    ) -> Part:
        activation, nodes = choice.activation, fitted.nodes
        if activation is not None and choice.straight:
            nodes, activation = without_f(nodes), None
        declared: list[tuple[Given, str]] = [("weight", left) for left in fitted.weights]
        declared += [("bias", left) for left in fitted.biases]
        declared += [
            ("constant", left)
            for left in (*fitted.constants, *fitted.fixed, *self.numbers.masks(section, fitted, self.rows))
        ]
        ends = Part(fitted.axes).ends
        lefts = [(left, f"{choice.path}.parameters.{left}") for _, left in declared]
        lefts += [(left, f"{choice.path}.nodes[{place}]") for place, (left, _) in enumerate(nodes, 1)]
        read = [left_side(left, ends, at) if choice.path else read_left(left, ends) for left, at in lefts]
        names = [left.name for left in read]
        called = {name: f"{name}[{number}]" for name in names} | {"below": below.name}
        if other is not None:
            called["other"] = other.name
        return Part(
            fitted.axes, tuple(declared), nodes, fitted.outside, number, called, activation, section=choice.section
        )

    def _gives(self, part: Part) -> Output:
        """What the last node of a layer is."""
        left = read_left(part.nodes[-1][0], part.ends)
        family = self.families[part.called[left.name]]
        axes = [axis for axis in family.axes if axis.counts != "example"]
        letters = {axis.letter: IndexLetter(axis.low, axis.low + int(axis.size) - 1, axis.counts) for axis in axes}
        return Output(family.name, letters, tuple(int(axis.size) for axis in axes))

    # the loss

    def _loss(self, output: Output, loss: LossChoice) -> None:
        targets, mask = self.data.targets, self.data.mask
        if isinstance(targets, ArrayFile):
            targets = array_lists(targets, self.base, "data.targets")
        if isinstance(mask, ArrayFile):
            mask = array_lists(mask, self.base, "data.mask")
        if isinstance(targets, Drawn):
            numbers = (
                n for row in self.draws.rows(targets, self.rows, prod(output.sizes), "data.targets") for n in row
            )
            targets = tuple(filled(numbers, output.sizes) for _ in range(self.rows))
        value, last = targets if isinstance(targets, tuple) else None, len(self.sections)
        if value is not None:
            check_targets(value, self.rows, output, loss)
        self.found["constant"] |= weights_of_classes(output, loss)
        self._add_given(TARGET, "constant", output.letters, value, last)
        declared = self.parts[-1].declared
        if mask is not None:
            steps = {letter: each for letter, each in output.letters.items() if each.counts in STEPS}
            self._add_given(MASK, "constant", steps, checked_mask(mask, self.rows, steps), last)
            declared += self.parts.pop().declared
        self.parts[-1] = replace(self.parts[-1], declared=declared, loss=loss, called={"output": output.name})
        for name in (TARGET, MASK):
            self.families.pop(name, None)
        self._add(self.parts[-1])


def _check_outside(part: Part, path: str) -> None:
    for place, name in enumerate(part.outside, 1):
        if name not in part.called:
            raise Fault(f"{path}.outside[{place}]", shown(name), f"one of {', '.join(part.called)}", "rename it")
