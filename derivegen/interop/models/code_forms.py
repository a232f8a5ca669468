"""An expression as a function of numbers goes in; the activation or loss of the table that comes to the same comes out, if one does.

Equal at many drawn numbers to nine digits is equal: the entries of the tables differ everywhere by more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from derivegen.formula.arithmetic.value import FLOAT, value
from derivegen.interop.models.code_numbers import NotKnown
from derivegen.network.tables.activations import ACTIVATIONS, Activation, formula_of
from derivegen.network.tables.losses import LOSSES
from derivegen.on_use import numpy

if TYPE_CHECKING:
    from derivegen.interop.models.model import Array, Table

AGREES: Final = 1e-9
PARAMETERS: Final = (0.01, 0.1, 0.2, 0.3, 0.05, 0.001, 1.0)
"""Slopes and heights that are tried, since an expression does not say which it has."""


def activation_like(function: Callable[[Any], Any], rows_first: bool) -> Any:
    """The activation, or (activation, parameters); None where it is none of the table."""
    z = numpy.linspace(-4.1, 4.3, 56).reshape(8, 7)
    try:
        found = numpy.asarray(function(z if rows_first else z.T), dtype=float)
    except (NotKnown, TypeError, ValueError):
        return None
    found = found if rows_first else found.T
    if found.shape != z.shape:
        return None
    for name, entry in ACTIVATIONS.items():
        tried = [{key: each} for key in entry.parameters for each in PARAMETERS] or [{}]
        for given in tried if entry.kind != "unknown" else ():
            if numpy.allclose(found, _activated(entry, given, z), rtol=0, atol=AGREES):
                return (name, given) if given else name
    return None


def _activated(entry: Activation, given: Mapping[str, float], z: Array) -> Array:
    """An activation of the table at many numbers, a row a layer."""
    if entry.kind == "coupled":
        powers = numpy.exp(z - z.max(1, keepdims=True))
        shares: Array = powers / powers.sum(1, keepdims=True)
        return shares
    tree = formula_of(entry.formula, {})
    made: Array = numpy.array([value(tree, {"z": float(each), **given}.__getitem__, FLOAT) for each in z.ravel()])
    return made.reshape(z.shape)


def loss_like(own: Sequence[float], at: Sequence[tuple[Array, Array]]) -> Table | None:
    """The loss that comes to these numbers for these pairs of outputs and targets, rows first: one that combines the outputs as the
    table has it, if there is one."""
    known = {name: found for name in LOSSES if (found := _by_rows(name, at)) is not None}
    sizes = {"mean": len(at[0][0][0]), "sum": 1}
    for usual in (True, False):
        for name, rows in known.items():
            for outputs in (each for each in sizes if (each == LOSSES[name].outputs) == usual):
                for reduction, many in (("mean", len(at[0][0])), ("sum", 1)):
                    come_to = [sum(each) / sizes[outputs] / many for each in rows]
                    if numpy.allclose(own, come_to, rtol=AGREES, atol=AGREES):
                        return {"name": name, "reduction": reduction, **({} if usual else {"outputs": outputs})}
    return None


def _by_rows(name: str, at: Sequence[tuple[Array, Array]]) -> list[list[float]] | None:
    """The loss of every row of every pair; None of one that is not known without more, or has no number there."""
    entry = LOSSES[name]
    if entry.kind == "unknown" or entry.parameters:
        return None
    tree = formula_of(entry.term, {})
    try:
        return [[_term(tree, a, t) for a, t in zip(*pair, strict=True)] for pair in at]
    except (ValueError, ArithmeticError):
        return None


def _term(tree: Any, outputs: Array, targets: Array) -> float:
    return sum(_of_one(tree, outputs, targets))


def _of_one(tree: Any, outputs: Array, targets: Array) -> Iterator[float]:
    for a, t in zip(outputs, targets, strict=True):
        yield float(value(tree, {"a": float(a), "t": float(t)}.__getitem__, FLOAT))
