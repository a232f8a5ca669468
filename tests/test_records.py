"""Records of `derivegen.records` beside those of Python's dataclasses: they take the same arguments and answer alike."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from derivegen import records
from derivegen.network.network import Network
from tests.solved import solved

OPTIONS: list[dict[str, bool]] = [
    {},
    {"frozen": True},
    {"slots": True},
    {"frozen": True, "slots": True},
    {"frozen": True, "eq": False},
    {"frozen": True, "repr": False},
]
ARGUMENTS: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((1,), {}),
    ((1, "b"), {"key": 3}),
    ((), {"first": 1, "many": {"a": 1}}),
    ((), {}),
    ((1, 2, 3, 4, 5, 6), {}),
    ((1,), {"unknown": 2}),
    ((1,), {"late": 2}),
]


def made(dataclass: Any, options: dict[str, bool]) -> type[Any]:
    class Own:
        """One field of each kind."""

        first: int
        second: str = "two"
        many: dict[str, int] = dataclasses.field(default_factory=dict)
        quiet: int = dataclasses.field(default=0, compare=False, repr=False)
        late: int = dataclasses.field(init=False, default=7)
        made: list[int] = dataclasses.field(init=False, default_factory=list, compare=False)
        key: int = dataclasses.field(default=0, kw_only=True)

        def __post_init__(self) -> None:
            self.made.append(self.first)

    own: type[Any] = dataclass(**options)(Own)
    return own


def outcome(act: Any) -> object:
    """What comes of it: a text, or the kind of what goes wrong."""
    try:
        return repr(act())
    except Exception as problem:
        return type(problem)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize(("arguments", "named"), ARGUMENTS, ids=str)
def test_records_are_made_alike(options: dict[str, bool], arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
    ours, theirs = made(records._dataclass, options), made(dataclasses.dataclass, options)

    def values(kind: type[Any]) -> list[Any]:
        one = kind(*arguments, **named)
        return [getattr(one, each.name) for each in dataclasses.fields(one)]

    assert outcome(lambda: values(ours)) == outcome(lambda: values(theirs))


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_records_answer_alike(options: dict[str, bool]) -> None:
    answers = []
    for dataclass in (records._dataclass, dataclasses.dataclass):
        kind = made(dataclass, options)
        one, same, other = kind(1), kind(1, quiet=2), kind(2)

        def change(one: Any = one) -> None:
            one.first = 5

        def drop(one: Any = other) -> None:
            del one.second

        answers.append(
            (
                one == same,
                one == other,
                one == (1,),
                outcome(lambda one=one: hash(one) is None),
                kind.__match_args__,
                hasattr(one, "__dict__"),
                outcome(lambda one=one: {**dataclasses.asdict(dataclasses.replace(one, first=3, key=4)), "late": 0}),
                outcome(lambda one=one: dataclasses.replace(one, late=1)),
                repr(one) if options.get("repr", True) else "",
                outcome(change),
                outcome(drop),
                copy.copy(same).quiet,
                copy.deepcopy(same).quiet,
            )
        )
    assert answers[0] == answers[1]


def test_equal_records_have_one_hash() -> None:
    kind = records._dataclass(frozen=True)(type("Point", (), {"__annotations__": {"x": "int", "y": "int"}}))
    assert {kind(1, 2), kind(1, 2), kind(2, 1)} == {kind(2, 1), kind(1, 2)}
    assert len({kind(1, 2), kind(1, 2), kind(2, 1)}) == 2


def test_a_subclass_takes_what_both_have() -> None:
    @records.dataclass(frozen=True)
    class Above:
        one: int

        def __hash__(self) -> int:
            return 5

    @records.dataclass(frozen=True)
    class Below(Above):
        two: int = 2

    @records.dataclass(frozen=True)
    class Kept(Above):
        def __repr__(self) -> str:
            return "kept"

    assert (Below(1), Above(1), Below(1, 3)) == (Below(one=1, two=2), Above(1), Below(1, 3))
    assert Below(1) != Above(1)
    assert (hash(Above(1)), repr(Kept(1))) == (5, "kept")
    with pytest.raises(records_error):
        Below(1).two = 3  # type: ignore[misc]


records_error = dataclasses.FrozenInstanceError


def test_records_of_the_house_go_to_other_processes() -> None:
    network: Network = solved("article-004").network
    assert pickle.loads(pickle.dumps(network)) == network
    formula = solved("article-004").graph["z[1][1]"].formula
    assert pickle.loads(pickle.dumps(formula)) == formula
