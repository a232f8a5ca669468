"""The sizes of the house: files and functions stay short, functions take few things, no import goes in a circle, and no test has a time it
must be ready in."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.test_rooms import FILES, PACKAGE, nodes

MOST_LINES, USUAL_LINES = 400, 300
LONG_FILES = {
    "calculus/chain.py",
    "calculus/matrix.py",
    "calculus/numbers/fold.py",
    "document/verify/lines.py",
    "figures/network_layout.py",
    "formula/arithmetic/value.py",
    "formula/tree.py",
    "marking/judge/line.py",
    "marking/judge/links.py",
    "marking/judge/rows.py",
    "marking/read/answers.py",
    "network/graph.py",
    "solution/backward.py",
    "solution/layers.py",
    "solution/marked.py",
    "solution/program/text.py",
}
"""What is still longer than usual; a file that has become shorter is taken out, and none is put in."""

MOST_TAKEN = 7
"""Things one function takes, itself not counted."""


def name(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in nodes(path) if isinstance(node, ast.FunctionDef))


def test_no_file_is_long_that_is_not_written_down() -> None:
    lines = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {file: count for file, count in lines.items() if count > USUAL_LINES and file not in LONG_FILES} == {}
    assert {file: count for file, count in lines.items() if count > MOST_LINES} == {}


def test_nothing_stands_among_the_long_files_that_is_none() -> None:
    lines = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert [file for file in LONG_FILES if lines.get(file, 0) <= USUAL_LINES] == []


def test_functions_are_short() -> None:
    found = {
        f"{name(path)}: {each.name}": length
        for path in FILES
        for each in functions(path)
        if (length := (each.end_lineno or 0) - each.lineno + 1) >= 40
    }
    assert found == {}


def test_no_function_takes_more_than_one_can_keep_apart() -> None:
    taken = {
        f"{name(path)}: {each.name}": [
            argument.arg
            for argument in (*each.args.posonlyargs, *each.args.args, *each.args.kwonlyargs)
            if argument.arg not in ("self", "cls")
        ]
        for path in FILES
        for each in functions(path)
    }
    assert {where: given for where, given in taken.items() if len(given) > MOST_TAKEN} == {}


def module(path: Path) -> str:
    parts = ("derivegen", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module(path): path for path in FILES}


@cache
def imports(own: str) -> frozenset[str]:
    """The modules that a module imports, inside functions and type checks too."""
    found = set()
    for node in nodes(MODULES[own]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return frozenset(found & set(MODULES) - {own})


def reached(own: str) -> set[str]:
    """All that a module imports, directly or not."""
    found, waiting = set[str](), [own]
    while waiting:
        for each in imports(waiting.pop()) - found:
            found.add(each)
            waiting.append(each)
    return found


IN_CIRCLES = {
    *(f"derivegen.calculus.{own}" for own in ("run",)),
    *(
        f"derivegen.calculus.numbers.{own}"
        for own in ("evaluate", "evaluator", "fold", "layer_numbers", "over_links", "training")
    ),
    *("derivegen.mistakes.mistake", "derivegen.mistakes.mistaken"),
}
"""What still imports, inside a function or for types alone, what imports it; none is put in."""


def test_no_import_goes_in_a_circle() -> None:
    assert {own for own in MODULES if own in reached(own)} - IN_CIRCLES == set()


def test_no_test_asserts_a_time() -> None:
    """Machines are fast or slow, and busy: work is counted in paces or in calls (`tests.pace`)."""
    clocks = ("time.time(", "time.perf_counter(", "time.process_time(", "time.monotonic(")
    found = []
    for path in Path(__file__).parent.rglob("*.py"):
        if "thorough" not in path.parts and "bench" not in path.parts and path != Path(__file__):
            text = path.read_text(encoding="utf-8")
            nodes_of = ast.walk(ast.parse(text)) if any(clock in text for clock in clocks) else ()
            asserted = [ast.unparse(node.test) for node in nodes_of if isinstance(node, ast.Assert)]
            found += [f"{path.name}: {each}" for each in asserted if any(clock in each for clock in clocks)]
    assert found == []
