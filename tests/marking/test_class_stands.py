"""One file never stops or slows a class: whatever goes wrong in it, it is listed with the reason, and the others are marked."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from derivegen.classroom import marking as class_marking
from derivegen.classroom.check import check
from derivegen.classroom.check_files import as_csv, as_json, files
from derivegen.classroom.checks import Checked, Checking, checking
from derivegen.cli import main
from derivegen.marking.bounded import TooLong, bounded
from tests.often import times

NET = "example:article-004"
RIGHT = "dL/dw2 = -0.1308\n"
LATIN = b"M\xfcller.txt"


def marked(found: list[Checked]) -> list[str]:
    return [each.marking.file for each in found if each.marking.score is not None]


def listed(found: list[Checked]) -> dict[str, str]:
    return {each.marking.file: each.marking.findings[0].reason for each in found if each.marking.score is None}


def checked(folder: Path, *formats: str) -> tuple[Checking, list[Checked]]:
    what = checking(NET, to=formats)
    return what, list(what.checked(what.groups([str(folder)])))


def test_of_thirty_files_three_are_listed_and_all_others_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(28):
        (tmp_path / f"s{number:02}.txt").write_text("raise" if number == 5 else RIGHT)
    (tmp_path / "s28.txt").write_text("x" * 5_000_000)
    (tmp_path / os.fsdecode(LATIN)).write_text(RIGHT)
    real = class_marking.audit

    def double(task: object, names: object, text: str, *rest: object) -> object:
        if text == "raise":
            raise KeyError("a defect\nin the marker")
        return real(task, names, text, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(class_marking, "audit", double)
    what, found = checked(tmp_path, "text", "md", "html", "json", "csv")
    assert len(found) == 30 and len(marked(found)) == 27
    assert listed(found) == {"s05.txt": "file.failed", "s28.txt": "long-file", "M\\xfcller.txt": "file.name"}
    written = dict(files(what, found, several=True))
    whole = json.loads(written["findings.json"])
    assert [f["message"] for s in whole["submissions"] for f in s["findings"] if s["file"] == "s05.txt"] == [
        "Marking it failed (KeyError: 'a defect\\nin the marker'). Please mark it by hand and report this."
    ]
    book = list(csv.DictReader(StringIO(written["gradebook.csv"].decode())))
    assert [row["file"] for row in book if not row["score"]] == sorted(listed(found), key=[*listed(found)].index)
    assert "30 submissions were read and 27 marked." in " ".join(written["report.md"].decode().split())


def test_a_page_that_cannot_be_made_costs_one_student_nothing_but_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        (tmp_path / f"s{number}.txt").write_text("z = 0.4\n" if number == 1 else RIGHT)
    real = Checking._one

    def double(self: Checking, marking: object) -> Checked:
        if any(each.verdict == "wrong" for each in marking.findings):  # type: ignore[attr-defined]
            raise RuntimeError("no page")
        return real(self, marking)  # type: ignore[arg-type]

    monkeypatch.setattr(Checking, "_one", double)
    _, found = checked(tmp_path, "text")
    assert (len(marked(found)), listed(found)) == (2, {"s1.txt": "file.failed"})


def test_what_takes_too_long_is_broken_off_and_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(2):
        (tmp_path / f"s{number}.txt").write_text(RIGHT)
    monkeypatch.setattr(class_marking, "bounded", lambda: bounded(0.05))
    real = class_marking.audit

    def double(task: object, names: object, text: str, *rest: object) -> object:
        while not rest or rest[0] != "":  # for ever, and through whatever catches exceptions
            try:
                sum(range(1000))
            except Exception:
                continue
        return real(task, names, text, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(class_marking, "audit", double)
    _, found = checked(tmp_path, "text")
    assert set(listed(found).values()) == {"file.slow"}


def test_a_bound_is_taken_away_again() -> None:
    with pytest.raises(TooLong), bounded(0.01):
        while True:
            pass
    with bounded(0.01):
        pass
    sum(range(100_000))


@pytest.mark.parametrize(
    ("encoding", "form"),
    times(
        [("ascii", "text"), ("latin-1", "csv")],
        [("utf-8", "text"), ("ascii", "text"), ("ascii", "json"), ("latin-1", "csv")],
    ),
)
def test_a_name_that_is_not_utf8_is_printed_in_any_encoding(tmp_path: Path, encoding: str, form: str) -> None:
    path = tmp_path / os.fsdecode(LATIN)
    path.write_text("dL/dw2 = 7\n")
    done = run_main("check", NET, str(path), "--to", form, encoding=encoding)
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"M\\xfcller.txt" in done.stdout or form == "json"
    assert form == "text" or done.stdout.decode("utf-8")


def run_main(
    *arguments: str, encoding: str = "utf-8", stdout: object = subprocess.PIPE
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "derivegen", *arguments],
        stdout=stdout,  # type: ignore[call-overload]
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", [("check", NET, RIGHT.strip()), ("examples",), ("--help",)])
def test_a_full_disk_is_said_in_one_line(arguments: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full:
        done = run_main(*arguments, stdout=full)
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert b"standard output: cannot write there: No space left on device" in done.stderr


LINE, STEP = "dL/dw2 = 0.5744 *-0.2277 * 1 = -0.1308", "w_2' = 0.3 - 0.1*(-0.1308) = 0.3131\n* `y` = 0.3723"
NOTEBOOK = json.dumps({"nbformat": 4, "cells": [{"cell_type": "markdown", "source": "$y = 0.3723$"}]})
TEXTS = [
    *(LINE, STEP, NOTEBOOK, "quantity,answer\ny,0.3723\ndL/dw2,0.13\n", '{"y": "0.3723"}', "[0.3 0.2] = h; y = 0.3723"),
    *("\\begin{align} y &= 0.3723 \\end{align}", "dL/dw1 = -0.2277 *0.3* 0.2445 *0.5* 1 = -0.00835", "**y** = 0.3723"),
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_read_by_the_command_as_in_python(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from click.testing import CliRunner

    own = [(each.quantity, each.verdict, each.equality) for each in check(NET, text).findings]
    assert own
    for arguments, given in ((["-"], text), ([text], None)):
        if given is None and "=" not in text:
            continue
        done = CliRunner().invoke(main, ["check", NET, *arguments, "--to", "json"], input=given)
        found = json.loads(done.stdout)["findings"]
        assert [(each["quantity"], each["verdict"], each["equality"]) for each in found] == own


def test_the_csv_and_json_of_everybody_are_whole(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(LATIN)).write_text(RIGHT)
    _, found = checked(tmp_path, "json", "csv")
    assert "M\\\\xfcller.txt" in as_json(found, several=True) and "M\\xfcller.txt" in as_csv(found)
