"""Takes a path, `example:NAME` or a mapping; gives plain dicts and lists, and where they came from."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

from derivegen.network.file.bars import in_quotes
from derivegen.network.file.examples import PREFIX, example_names, example_path
from derivegen.network.file.messages import Fault, nearest, shown, with_point

LARGEST_FILE: Final = 5_000_000
DEEPEST: Final = 20
NETWORK_FILE: Final = "a network file in TOML or JSON"
NOWHERE: Final = Path("\0")
"""The folder of what lies in none."""
_SCALARS: Final = frozenset((int, Decimal, float, str, bool))
ENDINGS: Final = (".toml", ".json", ".txt", "")
"""Of what may well be a network file; in any other a mistake of TOML is not what is wrong."""
OF_A_MODEL: Final = "name the network file; of a model, derivegen makes one: derivegen new NET.toml --from "
START_ONE: Final = '"derivegen new FILE" writes one to start from'


class Source(NamedTuple):
    """What was read: the stem of output files, the folder of array files, the table."""

    stem: str
    base: Path
    raw: dict[str, Any]


def label_of(source: object) -> str:
    """How messages call the source."""
    return "network" if isinstance(source, Mapping) else shown(source) if source in ("", b"") else str(source)


def read_source(source: str | os.PathLike[str] | Mapping[str, Any], base: Path | None) -> Source:
    """The raw table, with lists, dicts and numbers only."""
    if isinstance(source, Mapping):
        return Source("network", base or Path(), _table(source))
    if not isinstance(source, str | os.PathLike):
        raise Fault("", shown(source), "a path or a dict", "write load('net.toml')")
    text = os.fspath(source)
    path = example_path(text) if isinstance(text, str) and text.startswith(PREFIX) else Path(text)
    try:
        raw = _parsed(_text(path), path.suffix.lower())
    except Fault:
        if path.is_file() and path.suffix.lower() not in ENDINGS:
            raise Fault("", f"a file ending in {path.suffix}", NETWORK_FILE, f"{OF_A_MODEL}{path}") from None
        raise
    return Source(path.stem, base or path.parent, _table(raw))


def read_text(text: str) -> Source:
    """The raw table of a text that lies in no folder: what it names of files is refused."""
    if len(text) > LARGEST_FILE:
        raise Fault("", "more than 5 MB", "at most 5 MB", "shorten it")
    if not text.strip():
        raise Fault("", "an empty text", NETWORK_FILE, "begin with an example")
    return Source("network", NOWHERE, _table(_parsed(text, "")))


def _text(path: Path) -> str:
    try:
        data = _bytes(path)
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else "it is not a path"
        raise Fault("", f"a file that cannot be read ({reason})", NETWORK_FILE, "check the path") from None
    if len(data) > LARGEST_FILE:
        raise Fault("", "more than 5 MB", "at most 5 MB", 'keep arrays in .npy or .csv: { file = "w.npy" }')
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data[: problem.start].count(b"\n") + 1
        raise Fault("", f"bytes in line {line} that are not UTF-8", "UTF-8 text", "save the file as UTF-8") from None
    if not text.strip():
        raise Fault("", "an empty file", NETWORK_FILE, START_ONE)
    return text


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        inside = sorted(p.name for p in path.iterdir() if p.suffix in (".toml", ".json"))
        raise Fault("", "a directory", "a file", f"give a file in it{', such as ' + inside[0] if inside else ''}")
    if not path.exists():
        raise Fault("", "no such file", NETWORK_FILE, _similar_file(path))
    with path.open("rb") as file:
        return file.read(LARGEST_FILE + 1)


def _similar_file(path: Path) -> str:
    example = path.name.rpartition(":")[2]
    if example in example_names():
        return f'did you mean "{PREFIX}{example}"?'
    if not path.parent.is_dir():
        return f"there is no folder {path.parent}; check the path"
    close = nearest(path.name, (p.name for p in path.parent.iterdir() if p.is_file()))
    return f'did you mean "{close}"?' if close else f"check the path; {START_ONE}"


def _parsed(text: str, suffix: str) -> Any:
    if suffix == ".json" or (suffix != ".toml" and text.lstrip()[0] == "{"):
        return _json(text)
    return _toml(text)


def _toml(text: str) -> Any:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as problem:
        reason, place = _toml_place(str(problem), text)
        raise Fault(place, reason, "TOML", _toml_fix(text, place, "unescaped" in reason)) from None
    except RecursionError:
        raise Fault("", "brackets nested too deeply", "rows of numbers", "take brackets away") from None
    except (ValueError, ArithmeticError):
        raise Fault("", "a number that cannot be read", "TOML", "shorten the number") from None


def _toml_place(message: str, text: str) -> tuple[str, str]:
    match = re.search(r"^(.*?) \(at (?:line (\d+), column (\d+)|end of document)\)$", message, re.DOTALL)
    if match is None:
        return message, "the file"
    if match[2]:
        return _lowered(match[1]), f"line {match[2]}, column {match[3]}"
    lines = text.splitlines()
    return _lowered(match[1]), f"line {len(lines)}, column {len(lines[-1]) + 1}"


def _lowered(reason: str) -> str:
    plain = re.sub(r"\('([^()]*?)',?\)", lambda m: m[1].replace("', '", "."), reason)
    return "text that is not TOML (" + plain[:1].lower() + plain[1:] + ")"


def _toml_fix(text: str, place: str, unescaped: bool) -> str:
    match = re.match(r"line (\d+)", place)
    lines = text.splitlines()
    line = lines[int(match[1]) - 1].strip() if match and int(match[1]) <= len(lines) else ""
    point = _decimal_comma(line)
    if point is not None:
        return f"look at {shown(line)}; a decimal is written with a point: {point}"
    if quoted := in_quotes(line):
        return f"look at {shown(line)}; a fraction stands in quotes: {quoted}"
    if unescaped:
        return f"look at {shown(line)}; TeX stands in single quotes: '{_tex(line)}'"
    if re.match(r"\[+[\w.]+\]*$", line):
        return f"look at {shown(line)}; a section stands once, and only [[layer]] repeats"
    if re.search(r"=\s*[A-Za-z]", line):
        return f"look at {shown(line)}; text stands in quotes"
    if re.search(r"[\[ ]\.\d|\d\.[\s,\]]", line):
        return f"look at {shown(line)}; write 0.5 and 5.0, with digits on both sides of the point"
    return f"look at {shown(line)}: a bracket, quote or comma there or in the line before" if line else "close brackets"


def _tex(line: str) -> str:
    """The first text in double quotes with a backslash in it, without its quotes."""
    found = re.search(r'"([^"]*\\[^"]*)"', line)
    return found[1] if found else "\\hat{y}"


def _decimal_comma(line: str) -> str | None:
    """A number of the line as it has to be written, if a comma in it can be nothing but a decimal comma: x = 0,5 and [0,05]."""
    found = re.search(r"[=:]\s*[+-]?\d+,\d+|\d+,0\d+", line)
    return with_point(found[0].lstrip("=: \t")) if found else None


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=float, object_pairs_hook=_unrepeated)
    except json.JSONDecodeError as problem:
        place = f"line {problem.lineno}, column {problem.colno}"
        reason = problem.msg[:1].lower() + problem.msg[1:]
        point = _decimal_comma(problem.doc.split("\n")[problem.lineno - 1])
        fix = "mend the comma, quote or bracket there; JSON allows no comment and no comma before ]"
        if point is not None:
            fix = f"a decimal is written with a point: {point}; else " + fix
        elif quoted := in_quotes(problem.doc.split("\n")[problem.lineno - 1]):
            fix = f"a fraction stands in quotes: {quoted}; else " + fix
        raise Fault(place, f"text that is not JSON ({reason})", "JSON", fix) from None
    except RecursionError:
        raise Fault("", "brackets nested too deeply", "rows of numbers", "take brackets away") from None
    except (ValueError, ArithmeticError):
        raise Fault("", "a number that cannot be read", "JSON", "shorten the number") from None


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; a key that stands twice, of which one would be lost, is refused."""
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            raise Fault(key, f"the key {shown(key)} twice", "every key once", "take one of them out")
        made[key] = value
    return made


def _table(raw: object) -> dict[str, Any]:
    if not isinstance(raw, Mapping):
        raise Fault("", shown(raw), "a table with keys such as data, layer and loss", 'write { "data": …, "layer": … }')
    plain = _plain(raw, 0, "")
    assert isinstance(plain, dict)
    return plain


def _plain(value: object, depth: int, path: str) -> object:
    """Mappings as dicts, tuples as lists, so that Python users may write either."""
    if depth > DEEPEST:
        raise Fault(path[:60], "brackets nested too deeply", f"at most {DEEPEST} levels", "take brackets away")
    if isinstance(value, Mapping):
        return {_key(k, path): _plain(v, depth + 1, f"{path}.{k}" if path else str(k)) for k, v in value.items()}
    if type(value) is list and _SCALARS.issuperset(map(type, value)):
        return value  # a row of a hundred thousand is not looked at number by number
    if isinstance(value, list | tuple):
        return [_plain(_unpacked(v), depth + 1, path) if not isinstance(v, int | Decimal) else v for v in value]
    return value


def _unpacked(value: object) -> object:
    """A numpy row inside a list as a list."""
    return value.tolist() if hasattr(value, "tolist") and getattr(value, "ndim", False) else value


def _key(key: object, path: str) -> str:
    if isinstance(key, str):
        return key
    raise Fault(path, f"the key {shown(key)}", "keys that are text", "write the key in quotes")
