"""The folder of a class holds one class: two runs at once, fewer students, other numbers, another network, runs that were stopped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import derivegen
from derivegen import cli
from derivegen.classroom.sheets import Sheets
from derivegen.errors import InputError

NET = """
data = {{ inputs = [[0.5]], targets = [[0.6]] }}
layer = [{{ units = 1, activation = "sigmoid", weights = [[0.4]], biases = [{bias}] }}, {{ units = 1, weights = [[0.3]], biases = [0.2] }}]
loss = {{ name = "half_squared_error" }}
"""


@pytest.fixture
def net(tmp_path: Path) -> Path:
    file = tmp_path / "net.toml"
    file.write_text(NET.format(bias=0.1))
    return file


def run(net: Path, out: Path, *options: str) -> Result:
    result = CliRunner().invoke(
        cli.main, ["sheet", str(net), "--kind", "values", "--to", "text", "--jobs", "1", "-o", str(out), *options]
    )
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def made(net: Path, out: Path, *options: str) -> str:
    """What is said of the folder."""
    result = run(net, out, *options)
    assert result.exit_code == 0, result.output
    first, *said, last = result.stderr.splitlines()
    assert re.match(r"\d+ students?: ", first) and re.match(r"\d+ sets of numbers were drawn", last)
    return "\n".join(said)


def files(folder: Path) -> dict[str, bytes]:
    """Those of the class, without what was moved away."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name: content for name, content in found.items() if not name.startswith("earlier/")}


def moved(folder: Path, number: int = 1) -> dict[str, bytes]:
    return files(folder / "earlier" / str(number))


def stopped(sheets: Sheets, out: Path, steps: int = 2) -> None:
    """A run that is stopped after its first slice; without its lock, as one that was killed."""
    with closing(_steps(sheets, out)) as begun:
        for _ in range(steps):
            next(begun)


def _steps(sheets: Sheets, out: Path) -> Iterator[object]:  # closing wants a generator
    yield from sheets.steps(out, "text")


def test_two_runs_at_once_are_one_class_and_one_refusal(net: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    sheets = derivegen.sheet(net, count=5, kinds="values")
    first = sheets.steps(out, "text")
    assert [next(first).done, next(first).done] == [0, 4]
    before = files(out)
    other = run(net, out, "--count", "2", "--seed", "2")
    assert other.exit_code == 2
    assert f"-o {out}: sheets are being written there just now, by process" in other.stderr.replace("\n", " ")
    assert files(out) == before
    assert [step.done for step in first if not step.hard] == [5]
    made(net, tmp_path / "alone", "--count", "5")
    assert files(out) == files(tmp_path / "alone")


def test_fewer_students_leave_no_old_sheets_beside_new_ones(net: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert made(net, out, "--count", "3") == ""
    (out / "teacher/notes.txt").write_text("of mine")
    before = files(out)
    said = made(net, out, "--count", "2")
    assert "net-003-answers.csv, net-003-sheet.txt, net-003-key.txt and 4 more: not of this run, moved to" in said
    assert moved(out) == {name: content for name, content in before.items() if "net-003" in name or about_all(name)}
    after = files(out)
    assert after.pop("teacher/notes.txt") == b"of mine"
    made(net, tmp_path / "alone", "--count", "2")
    assert after == files(tmp_path / "alone")


def about_all(name: str) -> bool:
    return name.startswith(("teacher/exercises", "teacher/variants"))


def test_other_numbers_move_the_whole_class_away(net: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    made(net, out, "--count", "2")
    before = files(out)
    assert "net-001-answers.csv" in made(net, out, "--count", "2", "--seed", "2")
    assert moved(out) == before
    made(net, tmp_path / "alone", "--count", "2", "--seed", "2")
    assert files(out) == files(tmp_path / "alone")
    net.write_text(NET.format(bias=-0.3))
    made(net, out, "--count", "2", "--seed", "2")
    assert moved(out, 2) == files(tmp_path / "alone") and moved(out) == before


def test_the_same_again_and_more_of_it_move_nothing(net: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    made(net, out, "--count", "2")
    before = files(out)
    assert made(net, out, "--count", "2") == ""
    assert files(out) == before
    assert made(net, out, "--count", "3", "--to", "json") == ""
    assert before.keys() < files(out).keys() and not (out / "earlier").exists()


def test_what_is_refused_moves_nothing(net: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    made(net, out, "--count", "1")
    before = files(out)

    def refusing(*_: Any) -> Any:
        raise InputError("no numbers")

    monkeypatch.setattr("derivegen.classroom.sheets.made", refusing)
    for folder, left in ((out, before), (tmp_path / "new", {})):
        assert run(net, folder, "--seed", "2").exit_code == 2
        assert files(folder) == left and not (folder / "earlier").exists()
    assert not (tmp_path / "new").exists()


def test_a_stopped_run_is_not_mixed_with_another(net: Path, tmp_path: Path) -> None:
    """Not even where it is taken up again, and its files have the length they had."""
    out, one, two = tmp_path / "out", *(derivegen.sheet(net, count=5, kinds="values", seed=seed) for seed in (1, 2))
    stopped(one, out)
    stopped(two, out)
    codes = {code_of(path) for path in (out / "students").glob("*-answers.csv")}
    assert codes == {
        variant.code for variant in two.exercises.variants(student.identity for student in two.students[:4])
    }
    with pytest.warns(UserWarning, match="not of this run, moved to"):
        one.write(out, "text")
    one.write(tmp_path / "alone", "text")
    assert files(out) == files(tmp_path / "alone")


def code_of(path: Path) -> str:
    return path.read_text().splitlines()[1].rpartition(",")[2]


def test_a_stopped_run_goes_on_with_what_is_done(net: Path, tmp_path: Path) -> None:
    out, sheets = tmp_path / "out", derivegen.sheet(net, count=5, kinds="values")
    stopped(sheets, out)
    assert [step.again for step in sheets.steps(out, "text") if not step.hard] == [4, 4]
    sheets.write(tmp_path / "alone", "text")
    assert files(out) == files(tmp_path / "alone") and not (out / "earlier").exists()


def test_a_stopped_run_of_another_network_is_not_written_over(net: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    stopped(derivegen.sheet(net, count=5, kinds="values"), out)
    other = tmp_path / "other.toml"
    other.write_text(net.read_text())
    before = files(out)
    refused = run(other, out)
    assert refused.exit_code == 2 and "is about net, and would be lost" in refused.stderr.replace("\n", " ")
    assert files(out) == before
