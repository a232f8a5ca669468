"""One student's exercise for the tests: an example and kinds of questions go in, its work with the numbers as they stand comes out."""

from __future__ import annotations

from typing import Any

from derivegen.classroom.sheet import Work, exercises


def as_they_stand(example: str, kinds: str, **options: Any) -> Work:
    """The sheet, key and scheme of student 007; `kinds` separated by commas."""
    made = exercises(f"example:{example}", kinds=kinds.split(","), vary=["nothing"], **options)
    (variant,) = made.variants(["007"])
    return made.work(variant)
