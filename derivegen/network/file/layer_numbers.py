"""Takes a `[[layer]]` section and the left sides of what its layer is given; gives the numbers by member: typed, drawn, read, or those that
the kind starts with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any, Final

from derivegen.formula.read.indexed import Left, read_left
from derivegen.network.file.layer_options import Choice
from derivegen.network.file.layer_sections import ArrayFile, Drawn, KindLayer, Layer
from derivegen.network.file.layer_text import Fitted
from derivegen.network.file.lists import Numbers, by, flat, members, shape_of
from derivegen.network.file.messages import Fault, nearest, shown
from derivegen.network.file.stacked_file import MASK
from derivegen.network.file.values import Draws, NumbersFrom, array_lists
from derivegen.network.network import Dense, Figure, Given, Part
from derivegen.network.tables.layer_texts import EXAMPLE
from derivegen.on_use import numpy
from derivegen.records import dataclass

FIX: Final = "change the numbers, or the sizes of the layer"


@dataclass
class LayerGivens:
    """The numbers of the layers of one file: they share the streams of random numbers."""

    base: Path
    draws: Draws

    def with_biases(self, section: Layer | KindLayer, choice: Choice) -> bool:
        """Whether a layer has biases: if they are given, if it starts with some, or if it has no numbers at all."""
        if choice.dense is not None:
            return choice.dense.bias_kind != "none"
        assert isinstance(section, KindLayer)
        names = {left.partition("[")[0] for left in choice.text.biases}
        if section.biases is not None:
            return section.biases is not False
        stated = {*(section.parameters or ())}
        return bool(names & {*stated, *choice.kind.start}) or (section.weights is None and not stated)

    def masks(self, section: Layer | KindLayer, fitted: Fitted, rows: int) -> list[str]:
        """The left sides of zeros and ones, which are of an example unless there is one list for all."""
        if not fitted.masks or not isinstance(section, KindLayer):
            return []
        (left,) = fitted.masks
        inner, mask = left.count(",") + ("[" in left), section.mask
        depth = len(shape_of(mask, "mask")) if isinstance(mask, tuple) else inner + 1
        return [_with_example(left)] if rows > 1 and depth > inner else [left]

    def of(
        self, number: int, section: Layer | KindLayer, choice: Choice, fitted: Fitted, part: Part
    ) -> dict[Given, Numbers]:
        """All numbers of a layer. Raises Fault."""
        path = f"layer[{number}]"
        found: dict[Given, Numbers] = {"weight": {}, "bias": {}, "constant": {}}
        if choice.dense is not None:
            return found | {
                "weight": _of_dense(part, "weight", choice.dense),
                "bias": _of_dense(part, "bias", choice.dense),
            }
        assert isinstance(section, KindLayer)
        own = {read_left(left, part.ends).name: left for left in (*fitted.weights, *fitted.biases, *fitted.fixed)}
        self._check_names(section, own, path)
        kinds: tuple[tuple[Given, Sequence[str], str, Any], ...] = (
            ("weight", fitted.weights, "weights", section.weights),
            ("bias", fitted.biases, "biases", section.biases),
        )
        for kind, lefts, key, shared in kinds:
            alone = [
                left
                for left in lefts
                if own[left.partition("[")[0]] and left.partition("[")[0] not in (section.parameters or {})
            ]
            self._check_alone(shared, alone, f"{path}.{key}")
            for left in lefts:
                name = left.partition("[")[0]
                stated, at = (section.parameters or {}).get(name), f"{path}.parameters.{name}"
                if stated is None:
                    stated, at = shared, f"{path}.{key}"
                if stated is None and name in choice.kind.start:
                    stated = _start(choice.kind.start[name], part, left)
                found[kind] |= self._read(left, stated, part, at)
        for left in fitted.fixed:
            found["constant"] |= self._fixed(left, section, part, path)
        found["constant"] |= dict(_by_rule(choice, fitted, part))
        found["constant"] |= self._mask(section, part, path)
        return found

    def _check_names(self, section: KindLayer, own: dict[str, str], path: str) -> None:
        for name in section.parameters or ():
            if name not in own:
                close = nearest(name, own)
                fix = f'did you mean "{close}"?' if close else "take it out"
                raise Fault(f"{path}.parameters.{name}", shown(name), f"one of {', '.join(own)}", fix)

    def _check_alone(self, shared: Any, lefts: Sequence[str], path: str) -> None:
        """Numbers without a name are of one array."""
        if shared is None or isinstance(shared, Drawn) or shared is False or len(lefts) == 1:
            return
        if not lefts:
            raise Fault(path, shown(shared), "nothing, since parameters say all", "take it out")
        names = ", ".join(lefts)
        example = lefts[0].partition("[")[0]
        fix = f"write parameters = {{ {example} = …, … }}, or {{ seed = 1 }} for all of them"
        raise Fault(path, "numbers for one array", f"which of {names} they are", fix)

    def _read(self, left: str, value: Any, part: Part, path: str) -> Numbers:
        side = read_left(left, part.ends)
        return NumbersFrom(self.base, self.draws, FIX).by_member(side, left, value, part, path)

    def _fixed(self, left: str, section: KindLayer, part: Part, path: str) -> Numbers:
        """Numbers that have to be given, since nothing else says them. Raises Fault."""
        name, path = left.partition("[")[0], f"{path}.parameters"
        stated = (section.parameters or {}).get(name)
        if stated is None:
            found, fix = f"no {name}", f"write parameters = {{ {name} = …, … }}, or take running out"
            raise Fault(path, found, f"the numbers {left}, which running = true takes", fix)
        return self._read(left, stated, part, f"{path}.{name}")

    def _mask(self, section: KindLayer, part: Part, path: str) -> Numbers:
        """Zeros and ones, given or drawn: a share of `rate` of them is 0."""
        lefts = [read_left(text, part.ends) for kind, text in part.declared if kind == "constant"]
        masks = [left for left in lefts if left.name == MASK]
        if not masks:
            return {}
        (left,) = masks
        letters = [letter for letter in left.letters if letter and letter != part.example]
        sizes = [part.axes[letter].size for letter in letters]
        rows = part.axes[EXAMPLE].size if part.example in left.letters else 1
        names = [
            part.called[left.name] + "".join(f"[{i}]" for i in at) + (f"@{row}" if part.example in left.letters else "")
            for row in range(1, rows + 1)
            for at in product(*(range(1, size + 1) for size in sizes))
        ]
        mask = section.mask
        if isinstance(mask, ArrayFile):
            mask = array_lists(mask, self.base, f"{path}.mask")
        if isinstance(mask, tuple):
            shape = shape_of(mask, f"{path}.mask")
            if shape not in ((rows, *sizes), *([tuple(sizes)] if rows == 1 else [])):
                raise Fault(f"{path}.mask", by(shape), by((rows, *sizes)) + ": one row for each example", FIX)
            kept = [*flat(mask)]
            wrong = next((each for each in kept if each not in (0, 1)), None)
            if wrong is not None:
                raise Fault(f"{path}.mask", shown(wrong), "0 or 1", "write 1 where a number is kept")
            return dict(zip(names, kept, strict=True))
        if mask is None:
            fix = "write mask = { seed = 1 }, or a row of 0 and 1 for each example"
            raise Fault(f"{path}.mask", "nothing", "which numbers are kept", fix)
        return dict(zip(names, self._kept(mask, section.rate, len(names)), strict=True))

    def _kept(self, wanted: Drawn, rate: Fraction | None, count: int) -> list[Figure]:
        drawn = numpy.random.RandomState(wanted.seed).rand(count)
        return [Fraction(int(each >= float(Fraction(1, 2) if rate is None else rate))) for each in drawn]


def _with_example(left: str) -> str:
    return f"{left[:-1]},{EXAMPLE}]" if left.endswith("]") else f"{left}[{EXAMPLE}]"


def _sizes(left: Left, part: Part) -> tuple[int, ...]:
    return tuple(part.axes[letter].size for letter in left.letters if letter)


def _start(number: int, part: Part, left: str) -> Any:
    def filled(sizes: tuple[int, ...]) -> Any:
        return Fraction(number) if not sizes else tuple(filled(sizes[1:]) for _ in range(sizes[0]))

    return filled(_sizes(read_left(left, part.ends), part))


def _of_dense(part: Part, kind: Given, dense: Dense) -> Numbers:
    """The numbers of a dense layer, in the order of its members."""
    rows = dense.weights if kind == "weight" else None if dense.biases is None else (dense.biases,)
    lefts = [read_left(text, part.ends) for own, text in part.declared if own == kind]
    names = [name for left in lefts for name in members(left, part.called[left.name])]
    given: Sequence[Figure | None] = [None] * len(names) if rows is None else [n for row in rows for n in row]
    return dict(zip(names, given, strict=True))


def _by_rule(choice: Choice, fitted: Fitted, part: Part) -> Iterator[tuple[str, Figure]]:
    """Constants that follow from where they stand."""
    rules: tuple[Callable[..., float], ...] = tuple(choice.text.constants.values())
    sizes = {letter: each.size for letter, each in part.axes.items()}
    for left, rule in zip(fitted.constants, rules, strict=True):
        side = read_left(left, part.ends)
        for name in members(side, part.called[side.name]):
            at = [int(each) for each in name.removeprefix(part.called[side.name])[1:-1].split("][")]
            number = rule(dict(zip(side.letters, at, strict=True)), sizes)
            yield name, Fraction(number) if number == int(number) else number
