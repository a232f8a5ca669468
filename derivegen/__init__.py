"""derivegen: back-propagation by hand, every line checked by machine."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from derivegen.errors import CheckFailed, InputError, MissingPart

if TYPE_CHECKING:
    from derivegen.api import Solution, load, solve
    from derivegen.checks import check
    from derivegen.class_sheets import Sheets, sheet

__all__ = ["CheckFailed", "InputError", "MissingPart", "Sheets", "Solution", "check", "load", "sheet", "solve"]


def __getattr__(name: str) -> Any:
    """What computes is imported when first used, so that the command line starts at once."""
    if name in ("Solution", "load", "solve"):
        from derivegen import api

        return getattr(api, name)
    if name in ("Sheets", "sheet"):
        from derivegen import class_sheets

        return getattr(class_sheets, name)
    raise AttributeError(f"module 'derivegen' has no attribute {name!r}")


class _Package(ModuleType):
    """The package with `check` as the function: importing the room of that name would put the room in its place."""

    @property
    def check(self) -> Any:
        """`derivegen.checks.check`."""
        from derivegen.checks import check

        return check

    @check.setter
    def check(self, room: ModuleType) -> None:
        """The room is found in `sys.modules`, which is all that imports need."""


sys.modules[__name__].__class__ = _Package
