"""The rooms of the house: imports run one way, and only the doors touch files."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "derivegen"
ORDER = (
    *("formula", "network", "calculus", "rounding", "notation", "mistakes", "figures", "document"),
    *("solution", "exercise", "marking", "render", "interop", "classroom"),
)
LEVELS = {"errors": -1, "on_use": -1, "records": -1, **{room: level for level, room in enumerate(ORDER)}}
TOP = len(ORDER)
"""cli and api, which lie beside the rooms."""

DOORS = ("network/file", "marking/read", "render", "interop", "classroom")
"""What may touch files, besides cli and api."""
OPENING = {
    *(
        "open",
        "read_text",
        "write_text",
        "read_bytes",
        "write_bytes",
        "mkdir",
        "unlink",
        "rename",
        "iterdir",
        "rglob",
        "touch",
    ),
    *("savez", "savetxt", "loadtxt", "genfromtxt", "NamedTemporaryFile", "TemporaryDirectory", "mkdtemp"),
}
FILES = sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    """The room of a module: its folder, or of one beside the rooms its own name."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Everything that stands in a file, read once."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """(line, room) of everything of derivegen that a file imports, inside functions and type checks too."""
    folder = ("derivegen", *path.relative_to(PACKAGE).parent.parts)
    for node in nodes(path):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(folder[: len(folder) - node.level + 1]) + "." if node.level else ""
            module = (base + (node.module or "")).strip(".")
            names = [f"{module}.{alias.name}" for alias in node.names] if module == "derivegen" else [module]
        else:
            continue
        yield from ((node.lineno, name.split(".")[1]) for name in names if name.startswith("derivegen."))


ROOMS = {name: [path for path in FILES if room(path) == name] for name in dict.fromkeys(map(room, FILES))}


def level(name: str) -> int:
    return LEVELS.get(name, TOP)


@pytest.mark.parametrize("own", ROOMS)
def test_imports_run_one_way(own: str) -> None:
    wrong = [
        f"{path.relative_to(PACKAGE)}, line {line}: {own} imports {other}"
        for path in ROOMS[own]
        for line, other in imported(path)
        if level(other) > level(own) or (level(other) == level(own) and other != own and level(own) < TOP)
    ]
    assert wrong == []


@pytest.mark.parametrize("own", [name for name in ROOMS if level(name) < TOP])
def test_only_the_doors_touch_files(own: str) -> None:
    closed = (path for path in ROOMS[own] if not str(path.relative_to(PACKAGE)).startswith(DOORS))
    found = [
        f"{path.relative_to(PACKAGE)}, line {node.lineno}: {called}"
        for path in closed
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and (called := node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""))
        in OPENING
    ]
    assert found == []


def test_the_errors_import_nothing() -> None:
    assert list(imported(PACKAGE / "errors.py")) == []


def test_the_rooms_are_there() -> None:
    assert {room(path) for path in FILES} >= {*ORDER, "errors"}
    assert any(path.name == "chain.py" and list(imported(path)) for path in FILES)


def outside_the_network() -> Iterator[tuple[Path, ast.AST]]:
    """Everything that stands in a file outside the network's room."""
    for path in FILES:
        if room(path) != "network":
            yield from ((path, node) for node in nodes(path))


def test_nobody_reads_the_layers_of_the_file() -> None:
    """What a layer is stands in its families; `network.layers`, under whatever name, is read where those are made."""
    read = [
        f"{path.relative_to(PACKAGE)}, line {node.lineno}"
        for path, node in outside_the_network()
        if isinstance(node, ast.Attribute) and node.attr == "layers"
    ]
    assert read == []


def test_nobody_takes_a_layer_or_a_graph_as_the_file_states_it() -> None:
    stated = {"Dense", "FormulaGraph", "ActivationChoice"}
    taken = [
        f"{path.relative_to(PACKAGE)}, line {node.lineno}: {alias.name}"
        for path, node in outside_the_network()
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in stated
    ]
    assert taken == []


def test_nobody_asks_the_file_whether_there_are_layers_or_how_wide() -> None:
    """`network.graph`, `network.n_inputs`: the graph of families answers that."""
    asked = [
        f"{path.relative_to(PACKAGE)}, line {node.lineno}: {ast.unparse(node)}"
        for path, node in outside_the_network()
        if isinstance(node, ast.Attribute)
        and node.attr in ("graph", "n_inputs", "n_outputs")
        and ast.unparse(node.value).rpartition(".")[2] in ("network", "net", "file")
    ]
    assert asked == []


PIECES = ("w[", "b[", "theta[", "z[", "a[", "x[", "t[", "delta[", "/dz[", "/da[", "/dw[", "/db[")
"""What the names of members begin with, and what stands in the names of their derivatives."""


@cache
def constants(path: Path) -> dict[str, ast.expr]:
    """What a file gives a name once for all."""
    assigned = (node for node in nodes(path) if isinstance(node, ast.Assign))
    return {target.id: node.value for node in assigned for target in node.targets if isinstance(target, ast.Name)}


def test_nobody_takes_a_name_apart_by_its_text() -> None:
    """What kind of quantity a name is of, its family says (`Graph.kind_of`, `Graph.locate`, `Derivation.by_of`)."""

    def pieces(node: ast.AST) -> set[str]:
        stated = constants(path).get(node.id, node) if isinstance(node, ast.Name) else node
        parts = stated.elts if isinstance(stated, ast.Tuple) else [stated]
        return {str(part.value) for part in parts if isinstance(part, ast.Constant) and part.value in PIECES}

    found = []
    for path, node in outside_the_network():
        asked: set[str] = set()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in ("startswith", "removeprefix", "partition", "split", "index", "find"):
                asked = set().union(*(pieces(argument) for argument in node.args))
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
            asked = pieces(node.left)
        if asked:
            found.append(f"{path.relative_to(PACKAGE)}, line {node.lineno}: {', '.join(sorted(asked))}")
    assert found == []
