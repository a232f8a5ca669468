"""Several attempts of one student, and work that comes late: what counts in the gradebook, and what is said of it."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from derivegen.classroom.checks import Checked, Checking, checking
from derivegen.classroom.when import attempt_of, dated, handed_in
from derivegen.errors import InputError
from derivegen.network.file.as_file import network_file
from derivegen.network.file.load import load
from tests.interop.test_handin import NET

DUE = {"due": "2026-11-29T12:00", "per_day": 0.1, "least": 0.5}


@lru_cache(maxsize=1)
def exercises() -> dict[str, Any]:
    """A class of two, two answers of two marks each."""
    import tempfile

    import derivegen

    net = NET | {"exercise": {"ask": [{"kind": "values", "of": ["dloss/dw[2][1][1]", "dloss/db[2][1]"], "marks": 4}]}}
    with tempfile.TemporaryDirectory() as folder:
        derivegen.sheet(net, seed=7, count=2).write(folder, "json")
        found: dict[str, Any] = json.loads((Path(folder) / "teacher/exercises.json").read_text())
    return found


def handed(folder: Path, names: dict[str, list[bool]], **rules: Any) -> tuple[Checking, list[Checked]]:
    """The work in files of those names, its answers right or wrong, marked by the rules."""
    file = exercises()
    file = file | {"network": file["network"] | {"exercise": file["network"]["exercise"] | rules}}
    (folder / "exercises.json").write_text(json.dumps(file))
    for name, rights in names.items():
        path = folder / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        (variant,) = [
            each
            for each in file["variants"]
            if f"{each['file']}_" in name or f" {each['file']} " in name or name.startswith(each["file"])
        ]
        answers = zip(variant["answers"], rights, strict=True)
        path.write_text("\n".join(f"{each['label']}) = {each['text'] if right else 77}" for each, right in answers))
    what = checking(folder / "exercises.json", to="json,text")
    return what, list(what.checked(what.groups([str(folder / "in")])))


def marks(what: Checking, found: list[Checked]) -> dict[str, str]:
    return {row["id"]: row["marks"] for row in csv.DictReader(what.gradebook(found).splitlines())}


def blackboard(student: str, day: int, hour: int = 10) -> str:
    return f"hw1_{student}_attempt_2026-11-{day:02}-{hour:02}-00-00_work.txt"


@pytest.mark.parametrize("which, counted", [(None, "0"), ("last", "0"), ("best", "4"), ("first", "2"), ("mean", "2")])
def test_which_of_several_attempts_counts(tmp_path: Path, which: str | None, counted: str) -> None:
    tries = {
        blackboard("001", 3): [False, False],
        blackboard("001", 1): [True, False],
        blackboard("001", 2): [True, True],
    }
    what, found = handed(
        tmp_path, tries | {blackboard("002", 1): [True, True]}, **({"attempts": which} if which else {})
    )
    assert marks(what, found) == {"001": counted, "002": "4"}
    assert [each.marking.marks for each in found if each.marking.student == "001"] == [2, 4, 0]


def test_two_files_of_one_attempt_are_one(tmp_path: Path) -> None:
    """Pages that were photographed one after the other have other times in their names."""
    names = {"001/scan 2026-11-30 10.20.txt": [True, False], "001/scan 2026-11-30 10.22.txt": [True, True]}
    what, found = handed(tmp_path, names, attempts="first")
    assert len(found) == 1 and marks(what, found)["001"] == "4"


@pytest.mark.parametrize(
    "day, hour, rights, left",
    [(29, 12, 2, "4"), (29, 13, 2, "3.6"), (30, 12, 2, "3.6"), (30, 13, 2, "3.2"), (30, 13, 1, "2")],
)
def test_each_day_begun_costs_its_part(tmp_path: Path, day: int, hour: int, rights: int, left: str) -> None:
    what, found = handed(tmp_path, {blackboard("001", day, hour): [True, rights == 2]}, late=DUE)
    assert marks(what, found)["001"] == left


def test_what_is_taken_off_is_said(tmp_path: Path) -> None:
    what, found = handed(tmp_path, {"1-2 - 001 - Nov 30, 2026 115 PM/work.txt": [True, True]}, late=DUE)
    (one,) = found
    assert one.pages["text"].decode().count("Handed in 2 days late: of the 4 earned, 0.8 are taken off.") == 1
    assert "3.2 of 4 marks." in one.pages["text"].decode()
    assert "Handed in late: 001 (2 days)." in " ".join(what.report(found).content(what.formats[1]).decode().split())


def test_nothing_is_taken_off_where_nobody_knows_how_late_it_is(tmp_path: Path) -> None:
    _, found = handed(tmp_path, {"byronada_late_001_77_work.txt": [True, True]}, late=DUE)
    (one,) = found
    assert one.marking.marks == 4 and "nothing says how late" in " ".join(one.pages["text"].decode().split())
    _, (one,) = handed(tmp_path, {"byronada_late_001_77_work.txt": [True, True]})
    assert one.marking.remarks == ()


@pytest.mark.parametrize(
    "text",
    [
        "30 November 2026  10:20 PM",
        "30. November 2026 22:20",
        "30 de noviembre de 2026, 22:20",
        "30 novembre 2026, 22:20",
        "Nov 30, 2026 1020 PM",
    ],
)
def test_dates_of_reports(text: str) -> None:
    assert dated(text) == datetime(2026, 11, 30, 22, 20)


def test_names_that_say_no_time() -> None:
    assert [
        handed_in([name])
        for name in ("a_attempt_2026-13-30-10-20-30_x", "1-2 - Ada - some day", "2026-11-30 10.20.txt")
    ] == [None] * 3
    assert dated("31 February 2026 10:20") is None and dated("12 Foo 2026 10:20") is None
    assert [attempt_of([name]) for name in ("Versuch 2", "my attempt.txt", "reattempt 3")] == [(2,), (), ()]


def test_the_rules_come_back_from_a_file(tmp_path: Path) -> None:
    own = NET | {"exercise": {"attempts": "best", "late": DUE}}
    first = load(own, label="net")
    assert first.exercise is not None and first.exercise.late is not None
    assert first.exercise.late.due == datetime(2026, 11, 29, 12)
    assert load(json.loads(json.dumps(network_file(first), default=float)), label="net").exercise == first.exercise


@pytest.mark.parametrize(
    "rules, said",
    [
        ({"attempts": "bets"}, 'did you mean "best"?'),
        ({"late": {"due": "tomorrow", "per_day": 0.1}}, 'exercise.late.due: found "tomorrow"'),
        ({"late": {"due": "2026-11-30", "per_day": 10}}, "from 0 to 1"),
    ],
)
def test_rules_that_are_none(rules: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said.replace("?", "\\?")):
        load(NET | {"exercise": rules}, label="net")
