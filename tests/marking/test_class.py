"""A class is marked in one command: everybody gets feedback, the roster comes back with scores, the report counts; nobody's file stops
the others.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from derivegen import cli
from derivegen.calculus.chain import derive
from derivegen.classroom.checks import is_exercises
from derivegen.classroom.exercises_file import Class, Seat, class_of, read_exercises
from derivegen.classroom.gradebook import gradebook
from derivegen.classroom.tally import tally
from derivegen.errors import InputError
from derivegen.exercise.roster import Student
from derivegen.interop.handin.kinds import READERS
from derivegen.marking.findings import Explanation, Finding, Marking, Place
from derivegen.marking.judge.task import Task
from derivegen.marking.read import files
from derivegen.marking.read.files import Piece, pieces
from derivegen.marking.read.submissions import grouped, works
from derivegen.marking.read.tags import without_tags
from derivegen.network.graph import build
from derivegen.notation.choose import choose
from tests.marking import classes
from tests.marking.test_fuzz import COUNT, names_of
from tests.pace import USUAL, counted

SIZE = 40


def run(*arguments: str | Path) -> Result:
    """The command in this process; whatever it raises beside an exit is a traceback a user would see."""
    result = CliRunner().invoke(cli.main, ["check", *map(str, arguments), "--jobs", "1"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("class")
    classes.made(folder, SIZE)
    return folder


@pytest.fixture(scope="module")
def marked(made: Path) -> Path:
    result = run(made / "teacher/exercises.json", made / "in", "--to", "md,json,csv", "-o", made / "out")
    assert result.exit_code == 1, result.output
    return made / "out"


def submissions(out: Path) -> dict[str, Any]:
    found = json.loads((out / "findings.json").read_text(encoding="utf-8"))["submissions"]
    return {each["student"]: each for each in found}


def kinds(kind: str) -> Iterator[str]:
    return (f"s{place + 1}" for place in range(SIZE) if classes.KINDS[place % len(classes.KINDS)] == kind)


# a class in one command


def test_everybody_is_marked_and_nobody_stops_the_others(marked: Path) -> None:
    found = submissions(marked)
    assert sorted(found) == sorted(f"s{n}" for n in range(1, SIZE + 1))
    assert all(each["variant"].startswith(f"{name}-") for name, each in found.items())
    assert len(list((marked / "feedback").iterdir())) == SIZE


@pytest.mark.parametrize("kind", ("right", "rounded"))
def test_honest_students_have_full_marks(marked: Path, kind: str) -> None:
    found = submissions(marked)
    assert {found[name]["score"] for name in kinds(kind)} == {1}


def test_mistaken_students_have_fewer_and_the_reason_is_named(marked: Path) -> None:
    found = [submissions(marked)[name] for name in kinds("mistaken")]
    wrong = [[each for each in one["findings"] if each["verdict"] == "wrong"] for one in found]
    assert sum(bool(each) for each in wrong) >= 0.8 * len(found)
    named = [any(finding["mistake"] in classes.MISTAKES for finding in each) for each in wrong if each]
    assert sum(named) >= 0.8 * len(named)


def test_what_cannot_be_read_is_a_finding_and_costs_nothing(marked: Path) -> None:
    for name in kinds("garbled"):
        own = submissions(marked)[name]
        assert own["score"] is None
        assert [each["verdict"] for each in own["findings"]] == ["unread"]
        assert own["findings"][0]["message"]


def test_what_is_missing_counts_nothing(marked: Path) -> None:
    assert {submissions(marked)[name]["score"] for name in kinds("empty")} == {0}


def test_the_gradebook_is_the_roster_with_scores(made: Path, marked: Path) -> None:
    with (marked / "gradebook.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["id", "Name", "ID number", "score", "marks", "of", "open"]
    assert [row["id"] for row in rows] == [f"s{n}" for n in range(1, SIZE + 1)]
    found = submissions(marked)
    for row in rows:
        score = found[row["id"]]["score"]
        assert row["score"] == "" if score is None else float(row["score"]) == pytest.approx(score, abs=1e-4)


def test_the_report_counts_what_the_findings_say(marked: Path) -> None:
    text = (marked / "report.md").read_text(encoding="utf-8")
    found = submissions(marked).values()
    assert f"{SIZE} submissions were read and {sum(each['score'] is not None for each in found)} marked" in text
    mistakes = {
        each["mistake"] for one in found for each in one["findings"] if each["verdict"] == "wrong" and each["mistake"]
    }
    assert mistakes
    assert (marked / "report-figures/scores.svg").exists() and (marked / "report-figures/mistakes.svg").exists()
    for name in kinds("garbled"):
        assert f"| {name} |" in text


def test_tables_are_safe_for_spreadsheets(marked: Path) -> None:
    for file in ("gradebook.csv", "findings.csv"):
        for row in csv.reader(io.StringIO((marked / file).read_text(encoding="utf-8"))):
            for cell in row:
                assert not cell.startswith(("=", "@", "+", "\t")) or cell[1:2].isdigit()


def test_hints_for_students_do_not_hold_the_answers(made: Path) -> None:
    result = run(made / "teacher/exercises.json", made / "in", "--to", "json", "--for", "student", "--hint", "1")
    for each in json.loads(result.stdout)["submissions"]:
        assert all("expected" not in finding and finding["mistake"] is None for finding in each["findings"])


def test_the_report_is_printed_where_no_folder_is_named(made: Path) -> None:
    result = run(made / "teacher/exercises.json", made / "in")
    assert result.exit_code == 1
    assert f"{SIZE} submissions were read" in result.stdout


def test_a_page_for_the_teacher_compiles_and_more_processes_say_the_same(made: Path, marked: Path) -> None:
    folder = made / "again"
    result = CliRunner().invoke(
        cli.main,
        [
            "check",
            str(made / "teacher/exercises.json"),
            str(made / "in"),
            "--to",
            "json",
            "-o",
            str(folder),
            "--jobs",
            "2",
        ],
    )
    assert result.exit_code == 1, result.output
    assert (folder / "findings.json").read_bytes() == (marked / "findings.json").read_bytes()


# a class as one table


def test_a_table_with_a_row_for_each_student_is_a_class(made: Path) -> None:
    exercises = made / "teacher/exercises.json"
    entries = json.loads(exercises.read_text(encoding="utf-8"))["variants"]
    file = made / "form.csv"
    names = [answer["name"] for answer in entries[0]["answers"]]
    with file.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(["Timestamp", "id", *names])
        for entry in entries[:3]:
            table.writerow(["2026-01-01", entry["id"], *(answer["text"] for answer in entry["answers"])])
        table.writerow(["2026-01-01", "nobody", *("1" for _ in names)])
    result = run(exercises, file, "--to", "json")
    found = json.loads(result.stdout)["submissions"]
    assert [(each["student"], each["score"]) for each in found] == [("s1", 1), ("s2", 1), ("s3", 1), ("nobody", None)]
    assert "whose sheet" in found[3]["findings"][0]["message"]


# several files of one student


def test_files_of_one_student_are_one_submission(made: Path, tmp_path: Path) -> None:
    exercises = made / "teacher/exercises.json"
    answers = json.loads(exercises.read_text(encoding="utf-8"))["variants"][4]["answers"]
    (tmp_path / "s5-a.md").write_text(f"\n\n{answers[0]['quantity']} = {answers[0]['text']}\n")
    (tmp_path / "s5-b.md").write_text(
        "\n".join(f"{each['quantity']} = {each['text']}" for each in answers[1:]) + "\n??? = 3\n"
    )
    result = run(exercises, tmp_path, "--to", "json")
    (own,) = json.loads(result.stdout)["submissions"]
    assert own["score"] == 1 and own["file"] == "s5-a.md, s5-b.md"
    places = [(each["file"], each["line"]) for each in own["findings"] if each["quantity"] == answers[0]["quantity"]]
    assert places == [("s5-a.md", 3)]
    assert any(each["file"] == "s5-b.md" and each["line"] == len(answers) for each in own["findings"])


def test_folders_and_files_group_by_student() -> None:
    def piece(*names: str) -> Piece:
        return Piece("/".join(names), Path("x"), names, "text")

    first, second, third, fourth = piece("A", "1.md"), piece("B", "1.md"), piece("A", "x", "2.md"), piece("c.md")
    once = dict.fromkeys((first, second, third, fourth), ())
    assert grouped([first, second, third, fourth], {}, once) == ((first, third), (second,), (fourth,))
    assert grouped([first, fourth], {first: "s1", fourth: "s1"}, once) == ((first, fourth),)
    again = {first: (2,), fourth: (1,)}
    assert grouped([first, fourth], {first: "s1", fourth: "s1"}, again) == ((fourth,), (first,))


# tally and gradebook of markings made by hand


def finding(verdict: str, name: str = "loss", *mistakes: str, **more: Any) -> Finding:
    explanations = (Explanation(mistakes, 1.0),) if mistakes else ()
    return Finding(name, verdict, Place("f", 1, 1, "x"), explanations=explanations, of=Fraction(1), **more)  # type: ignore[arg-type]


def test_the_tally_counts_submissions_not_places() -> None:
    twice = Marking(
        (finding("wrong", "loss", "lost-half"), finding("wrong", "z[1][1]", "lost-half"), finding("wrong")), "a"
    )
    again = Marking((finding("right", marks=Fraction(1)), finding("unread", "t[1]")), "b")
    counted = tally([twice, again, Marking((), "b")], ["a", "b", "c"])
    assert counted.mistakes == {("lost-half",): 1}
    assert (counted.submissions, counted.marked, counted.unexplained) == (3, 2, 1)
    assert counted.scores == [0, Fraction(1, 2)] and counted.mean == counted.median == Fraction(1, 4)  # unread: open
    assert sum(counted.bands()) == 2 and counted.bands()[-1] == 0
    assert counted.absent == ("c",) and counted.again["b"] == 2
    assert [each.student for each in counted.open] == ["b"]
    assert counted.hardest()[0][0] == "z[1][1]"


def test_what_only_few_have_worked_on_stands_apart() -> None:
    """A quarter of those who worked on the most common answer; it would stand below what all have solved, as the hardest or the easiest."""
    right, wrong = finding("right", "loss"), finding("wrong", "z[1][1]")
    counted = tally(
        Marking((right, wrong, *([finding("wrong", "z[2][1]")] if student == "a" else [])), student)
        for student in "abcde"
    )
    assert [name for name, _ in counted.hardest()] == ["z[1][1]", "loss"]
    assert [name for name, _ in counted.hardest(rare=True)] == ["z[2][1]"]


def test_a_gradebook_keeps_columns_and_runs_nothing() -> None:
    seats = [
        Seat(Student("=1+1", "", {"id": "=1+1", "Score": "7", "note": "@x"}), "A", {}, ()),
        Seat(Student("b", "", {"id": "b", "Score": "-3.5", "note": ""}), "B", {}, ()),
    ]
    marking = Marking((finding("right", marks=Fraction(2, 3)),), "=1+1")
    assert gradebook([marking], seats).split("\n") == [
        "id,Score,note,derivegen score,marks,of,open",
        "'=1+1,7,'@x,0.6667,0.6667,1,0",
        "b,-3.5,,,,,",
        "",
    ]


# exercises.json


def test_the_file_reads_back_as_it_was_written(made: Path) -> None:
    path = made / "teacher/exercises.json"
    assert is_exercises(path)
    own = read_exercises(path)
    graph = build(own.network)
    everybody = Task(derive(graph), choose(graph, own.network.notation))
    raw = json.loads(path.read_text(encoding="utf-8"))
    assert [seat.code for seat in own.seats] == [entry["variant"] for entry in raw["variants"]]
    for seat, entry in list(zip(own.seats, raw["variants"], strict=True))[:3]:
        task = own.task(seat, everybody)
        assert dict(task.graph.givens) == dict(build(task.graph.network).givens)
        for answer in entry["answers"]:
            assert task.number(task.own(answer["quantity"])) == pytest.approx(answer["value"], rel=1e-12)


def test_an_update_of_the_weights_alone_is_everybodys_with_ones_own_numbers(made: Path) -> None:
    own = read_exercises(made / "teacher/exercises.json")
    everybody = Task(derive(build(own.network)), choose(build(own.network), own.network.notation))
    for seat in own.seats[:2]:
        task, alone = (
            own.task(seat, everybody),
            Task(derive(build(own.task(seat, everybody).graph.network)), everybody.notation),
        )
        found = [task.with_weights_only(name) for name in ("w[1][1][1]#1", "loss#1", "loss#2", "b[1][1]#1")]
        assert found == [alone.with_weights_only(name) for name in ("w[1][1][1]#1", "loss#1", "loss#2", "b[1][1]#1")]
        assert found[1] is not None and found[2] is not None and found[3] is None


@lru_cache(maxsize=1)
def small() -> str:
    """A small file, as text."""
    answer = {"label": "1a", "name": "loss", "quantity": "loss", "form": "number", "marks": 1}
    whole = {
        "derivegen": 1,
        "rounding": {"digits": 4, "significant": None, "carry": "exact"},
        "questions": [{"number": 1, "kind": "values", "answers": [answer]}],
        "network": classes.NET,
        "variants": [{"id": "a", "variant": "a-1", "givens": {"x[1]": "0.25"}, "answers": [answer]}],
    }
    return json.dumps(whole)


BROKEN = {
    "not JSON": lambda text: text[:-3],
    "deep": lambda text: text.replace('"0.25"', "[" * 100_000 + "]" * 100_000),
    "deep object": lambda text: text.replace('"0.25"', '{"a":' * 100_000 + "1" + "}" * 100_000),
    "another version": lambda text: text.replace('"derivegen": 1', '"derivegen": 2'),
    "a huge exponent": lambda text: text.replace("0.25", "1e999999999"),
    "a division by zero": lambda text: text.replace("0.25", "1/0"),
    "no number": lambda text: text.replace("0.25", "__import__('os')"),
    "not finite": lambda text: text.replace('"0.25"', "NaN"),
    "marks that are text": lambda text: text.replace('"marks": 1', '"marks": "x"'),
    "a key twice": lambda text: text.replace('"derivegen": 1', '"derivegen": 1, "derivegen": 1'),
    "no variants": lambda text: text.replace('"variants"', '"variant"'),
    "a list": lambda text: f"[{text}]",
    "a long word": lambda text: text.replace('"a-1"', '"' + "a" * 5000 + '"'),
    "digits without end": lambda text: text.replace('"digits": 4', '"digits": ' + "9" * 5000),
    "a wrong network": lambda text: text.replace('"sigmoid"', '"nothing"'),
    "not UTF-8": lambda text: text.encode() + b"\xff",
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_with_one_message(case: str) -> None:
    broken: str | bytes = BROKEN[case](small())  # type: ignore[no-untyped-call]
    with counted() as found, pytest.raises(InputError) as caught:
        class_of(broken if isinstance(broken, bytes) else broken.encode(), "exercises.json")
    assert found.count < USUAL
    assert len(str(caught.value)) < 600


def test_two_students_with_one_id_are_refused() -> None:
    whole = json.loads(small())
    whole["variants"] *= 2
    with pytest.raises(InputError, match="twice"):
        class_of(json.dumps(whole).encode(), "exercises.json")


# no file whatever makes a reader raise or hang


def test_no_bytes_make_the_file_of_the_class_raise_anything_else() -> None:
    random_ = random.Random(5)
    good = small().encode()
    for _ in range(max(COUNT // 6, 50)):
        data = bytearray(good)
        for _ in range(random_.randint(1, 6)):
            place = random_.randrange(len(data))
            data[place : place + random_.randint(0, 30)] = random_.choice(
                (b"", b"[", b"{", b'"', b"null", b"1e9", b"\xff", b"-", bytes(random_.randrange(256) for _ in range(4)))
            )
        with suppress(InputError):
            assert isinstance(class_of(bytes(data), "x"), Class)


def odd_files(random_: random.Random) -> bytes:
    parts = (
        *(
            b"loss = 0.5\n",
            b"quantity,answer\nloss,1\n",
            b"variant: a-1\n",
            b"\xff\xfe",
            b"\x00",
            b"<",
            b"<!--",
            b"&",
            b'"',
        ),
        *(
            b"[",
            b'{"cells": [',
            b"id,loss\na,1\n",
            b"<script>",
            b"<![CDATA[",
            b"variant " * 50,
            "∂L/∂w = ".encode(),
            b"\r",
        ),
    )
    return b"".join(random_.choice(parts) * random_.choice((1, 1, 1, 2, 400)) for _ in range(random_.randint(0, 12)))


def test_no_file_makes_the_reading_of_submissions_raise_or_hang(tmp_path: Path) -> None:
    random_, names = random.Random(7), names_of("article-004")
    endings = (".md", ".tex", ".txt", ".ipynb", ".csv", ".toml", ".json", ".html", ".pdf", "")
    slowest = 0.0
    for number in range(max(COUNT // 4, 60)):
        file = tmp_path / f"a{endings[number % len(endings)]}"
        file.write_bytes(odd_files(random_))
        with counted() as found:
            for work in works(pieces([str(file)], READERS), names):
                assert all(work.place(each.line) for each in work.found)
        slowest = max(slowest, found.count)
        file.unlink()
    assert slowest < USUAL


BOMBS: Mapping[str, bytes] = {
    "big.md": b"x" * 5_000_001,
    "open.html": b"<" * 1_000_000,
    "tags.html": b"<a " * 300_000,
    "comments.html": b"<!--" * 300_000,
    "declarations.html": b"<![" * 300_000,
    "entities.html": b"&" * 1_000_000,
    "deep.ipynb": b'{"cells":' + b"[" * 1_000_000,
    "deep.json": b'{"a":' * 500_000,
    "deep.toml": b"a = " + b"[" * 1_000_000,
    "wide.csv": b"id," + b"loss," * 200_000 + b"\n" + b"1," * 200_000,
    "quote.csv": b'quantity,answer\n"' + b"a" * 900_000,
    "variants.txt": b"variant " * 100_000,
    "students.txt": b"student: " * 100_000,
    "lines.md": b"\n" * 900_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_findings_in_a_second(tmp_path: Path, name: str) -> None:
    names = names_of("article-004")
    (tmp_path / name).write_bytes(BOMBS[name])
    with counted() as took:
        found = works(pieces([str(tmp_path / name)], READERS), names)
    assert took.count < USUAL
    assert found


def test_links_and_odd_files_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("loss = 1")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "link.md").symlink_to(secret)
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / ".hidden").write_text("loss = 1")
    (folder / "__MACOSX").mkdir()
    assert [(piece.label, piece.problem) for piece in pieces([str(folder)], READERS)] == [
        ("link.md", "no-file"),
        ("loop", "no-file"),
    ]


def test_a_page_typed_on_line_is_read_without_its_tags() -> None:
    assert without_tags("<p>loss = 0.5<br>z&nbsp;= 1</p><script>w = 3</script>").split("\n") == [
        "",
        "loss = 0.5",
        "z\xa0= 1",
        "",
    ]


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_FILES", 3)
    for number in range(4):
        (tmp_path / f"{number}.md").write_text("loss = 1")
    with pytest.raises(InputError, match="at most 3"):
        pieces([str(tmp_path)], READERS)
