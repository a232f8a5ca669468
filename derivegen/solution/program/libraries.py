"""The parts of a program go in, and a library; the same network in that library comes out as a program, which finds the derivatives by
itself and holds them to those of the document.

The forward pass is that of our own listing, line by line, so that whoever knows the one reads the other; of numpy's functions each is what
the library calls it. A library is an entry of `LIBRARIES`.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any, Final

from derivegen.errors import CheckFailed, InputError
from derivegen.formula.print.python import HELPERS
from derivegen.solution.program.text import Parts

SECONDS: Final = 600
"""How long such a program may take, most of which is the library's own start."""
AGREE: Final = "rtol=1e-9, atol=1e-12"


@dataclass(frozen=True, slots=True)
class ProgramLibrary:
    """A library that differentiates by itself: its name for people, the module, the lines that begin a program, what numpy's functions are
    called, the functions it has for ours, how an array is made of numpy's, and one that is differentiated by (`leaf`); the lines that find
    the derivatives, `{loss}` the name of the loss, `{names}` those of the parameters, and what numpy makes of one."""

    title: str
    module: str
    opening: tuple[str, ...]
    words: Mapping[str, str]
    own: Mapping[str, str]
    array: str
    leaf: str
    derivatives: tuple[str, ...]
    found: str = "np.asarray({each})"


_SAME: Final = (
    "exp",
    "log",
    "sqrt",
    "sin",
    "cos",
    "tanh",
    "where",
    "sum",
    "abs",
    "maximum",
    "minimum",
    "max",
    "logaddexp",
)


def _words(module: str, **other: str) -> dict[str, str]:
    return {f"np.{word}": f"{module}.{other.get(word, word)}" for word in _SAME}


_GRADIENTS: Final = ("derivatives = jax.grad(forward, argnums=tuple(range({count})))({names})",)
_BACKWARD: Final = (
    "{loss} = forward({names})",
    "{loss}.backward()",
    "derivatives = [each.grad for each in [{names}]]",
)
_ERF: Final = "(1 + {erf}(z / math.sqrt(2))) / 2"
LIBRARIES: Final[Mapping[str, ProgramLibrary]] = {
    "torch": ProgramLibrary(
        "PyTorch",
        "torch",
        ("import torch",),
        _words("torch", max="amax"),
        {"relu": "torch.relu(z)", "softplus": "torch.nn.functional.softplus(z)", "Φ": _ERF.format(erf="torch.erf")},
        "torch.tensor({each}, dtype=torch.float64)",
        "torch.tensor({each}, dtype=torch.float64, requires_grad=True)",
        _BACKWARD,
    ),
    "jax": ProgramLibrary(
        "JAX",
        "jax",
        ("import jax", "import jax.numpy as jnp", "", 'jax.config.update("jax_enable_x64", True)'),
        _words("jnp"),
        {"relu": "jax.nn.relu(z)", "softplus": "jax.nn.softplus(z)", "Φ": _ERF.format(erf="jax.scipy.special.erf")},
        "jnp.array({each}, dtype=float)",
        "jnp.array({each}, dtype=float)",
        _GRADIENTS,
    ),
    "keras": ProgramLibrary(
        "Keras",
        "keras",
        (
            "import os",
            "",
            'os.environ["KERAS_BACKEND"] = "torch"  # which finds the derivatives, and in double precision all the way',
            "from keras import ops",
        ),
        _words("ops"),
        {"relu": "ops.relu(z)", "softplus": "ops.softplus(z)", "Φ": _ERF.format(erf="ops.erf")},
        'ops.convert_to_tensor({each}, dtype="float64")',
        'ops.convert_to_tensor({each}, dtype="float64").requires_grad_()',
        _BACKWARD,
    ),
    "tinygrad": ProgramLibrary(
        "tinygrad",
        "tinygrad",
        ("from tinygrad import Tensor, dtypes",),
        {**_words("Tensor"), "keepdims": "keepdim"},
        {"relu": "Tensor.relu(z)", "softplus": "Tensor.softplus(z)", "Φ": _ERF.format(erf="Tensor.erf")},
        "Tensor({each}, dtype=dtypes.float64)",
        "Tensor({each}, dtype=dtypes.float64)",
        ("{loss} = forward({names})", "derivatives = {loss}.gradient({names})"),
        "each.numpy()",
    ),
}
"""The libraries by the name they are asked for."""


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
    given = [name for name in _assigned(parts.data + parts.parameters) if name not in leaves]
    body = [
        *_functions(library, parts),
        *_block(said.data, parts.data),
        *_block(said.parameters, parts.parameters),
        *_block(said.arrays, [*_made(library, given, leaves)]),
        *_block(said.forward, [*_forward(library, parts, loss, leaves)]),
        *_block(said.derivatives, [*_derived(library, loss, leaves)]),
        *_block(said.document, [*_held(library, loss, expected)]),
    ]
    text = "\n".join(body)
    math = ["import math", ""] if "math." in text else []
    return "\n".join([*math, "import numpy as np", *library.opening, *body]) + "\n"


def _assigned(lines: Sequence[str]) -> list[str]:
    """The arrays and numbers that lines give names to; a stream of random numbers is none."""
    found = (re.match(r"(\w+) = (?!np\.random\.)", line) for line in lines)
    return [match[1] for match in found if match is not None]


def _functions(library: ProgramLibrary, parts: Parts) -> Iterator[str]:
    """The functions that are called, without slopes."""
    for name in parts.helpers:
        call, body = HELPERS[name]
        yield from ("", "", f"def {call}(z):", f"    return {library.own.get(name) or _in(library, str(body))}")
    called = " ".join((*parts.forward, *parts.functions))
    for function in parts.functions:
        own = re.match(r"def (\w+)", function)
        if own is not None and len(re.findall(rf"\b{own[1]}\(", called)) > 1:
            yield from ("", "", *_in(library, function).split("\n"))


def _in(library: ProgramLibrary, code: str) -> str:
    """Code with numpy's functions as the library calls them. Raises InputError."""
    made = re.sub(r"np\.\w+|\bkeepdims\b", lambda match: library.words.get(match[0], match[0]), code)
    lacking = re.search(r"np\.\w+", made)
    if lacking is not None and f"{lacking[0]}" not in library.words.values() and not made.count(f"j{lacking[0]}"):
        raise InputError(f"--program: {library.title} has nothing for {lacking[0]}; take another library")
    return made


def _made(library: ProgramLibrary, given: Sequence[str], leaves: Sequence[str]) -> Iterator[str]:
    for name in given:
        yield f"{name} = {library.array.format(each=name)}"
    for name in leaves:
        yield f"{name} = {library.leaf.format(each=name)}"


def _forward(library: ProgramLibrary, parts: Parts, loss: str, leaves: Sequence[str]) -> Iterator[str]:
    yield f"def forward({', '.join(leaves)}):"
    yield from (f"    {_in(library, line)}" for line in parts.forward)
    yield f"    return {loss}"
    yield ""


def _derived(library: ProgramLibrary, loss: str, leaves: Sequence[str]) -> Iterator[str]:
    for line in library.derivatives:
        yield line.format(loss=loss, names=", ".join(leaves), count=len(leaves))


def _held(library: ProgramLibrary, loss: str, expected: Mapping[str, Any]) -> Iterator[str]:
    """The derivatives of the document, and that they are the same."""
    yield "expected = {"
    yield from (f'    "{name}": {_literal(value)},' for name, value in expected.items())
    yield "}"
    yield "for (name, wanted), each in zip(expected.items(), derivatives):"
    yield f"    found = {library.found.format(each='each')}"
    yield f'    print(f"d{loss}_d{{name}} =", found)'
    yield "    there = ~np.isnan(wanted)"
    yield f"    assert np.allclose(found[there], np.array(wanted)[there], {AGREE}), name"


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return "np.nan" if value is None else repr(float(value))


def _block(remark: str, lines: Sequence[str]) -> list[str]:
    return ["", f"# {remark}", *lines] if lines else []


def tried(name: str, code: str) -> str:
    """What came of running a program here, in words. Raises CheckFailed where it does not come to the derivatives of the document."""
    library = LIBRARIES.get(name)
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
