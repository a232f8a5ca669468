"""What a program calls things: a notation of layers goes in, an identifier for every array and its derivative comes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from derivegen.formula.print.python import HELPERS, Identifiers, identifier
from derivegen.formula.tree import Formula, Glyph
from derivegen.notation.notation import Notation

RESERVED = ("np", "math", "show", "step", "steps", "first", "forward", *(name for name, _ in HELPERS.values()))
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
    folded = [n for n, _ in enumerate(notation.graph.network.layers, 1) if notation.folded(n)]
    arrays = [name for name in _arrays(notation) if name not in {f"z[{n}]" for n in folded}]
    found = {name: identifiers.claim(write(notation, name)) for name in arrays}
    found |= {name: identifiers.claim(_glyph(notation.symbol(name))) for name in ("loss", "rate")}
    for name in arrays:
        if name.startswith("z[") and notation.graph.network.rows == 1 and notation.entry.delta_sign > 0:
            wanted = write(notation, name.replace("z", "delta", 1))
        else:
            wanted = f"d{found['loss']}_d{found[name]}"
        found[f"dloss/d{name}"] = identifiers.claim(wanted)
    for n in folded:
        found |= {f"z[{n}]": found[f"a[{n}]"], f"dloss/dz[{n}]": found[f"dloss/da[{n}]"]}
    return Names(found, identifiers)


def _arrays(notation: Notation) -> Iterator[str]:
    families = notation.graph.families.values()
    return (family.name for family in families if family.kind != "loss")


def _array(notation: Notation, name: str) -> str:
    return _glyph(notation.array(name))


def _unit(notation: Notation, name: str) -> str:
    """The only unit's symbol, without the row."""
    family = notation.graph.families.get(name.replace("delta", "z", 1))
    assert family is not None
    units = "[1]" * sum(axis.counts == "unit" for axis in family.axes)
    if all(axis.counts == "unit" for axis in family.axes):
        return _glyph(notation.symbol(name + units))
    shown = notation.symbol(f"{name}{units}@r")
    assert isinstance(shown, Glyph)
    return _glyph(replace(shown, sub=",".join(part for part in shown.sub.split(",") if part != notation.row("r"))))


def _glyph(tree: Formula) -> str:
    assert isinstance(tree, Glyph)
    return identifier(tree)
