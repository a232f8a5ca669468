"""numpy, imported when something is first asked of it: what computes no arrays does not wait for it. `import numpy` stands here alone.
And the files of a package that is a table, a file an entry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

T = TypeVar("T")


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


class Files(Mapping[str, T]):
    """What each file of a package holds under one name, by the file's own; imported when it is asked for. `besides` is no such file."""

    def __init__(self, package: str, held: str, besides: str = "") -> None:
        self._package, self._held, self._besides = package, held, besides

    @cached_property
    def _names(self) -> tuple[str, ...]:
        from pkgutil import iter_modules

        files = (each.name for each in iter_modules(import_module(self._package).__path__))
        return tuple(name.replace("_", "-") for name in files if name != self._besides)

    def __getitem__(self, name: str) -> T:
        if name not in self._names:
            raise KeyError(name)
        found: T = getattr(import_module(f"{self._package}.{name.replace('-', '_')}"), self._held)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
