"""The table of optimizers: what an update adds to a parameter, as a formula. Steps, training, pages and programs read it.

In our own grammar: `g` the derivative of the loss by the parameter, `rate` the learning rate. Sources: Cauchy 1847.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from derivegen.formula.tree import Formula, Negative, Product, Quantity, transform
from derivegen.network.tables.activations import read

GRADIENT: Final = Quantity("g")
RATE: Final = Quantity("rate")


@dataclass(frozen=True, slots=True)
class Optimizer:
    """One optimizer. `change` is what is added to a parameter; `also` are names that others give it, in lower case without anything
    between."""

    name: str
    change: str
    also: tuple[str, ...] = ()


OPTIMIZERS: Final[dict[str, Optimizer]] = {
    entry.name: entry
    for entry in (
        Optimizer(
            "gradient_descent",
            "-(rate*g)",
            also=("sgd", "gd", "bgd", "batchgd", "steepestdescent", "vanilla"),
        ),
    )
}
USUAL: Final = next(iter(OPTIMIZERS))
"""What a file that names none is trained by."""
NOT_YET: Final = (
    *("momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam"),
    *("adamw", "nadam", "amsgrad", "lion", "rprop"),
)
"""Names that are kept for what is not built."""


def change(optimizer: str, derivative: Formula, dotted: bool = False) -> Formula:
    """What is added to a parameter whose derivative this is, with dots between factors or side by side."""

    def put_in(part: Formula) -> Formula | None:
        if isinstance(part, Product):
            return Product(tuple(transform(factor, put_in) for factor in part.factors), dotted)
        return derivative if part == GRADIENT else None

    return transform(read(OPTIMIZERS[optimizer].change), put_in)


@lru_cache(maxsize=32)
def factors(optimizer: str) -> tuple[Formula, ...]:
    """The factors of the change, its sign with the first."""
    tree = read(OPTIMIZERS[optimizer].change)
    body = tree.body if isinstance(tree, Negative) else tree
    first, *rest = body.factors if isinstance(body, Product) else (body,)
    return (Negative(first) if isinstance(tree, Negative) else first, *rest)
