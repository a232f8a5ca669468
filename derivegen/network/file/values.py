"""Takes the request for drawn numbers or an array file; gives rows of floats. numpy is imported only then."""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterator
from functools import partial
from math import prod
from pathlib import Path
from typing import Any, Final

from pydantic_core import PydanticCustomError

from derivegen.formula.read.indexed import Left
from derivegen.network.file import typed, typed_lists
from derivegen.network.file.layer_sections import ArrayFile, Drawn
from derivegen.network.file.lists import Numbers, numbers
from derivegen.network.file.messages import Fault, counted, shown, suggestion
from derivegen.network.file.separators import separator
from derivegen.network.file.source import NOWHERE
from derivegen.network.network import Drawing, Part, Rows, Vector
from derivegen.on_use import numpy
from derivegen.records import dataclass

LARGEST_ARRAY: Final = 256_000_000
BYTES_EACH: Final = 80
"""Memory that a number takes from the array it is read into to the network it ends in."""
MOST_DRAWN: Final = 4 * 10**6
_BEGINNINGS: Final = (b"\x93N", b"PK", *(bytes((0x80, protocol)) for protocol in range(2, 6)))
"""Of .npy, .npz, and of a pickle of each protocol that is still written."""
MOST_IN_CSV: Final = 2 * 10**6
LONGEST_LINE: Final = 10**7
SUFFIXES: Final = (".npy", ".npz", ".csv")


class Draws:
    """Streams of random numbers, one per seed, drawn from in the order of the file."""

    def __init__(self) -> None:
        self._streams: dict[int, Any] = {}
        self.made: list[Drawing] = []

    def rows(self, wanted: Drawn, rows: int, columns: int, path: str) -> Rows:
        """`RandomState(seed).randn(rows, columns) × scale`, going on where the seed's last draw ended."""
        if rows * columns > MOST_DRAWN:
            raise Fault(path, f"{rows} × {columns} numbers", f"at most {MOST_DRAWN} drawn numbers", "draw fewer")
        stream = self._streams.get(wanted.seed)
        if stream is None:
            stream = self._streams[wanted.seed] = numpy.random.RandomState(wanted.seed)
        self.made.append(Drawing(path, wanted.seed, wanted.scale, rows, columns))
        with numpy.errstate(over="ignore"):
            made: Rows = as_fault(path, typed.array_rows, stream.randn(rows, columns) * float(wanted.scale))
        return made

    def vector(self, wanted: Drawn, size: int, path: str) -> Vector:
        """The same for one number per unit."""
        return self.rows(wanted, 1, size, path)[0]


def as_fault(path: str, read: Any, value: object) -> Any:
    """Run one of `typed`'s readers outside pydantic, with the path added to what it complains about."""
    try:
        return read(value)
    except PydanticCustomError as problem:
        ctx = problem.context or {}
        raise Fault(path + ctx["at"], ctx["found"], ctx["expected"], ctx["fix"]) from None


def array_rows(wanted: ArrayFile, base: Path, path: str) -> Rows:
    """The rows of an array file."""
    rows: Rows = as_fault(path, typed.array_rows, _array(wanted, base, path))
    return rows


def array_vector(wanted: ArrayFile, base: Path, path: str) -> Vector:
    """One list of numbers from an array file; a single row or column counts as one."""
    vector: Vector = as_fault(path, typed.array_vector, _array(wanted, base, path))
    return vector


def array_lists(wanted: ArrayFile, base: Path, path: str) -> Any:
    """The numbers of an array file of any number of dimensions, as tuples within one another."""
    return as_fault(path, typed_lists.array_lists, _array(wanted, base, path))


def _array(wanted: ArrayFile, base: Path, path: str) -> Any:
    file = _existing(wanted, base, path)
    suffix = file.suffix.lower()
    if wanted.key is not None and suffix != ".npz":
        raise Fault(f"{path}.key", f'a key for "{wanted.file}"', "a key only for .npz files", "take the key out")
    if suffix == ".csv":
        return _csv(file, wanted, path)
    try:
        loaded = numpy.load(file, allow_pickle=False)
        return _chosen(loaded, wanted, path) if suffix == ".npz" else _only(loaded)
    except Fault:
        raise
    except Exception as problem:  # numpy and zipfile raise whatever they please on a broken file
        raise Fault(f"{path}.file", *_broken(wanted, file, str(problem))) from None


def _broken(wanted: ArrayFile, file: Path, reason: str) -> tuple[str, str, str]:
    """Found, expected and fix for a file numpy does not read. It takes whatever it does not know for a pickle."""
    with file.open("rb") as stream:
        known = stream.read(2) in _BEGINNINGS
    if known and ("pickle" in reason or "Object arrays" in reason):
        fix = "save plain numbers: numpy.save(file, array.astype(float)); pickles can run code and are never read"
        return f'an array of objects or a pickle in "{wanted.file}"', "an array of numbers", fix
    return f'"{wanted.file}", which numpy cannot read', "a .npy or .npz file saved by numpy", "save it again"


def _existing(wanted: ArrayFile, base: Path, path: str) -> Path:
    at = f"{path}.file"
    if base == NOWHERE:
        fix = f"write the numbers out, or use derivegen on a machine of your own, where {shown(wanted.file)} lies"
        raise Fault(at, "an array file", "numbers, since no file is read here", fix)
    file = base / wanted.file
    if file.suffix.lower() not in SUFFIXES:
        fix = 'save it with numpy.save("w.npy", array)'
        raise Fault(at, f'"{wanted.file}"', f"a file ending in {', '.join(SUFFIXES)}, never a pickle", fix)
    try:
        size = file.stat().st_size if file.is_file() else None
    except (OSError, ValueError):
        size = None
    if size is None:
        fix = f"the path is relative to the network file, in {base.resolve()}"
        raise Fault(at, f'no file "{wanted.file}"', "an array file", fix)
    if size > LARGEST_ARRAY:
        raise Fault(at, f"{size} bytes", f"at most {LARGEST_ARRAY} bytes", "save a smaller array")
    _check_memory(size, at)
    return file


def _check_memory(size: int, at: str) -> None:
    """Refuse an array of so many bytes before it is read, if this machine has not the memory for it."""
    free, needed = free_memory(), size // 8 * BYTES_EACH
    if free is not None and needed > free:
        found = f"{size // 8} numbers, which take about {needed // 10**6} MB of memory"
        fix = "save fewer rows, or close other programs"
        raise Fault(at, found, f"at most the {free // 10**6} MB that are free", fix)


def free_memory() -> int | None:
    """The bytes of memory that are free on this machine, where it tells."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError, IndexError):
        return None


def taken_memory() -> int | None:
    """The bytes of addresses this process has, where this machine tells and can limit them."""
    try:
        import resource

        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except (ImportError, OSError, ValueError, IndexError):
        return None


def _only(loaded: Any) -> Any:
    if not hasattr(loaded, "dtype"):
        raise ValueError("not a single array")
    return loaded


def _chosen(archive: Any, wanted: ArrayFile, path: str) -> Any:
    if not hasattr(archive, "files"):
        raise ValueError("not an archive")
    with archive:
        names = list(archive.files)
        if wanted.key is None and len(names) != 1:
            fix = f'write key = "{names[0]}"' if names else "save arrays in it"
            raise Fault(f"{path}.key", f"nothing, and {counted(len(names), 'array')} in the file", "which array", fix)
        key = names[0] if wanted.key is None else wanted.key
        if key not in names:
            hint = suggestion(key, names, "it holds " + ", ".join(names[:8]))
            raise Fault(f"{path}.key", shown(key), f'an array of "{wanted.file}" ({", ".join(names[:8])})', hint)
        if archive.zip.getinfo(_member(archive, key)).file_size > LARGEST_ARRAY:
            raise Fault(f"{path}.key", "an array that is too large", f"at most {LARGEST_ARRAY} bytes", "save less")
        _check_memory(archive.zip.getinfo(_member(archive, key)).file_size, f"{path}.key")
        return archive[key]


def _member(archive: Any, key: str) -> str:
    """The name in the zip; numpy hides the ending .npy."""
    return key if key in archive.zip.namelist() else key + ".npy"


def _csv(file: Path, wanted: ArrayFile, path: str) -> Any:
    """Rows of numbers separated by commas, semicolons or blanks; a first line without any number is a heading. The limit on numbers is
    kept while they are read."""
    numbers, width, count = array("d"), 0, 0
    for line, cells in _lines(file, wanted, path):
        row = [_number(cell) for cell in cells]
        if not count and not any(number is not None for number in row):
            continue
        count += 1
        width = width or len(row)
        if None in row:
            column = row.index(None)
            fix = "write a number such as 0.5, with a point"
            raise Fault(path, f"{shown(cells[column])} in line {line}, column {column + 1}", "a number", fix)
        if len(row) != width:
            expected = f"{width}, as in row 1"
            raise Fault(path, f"{counted(len(row), 'number')} in row {count}", expected, "give all rows one length")
        numbers.extend(row)  # type: ignore[arg-type]
        if len(numbers) > MOST_IN_CSV or count > typed.MOST_ROWS:
            found = f"more than {counted(count - 1, 'row')} of {counted(width, 'number')}"
            expected = f"at most {typed.MOST_ROWS} rows and {MOST_IN_CSV} numbers in a .csv file"
            raise Fault(f"{path}.file", found, expected, "give fewer rows, or save the table with numpy.save")
    if not count:
        raise Fault(f"{path}.file", f'no number in "{wanted.file}"', "rows of numbers", "check what was saved")
    return numpy.frombuffer(numbers).reshape(count, width)


def _lines(file: Path, wanted: ArrayFile, path: str) -> Iterator[tuple[int, list[str]]]:
    """The cells of each line that is not blank, with its number, one at a time."""
    try:
        with file.open(encoding="utf-8-sig") as stream:
            for number, line in enumerate(iter(partial(stream.readline, LONGEST_LINE), ""), 1):
                if line.strip():
                    yield number, _cells(line.rstrip("\r\n"))
    except (OSError, UnicodeDecodeError):
        raise Fault(f"{path}.file", f'"{wanted.file}", which is not UTF-8 text', "a table", "save it again") from None


def _cells(line: str) -> list[str]:
    between = separator(line)
    return line.split() if between is None else next(csv.reader([line], delimiter=between))


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


@dataclass
class NumbersFrom:
    """Where the numbers of one file come from: the folder of its array files, its streams of random numbers, what to do where they do not
    fit."""

    base: Path
    draws: Draws
    fix: str

    def by_member(self, left: Left, text: str, value: Any, part: Part, path: str) -> Numbers:
        """The numbers of all that a left side speaks of: typed, drawn (rows of the first index), or read. Raises Fault."""
        if isinstance(value, Drawn):
            for key in ("columns", "shape"):
                if getattr(value, key) is not None:
                    raise Fault(f"{path}.{key}", shown(getattr(value, key)), f"no {key} here", "take it out")
            names = numbers(left, text, None, part, path, self.fix)  # which are not too many
            first, *rest = [part.axes[letter].size for letter in left.letters if letter] or [1]
            rows = self.draws.rows(value, *((first, prod(rest)) if rest else (1, first)), path)
            return dict(zip(names, (n for row in rows for n in row), strict=True))
        if isinstance(value, ArrayFile):
            value = array_lists(value, self.base, path)
        return numbers(left, text, value, part, path, self.fix)
