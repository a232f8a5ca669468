"""What a library that computes with arrays calls things: an entry of `DIALECTS` each, which is all that is known here of any of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from derivegen.records import dataclass, field

_VIEW = """def view(a, starts, steps, sizes):
    counts = np.indices(sizes)
    each = [start + sum(n * own for n, own in zip(by, counts)) for start, by in zip(starts, zip(*steps))]
    places = np.ravel_multi_index(each, tuple(a.shape))
    return {taken}"""
"""Windows of an array, gathered by their places, since other libraries cannot have two names for the same numbers."""


@dataclass(frozen=True, slots=True)
class ProgramLibrary:
    """A library: its name for people, the module, the lines that begin a program; what it has for numpy's functions (`words`) and for what
    numpy's arrays do (`methods`). There `_` stands for the arguments, `a` for the array. `own` are the bodies of our functions that it has
    itself, `rough` those that it has to seven digits only, `bends` whose slopes
    at kinks it takes, `keywords` the names of arguments that are others, `numbers` the functions that
    take arrays alone. An entry is put into an array by `put`, with the index `i` and the value `v`, and by assignment where that is empty.
    `defined` are the functions that it lacks. How an array is made of numpy's, one of truths, one that is differentiated by (`leaf`); the
    lines that find the derivatives, `{loss}` the name of the loss, `{names}` those of the parameters, and what numpy makes of one."""

    title: str
    module: str
    opening: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    methods: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    rough: frozenset[str] = frozenset()
    bends: str = ""
    keywords: Mapping[str, str] = field(default_factory=dict)
    numbers: frozenset[str] = frozenset()
    put: str = ""
    defined: Mapping[str, str] = field(default_factory=dict)
    array: str = ""
    truths: str = ""
    leaf: str = ""
    derivatives: tuple[str, ...] = ()
    found: str = "np.asarray({each})"


_SAME: Final = (
    *("exp", "log", "sqrt", "sin", "cos", "tanh", "abs", "maximum", "minimum", "logaddexp"),
    *("where", "sum", "max", "min", "outer", "einsum", "broadcast_to"),
)
_MADE: Final = ("zeros", "ones", "arange")


def _words(module: str, double: str, **other: str) -> dict[str, str]:
    """numpy's functions by the name they have in a module, which makes arrays of `double` precision."""
    same = {word: f"{module}.{word}(_)" for word in _SAME}
    return same | {word: f"{module}.{word}(_, {double})" for word in _MADE} | other


_ERF: Final = "(1 + {erf}(z / math.sqrt(2))) / 2"
_BACKWARD: Final = ("{loss} = forward({names})", "{loss}.backward()", "derivatives = [each.grad for each in [{names}]]")
NUMPY: Final = ProgramLibrary("numpy", "numpy")
DIALECTS: Final[Mapping[str, ProgramLibrary]] = {
    "torch": ProgramLibrary(
        "PyTorch",
        "torch",
        ("import torch",),
        _words("torch", "dtype=torch.float64", max="torch.amax(_)", min="torch.amin(_)"),
        {"transpose": "torch.permute(a, _)", "astype": "a.long()"},
        own={"relu": "torch.relu(z)", "softplus": "torch.nn.functional.softplus(z)", "Φ": _ERF.format(erf="torch.erf")},
        numbers=frozenset(("maximum", "minimum", "logaddexp")),
        bends="torch",
        put="put(a, i, v)",
        defined={
            "put": "def put(a, where, what):\n    a = a.clone()\n    a[where] = what\n    return a",
            "view": _VIEW.format(taken="a.flatten()[places]"),
        },
        array="torch.tensor({each}, dtype=torch.float64)",
        truths="torch.tensor({each})",
        leaf="torch.tensor({each}, dtype=torch.float64, requires_grad=True)",
        derivatives=_BACKWARD,
    ),
    "jax": ProgramLibrary(
        "JAX",
        "jax",
        ("import jax", "import jax.numpy as jnp", "", 'jax.config.update("jax_enable_x64", True)'),
        _words("jnp", "dtype=float"),
        own={"relu": "jax.nn.relu(z)", "softplus": "jax.nn.softplus(z)", "Φ": _ERF.format(erf="jax.scipy.special.erf")},
        bends="jax",
        put="a.at[i].set(v)",
        defined={"view": _VIEW.format(taken="a.flatten()[places]")},
        array="jnp.array({each}, dtype=float)",
        truths="jnp.array({each})",
        leaf="jnp.array({each}, dtype=float)",
        derivatives=("derivatives = jax.grad(forward, argnums=tuple(range({count})))({names})",),
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
        _words("ops", "dtype='float64'"),
        {
            "T": "ops.transpose(a)",
            "transpose": "ops.transpose(a, _)",
            "sum": "ops.sum(a, _)",
            "reshape": "ops.reshape(a, _)",
            "astype": 'ops.cast(a, "int64")',
        },
        own={"relu": "ops.relu(z)", "softplus": "ops.softplus(z)", "Φ": _ERF.format(erf="ops.erf")},
        bends="torch",
        put="put(a, i, v)",
        defined={
            "put": """def put(a, where, what):
    places = np.stack(np.indices(tuple(a.shape)), -1)[where]
    what = ops.reshape(ops.broadcast_to(what, places.shape[:-1]), (-1,))
    return ops.scatter_update(a, places.reshape(-1, len(a.shape)), what)""",
            "view": _VIEW.format(taken="ops.take(ops.reshape(a, (-1,)), places)"),
        },
        array='ops.convert_to_tensor({each}, dtype="float64")',
        truths="ops.convert_to_tensor({each})",
        leaf='ops.convert_to_tensor({each}, dtype="float64").requires_grad_()',
        derivatives=_BACKWARD,
    ),
    "tinygrad": ProgramLibrary(
        "tinygrad",
        "tinygrad",
        ("from tinygrad import Tensor, dtypes",),
        _words("Tensor", "dtype=dtypes.float64", broadcast_to="Tensor.expand(_)", outer='Tensor.einsum("i,j->ij", _)'),
        {"transpose": "Tensor.permute(a, _)", "astype": "a.int()"},
        own={"relu": "Tensor.relu(z)", "softplus": "Tensor.softplus(z)", "Φ": _ERF.format(erf="Tensor.erf")},
        rough=frozenset("Φ"),
        keywords={"keepdims": "keepdim"},
        numbers=frozenset(("maximum", "minimum", "logaddexp")),
        bends="tinygrad",
        put="put(a, i, v)",
        defined={
            "put": """def put(a, where, what):
    mask, places = np.zeros(a.shape, bool), np.zeros(a.shape, int)
    mask[where] = True
    places[mask] = np.arange(mask.sum())
    what = Tensor.expand(what, mask[where].shape).flatten()
    return Tensor.where(Tensor(mask), what[Tensor(places)], a)""",
            "view": _VIEW.format(taken="a.flatten()[Tensor(places)]"),
        },
        array="Tensor({each}, dtype=dtypes.float64)",
        truths="Tensor({each})",
        leaf="Tensor({each}, dtype=dtypes.float64)",
        derivatives=("{loss} = forward({names})", "derivatives = {loss}.gradient({names})"),
        found="each.numpy()",
    ),
}
"""The libraries that differentiate by themselves, by the name they are asked for."""
