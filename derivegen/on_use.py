"""numpy, imported when something is first asked of it: what computes no arrays does not wait for it. `import numpy` stands here alone."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any


class _OnUse(ModuleType):
    """A module that is imported with the first thing it is asked for; what was asked for once stands here as it does there."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(import_module(self.__name__), name)
        setattr(self, name, found)
        return found


if TYPE_CHECKING:
    import numpy as numpy
else:
    numpy = _OnUse("numpy")
