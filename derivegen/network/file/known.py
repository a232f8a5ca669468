"""Takes a network and a name; answers whether the network has that quantity, and if not what may have been meant."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cached_property
from itertools import islice
from typing import Final

from derivegen.network.family import Family
from derivegen.network.file.messages import Fault, nearest, shown
from derivegen.network.graph import Graph, build
from derivegen.network.names import Name, from_shell, parse
from derivegen.network.network import Network
from derivegen.records import dataclass, replace

ROW_LETTER: Final = "r"
"""The index of an example where their number is symbolic: z[1][1]@r."""
COUNTED: Final = ("x", "t", "w", "b", "theta", "z", "a")
PER_ROW: Final = ("x", "t", "z", "a", "loss", "delta")
_DERIVATIVE: Final = re.compile(r"d(?P<of>.+?)/d(?P<by>.+)")
_COMPARISON: Final = re.compile(r"(?P<left>\S.*?)\s*(?P<relation>>=|<=|!=|[<>=≥≤≠])\s*(?P<right>.*\S)")
_NUMBER: Final = re.compile(r"[+−-]?(\d+\.?\d*|\.\d+)")


@dataclass(frozen=True)
class Known:
    """A network that is being loaded, and its graph, made when a name is first looked up."""

    network: Network

    @cached_property
    def graph(self) -> Graph:
        """The graph."""
        return build(self.network)


def has_quantity(known: Known, text: str) -> bool:
    """Whether the text names a quantity or derivative of the network (a whole array too)."""
    match = _DERIVATIVE.fullmatch(text)
    if match is None:
        name = parse(text)
        return name is not None and _has(known, name)
    top, by = parse(match["of"]), parse(match["by"])
    return top is not None and by is not None and _has(known, top) and _has(known, by)


def has_variable(known: Known, text: str) -> bool:
    """Whether the loss can be differentiated by it."""
    name = parse(text)
    return name is not None and name.base not in ("loss", "delta") and not _changed(name) and _has(known, name)


def has_parameters(known: Known, beginning: str) -> bool:
    """Whether any parameter has this name or begins with it."""
    name = parse(beginning)
    if name is None or name.row is not None or _changed(name):
        return False
    return any(each == str(name) or each.startswith(f"{name}[") for each in known.graph.parameters)


def _changed(name: Name) -> bool:
    return name.primed or name.step is not None


def _has(known: Known, name: Name) -> bool:
    """Whether there is this member or this family, primed or not, of a row or of all; in layers δ stands beside z, a change beside its
    parameter."""
    row = None if name.row == "1" and known.network.single else name.row
    graph, own = known.graph, replace(name, row=row, primed=False, step=None)
    if own.base not in graph.families and graph.stack:
        base = own.base.removeprefix("D")
        own = replace(own, base="z" if base == "delta" else base)
    whole = graph.families.get(str(replace(own, row=None)))
    if whole is not None:
        return own.row is None or ((_is_of_rows(whole) or own.base == "loss") and _has_row(known, own))
    first = "1" if isinstance(known.network.rows, int) else ROW_LETTER
    rows = (None, first) if own.row is None and graph.stack else (own.row,)
    found = [each[0] for row in rows if (each := graph.locate(str(replace(own, row=row)))) is not None]
    if not found:  # the loss has a term for each output
        terms = own.indices or (1,)
        return (
            own.base == "loss"
            and len(terms) == 1
            and 1 <= terms[0] <= max(1, known.network.n_outputs)
            and _has_row(known, own)
        )
    if own.row is None:
        return True
    return _is_of_rows(found[0]) and (own.row != ROW_LETTER or not isinstance(known.network.rows, int))


def _is_of_rows(family: Family) -> bool:
    return any(axis.counts == "example" for axis in family.axes)


def _has_row(known: Known, name: Name) -> bool:
    if name.row is None:
        return True
    if name.base not in PER_ROW or not isinstance(known.network.rows, int):
        return name.base in PER_ROW and name.row == ROW_LETTER
    return name.row.isdecimal() and 1 <= int(name.row) <= known.network.rows


def some_names(known: Known, parameters_only: bool = False) -> list[str]:
    """Names to suggest from; of a large network the first few hundred."""
    if not known.graph.stack:
        families = known.graph.parameter_families if parameters_only else known.graph.families.values()
        return [name for family in families for name in family.names(200)]
    names = [f"x[{k}]" for k in range(1, min(known.network.n_inputs, 20) + 1)] * (not parameters_only)
    for number, (layer, own) in enumerate(zip(known.network.layers[:20], known.graph.stack, strict=False), 1):
        members = (
            own.weights.member(at) for at in own.weights.members() if all(isinstance(i, int) and i <= 20 for i in at)
        )
        names += [f"w[{number}]", *islice(members, 200)]
        bases = {"each": ["b"], "threshold": ["theta"]}.get(layer.bias_kind, []) + ["z", "a"] * (not parameters_only)
        names += [f"{base}[{number}][{j}]" for base in bases for j in range(1, min(layer.units, 20) + 1)]
        names += [f"b[{number}]"] * (layer.bias_kind == "shared")
    return names


def unknown_name(known: Known, path: str, text: str, expected: str, parameters_only: bool = False) -> Fault:
    """The complaint about a name, with the nearest right one."""
    beyond = _beyond(known, text)
    if beyond is not None:
        return Fault(path, shown(text), expected, beyond)
    names = some_names(known, parameters_only)
    close = nearest(text, names)
    listed = ", ".join(names[:6]) + (", …" if len(names) > 6 else "")
    fix = f'did you mean "{close}"?' if close else f"one of {listed}" if names else "take it out"
    return Fault(path, shown(text), expected, fix)


def _beyond(known: Known, text: str) -> str | None:
    """What to say of a right name whose indices run too far: how far they do run. None of any other."""
    network = known.network
    if known.graph.lettered:
        named, families = canonical(known, text).rpartition("/d")[2], known.graph.families.values()
        found = (
            each for each in families if named == each.name or named.startswith((f"{each.name}[", f"{each.name}@"))
        )
        family = max(found, key=lambda each: len(each.name), default=None)
        return None if family is None else f"there is {family.ranges}"
    name = parse(canonical(known, text).removeprefix("dloss/d"))
    if name is None or name.base not in COUNTED or not name.indices or _has(known, name):
        return None
    if not _has(known, replace(name, indices=(1,) * len(name.indices), row=None)):
        return None
    if name.row is not None and not _has_row(known, name):
        return f"there are {network.rows} rows" if isinstance(network.rows, int) and name.base in PER_ROW else None
    if name.base in ("x", "t"):
        width = network.n_inputs if name.base == "x" else network.n_outputs
        return f"the last one is {name.base}[{width}]"
    number, layers = name.indices[0], len(network.layers)
    if not 1 <= number <= layers:
        return f"there are {layers} layers" if layers > 1 else "there is one layer"
    units = network.layers[number - 1].units
    if name.base != "w":
        return f"the last one of layer {number} is {name.base}[{number}][{units}]"
    width = network.n_inputs if number == 1 else network.layers[number - 2].units
    if 1 <= name.indices[1] <= units and 1 <= name.indices[2] <= width:
        return f"unit {name.indices[1]} of layer {number} has no connection to {name.indices[2]} below it"
    if units == width == 1:
        return f"the only weight of layer {number} is w[{number}][1][1]"
    return f"the weights of layer {number} run from w[{number}][1][1] to w[{number}][{units}][{width}]"


def differentiated_by(known: Known, name: str) -> str:
    """What the output is differentiated by, of the name of such a derivative, dloss/dw[1][1][1] or dL/dU[1][2]; any other name as it is."""
    tops = ("loss", known.graph.root)
    return next((name.removeprefix(f"d{top}/d") for top in tops if name.startswith(f"d{top}/d")), name)


def canonical(known: Known, text: str) -> str:
    """The name in canonical form: indices in brackets, and no @1 where there is one row."""
    name = from_shell(text)
    return re.sub(r"@1(?!\w)", "", name) if known.network.single else name


def checked_quantity(known: Known, text: str, path: str) -> str:
    """The canonical name of a quantity of the network; an unknown one is refused."""
    name = canonical(known, text)
    _check_row_given(known, name, path)
    if not has_quantity(known, name):
        raise unknown_name(known, path, text, "a quantity of this network")
    return name


def symbol_name(known: Known, text: str, path: str) -> str:
    """The same for a name that gets a symbol, which needs no row: the notation adds it."""
    name = canonical(known, text)
    if not has_quantity(known, name):
        raise unknown_name(known, path, text, "a quantity of this network")
    return name


def _check_row_given(known: Known, text: str, path: str) -> None:
    """With several rows, x t z a are one number a row: which row has to be said."""
    name = parse(text)
    if name is None or name.row is not None or known.network.rows == 1 or known.network.graph is not None:
        return
    single = len(name.indices) == {"x": 1, "t": 1, "z": 2, "a": 2}.get(name.base)
    if single and _has(known, name):
        fix = (
            f'write "{text}@1" for the first' if isinstance(known.network.rows, int) else f'write "{text}@{ROW_LETTER}"'
        )
        raise Fault(path, f'"{text}" without a row', f"which of the {known.network.rows} rows", fix)


def checked_wrt(known: Known, wrt: tuple[str, ...], path: str) -> tuple[str, ...]:
    """The names in canonical form: `w.1.1.1` and `dloss/dw[1][1][1]` become `w[1][1][1]`; unknown ones are refused."""
    found = []
    for place, text in enumerate(wrt, 1):
        name = differentiated_by(known, canonical(known, text))
        _check_row_given(known, name, f"{path}[{place}]")
        if not has_variable(known, name):
            expected = "a quantity of this network, such as " + ", ".join(some_names(known)[:2])
            raise unknown_name(known, f"{path}[{place}]", text, expected)
        found.append(name)
    return tuple(dict.fromkeys(found))


def checked_parameters(known: Known, names: tuple[str, ...], path: str) -> tuple[str, ...]:
    """The names or beginnings of names of parameters; one that matches nothing is refused."""
    found = tuple(from_shell(text) for text in names)
    for place, name in enumerate(found, 1):
        if not has_parameters(known, name):
            expected = "the name of a parameter or its beginning"
            raise unknown_name(known, f"{path}[{place}]", name, expected, parameters_only=True)
    return found


def checked_assumptions(known: Known, assume: tuple[str, ...], path: str) -> tuple[str, ...]:
    """Assumptions such as `z[1][1] > 0`: a comparison of quantities and numbers."""
    return tuple(_assumption(known, text, f"{path}[{place}]") for place, text in enumerate(assume, 1))


def _assumption(known: Known, text: str, path: str) -> str:
    match = _COMPARISON.fullmatch(text)
    if match is None:
        raise Fault(path, shown(text), "a comparison", 'write "z[1][1] > 0"')
    sides = []
    for side in (match["left"], match["right"]):
        number = _NUMBER.fullmatch(side) is not None
        sides.append(str(Decimal(side.replace("−", "-"))) if number else canonical(known, side))
        if not number and not has_quantity(known, sides[-1]):
            raise unknown_name(known, path, side, "a quantity of this network or a number")
    return f"{sides[0]} {match['relation']} {sides[1]}"
