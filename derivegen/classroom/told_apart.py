"""A file goes in; whether it is that of a class or of a network comes out, before anything that reads either is needed."""

from __future__ import annotations

from pathlib import Path


def is_exercises(path: Path) -> bool:
    """Whether a file is the `exercises.json` of a class and not a network."""
    if path.suffix.lower() != ".json" or not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(1_000_000)
    return b'"derivegen"' in start and b'"questions"' in start
