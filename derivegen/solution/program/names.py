"""What a program calls things: a notation of layers goes in, an identifier for every array and its derivative comes out."""

from __future__ import annotations

from collections.abc import Mapping

from derivegen.formula.print.python import HELPERS, Identifiers, identifier
from derivegen.formula.tree import Formula, Glyph
from derivegen.network.family import Family
from derivegen.notation.notation import Notation
from derivegen.records import dataclass, replace

_ELSEWHERE = (
    "torch",
    "jax",
    "jnp",
    "ops",
    "os",
    "Tensor",
    "dtypes",
    "expected",
    "derivatives",
    "name",
    "wanted",
    "each",
    "found",
    "there",
)
"""Names that programs in other libraries use."""
RESERVED = (
    "np",
    "math",
    "show",
    "step",
    "steps",
    "first",
    "forward",
    *_ELSEWHERE,
    *(name for name, _ in HELPERS.values()),
)
"""Names every program may use for its own ends."""


@dataclass(frozen=True, slots=True)
class Names:
    """Identifiers by the canonical name of the array ("w[1]", "x", "loss", "rate") and of its derivative ("dloss/dw[1]")."""

    by_name: Mapping[str, str]
    identifiers: Identifiers

    def __getitem__(self, name: str) -> str:
        return self.by_name[name]


def names_of(notation: Notation, scalar: bool) -> Names:
    """The names in the notation's letters: those of single units, or those of whole arrays. A linear layer's z and a are one."""
    identifiers = Identifiers(RESERVED)
    write = _unit if scalar else _array
    folded = {layer.z.name: layer.a.name for layer in notation.graph.stack if layer.linear}
    families = [each for each in notation.graph.families.values() if each.kind != "loss" and each.name not in folded]
    found = {family.name: identifiers.claim(write(notation, family, family.name)) for family in families}
    found |= {name: identifiers.claim(_glyph(notation.symbol(name))) for name in ("loss", "rate")}
    for family in families:
        if family.kind == "pre-activation" and notation.graph.network.rows == 1 and notation.entry.delta_sign > 0:
            wanted = write(notation, family, f"delta[{family.layer}]")
        else:
            wanted = f"d{found['loss']}_d{found[family.name]}"
        found[f"dloss/d{family.name}"] = identifiers.claim(wanted)
    for z, a in folded.items():
        found |= {z: found[a], f"dloss/d{z}": found[f"dloss/d{a}"]}
    return Names(found, identifiers)


def _array(notation: Notation, _: Family, name: str) -> str:
    return _glyph(notation.array(name))


def _unit(notation: Notation, family: Family, name: str) -> str:
    """The only unit's symbol, without the row."""
    units = "[1]" * sum(axis.counts == "unit" for axis in family.axes)
    if all(axis.counts == "unit" for axis in family.axes):
        return _glyph(notation.symbol(name + units))
    shown = notation.symbol(f"{name}{units}@r")
    assert isinstance(shown, Glyph)
    return _glyph(replace(shown, sub=",".join(part for part in shown.sub.split(",") if part != notation.row("r"))))


def _glyph(tree: Formula) -> str:
    assert isinstance(tree, Glyph)
    return identifier(tree)
