"""Arrays by name go in, with what the user says of the layers; a model comes out. A state dict, a pytree or an archive says which arrays
there are and nothing of what is computed with them: activations come by `--activations`, and every other layer than a dense one by
`--layers`, a network file of the layers without their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, permutations
from typing import TYPE_CHECKING, Any, Final

from derivegen.errors import InputError
from derivegen.interop.models.model import Losses, Model, Uncarried, visible
from derivegen.interop.models.recognised import (
    BIAS,
    GATE,
    READERS,
    Arrays,
    Module,
    bias_of,
    looked_up,
    main_of,
    squared,
    weights_of,
)
from derivegen.interop.models.stacked import Stacked
from derivegen.network.also_called import activation_here, kind_here
from derivegen.network.tables.activations import USUAL

if TYPE_CHECKING:
    from derivegen.interop.models.formats import ModelOptions
    from derivegen.interop.models.model import Array

MOST_ORDERS: Final = 6
"""Modules whose order is found by their widths alone."""
ROWS, COLUMNS = "units x inputs", "inputs x units"
LAID_OUT: Final = {"weight": ROWS, "kernel": COLUMNS}
"""Names that say how weights lie: those of PyTorch, and of Keras and Flax."""
_LEAF: Final = re.compile(
    r"(?i)(weights?|w|kernel|theta|syn|coefs?|bias(?:es)?|b|intercepts?|embedding|scale)[_.]?(\w*)"
)
_NUMBERED: Final = re.compile(r"(.*?)(\d+)([ab]?)")
_COUNTERS: Final = ("num_batches_tracked",)


def model_of(named: Arrays, said: ModelOptions) -> Model:
    """The model. Raises InputError."""
    modules = [*_modules(named)]
    if not modules:
        raise InputError("found no arrays in it; expected weights and biases; save them again")
    return _with_layers(modules, said) if said.architecture else _dense_alone(modules, said)


def _modules(named: Arrays) -> Iterator[Module]:
    """The arrays by layer: what stands before the last dot or slash, or the number behind W and b."""
    found: dict[str, dict[str, Array]] = {}
    for name, array in ((visible(name), array) for name, array in named.items()):
        path = [part for part in re.split(r"[./]", name) if part]
        leaf, before = path[-1], path[:-1]
        if leaf in _COUNTERS:
            continue
        if before and GATE.fullmatch(before[-1]) and leaf in ("kernel", "bias"):
            leaf, before = f"{before[-1]}.{leaf}", before[:-1]  # Flax keeps each gate by itself
        elif not before and (match := _LEAF.fullmatch(leaf)) is not None:
            alone = leaf in LAID_OUT  # a module's own dict
            leaf, before = ("bias" if BIAS.fullmatch(match[1]) else leaf if alone else "W"), [match[2] or "layer"]
        found.setdefault(".".join(before), {})[leaf] = array
    yield from (
        squared(Module(name, arrays)) for name, arrays in sorted(found.items(), key=lambda each: natural(each[0]))
    )


def natural(name: str) -> list[tuple[str, int]]:
    """In the order of numbers: fc2 before fc10."""
    return [(text, int(number or 0)) for text, number in re.findall(r"(\D*)(\d*)", name)]


def _dense_alone(modules: Sequence[Module], said: ModelOptions) -> Model:
    """Dense layers one after another. Raises InputError."""
    losses = Losses()
    for module in modules:
        with losses.of(module.name):
            if weights_of(module) is None:
                listed = ", ".join(f"{name} {tuple(array.shape)}" for name, array in module.arrays.items())
                raise Uncarried(f"{listed}: which kind of layer it is does not follow; say it with --layers")
    losses.check()
    ordered = _in_order(modules, said)
    if len(said.activations) != len(ordered):
        names = ", ".join(module.name for module in ordered)
        found = f"arrays of {len(ordered)} dense layers ({names}), which do not say what is taken of z"
        raise InputError(
            f"{found}; say it for each: --activations {','.join([USUAL] * len(ordered))}, or whichever they are"
        )
    stacked = Stacked(said.shape)
    for (module, weights), function in zip(_laid_out(ordered, said), said.activations, strict=True):
        with stacked.losses.of(module.name):
            stacked.dense(weights, bias_of(module), function)
    return stacked.model()


def _sides(module: Module, said: ModelOptions) -> list[str]:
    """How the weights may be laid out: as the name of the array says, the user, or the number of biases."""
    name, array = main_of(module)
    bias = bias_of(module)
    if name in LAID_OUT or array.size == 1:
        return [LAID_OUT.get(name, ROWS)]
    if said.weights_as is not None:
        return [said.weights_as]
    return [
        side for side, size in ((ROWS, array.shape[0]), (COLUMNS, array.shape[1])) if bias is None or len(bias) == size
    ]


def _widths(module: Module, side: str) -> tuple[int, int]:
    """How many numbers enter, and how many it gives."""
    rows, columns = main_of(module)[1].shape
    return (columns, rows) if side == ROWS else (rows, columns)


def _in_order(modules: Sequence[Module], said: ModelOptions) -> Sequence[Module]:
    """As they are numbered, if alike; else in the one order in which what one gives enters the next. Raises InputError."""
    stems = {match[1] if (match := _NUMBERED.fullmatch(module.name)) else None for module in modules}
    numbered = len(stems) == 1 and None not in stems
    if len(modules) == 1 or (numbered and _chains(modules, said)):
        return modules
    orders = [*permutations(modules)] if len(modules) <= MOST_ORDERS else []
    fitting = [order for order in orders if _chains(order, said)]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(module.name for module in modules)
    raise InputError(
        f"which of {names} comes first does not follow from the arrays; say it with --layers, where each has its name"
    )


def _chains(order: Sequence[Module], said: ModelOptions) -> list[list[str]]:
    """The layouts in which each layer takes what the one before gives."""
    found: list[list[str]] = [[side] for side in _sides(order[0], said)]
    for before, module in pairwise(order):
        found = [
            [*sides, side]
            for sides in found
            for side in _sides(module, said)
            if _widths(before, sides[-1])[1] == _widths(module, side)[0]
        ]
    return found


def _laid_out(order: Sequence[Module], said: ModelOptions) -> Iterator[tuple[Module, Array]]:
    """The weights units × inputs. Raises InputError where both layouts would do."""
    found = _chains(order, said)
    if not found:
        shapes = ", ".join(f"{module.name} {main_of(module)[1].shape}" for module in order)
        raise InputError(
            f"the sizes {shapes} do not follow one another; check what was saved, or say the layers with --layers"
        )
    if len(found) > 1 and len({tuple(sides) for sides in found}) > 1:
        raise InputError(
            f'whether weights are {ROWS} or {COLUMNS} does not follow from their sizes; say --weights-as "{COLUMNS}"'
        )
    for module, side in zip(order, found[0], strict=True):
        array = main_of(module)[1]
        yield module, array if side == ROWS else array.T


def _with_layers(modules: Sequence[Module], said: ModelOptions) -> Model:
    """The layers of a file, each with the numbers of the next module, or of the one that has its name. Raises InputError."""
    waiting, stacked = [*modules], Stacked(said.shape)
    for place, section in enumerate(said.architecture, 1):
        name = str(section.get("name") or f"layer[{place}]")
        with stacked.losses.of(name):
            _one(stacked, section, waiting, {str(kind["name"]): kind for kind in said.kinds})
    with stacked.losses.of("the arrays"):
        if waiting:
            raise Uncarried(f"no layer takes {', '.join(module.name for module in waiting)}")
    return stacked.model()


def _one(stacked: Stacked, section: Mapping[str, Any], waiting: list[Module], kinds: Mapping[str, Any]) -> None:
    """One layer of the file. What kind of layer has numbers, the file says by its options; how they lie, their names."""
    if not _takes_numbers(section, kinds):
        stacked.sections.append(dict(section))
        stacked.shape = None
        return
    module = next((each for each in waiting if each.name == section.get("name")), waiting[0] if waiting else None)
    if module is None:
        raise Uncarried("no arrays are left for it")
    waiting.remove(module)
    function = section.get("activation")
    own = Stacked()
    looks_up = section.get("kind") == kind_here("Embedding")
    for reader in READERS:
        if reader(own, looked_up(module) if looks_up else module):
            break
    else:
        listed = ", ".join(f"{name} {tuple(array.shape)}" for name, array in module.arrays.items())
        raise Uncarried(f"{module.name}: {listed}: no layer that is known here has such arrays")
    first, *rest = own.sections
    kind = section.get("kind", first.get("kind"))
    if kind != first.get("kind") and not (kind == "dense" and "kind" not in first):
        raise Uncarried(
            f"{module.name} has the arrays of {first.get('kind', 'a dense layer')}, where the file says {kind}"
        )
    for key in ("units", "channels", "words"):
        if key in section and key in first and section[key] != first[key]:
            raise Uncarried(f"{module.name} has {first[key]} {key}, where the file says {section[key]}")
    stacked.sections += [{**first, **section, **({"activation": function} if function is not None else {})}, *rest]
    stacked.looked_up |= own.looked_up
    stacked.shape = None


def _takes_numbers(section: Mapping[str, Any], kinds: Mapping[str, Any]) -> bool:
    """Whether layers of this kind have parameters."""
    from derivegen.network.tables.layer_kinds import LAYER_KINDS

    if section.get("kind") in kinds:
        return bool(kinds[section["kind"]].get("parameters"))
    kind = LAYER_KINDS.get(str(section.get("kind")))
    return kind is None or any(text.weights for text in kind.texts)


def known_activations(said: str) -> tuple[str, ...]:
    """The activations of a list with commas. Raises InputError."""
    words = tuple(word.strip() for word in said.split(",") if word.strip())
    wrong = next((word for word in words if activation_here(word) is None), None)
    if wrong is not None:
        raise InputError(
            f"--activations: found {wrong}; expected names of activations with commas between, such as {USUAL},{USUAL}"
        )
    return words
