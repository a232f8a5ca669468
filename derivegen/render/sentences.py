"""Files of sentences: a path goes in; its text, the sentences and the line of each come out by key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from derivegen.errors import InputError

_KEY = re.compile(r'^\s*(?:"([^"]+)"|([\w-]+))\s*=')


def read(path: Path) -> str:
    """A file's text. Raises InputError."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InputError(f"{path}, line {line}: not UTF-8 text; save the file as UTF-8", str(path)) from None


@cache
def table(path: Path, text: str) -> Mapping[str, str]:
    """The sentences of a file by key. Raises InputError."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: not readable as TOML: {error}", str(path)) from None
    for key, value in found.items():
        if not isinstance(value, str):
            hint = (
                f'write a key with dots in quotes: "{key}.…" = "…"' if isinstance(value, dict) else "write it in quotes"
            )
            raise InputError(f"{path}, key {key!r}: found {type(value).__name__}, expected a text; {hint}", str(path))
    return found


@cache
def places(path: Path, text: str) -> Mapping[str, str]:
    """The file and line of every key."""
    found = ((_KEY.match(line), number) for number, line in enumerate(text.splitlines(), 1))
    return {match[1] or match[2]: f"{path}, line {number}" for match, number in found if match is not None}
