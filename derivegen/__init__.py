"""derivegen: back-propagation by hand, every line checked by machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from derivegen.errors import CheckFailed, InputError, MissingPart

if TYPE_CHECKING:
    from derivegen.api import Solution, explain, load, solve
    from derivegen.classroom.check import check
    from derivegen.classroom.sheets import Sheets, sheet
    from derivegen.twice import hessian, second

__all__ = [
    "CheckFailed",
    "InputError",
    "MissingPart",
    "Sheets",
    "Solution",
    "check",
    "explain",
    "hessian",
    "load",
    "second",
    "sheet",
    "solve",
]


def __getattr__(name: str) -> Any:
    """What computes is imported when first used, so that the command line starts at once."""
    if name in ("Solution", "explain", "load", "solve"):
        from derivegen import api

        return getattr(api, name)
    if name in ("Sheets", "sheet"):
        from derivegen.classroom import sheets

        return getattr(sheets, name)
    if name in ("hessian", "second"):
        from derivegen import twice

        return getattr(twice, name)
    if name == "check":
        from derivegen.classroom.check import check

        return check
    raise AttributeError(f"module 'derivegen' has no attribute {name!r}")


def __dir__() -> list[str]:
    """What there is for people."""
    return __all__
