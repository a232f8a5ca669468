"""The parts of a program go in, and a library; the same network in that library comes out as a program, which finds the derivatives by
itself and holds them to those of the document.

The forward pass is that of our own listing, line by line, so that whoever knows the one reads the other, in the words of the library. A
library is an entry of `DIALECTS`.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any, Final

from derivegen.errors import CheckFailed
from derivegen.formula.print.python import HELPERS
from derivegen.records import dataclass
from derivegen.solution.program.dialects import DIALECTS, ProgramLibrary
from derivegen.solution.program.spoken import spoken
from derivegen.solution.program.text import Parts, block, fitted

SECONDS: Final = 600
"""How long such a program may take, most of which is the library's own start."""
AGREE: Final = "rtol=1e-9, atol=1e-12"
ROUGHLY: Final = "rtol=1e-5, atol=1e-6"
"""How far derivatives may be apart where the library has a function to seven digits only."""


@dataclass(frozen=True, slots=True)
class Comments:
    """The comments of such a program, in words."""

    data: str
    parameters: str
    arrays: str
    forward: str
    derivatives: str
    document: str


def program_in(library: ProgramLibrary, parts: Parts, loss: str, expected: Mapping[str, Any], said: Comments) -> str:
    """The program. `expected` are the derivatives by the variable of their parameter, nan where there is none. Raises InputError where the
    library lacks a function."""
    leaves = [*expected]
    lines = spoken("\n".join(parts.forward), library).split("\n")
    given = [name for name in _assigned(parts.data + parts.parameters) if name not in leaves]
    started = {name: f"start_{name}" for name in given if any(line.strip().startswith(f"{name} = ") for line in lines)}
    body = [
        *_functions(library, parts, lines),
        *block(said.data, parts.data),
        *block(said.parameters, parts.parameters),
        *block(said.arrays, [*_made(library, given, leaves, parts.truths, started)]),
        *block(said.forward, [*_forward(lines, loss, leaves, started)]),
        *block(said.derivatives, [*_derived(library, loss, leaves)]),
        *block(said.document, [*_held(library, loss, expected, library.rough.isdisjoint(parts.helpers))]),
    ]
    text = "\n".join(body)
    math = ["import math", ""] if "math." in text else []
    return "\n".join([*math, "import numpy as np", *library.opening, *body]) + "\n"


def _assigned(lines: Sequence[str]) -> list[str]:
    """The arrays and numbers that lines give names to; a stream of random numbers is none."""
    found = (re.match(r"(\w+) = (?!np\.random\.)", line) for line in lines)
    return [*dict.fromkeys(match[1] for match in found if match is not None)]


def _functions(library: ProgramLibrary, parts: Parts, forward: Sequence[str]) -> Iterator[str]:
    """The functions that are called on the way to the loss; those of ours as the library says them, but for what it has itself."""
    own = [f"def {call}(z):\n    return {library.own.get(name) or body}" for name, (call, body) in HELPERS.items()]
    every = [*own, *(text for text in parts.functions if _defined(text) not in library.defined)]
    spoke = [*library.defined.values(), *(spoken(text, library) for text in every if _is_called(text, forward))]
    yield from (line for text in spoke if _is_called(text, forward) for line in ("", "", *text.split("\n")))


def _defined(text: str) -> str:
    return text.removeprefix("def ").partition("(")[0]


def _is_called(text: str, lines: Sequence[str]) -> bool:
    return any(re.search(rf"\b{_defined(text)}\(", line) for line in lines)


def _made(
    library: ProgramLibrary,
    given: Sequence[str],
    leaves: Sequence[str],
    truths: Sequence[str],
    started: Mapping[str, str],
) -> Iterator[str]:
    for name in given:
        made = library.truths if name in truths else library.array
        yield f"{started.get(name, name)} = {made.format(each=name)}"
    for name in leaves:
        yield f"{name} = {library.leaf.format(each=name)}"


def _forward(lines: Sequence[str], loss: str, leaves: Sequence[str], started: Mapping[str, str]) -> Iterator[str]:
    yield f"def forward({', '.join(leaves)}):"
    yield from (f"    {name} = {start}" for name, start in started.items())
    yield from (f"    {line}" for line in fitted(lines, 4))
    yield f"    return {loss}"
    yield ""


def _derived(library: ProgramLibrary, loss: str, leaves: Sequence[str]) -> Iterator[str]:
    for line in library.derivatives:
        yield line.format(loss=loss, names=", ".join(leaves), count=len(leaves))


def _held(library: ProgramLibrary, loss: str, expected: Mapping[str, Any], close: bool) -> Iterator[str]:
    """The derivatives of the document, and that they are the same."""
    yield "expected = {"
    yield from (f'    "{name}": {_literal(value)},' for name, value in expected.items())
    yield "}"
    yield "for (name, wanted), each in zip(expected.items(), derivatives):"
    yield f"    found = {library.found.format(each='each')}"
    yield f'    print(f"d{loss}_d{{name}} =", found)'
    yield "    there = ~np.isnan(wanted)"
    yield f"    assert np.allclose(found[there], np.array(wanted)[there], {AGREE if close else ROUGHLY}), name"


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return "np.nan" if value is None else repr(float(value))


def tried(name: str, code: str) -> str:
    """What came of running a program here, in words. Raises CheckFailed where it does not come to the derivatives of the document."""
    library = DIALECTS.get(name)
    module = name if library is None else library.module
    if find_spec(module) is None:
        return f"not run here, since {module} is not installed"
    try:
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise CheckFailed(f"the program in {name} did not come to an end in {SECONDS} seconds") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [""]
        raise CheckFailed(f"the program in {name} does not come to the derivatives of the document: {lines[-1]}")
    return f"ran here with {module} {version(module)}" + (", and every derivative agreed" if library else "")
