"""Habits: the chosen notation goes in; notations made of what many people write though no notation of the table does come out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from derivegen.network.tables.notations import Entry
from derivegen.notation.glyphs import glyph
from derivegen.records import replace

HABIT = "habit"
"""The name of the notations made of habits, in which arrays are not looked for."""
_HABITS: Mapping[str, tuple[str, ...]] = {
    "loss": ("J", "loss", "cost", "error", "E_{total}", "E_{tot}", "Cost", "Error", "L_{total}", "C_{total}", "Etotal"),
    "rate": ("α", "lr", "learning_{rate}", "μ", "eta", "rate", "LR"),
    "output": (
        "\\hat{y}_{<j?>}", "o_{<j?>}", "output_{<j?>}", "pred_{<j?>}", "prediction_{<j?>}", "out_{<j?>}", "p_{<j?>}", "y_{<j>}", "y_{pred}",
        "ypred",
    ),
    "t": ("target_{<j?>}", "y_{<j?>}", "label_{<j?>}", "y_{true}", "t_{<j>}", "ytrue"),
    "x": ("input_{<k?>}", "i_{<k?>}", "in_{<k?>}"),
    "a": ("h_{<j>}", "a_{<j>}", "h_{<l?>}", "h^{<l>}_{<j>}", "y_{<j>}", "o_{<j>}", "out_{<j>}", "a_{<l?>}"),
    "z": ("z_{<j>}", "z_{<n>}", "net_{<j>}", "s_{<j>}", "net_{<l?>}", "s_{<l?>}"),
    "delta": ("δ_{<j>}", "δ_{<l?>}", "δ_{<n>}"),
    "w": ("w_{<j><k>}", "w_{<l?>}", "w_{<k>}", "w^{<l>}_{<k?>}"),
    "b": ("b_{<j>}", "b_{<l?>}", "β_{<n>}"),
}  # fmt: skip
"""What many people write though no notation of the table does."""
RATES: Final = frozenset((glyph(each).base, glyph(each).sub) for each in _HABITS["rate"])
"""Letter and index of what the learning rate is called, whatever the notation."""


def habits(chosen: Entry) -> Iterator[Entry]:
    """As many notations as the longest list of habits, the rest as in the chosen one."""
    for place in range(max(map(len, _HABITS.values()))):
        own = {key: ways[place] for key, ways in _HABITS.items() if place < len(ways)}
        shared = {"shared b": own["b"]} if "b" in own else {}
        yield replace(chosen, name=HABIT, patterns={**chosen.patterns, **own, **shared}, symbols={})
