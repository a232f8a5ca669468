"""Python's dataclasses, made in a third of the time: a class goes in; the same record comes out, with no code compiled for it yet.

`dataclasses` writes six functions as text for every class and has them compiled, half a millisecond in all: of hundreds of classes that is
up to a third of a command's time. Here fields, slots and `replace` are its own; what compares, hashes and shows is one function for all;
and `__init__`, the only one that has to be written, is written when the first record of a class is made. In most commands few ever are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError, astuple, field, fields, is_dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn

__all__ = ["astuple", "dataclass", "field", "fields", "is_dataclass", "replace"]


def _dataclass(
    own: type[Any] | None = None,
    /,
    *,
    frozen: bool = False,
    slots: bool = False,
    eq: bool = True,
    repr: bool = True,
) -> Any:
    """What `dataclasses.dataclass` makes of a class with these options, which are all that the house uses."""

    def made(own: type[Any]) -> type[Any]:
        cls = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(own)
        given = cls.__dict__
        said_hash = "__hash__" in given and not (given["__hash__"] is None and "__eq__" in given)
        methods: dict[str, Any] = {"__init__": _first(cls, frozen)}
        if repr:
            methods["__repr__"] = _shown
        if eq:
            methods["__eq__"] = _equal([each.name for each in fields(cls) if each.compare])
        if frozen:
            methods |= {"__setattr__": _refused, "__delattr__": _refused}
        if frozen and slots:
            methods |= {"__getstate__": _state, "__setstate__": _with_state}
        new = {name: method for name, method in methods.items() if name not in given}
        if eq and not said_hash:
            hashed = [each.name for each in fields(cls) if (each.compare if each.hash is None else each.hash)]
            new["__hash__"] = _hash(hashed) if frozen else None
        for name, method in new.items():
            setattr(cls, name, method)
        return cls

    return made if own is None else made(own)


if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    dataclass = _dataclass


def _first(cls: type[Any], frozen: bool) -> Callable[..., None]:
    """`__init__` until the first record of a class is made."""

    def __init__(self: Any, *arguments: Any, **named: Any) -> None:
        cls.__init__ = _init(cls, frozen)
        cls.__init__(self, *arguments, **named)

    return __init__


def _init(cls: type[Any], frozen: bool) -> Callable[..., None]:
    """`__init__` of a class, written out; all that is run is made of the names of its own fields."""
    known: dict[str, Any] = {"_set": object.__setattr__, "_missing": MISSING}
    ordered = sorted(
        (each for each in fields(cls) if each.init), key=lambda each: bool(each.kw_only)
    )  # sorted keeps the order
    parameters, lines = ["self"], []
    for each in ordered:
        if each.kw_only and "*" not in parameters:
            parameters.append("*")
        default = ""
        if each.default_factory is not MISSING:
            known[f"_make_{each.name}"], default = each.default_factory, "=_missing"
        elif each.default is not MISSING:
            known[f"_default_{each.name}"], default = each.default, f"=_default_{each.name}"
        parameters.append(each.name + default)
    for each in fields(cls):
        value = each.name
        if each.default_factory is not MISSING:
            known[f"_make_{each.name}"] = each.default_factory
            value = f"_make_{each.name}()" + (f" if {each.name} is _missing else {each.name}" if each.init else "")
        elif not each.init:
            if each.default is MISSING or "__slots__" not in cls.__dict__:
                continue
            known[f"_default_{each.name}"], value = each.default, f"_default_{each.name}"
        lines.append(f"_set(self, {each.name!r}, {value})" if frozen else f"self.{each.name} = {value}")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    exec(f"def __init__({', '.join(parameters)}):\n " + "\n ".join(lines or ["pass"]), known)
    written: Callable[..., None] = known["__init__"]
    written.__qualname__ = f"{cls.__qualname__}.__init__"
    return written


def _equal(names: list[str]) -> Callable[[Any, Any], Any]:
    values = _values(names)

    def __eq__(self: Any, other: object) -> Any:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    return __eq__


def _hash(names: list[str]) -> Callable[[Any], int]:
    values = _values(names)

    def __hash__(self: Any) -> int:
        return hash(values(self))

    return __hash__


def _values(names: list[str]) -> Callable[[Any], Any]:
    """What these fields hold."""
    return attrgetter(*names) if names else lambda _: ()


def _shown(self: Any) -> str:
    told = ", ".join(f"{each.name}={getattr(self, each.name)!r}" for each in fields(self) if each.repr)
    return f"{self.__class__.__qualname__}({told})"


def _refused(self: Any, name: str, *_: Any) -> NoReturn:
    raise FrozenInstanceError(f"cannot change field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, each.name) for each in fields(self)]


def _with_state(self: Any, state: list[Any]) -> None:
    for each, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)
