"""Measures derivegen beside what one would use instead and prints Markdown tables: `python -m tests.bench`, eleven minutes; `--quick`, some
minutes with small cases; `--only derive`, one of the tables; `--into FILE`, the tables also become the measurements of a page.

Each table is made in a process of its own. That process and all it starts keep to one processor, so that every library has one thread.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from platform import python_version

HEADING = "\n## Measurements\n"

TABLES = {
    "commands": "Whole commands",
    "derive": "Deriving",
    "evaluate": "Evaluating",
    "letters": "Networks under index letters",
    "printing": "Printing",
    "formats": "Files",
    "sheets": "Sheets",
    "drawing": "Numbers for a class",
    "mistakes": "Mistakes",
    "checking": "Checking",
    "profiles": "Start-up, memory, growth",
}
"""A module each, with the heading of its table."""
UNBOUND = ("commands",)
"""Those that may use all processors, as commands do."""


def main() -> None:
    """Print the tables asked for, a row as soon as it is measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--only", choices=TABLES, help="one table")
    parser.add_argument("--quick", action="store_true", help="few rounds, small cases")
    parser.add_argument("--into", type=Path, metavar="FILE", help="a page whose measurements are replaced")
    asked = parser.parse_args()
    if asked.only and not asked.into:
        one(asked.only, asked.quick)
        return
    heading = "" if asked.only else said(machine() + "\n")
    measured = heading + "".join(tables([asked.only] if asked.only else list(TABLES), asked.quick))
    if asked.into:
        page = asked.into.read_text(encoding="utf-8")
        changed = exchanged(page, asked.only, measured) if asked.only else renewed(page, measured)
        asked.into.write_text(changed, encoding="utf-8")


def tables(names: Sequence[str], quick: bool) -> Iterator[str]:
    """All lines, printed as they come; a table that fails says so, and the others are still made."""
    for name in names:
        command = [sys.executable, "-m", "tests.bench", "--only", name, *(["--quick"] if quick else [])]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as table:
            assert table.stdout is not None
            yield from map(said, table.stdout)
        if table.returncode:
            yield said("\nThis table is not complete: its measurements failed.\n")


def said(line: str) -> str:
    """The line, which is printed too."""
    print(line, end="", flush=True)
    return line


def renewed(page: str, measured: str) -> str:
    """The page with other measurements."""
    head, found, _ = page.partition(HEADING)
    if not found:
        raise SystemExit(f"the page has no heading {HEADING.strip()!r}, under which the measurements stand")
    return f"{head}{found}\n{measured}"


def exchanged(page: str, name: str, table: str) -> str:
    """The page with another table of that name."""
    before, found, after = page.partition(f"\n### {TABLES[name]}\n")
    if not found:
        raise SystemExit(f"the page has no table {TABLES[name]!r}")
    _, following, rest = after.partition("\n### ")
    return before + table + following + rest


def machine() -> str:
    """A line on when and where."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = os.cpu_count()
    return f"{date.today():%d %B %Y}, {cores} cores, {memory:.0f} GiB, Python {python_version()}, {versions()}"


def versions() -> str:
    """The libraries that take part."""
    from importlib.metadata import PackageNotFoundError, version

    found = []
    for name in ("sympy", "numpy", "symengine", "casadi", "torch", "jax", "math-verify"):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"no {name}")
    return ", ".join(found)


def one(name: str, quick: bool) -> None:
    """Print one table."""
    os.environ |= {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }  # before numpy is imported
    if hasattr(os, "sched_setaffinity") and name not in UNBOUND:
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    from tests.bench.measure import HEAD, row
    from tests.bench.timing import QUICK, Pace

    print(f"\n### {TABLES[name]}\n\n{HEAD}", flush=True)
    for measured in import_module(f"tests.bench.{name}").measurements(QUICK if quick else Pace()):
        print(row(measured), flush=True)


if __name__ == "__main__":
    main()
