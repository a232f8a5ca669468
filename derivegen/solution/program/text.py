"""Parts of a program go in, its Python text comes out, and with it what the program has to print: words, and numbers by canonical name."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from derivegen.calculus.numbers.evaluate import Trace
from derivegen.calculus.numbers.rounding import LARGE
from derivegen.formula.print.python import HELPERS
from derivegen.formula.tree import Number
from derivegen.network.network import Figure
from derivegen.network.tables.activations import decimal
from derivegen.records import dataclass, replace
from derivegen.solution.program.saturated import is_saturated

TINY = 1e-13
"""A number below this may be what cancellation left of a zero, other on another machine: it is printed as a zero."""
TIE = 1e-6
"""How near, in units of the last digit, a number may come to where rounding up begins; nearer, it gets a digit more."""
NUDGE = 4e-15
"""By how much the parameters are moved to see whether another machine's last bit would show; relatively, so that a 0 stays one."""
MOST_DECIMALS = 8
WIDEST = 88
"""Characters of a line that fit the page."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A number in a line that is printed: the expression in the program, the quantity whose value it is (None: 0, a weight that does not
    exist), how it is formatted. A `#` at the end of the name stands for the updates made so far."""

    expression: str
    name: str | None
    spec: str


Line = tuple[str | Shown, ...]
"""One printed line."""


@dataclass(frozen=True, slots=True)
class Array:
    """An array that is printed whole, a line a row, under its name."""

    variable: str
    rows: tuple[tuple[str | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How many updates the program makes, after how many it prints, and the words before what it prints then."""

    steps: int
    every: int
    words: str

    def due(self) -> list[int]:
        """The numbers of updates after which something is printed."""
        return [step for step in range(self.steps + 1) if step % self.every == 0 or step == self.steps]


@dataclass(frozen=True, slots=True)
class Training:
    """The loop: its rhythm, the lines that update, and before them those that cut out a batch."""

    rhythm: Rhythm
    update: tuple[str, ...]
    batch: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remarks:
    """The comments of a program, in words."""

    data: str
    parameters: str
    forward: str
    batch: str
    backward: str
    update: str
    zero: str


@dataclass(frozen=True, slots=True)
class Parts:
    """What a program is put together from. `varied` are the variables of its parameters, `truths` arrays of truths among its data."""

    helpers: tuple[str, ...]
    functions: tuple[str, ...]
    data: tuple[str, ...]
    parameters: tuple[str, ...]
    forward: tuple[str, ...]
    backward: tuple[str, ...]
    gradients: tuple[Line | Array, ...]
    state: Line
    final: tuple[Line | Array, ...] = ()
    training: Training | None = None
    varied: tuple[str, ...] = ()
    truths: tuple[str, ...] = ()


Elsewhere = tuple[Parts, str, dict[str, Any]]
"""The parts of a program that differentiates by itself, the loss in it, and the derivatives by variable."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program, and what it must print: words and numbers in order. `nudged` is the same with its parameters moved by a last digit; empty
    where nothing is trained, so that no difference can grow."""

    code: str
    printed: tuple[str | Shown, ...]
    nudged: str = ""


def program(parts: Parts, remarks: Remarks, spec: str) -> Program:
    """The whole program; `spec` is the format of the numbers in arrays."""
    code = _code(parts, remarks, spec)
    printed = tuple(_printed(parts, spec))
    if any(part.spec.startswith("z") for part in printed if isinstance(part, Shown)):
        code = f"# {remarks.zero}\n{code}"
    if parts.training is None:
        return Program(code, printed)
    moved = tuple(f"{name} = {name} * (1 + {NUDGE})" for name in parts.varied)
    return Program(code, printed, _code(replace(parts, parameters=parts.parameters + moved), remarks, spec))


def _code(parts: Parts, remarks: Remarks, spec: str) -> str:
    arrays = any(isinstance(part, Array) for part in (*parts.gradients, *parts.final))
    body = [*_functions(parts, spec if arrays else None)]
    body += block(remarks.data, parts.data)
    body += block(remarks.parameters, parts.parameters)
    body += _once(parts, remarks) if parts.training is None else _loop(parts, parts.training, remarks)
    return "\n".join([*_imports("\n".join(body)), *body]).strip("\n")


def _imports(body: str) -> Iterator[str]:
    if "math." in body:
        yield from ("import math", "")
    if "np." in body:
        yield "import numpy as np"


def _functions(parts: Parts, spec: str | None) -> Iterator[str]:
    for name, body in map(HELPERS.__getitem__, parts.helpers):
        yield from ("", f"def {name}(z):", f"    return {body}")
    for function in parts.functions:
        yield from ("", *fitted(function.split("\n"), 0))
    if spec is not None:
        yield from ("", "def show(name, numbers):", '    label = f"{name} ="')
        yield "    for row in np.atleast_2d(numbers):"
        yield f'        print(label, *(f"{{number:{spec}}}" for number in row))'
        yield '        label = " " * len(label)'


def block(remark: str, lines: Sequence[str]) -> list[str]:
    """Lines under their remark; nothing where there are none."""
    return ["", f"# {remark}", *lines] if lines else []


def _once(parts: Parts, remarks: Remarks) -> list[str]:
    return [
        *block(remarks.forward, [*fitted(parts.forward, 0)]),
        *_print(parts.state),
        *block(remarks.backward, [*fitted(parts.backward, 0)]),
        *_prints(parts.gradients),
    ]


def _loop(parts: Parts, training: Training, remarks: Remarks) -> list[str]:
    steps, every = training.rhythm.steps, training.rhythm.every
    due = f"if step % {every} == 0 or step == steps:" if every > 1 else ""
    shown = [due, *_inside(_print(parts.state))] if due else _print(parts.state)
    body = block(remarks.forward, [*fitted(parts.forward, 4)])[1:]
    body += [*shown, "if step == steps:", "    break"]
    body += block(remarks.batch, training.batch)
    body += block(remarks.backward, [*fitted(parts.backward, 4)])
    if parts.gradients:
        body += ["if step == 0:", *_inside(_prints(parts.gradients))]
    body += block(remarks.update, training.update)
    loop = ["", f"steps = {steps}", "for step in range(steps + 1):", *_inside(body)]
    return [*loop, "", *_prints(parts.final)]


def _inside(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" if line else "" for line in lines]


def _prints(parts: Iterable[Line | Array]) -> list[str]:
    return [line for part in parts for line in _print(part)]


def _print(part: Line | Array) -> list[str]:
    if isinstance(part, Array):
        return [f'show("{part.variable}", {part.variable})']
    pieces = [piece if isinstance(piece, str) else f"{{{piece.expression}:{piece.spec}}}" for piece in part]
    line = f'print(f"{"".join(pieces)}")'
    if len(line) <= WIDEST - 8:
        return [line]
    return ["print(", *(f'    f"{text}"' for text in _filled(pieces, WIDEST - 16)), ")"]


def _filled(pieces: Iterable[str], width: int) -> Iterator[str]:
    """The pieces put together as long as they fit."""
    current = ""
    for piece in pieces:
        if current and len(current) + len(piece) > width:
            yield current
            current = ""
        current += piece
    yield current


def fitted(lines: Iterable[str], indent: int) -> Iterator[str]:
    """The lines, an expression too long for the page in brackets and cut at its spaces."""
    for line in lines:
        head, sign, expression = line.partition(" = ") if " = " in line else line.partition("return ")
        if indent + len(line) <= WIDEST or not sign:
            yield line
            continue
        margin = " " * (len(line) - len(line.lstrip()) + 4)
        yield f"{head}{sign}("
        yield from (margin + cut.rstrip() for cut in _filled(_words(expression), WIDEST - indent - len(margin)))
        yield f"{margin[4:]})"


def _words(expression: str) -> list[str]:
    """The expression cut behind the spaces where it is not inside brackets; anywhere behind spaces if that is nowhere."""
    depth, words, current = 0, [], ""
    for sign in expression:
        depth += (sign in "([") - (sign in ")]")
        current += sign
        if sign == " " and depth == 0 and current.strip() not in "+-*/":
            words.append(current)
            current = ""
    words.append(current)
    return words if len(words) > 1 else expression.replace(" ", " \n").split("\n")


def _printed(parts: Parts, spec: str) -> Iterator[str | Shown]:
    """All that is printed, in order."""
    training = parts.training
    if training is None:
        yield from _tokens(parts.state, 0, spec)
        for part in parts.gradients:
            yield from _tokens(part, 0, spec)
        return
    for step in training.rhythm.due():
        yield from _tokens(parts.state, step, spec)
        for part in parts.gradients if step == 0 else ():
            yield from _tokens(part, 0, spec)
    for part in parts.final:
        yield from _tokens(part, training.rhythm.steps, spec)


def _tokens(part: Line | Array, step: int, spec: str) -> Iterator[str | Shown]:
    if isinstance(part, Array):
        yield f"{part.variable} ="
        for row in part.rows:
            for name in row:
                yield Shown("", name and _at(name, step), spec)
        return
    for piece in part:
        if isinstance(piece, str):
            yield re.sub(r"\{step(:\d+d)?\}", str(step), piece)
        else:
            yield Shown(piece.expression, piece.name and _at(piece.name, step), piece.spec)


def all_names(parts: Parts) -> Iterator[str | None]:
    """The quantities in the arrays that are printed; None for a weight that does not exist."""
    steps = 0 if parts.training is None else parts.training.rhythm.steps
    for part in (*parts.gradients, *parts.final):
        if isinstance(part, Array):
            yield from (name and _at(name, steps) for row in part.rows for name in row)


def _at(name: str, step: int) -> str:
    return f"{name}{step}" if name.endswith("#") else name


# formats


def spec_for(trace: Trace, names: Iterable[str | None]) -> str:
    """The format that shows all these numbers to the document's digits, and so that another machine's last bit changes nothing."""
    numbers = [0.0 if name is None else trace.number(name) for name in names]
    rounding = trace.rounding
    tiny = 0.0 if is_saturated(trace) else TINY  # there what is tiny has been found without a difference
    real = [number for number in numbers if number and abs(number) >= tiny]
    noise = len(real) < len(numbers)  # zeros too: they may come out as −0
    decimals = max((round(-math.log10(rounding.unit(number))) for number in real), default=rounding.digits)
    if noise and max(map(abs, real), default=0.0) < 10.0**LARGE:
        return _settled(numbers, max(0, min(decimals, MOST_DECIMALS)), "zf")
    large = max(map(abs, real), default=0.0) >= 10.0**LARGE
    if large or rounding.significant is not None or decimals > MOST_DECIMALS or decimals > rounding.digits + 3:
        return _settled(numbers, max(rounding.significant or rounding.digits, 2), "g")
    return _settled(numbers, max(decimals, 0), "f")


def _settled(numbers: Sequence[float], digits: int, kind: str) -> str:
    """The format with as many digits more as keep every number away from where rounding up begins."""
    unit: Callable[[float, int], float] = _unit_of_g if kind == "g" else lambda _, n: 10.0**-n
    while digits < 12 and any(_near_tie(number, unit(number, digits)) for number in numbers):
        digits += 1
    return f"{'z' if kind == 'zf' else ''}.{digits}{kind[-1]}"


def _unit_of_g(number: float, digits: int) -> float:
    return float(10.0 ** (math.floor(math.log10(abs(number))) + 1 - digits)) if number else 1.0


def _near_tie(number: float, unit: float) -> bool:
    rest = math.fmod(abs(number) / unit, 1.0)
    return abs(rest - 0.5) < TIE


def with_width(trace: Trace, spec: str, names: Iterable[str | None]) -> str:
    """The format with the width the longest of these numbers needs."""
    width = max((len(format(trace.number(name), spec)) for name in names if name is not None), default=1)
    return f"z{width}{spec[1:]}" if spec.startswith("z") else f"{width}{spec}"


# numbers in the text


def literal(figure: Figure) -> str:
    """A number as the file has it, with a point, so that numpy makes no array of whole numbers."""
    if isinstance(figure, float):
        return repr(figure)
    shown = decimal(figure)
    if isinstance(shown, Number):
        return shown.text if "." in shown.text else f"{shown.text}.0"
    return f"{figure.numerator} / {figure.denominator}"


def vector(name: str, numbers: Sequence[Figure]) -> list[str]:
    """name = np.array([…]), cut where the page ends."""
    text = ", ".join(map(literal, numbers))
    line = f"{name} = np.array([{text}])"
    return [line] if len(line) <= WIDEST else [f"{name} = np.array([", *_cut(f"{text},", "    "), "])"]


def matrix(name: str, rows: Sequence[Sequence[Figure]]) -> list[str]:
    """name = np.array([[…], […]]), a line a row unless all of it is short."""
    texts = [f"[{', '.join(map(literal, row))}]" for row in rows]
    line = f"{name} = np.array([{', '.join(texts)}])"
    if len(line) <= WIDEST - 20 or (len(rows) == 1 and len(line) <= WIDEST):
        return [line]
    return [f"{name} = np.array([", *(piece for text in texts for piece in _cut(f"{text},", "    ")), "])"]


def _cut(text: str, indent: str) -> Iterator[str]:
    """A row of numbers in lines that fit, cut behind commas."""
    current = indent
    for part in text.split(" "):
        if len(current) + len(part) > WIDEST and current.strip():
            yield current.rstrip()
            current = indent + " " * text.startswith("[")
        current += part + " "
    yield current.rstrip()
