"""How whole arrays and members under unit letters are written: a notation and a name go in, bold W^(2) or the member w_jk^(2) out.

An array has the letter its notation gives to the kind, bold, a matrix of weights as a capital, without the indices of its members. Where
the members carry running numbers the layer takes their place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from derivegen.errors import InputError
from derivegen.formula.print.plain import plain
from derivegen.formula.tree import Formula, Glyph, Indexed, Partial
from derivegen.network.family import PARAMETERS
from derivegen.network.names import Name, parse, parse_derivative
from derivegen.network.patterns import PLACE
from derivegen.notation.glyphs import glyph
from derivegen.notation.members import MemberNames
from derivegen.records import replace

_LAYERED = ("w", "b", "theta", "z", "a", "delta", "mask")
_KNOWN = ("x", "t", *_LAYERED)


def array_symbol(notation: MemberNames, name: str) -> Formula:
    """The symbol of an array: "w[1]", "x@2", "dloss/dw[1]", "da[2]/dz[2]", of a graph of one's own "U",
    "h[2]". Raises InputError if there is no such array."""
    pair = parse_derivative(name)
    if pair is not None:
        of, by = pair
        row = of.partition("@")[2]
        moves = row and "@" not in by and notation.graph.kind_of(by) not in PARAMETERS
        top = notation.symbol(of if of != "loss" else notation.graph.root) if of.startswith("loss") else None
        return Partial(top or array_symbol(notation, of), array_symbol(notation, f"{by}@{row}" if moves else by))
    if not notation.graph.layered:
        return _slice_symbol(notation, name)
    own = notation.entry.symbols.get(name)
    if own is not None and notation.graph.locate(name) is None:
        return _bold(glyph(own), notation.graph.kind_of(name) == "weight")
    parts = parse(name)
    if parts is None or parts.base not in _KNOWN or len(parts.indices) != (parts.base in _LAYERED):
        raise InputError(f"there is no array {name!r} in this network")
    return replace(_bold(_filled(notation, parts, ()), parts.base == "w"), primes=int(parts.primed))


def _slice_symbol(notation: MemberNames, name: str) -> Glyph:
    """The symbol of an array of a graph of one's own: bold, with the numbers that its first letters have. Raises InputError."""
    parts = parse(name)
    names = (
        []
        if parts is None
        else [str(replace(parts, indices=parts.indices[:cut])) for cut in range(len(parts.indices) + 1)]
    )
    family = next((found for each in names if (found := notation.graph.families.get(each)) is not None), None)
    at = () if family is None or parts is None else parts.indices[names.index(family.name) :]
    if family is None or len(at) >= len(family.axes):
        raise InputError(f"there is no array {name!r} in this network")
    first = replace(family, axes=family.axes[: len(at)])
    return replace(notation.lettered_symbol(first, tuple(map(str, at))), bold=True)


def member_symbol(notation: MemberNames, tree: Indexed) -> Glyph:
    """The symbol of a member under unit letters, w[2] at (j, k): every letter is shown, also where there is one unit only."""
    parts = parse(tree.base)
    assert parts is not None
    return _filled(notation, parts, tuple(map(str, tree.places)))


def _filled(notation: MemberNames, parts: Name, own: tuple[str, ...]) -> Glyph:
    """The pattern of the kind with layer, letters and row put in."""
    letters = ("," if notation.wide else "").join(own)
    kind = _kind(notation, parts)
    pattern = notation.entry.patterns["w" if kind == "mask" else kind]
    layer = parts.indices[0] if parts.indices else 0
    places: dict[str, int | str] = {"l": layer, "j": own[0] if own else "", "k": own[-1] if own else ""}
    text = _put_in(pattern.replace("><", ">,<") if notation.wide else pattern, places)
    shown = glyph(text)
    shown = replace(shown, sub=shown.sub.strip(","), base="M" if kind == "mask" else shown.base)
    if layer and kind != "output" and "<l" not in pattern:
        shown = replace(shown, sup=f"{shown.sup}({layer})")
    if letters and not set(letters) <= set(shown.sub):
        shown = replace(shown, sub=",".join(part for part in (shown.sub, letters) if part))
    row = () if parts.row is None else (notation.row(int(parts.row) if parts.row.isdigit() else parts.row),)
    return replace(shown, sub=",".join(part for part in (shown.sub, *row) if part))


def _put_in(pattern: str, places: Mapping[str, int | str]) -> str:
    """The pattern with the layer and the letters there are; other placeholders are left out, optional or not."""

    def number(letter: str, plus: str | None) -> str:
        value = places.get(letter, "")
        return str(value + int(plus or 0)) if isinstance(value, int) else value

    return PLACE.sub(lambda match: number(match[1], match[3]), pattern).replace("_{}", "").replace("^{}", "")


def _kind(notation: MemberNames, parts: Name) -> str:
    """The kind whose pattern is used; a linear layer's z is written as its a."""
    if parts.base not in ("z", "a"):
        return parts.base
    layer, last = parts.indices[0], notation.graph.depth
    if parts.base == "z" and not notation.folded(layer):
        return "z"
    return "output" if layer == last else "a"


def _bold(symbol: Glyph, capital: bool) -> Glyph:
    """The array's letter: bold, capital for a matrix."""
    return replace(symbol, base=symbol.base.upper() if capital and len(symbol.base) == 1 else symbol.base, bold=True)


def check_arrays(notation: MemberNames) -> None:
    """Raise InputError if two arrays would print alike (a linear layer's z and a are one)."""
    seen: dict[Formula, str] = {}
    for name in _names(notation):
        written = array_symbol(notation, name)
        other = seen.setdefault(written, name)
        if other != name:
            raise InputError(
                f"notation {notation.entry.name!r} cannot tell the arrays {other} and {name}: both would print as "
                f"{plain(written)}; name them under [notation], as symbols = {{ {name!r} = … }}, or choose the view units"
            )


def _names(notation: MemberNames) -> Iterator[str]:
    """The arrays of the network, z of a linear layer left out."""
    yield from ("x", "t")
    for layer in notation.graph.stack:
        yield from (family.name for family in (*layer.parameters, *(() if layer.linear else (layer.z,)), layer.a))
        yield f"delta[{layer.number}]"
