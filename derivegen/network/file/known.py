"""Takes a network and a name; answers whether the network has that quantity, and if not what may have been meant."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import islice
from typing import Final

from derivegen.network.file.messages import Fault, nearest, shown
from derivegen.network.graph import build
from derivegen.network.names import Name, from_shell, parse
from derivegen.network.network import Dense, Network
from derivegen.records import replace

PARAMETERS: Final = ("w", "b", "theta")
ROW_LETTER: Final = "r"
"""The index of an example where their number is symbolic: z[1][1]@r."""
COUNTED: Final = ("x", "t", "w", "b", "theta", "z", "a")
PER_ROW: Final = ("x", "t", "z", "a", "loss", "delta")
_DERIVATIVE: Final = re.compile(r"d(?P<of>.+?)/d(?P<by>.+)")
_COMPARISON: Final = re.compile(r"(?P<left>\S.*?)\s*(?P<relation>>=|<=|!=|[<>=≥≤≠])\s*(?P<right>.*\S)")
_NUMBER: Final = re.compile(r"[+−-]?(\d+\.?\d*|\.\d+)")


def has_quantity(network: Network, text: str) -> bool:
    """Whether the text names a quantity or derivative of the network (a whole array too)."""
    match = _DERIVATIVE.fullmatch(text)
    if match is None:
        name = parse(text)
        return name is not None and _has(network, name)
    top, by = parse(match["of"]), parse(match["by"])
    return top is not None and by is not None and _has(network, top) and _has(network, by)


def has_variable(network: Network, text: str) -> bool:
    """Whether the loss can be differentiated by it."""
    name = parse(text)
    return name is not None and name.base not in ("loss", "delta") and not _changed(name) and _has(network, name)


def has_parameters(network: Network, beginning: str) -> bool:
    """Whether any parameter has this name or begins with it."""
    name = parse(beginning)
    if name is None or name.row is not None or _changed(name):
        return False
    if network.graph is not None and network.graph.parts:
        return any(each == str(name) or each.startswith(f"{name}[") for each in network.graph.parameters)
    if network.graph is not None:
        return not name.indices and name.base in network.graph.parameters
    if name.base not in PARAMETERS:
        return False
    if not name.indices:
        return any(_base_of(layer, name.base) for layer in network.layers)
    return _has(network, name) or (name.base == "w" and len(name.indices) == 2 and _has_weight(network, name.indices))


def _changed(name: Name) -> bool:
    return name.primed or name.step is not None


def _has(network: Network, name: Name) -> bool:
    if network.graph is not None and network.graph.parts:
        return _has_member(network, name)
    if network.graph is not None:
        return not name.indices and name.row is None and _has_node(network, name.base)
    return _has_row(network, name) and _has_indices(network, name)


def _has_member(network: Network, name: Name) -> bool:
    """Whether a graph whose names have indices has this member, or this family."""
    plain = str(replace(name, primed=False, step=None))
    graph = build(network)
    return plain == "loss" or plain in graph.families or graph.locate(plain) is not None


def _has_node(network: Network, name: str) -> bool:
    graph = network.graph
    assert graph is not None
    return (
        name == "loss"
        or name in graph.inputs
        or name in graph.parameters
        or any(name == node for node, _ in graph.nodes)
    )


def _has_row(network: Network, name: Name) -> bool:
    if name.row is None:
        return True
    if name.base not in PER_ROW or not isinstance(network.rows, int):
        return name.base in PER_ROW and name.row == ROW_LETTER
    return name.row.isdecimal() and 1 <= int(name.row) <= network.rows


def _has_indices(network: Network, name: Name) -> bool:
    base, indices = name.base, name.indices
    if base in ("x", "t", "loss"):
        width = network.n_inputs if base == "x" else network.n_outputs
        return len(indices) < 2 and all(1 <= i <= width for i in indices)
    base = base.removeprefix("D")
    if not indices or not 1 <= indices[0] <= len(network.layers):
        return False
    if base == "w":
        return len(indices) in (1, 3) and _has_weight(network, indices)
    layer = network.layers[indices[0] - 1]
    if base in ("b", "theta"):
        return _base_of(layer, base) and (len(indices) == 1 or (len(indices) == 2 and _unit(layer, indices, base)))
    return base in ("z", "a", "delta") and len(indices) < 3 and all(1 <= j <= layer.units for j in indices[1:])


def _base_of(layer: Dense, base: str) -> bool:
    """Whether the layer has weights, biases or thresholds."""
    kinds = {"w": layer.bias_kind, "b": "each shared", "theta": "threshold"}[base]
    return layer.bias_kind in kinds.split() or base == "w"


def _unit(layer: Dense, indices: tuple[int, ...], base: str) -> bool:
    return layer.bias_kind != "shared" and 1 <= indices[1] <= layer.units


def _has_weight(network: Network, indices: tuple[int, ...]) -> bool:
    number = indices[0]
    if not 1 <= number <= len(network.layers):
        return False
    layer = network.layers[number - 1]
    width = network.n_inputs if number == 1 else network.layers[number - 2].units
    inside = all(1 <= i <= limit for i, limit in zip(indices[1:], (layer.units, width), strict=False))
    if not inside or layer.mask is None or len(indices) < 3:
        return inside
    return layer.mask[indices[1] - 1][indices[2] - 1]


def some_names(network: Network, parameters_only: bool = False) -> list[str]:
    """Names to suggest from; of a large network the first few hundred."""
    if network.graph is not None:
        graph = network.graph
        if graph.parts and not parameters_only:
            families = build(network).families.values()
            return [family.member(at) for family in families for at in islice(family.members(), 200)]
        return [*graph.parameters] if parameters_only else [*graph.inputs, *graph.parameters, *dict(graph.nodes)]
    names = [f"x[{k}]" for k in range(1, min(network.n_inputs, 20) + 1)] * (not parameters_only)
    for number, layer in enumerate(network.layers[:20], 1):
        names += [f"w[{number}]", *islice(_weights(network, number), 200)]
        bases = {"each": ["b"], "threshold": ["theta"]}.get(layer.bias_kind, []) + ["z", "a"] * (not parameters_only)
        names += [f"{base}[{number}][{j}]" for base in bases for j in range(1, min(layer.units, 20) + 1)]
        names += [f"b[{number}]"] * (layer.bias_kind == "shared")
    return names


def _weights(network: Network, number: int) -> list[str]:
    width = network.n_inputs if number == 1 else network.layers[number - 2].units
    units = range(1, min(network.layers[number - 1].units, 20) + 1)
    names = [f"w[{number}][{j}][{k}]" for j in units for k in range(1, min(width, 20) + 1)]
    return [name for name in names if has_quantity(network, name)]


def unknown_name(network: Network, path: str, text: str, expected: str, parameters_only: bool = False) -> Fault:
    """The complaint about a name, with the nearest right one."""
    beyond = _beyond(network, text)
    if beyond is not None:
        return Fault(path, shown(text), expected, beyond)
    names = some_names(network, parameters_only)
    close = nearest(text, names)
    listed = ", ".join(names[:6]) + (", …" if len(names) > 6 else "")
    fix = f'did you mean "{close}"?' if close else f"one of {listed}" if names else "take it out"
    return Fault(path, shown(text), expected, fix)


def _beyond(network: Network, text: str) -> str | None:
    """What to say of a right name whose indices run too far: how far they do run. None of any other."""
    if network.graph is not None and network.graph.parts:
        named, families = canonical(network, text).rpartition("/d")[2], build(network).families.values()
        found = (
            each for each in families if named == each.name or named.startswith((f"{each.name}[", f"{each.name}@"))
        )
        family = max(found, key=lambda each: len(each.name), default=None)
        return None if family is None else f"there is {family.ranges}"
    name = parse(canonical(network, text).removeprefix("dloss/d"))
    if name is None or network.graph is not None or name.base not in COUNTED or not name.indices or _has(network, name):
        return None
    if not _has(network, replace(name, indices=(1,) * len(name.indices), row=None)):
        return None
    if name.row is not None and not _has_row(network, name):
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


def differentiated_by(network: Network, name: str) -> str:
    """What the output is differentiated by, of the name of such a derivative, dloss/dw[1][1][1] or dL/dU[1][2]; any other name as it is."""
    tops = ("loss",) if network.graph is None else ("loss", network.graph.output)
    return next((name.removeprefix(f"d{top}/d") for top in tops if name.startswith(f"d{top}/d")), name)


def canonical(network: Network, text: str) -> str:
    """The name in canonical form: indices in brackets, and no @1 where there is one row."""
    name = from_shell(text)
    return re.sub(r"@1(?!\w)", "", name) if network.single else name


def checked_quantity(network: Network, text: str, path: str) -> str:
    """The canonical name of a quantity of the network; an unknown one is refused."""
    name = canonical(network, text)
    _check_row_given(network, name, path)
    if not has_quantity(network, name):
        raise unknown_name(network, path, text, "a quantity of this network")
    return name


def symbol_name(network: Network, text: str, path: str) -> str:
    """The same for a name that gets a symbol, which needs no row: the notation adds it."""
    name = canonical(network, text)
    if not has_quantity(network, name):
        raise unknown_name(network, path, text, "a quantity of this network")
    return name


def _check_row_given(network: Network, text: str, path: str) -> None:
    """With several rows, x t z a are one number a row: which row has to be said."""
    name = parse(text)
    if name is None or name.row is not None or network.rows == 1 or network.graph is not None:
        return
    single = len(name.indices) == {"x": 1, "t": 1, "z": 2, "a": 2}.get(name.base)
    if single and _has(network, name):
        fix = f'write "{text}@1" for the first' if isinstance(network.rows, int) else f'write "{text}@{ROW_LETTER}"'
        raise Fault(path, f'"{text}" without a row', f"which of the {network.rows} rows", fix)


def checked_wrt(network: Network, wrt: tuple[str, ...], path: str) -> tuple[str, ...]:
    """The names in canonical form: `w.1.1.1` and `dloss/dw[1][1][1]` become `w[1][1][1]`; unknown ones are refused."""
    found = []
    for place, text in enumerate(wrt, 1):
        name = differentiated_by(network, canonical(network, text))
        _check_row_given(network, name, f"{path}[{place}]")
        if not has_variable(network, name):
            expected = "a quantity of this network, such as " + ", ".join(some_names(network)[:2])
            raise unknown_name(network, f"{path}[{place}]", text, expected)
        found.append(name)
    return tuple(dict.fromkeys(found))


def checked_parameters(network: Network, names: tuple[str, ...], path: str) -> tuple[str, ...]:
    """The names or beginnings of names of parameters; one that matches nothing is refused."""
    found = tuple(from_shell(text) for text in names)
    for place, name in enumerate(found, 1):
        if not has_parameters(network, name):
            expected = "the name of a parameter or its beginning"
            raise unknown_name(network, f"{path}[{place}]", name, expected, parameters_only=True)
    return found


def checked_assumptions(network: Network, assume: tuple[str, ...], path: str) -> tuple[str, ...]:
    """Assumptions such as `z[1][1] > 0`: a comparison of quantities and numbers."""
    return tuple(_assumption(network, text, f"{path}[{place}]") for place, text in enumerate(assume, 1))


def _assumption(network: Network, text: str, path: str) -> str:
    match = _COMPARISON.fullmatch(text)
    if match is None:
        raise Fault(path, shown(text), "a comparison", 'write "z[1][1] > 0"')
    sides = []
    for side in (match["left"], match["right"]):
        number = _NUMBER.fullmatch(side) is not None
        sides.append(str(Decimal(side.replace("−", "-"))) if number else canonical(network, side))
        if not number and not has_quantity(network, sides[-1]):
            raise unknown_name(network, path, side, "a quantity of this network or a number")
    return f"{sides[0]} {match['relation']} {sides[1]}"
