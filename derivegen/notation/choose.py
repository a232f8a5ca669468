"""The choice of a notation: its name, or a table of somebody's own, goes in; the notation comes out,
refused if it would write two things alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from derivegen.errors import InputError
from derivegen.formula.functions import FUNCTIONS
from derivegen.formula.print.plain import plain
from derivegen.formula.tree import Formula, Glyph
from derivegen.network.graph import Graph
from derivegen.network.tables.notations import NOTATIONS, Entry
from derivegen.notation.glyphs import own_name, typed
from derivegen.notation.notation import Notation
from derivegen.records import replace


def choose(graph: Graph, wanted: str | Mapping[str, object]) -> Notation:
    """The notation of that name, or the user's own table on top of one, checked. Raises InputError."""
    own = dict(wanted) if not isinstance(wanted, str) else {"base": wanted}
    base = str(own.pop("base", "indexed"))
    if base not in NOTATIONS:
        near = get_close_matches(base, NOTATIONS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        raise InputError(f"notation: there is no notation {base!r}{hint} There are: {', '.join(NOTATIONS)}")
    entry = NOTATIONS[base]
    if own:
        entry = _customised(entry, own)
    notation = Notation(graph, entry)
    check(notation)
    return notation


def _customised(entry: Entry, own: Mapping[str, object]) -> Entry:
    patterns = dict(entry.patterns)
    changes: dict[str, object] = {}
    for key, wanted in own.items():
        if key in patterns:
            patterns[key] = str(wanted)
            if key == "b":  # one bias for a layer is written without the unit
                patterns["shared b"] = re.sub(r"<j[^>]*>", "", str(wanted)).replace("_{}", "").replace("^{}", "")
        elif key == "symbols" and isinstance(wanted, Mapping):
            changes["symbols"] = {str(name): str(symbol) for name, symbol in wanted.items()}
        elif key == "delta_is" and wanted in ("dloss/dz", "-dloss/dz"):
            changes["delta_sign"] = -1 if wanted == "-dloss/dz" else 1
        elif key == "first_row" and isinstance(wanted, int):
            changes["first_row"] = wanted
    return replace(entry, name="your own", patterns=patterns, **changes)  # type: ignore[arg-type]


def check(notation: Notation) -> None:
    """Raise InputError if two quantities would print alike (a linear unit's z and a are one)."""
    alike = clash(notation)
    if alike is not None:
        one, other = alike
        raise InputError(
            f"notation {notation.entry.name!r} cannot tell {one} from {other}: both would be written "
            f"{plain(notation.symbol(other))}; {_way_out(notation, one, other)}"
        )
    _check_columns(notation)
    _check_letters(notation)


def _check_letters(notation: Notation) -> None:
    """Refuse the letter of an unknown activation that stands for a quantity or another function already: x(z) would be x times z."""
    taken = {
        each.shown: f"the {each.identifier.replace('_', ' ')} function"
        for each in FUNCTIONS.values()
        if len(each.shown) == 1 and each.form == "call"
    }
    for layer in notation.graph.stack:
        letter = layer.a.letter
        if letter is None:
            continue
        meant = taken.get(letter) or next(
            (
                name
                for name in _sample(notation)
                if _letter_alone(notation.symbol(name), letter in notation.graph.families) == letter
            ),
            None,
        )
        if meant is not None:
            raise InputError(
                f'layer[{layer.number}].activation.symbol: "{letter}" stands for {meant} already; write another letter, as symbol = "g"'
            )


def clash(notation: Notation) -> tuple[str, str] | None:
    """Two quantities that would print or be typed alike, if there are any."""
    seen: dict[tuple[str, ...], str] = {}
    for name in _sample(notation):
        other = name if _folded_z(notation, name) else seen.setdefault(typed(notation.symbol(name)), name)
        if other != name:
            return other, name
    return None


def _way_out(notation: Notation, one: str, other: str) -> str:
    """Another symbol where the clash is with one of the user's own, else the notation most like this one that has none."""
    own = next((name for name in (one, other) if name in notation.entry.symbols), None)
    if own is not None:
        return f"give {own} another symbol"

    def alike(entry: Entry) -> int:
        return sum(entry.patterns[key] == pattern for key, pattern in notation.entry.patterns.items())

    for entry in sorted(NOTATIONS.values(), key=alike, reverse=True):
        if entry.patterns != notation.entry.patterns and clash(Notation(notation.graph, entry)) is None:
            return f'use notation = "{entry.name}", which can'
    return "give symbols of your own under [notation]"


def _check_columns(notation: Notation) -> None:
    """A column of the data must not carry the symbol of something else: x called "b_1" would be read as the bias."""
    network = notation.graph.network
    if not (network.input_names or network.target_names):
        return
    symbols = {typed(notation.symbol(name)): name for name in _sample(notation)}
    for key, base, names in (("input", "x", network.input_names), ("target", "t", network.target_names)):
        for number, text in enumerate(names, 1):
            meant = symbols.get(typed(own_name(text)))
            if meant is not None and meant.partition("@")[0] != f"{base}[{number}]":
                raise InputError(
                    f'data.{key}_names: "{text}" is also the symbol of {meant}; rename the column or choose another notation'
                )


def _folded_z(notation: Notation, name: str) -> bool:
    found = notation.graph.locate(name)
    return found is not None and found[0].kind == "pre-activation" and notation.folded(found[0].layer)


def _sample(notation: Notation) -> Iterator[str]:
    """Every quantity of small networks; of wide ones the first members of each family, which is where patterns clash."""
    for family in notation.graph.families.values():
        yield from family.names(40)
    if notation.graph.has_rate:
        yield "rate"


def _letter_alone(symbol: Formula, marked: bool) -> str:
    """The letter of a symbol that has no mark, or whatever its marks."""
    assert isinstance(symbol, Glyph)
    return symbol.base if marked or not (symbol.sub or symbol.sup or symbol.accent) else ""
