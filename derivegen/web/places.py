"""The text of a network file and a message about it go in; the line of the text that the message is about comes out."""

from __future__ import annotations

import re

_LINE = re.compile(r"\bline (\d+)\b")
_PATH = re.compile(r"^[^:\n]*: ([A-Za-z_][\w.\[\]-]*)(?=[:,]| found)")
_PART = re.compile(r"([A-Za-z_][\w-]*)(?:\[(\d+)\])?")


def line_of(text: str, message: str) -> int:
    """The line, counted from 1, that is named, or that holds the key that is; 0 where neither is found."""
    if found := _LINE.search(message):
        return int(found[1])
    path = _PATH.search(message)
    return _of_path(text.splitlines(), _PART.findall(path[1])) if path else 0


def _of_path(lines: list[str], parts: list[tuple[str, str]]) -> int:
    """Where the last part of the path stands that can be found: the first word after that of the part before it."""
    found, start = 0, 0
    for name, number in parts:
        starts = re.compile(
            rf"\s*\[\[?\s*{re.escape(name)}\s*\]\]?|\s*\"?{re.escape(name)}\"?\s*=|.*[{{,]\s*{re.escape(name)}\s*="
        )
        places = [place for place, line in enumerate(lines[start:], start) if starts.match(line)]
        if not places:
            break
        wanted = int(number) - 1 if number and len(places) >= int(number) else 0
        start = places[wanted]
        found = start + 1
    return found
