"""What a layer's f is: the choice of the file goes in; its entry of the table, its formula and its taught slope come out."""

from __future__ import annotations

from derivegen.formula.tree import ZERO, Formula, Indexed, walk
from derivegen.network.family import Slopes
from derivegen.network.network import ActivationChoice
from derivegen.network.tables.activations import ACTIVATIONS, USUAL, Activation, Text, decimal, formula_of


def entry_of(choice: ActivationChoice) -> Activation:
    """The entry of the table; of a formula of one's own that of no activation."""
    return ACTIVATIONS[USUAL if choice.formula else choice.name]


def numbers_of(choice: ActivationChoice) -> dict[str, Formula]:
    """The parameters of an activation, those of the file in place of the usual ones."""
    return {key: decimal(choice.parameters.get(key, value)) for key, value in entry_of(choice).parameters.items()}


def activated(choice: ActivationChoice, own: Indexed, a: Indexed) -> tuple[Formula, str, Slopes]:
    """What f(own) is, by which rule, and its slope as it is taught."""
    entry, names = entry_of(choice), {"z": own, "a": a, **numbers_of(choice)}
    letter = choice.symbol or entry.letter or "f"
    text: Text = choice.formula or entry.formula
    formula = formula_of(text, names, letter)
    if choice.formula:
        return formula, "formula", no_slope(formula, own)
    return formula, choice.name, ((own, formula_of(entry.slope, names, letter), "each"),)


def no_slope(formula: Formula, by: Indexed) -> Slopes:
    """The slope 0 of a formula of one's own that does not contain what it is differentiated by; of any other it is derived."""
    return () if by in walk(formula) else ((by, ZERO, "each"),)
