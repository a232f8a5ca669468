"""What each command imports: of the libraries those it needs, of the rooms those it passes through. No time is measured here."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import derivegen

WITNESS = """
import atexit, json, sys
atexit.register(lambda: open({report!r}, "w").write(json.dumps(sorted(sys.modules))))
from derivegen.cli import main
main({arguments!r})
"""
HEAVY = frozenset(
    [
        "asyncio",
        "concurrent.futures.process",
        "distributed",
        "jinja2",
        "joblib",
        "latex2mathml",
        "loky",
        "matplotlib",
        "mpmath",
        "numpy",
        "pydantic",
        "sympy",
        "torch",
        "typst",
        "ziafont",
        "ziamath",
    ]
)
"""Libraries, and parts of Python's own, that take long to import."""
ROOMS = frozenset(
    ["classroom", "document", "exercise", "figures", "marking", "mistakes", "render", "rounding", "solution", "web"]
)
"""Rooms that a command may do without; files, formulas and derivatives are in all that read a network."""
SOLVED = {"mpmath", "pydantic"}
PAGES = {"document", "figures", "render", "rounding", "solution"}
MARKED = {"classroom", "document", "exercise", "figures", "marking", "mistakes", "render", "rounding", "solution"}

IMPORTED: dict[str, tuple[set[str], set[str]]] = {
    "names example:article-004": (SOLVED, {"document", "render"}),
    "explain example:article-004 w2": ({*SOLVED, "jinja2"}, PAGES),
    "solve example:article-004 --to text -o OUT": ({*SOLVED, "jinja2"}, PAGES),
    "solve example:article-004 --to json -o OUT": ({*SOLVED, "jinja2"}, PAGES),
    "solve example:article-004 --to latex -o OUT": ({*SOLVED, "jinja2"}, PAGES),
    "solve example:article-004 --to md -o OUT": ({*SOLVED, "jinja2", "latex2mathml", "ziafont", "ziamath"}, PAGES),
    "check example:article-004 dL/dw2=-0.1308": ({"pydantic", "jinja2"}, MARKED),
    "schema": ({"pydantic"}, {"render"}),
    "new OUT/mine.toml": (set(), {"render"}),
    "examples": (set(), {"render"}),
}
"""Of HEAVY and of ROOMS, what a command imports and no more; numpy only where numbers are drawn, many, or not of a small network."""


@pytest.mark.parametrize("command", IMPORTED)
def test_a_command_imports_what_it_needs(command: str, tmp_path: Path) -> None:
    report = tmp_path / "modules.json"
    arguments = command.replace("OUT", str(tmp_path)).split()
    code = WITNESS.format(report=str(report), arguments=arguments)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(report.read_text())
    libraries, rooms = IMPORTED[command]
    assert HEAVY & set(found) == libraries
    assert ROOMS & {name.split(".")[1] for name in found if name.startswith("derivegen.")} == rooms


def test_mistakes_are_looked_up_where_something_is_wrong(tmp_path: Path) -> None:
    """Of the catalogue nothing is imported for what is right."""
    report = tmp_path / "modules.json"
    code = WITNESS.format(report=str(report), arguments=["check", "example:article-004", "dL/dw2=-0.1308"])
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert not [name for name in json.loads(report.read_text()) if name.startswith("derivegen.mistakes.catalogue.")]


@pytest.mark.parametrize(
    ("pattern", "place"),
    [(r"import numpy|from numpy(?!\.typing)", "on_use.py"), (r"(?:import|from) dataclasses", "records.py")],
)
def test_what_costs_every_command_is_imported_in_one_place(pattern: str, place: str) -> None:
    """Nothing waits for numpy before an array is computed; each class of `dataclasses` takes half a millisecond."""
    package = Path(derivegen.__file__).parent
    importing = [
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if re.search(rf"^ *(?:{pattern})\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert importing == [place]
