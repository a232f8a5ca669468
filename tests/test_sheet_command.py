"""`derivegen sheet` as a teacher meets it: what is written where, what students do not get, what is refused, what a stopped run leaves."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any

import pypdf
import pytest
from click.testing import CliRunner, Result

import derivegen
from derivegen import cli
from derivegen.classroom.run import Step
from derivegen.errors import InputError
from derivegen.network.file.load import load

NET = """
data = { inputs = [[0.5]], targets = [[0.6]] }
layer = [{ units = 1, activation = "sigmoid", weights = [[0.4]], biases = [0.1] }, { units = 1, weights = [[0.3]], biases = [0.2] }]
loss = { name = "half_squared_error" }
training = { learning_rate = 0.1 }
"""
ROSTER = "id,name,mail\ns1,Ada Lovelace,ada@example.org\ns2,Emmy Noether,emmy@example.org\n"


def run(*arguments: str | Path) -> Result:
    """The command in this process; whatever it raises beside an exit is a traceback a user would see."""
    result = CliRunner().invoke(cli.main, ["sheet", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def made(*arguments: str | Path) -> None:
    result = run(*arguments, "--jobs", "1")
    assert result.exit_code == 0, result.output


@pytest.fixture
def net(tmp_path: Path) -> Path:
    file = tmp_path / "net.toml"
    file.write_text(NET)
    return file


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_second_network_does_not_overwrite_the_exercises_of_the_first(net: Path, tmp_path: Path) -> None:
    other, out = tmp_path / 'o"ther.toml', tmp_path / "out"
    other.write_text(NET)
    made(other, "--to", "json", "-o", out)
    before = files(out)
    result = run(net, "--to", "json", "-o", out)
    assert result.exit_code == 2
    assert 'about o"ther, and would be lost; name another folder for net' in result.output.replace("\n", " ")
    assert files(out) == before
    made(other, "--to", "json", "--count", "2", "-o", out)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# what is written


def test_a_class_has_its_files_in_two_folders(net: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = run(net, "--count", "2", "--seed", "7", "--kind", "values", "--to", "text", "--jobs", "1", "-o", out)
    assert (result.exit_code, result.stdout.split(), result.stderr) == (
        0,
        [f"{out}/students", f"{out}/teacher"],
        result.stderr,
    )
    before, after = result.stderr.splitlines()
    assert before == "2 students: 1 question, 4 answers, 8 marks; sheet, key and scheme each as text"
    drawn, thrown = after.split("; thrown away: ")
    assert drawn == "25 sets of numbers were drawn for 2"
    assert sum(int(many) for many in re.findall(r"\((\d+)\)", thrown)) == 25 - 2
    assert sorted(files(out)) == [
        *("students/net-001-answers.csv", "students/net-001-sheet.txt"),
        *("students/net-002-answers.csv", "students/net-002-sheet.txt"),
        *("teacher/exercises.json", "teacher/net-001-key.txt", "teacher/net-001-scheme.txt"),
        *("teacher/net-002-key.txt", "teacher/net-002-scheme.txt", "teacher/variants.csv", "teacher/variants.txt"),
    ]
    assert not (out / "teacher/.progress").exists()


def test_the_table_of_answers_is_empty_and_names_its_variant(net: Path, tmp_path: Path) -> None:
    made(net, "--kind", "values,choice", "--to", "text", "-o", tmp_path)
    variant, *asked = read(tmp_path / "students/net-001-answers.csv")
    code = json.loads((tmp_path / "teacher/exercises.json").read_text())["variants"][0]["variant"]
    assert variant == {"quantity": "variant", "symbol": "", "answer": code}
    assert code in (tmp_path / "students/net-001-sheet.txt").read_text()
    assert {line["answer"] for line in asked} == {""}
    assert asked[0] == {"quantity": "dloss/dw[1][1][1]", "symbol": "∂L/∂w⁽¹⁾₁₁", "answer": ""}
    assert asked[-1] == {"quantity": "question 2", "symbol": "", "answer": ""}


def test_a_roster_names_files_and_sheets_and_comes_back(net: Path, tmp_path: Path) -> None:
    (tmp_path / "class.csv").write_text(ROSTER)
    made(net, "--roster", tmp_path / "class.csv", "--kind", "values", "--to", "text", "-o", tmp_path / "out")
    assert "Ada Lovelace" in (tmp_path / "out/students/net-s1-sheet.txt").read_text()
    variants = json.loads((tmp_path / "out/teacher/exercises.json").read_text())["variants"]
    assert [each["student"]["mail"] for each in variants] == ["ada@example.org", "emmy@example.org"]


def test_nobody_else_is_changed_when_somebody_is_added(net: Path, tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    (tmp_path / "one.csv").write_text(ROSTER)
    (tmp_path / "two.csv").write_text("id,name,mail\na=b/c,Sofja,\n" + "\n".join(reversed(ROSTER.splitlines()[1:])))
    made(net, "--roster", tmp_path / "one.csv", "--kind", "values", "--to", "text", "-o", before)
    made(net, "--roster", tmp_path / "two.csv", "--kind", "values", "--to", "text", "-o", after)
    own = {name: content for name, content in files(before).items() if "net-" in name}
    assert len(own) == 8
    assert {name: content for name, content in files(after).items() if name in own} == own
    assert len([name for name in files(after) if "net-a_b_c~" in name]) == 4


@pytest.mark.parametrize("options", [["--notation", "plain"], ["--digits", "3"], ["--to", "md"]])
def test_numbers_depend_on_seed_identity_and_network_alone(net: Path, tmp_path: Path, options: list[str]) -> None:
    made(net, "--count", "2", "--kind", "values", "--to", "text", "-o", tmp_path / "one")
    made(net, "--count", "1", "--kind", "values", "--to", "text", *options, "-o", tmp_path / "two")
    one, two = (json.loads((tmp_path / name / "teacher/exercises.json").read_text()) for name in ("one", "two"))
    assert one["variants"][0]["givens"] == two["variants"][0]["givens"] != one["variants"][1]["givens"]
    assert one["variants"][0]["variant"] == two["variants"][0]["variant"]


def test_the_same_bytes_from_any_number_of_processes(net: Path, tmp_path: Path) -> None:
    common = (net, "--count", "9", "--kind", "values", "--to", "text", "-o")
    made(*common, tmp_path / "one")
    assert run(*common, tmp_path / "two", "--jobs", "2").exit_code == 0
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_numbers_as_they_stand(net: Path, tmp_path: Path) -> None:
    made(net, "--vary", "nothing", "--kind", "values", "--to", "md", "-o", tmp_path)
    file = json.loads((tmp_path / "teacher/exercises.json").read_text())
    solved = derivegen.solve(net)
    for answer in file["variants"][0]["answers"]:
        by = answer["quantity"].removeprefix("dloss/d")
        assert answer["value"] == pytest.approx(solved.gradients[by], rel=1e-12)
    assert "numbers of the network file" in (tmp_path / "teacher/variants.md").read_text()


def test_what_check_needs_stands_in_one_file(net: Path, tmp_path: Path) -> None:
    made(net, "--count", "2", "--kind", "values,update,find-error,order,choice", "--to", "json", "-o", tmp_path)
    file = json.loads((tmp_path / "teacher/exercises.json").read_text())
    assert (file["derivegen"], file["seed"]) == (1, 1)
    network = load(file["network"])
    assert [layer.units for layer in network.layers] == [1, 1]
    for variant in file["variants"]:
        numbers = variant["givens"]
        given = {"inputs": [[float(numbers["x[1]"])]], "targets": [[float(numbers["t[1]"])]]}
        layers = [
            {**layer, "weights": [[float(numbers[f"w[{n}][1][1]"])]], "biases": [float(numbers[f"b[{n}][1]"])]}
            for n, layer in enumerate(file["network"]["layer"], 1)
        ]
        solved = derivegen.solve({**file["network"], "data": given, "layer": layers})
        known = solved.values | {f"dloss/d{by}": number for by, number in solved.gradients.items()}
        known |= {f"{name}'": number for name, number in solved.updated.items()}
        numeric = [answer for answer in variant["answers"] if answer["form"] == "number"]
        assert len(numeric) >= 8
        for answer in numeric:
            assert answer["value"] == pytest.approx(known[answer["quantity"]], rel=1e-9)
            assert answer["text"] in answer["accepted"]
            assert float(answer["text"]) == pytest.approx(answer["value"], abs=6e-5)
        assert set(variant["choices"]) == {"3", "4", "5"} and variant["choices"]["3"]["mistake"]
    assert sorted(path.suffix for path in (tmp_path / "students").iterdir()) == [".csv", ".csv"]


def test_from_python(net: Path, tmp_path: Path) -> None:
    sheets = derivegen.sheet(net, count=2, kinds="values", vary=["weights", "biases"])
    works = list(sheets.works())
    assert len(sheets) == len(works) == 2
    assert {str(work.exercise.variant.givens["x[1]"]) for work in works} == {"1/2"}
    folder = sheets.write(tmp_path / "out", "text")
    assert works[0].text("key", "text") == (folder / "teacher/net-001-key.txt").read_text()
    with pytest.raises(InputError, match="--count"):
        derivegen.sheet(net, count=0)


@pytest.mark.parametrize("example", ["symbolic", "article-001"])
def test_formulas_are_asked_of_several_students(example: str, tmp_path: Path) -> None:
    """One sheet came out; of two, filled in together, "Symbolic: a[2][1]" did. With a learning rate there was a number to fill in."""
    one, two = (
        derivegen.sheet(f"example:{example}", count=count, kinds="symbolic").write(tmp_path / str(count), "md")
        for count in (1, 2)
    )
    assert [path.read_text() for path in sorted((one / "teacher").glob(f"{example}-001-*.md"))] == [
        path.read_text() for path in sorted((two / "teacher").glob(f"{example}-001-*.md"))
    ]


def test_in_german(net: Path, tmp_path: Path) -> None:
    made(net, "--kind", "values", "--to", "text", "--language", "de", "-o", tmp_path)
    assert "Ein Blatt wurde mit dem Startwert 1 erzeugt" in (tmp_path / "teacher/variants.txt").read_text()


# what students do not get


FORMATS = "pdf,slides,md,md-pandoc,latex,html,ipynb,docx,text"


@lru_cache(maxsize=1)
def classroom() -> Path:
    """A class in every format, in a folder that is gone with this process."""
    import tempfile

    folder = Path(tempfile.mkdtemp(prefix="derivegen-test-"))
    made(
        "example:article-000",
        "--kind",
        "table,values,symbolic,update",
        "--to",
        FORMATS + ",moodle,selfcheck,form,form-html,form-docx",
        "-o",
        folder,
    )
    return folder


def strings(path: Path) -> str:
    """Everything a file says, what is packed in it and said about it too."""
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as packed:
            return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    if path.suffix == ".pdf":
        reader = pypdf.PdfReader(path)
        objects = (reader.get_object(number) for number in range(1, len(reader.xref[0]) + len(reader.xref_objStm)))
        return "\n".join([page.extract_text() for page in reader.pages] + [repr(each) for each in objects])
    return path.read_text(encoding="utf-8")


def test_no_answer_stands_under_students() -> None:
    (variant,) = json.loads((classroom() / "teacher/exercises.json").read_text())["variants"]
    given = set(variant["givens"].values())
    answers = [answer for answer in variant["answers"] if answer["form"] == "number"]
    numbers = {text.lstrip("-") for answer in answers for text in (*answer["accepted"], f"{answer['value']:.6g}")}
    numbers -= {text.lstrip("-") for text in given}
    hidden = re.compile(
        "|".join(rf"(?<![\d.])0*{re.escape(text.removeprefix('0'))}" for text in numbers if len(text) > 4)
    )
    assert len(numbers) > 20
    students = sorted((classroom() / "students").glob("*.*"))
    assert len(students) == 5 + len(FORMATS.split(","))
    for path in students:
        assert hidden.findall(strings(path)) == [], path.name
    found = [path.name for path in (classroom() / "teacher").glob("*key.*") if hidden.search(strings(path))]
    assert len(found) == len(FORMATS.split(","))


def test_nothing_about_mistakes_stands_under_students(net: Path, tmp_path: Path) -> None:
    made(net, "--count", "2", "--kind", "find-error,choice,order,blanks", "--to", "md,html,ipynb,latex", "-o", tmp_path)
    file = json.loads((tmp_path / "teacher/exercises.json").read_text())
    for variant in file["variants"]:
        mistake, slip = (variant["choices"]["1"][key] for key in ("mistake", "slip"))
        own = "\n".join(strings(path) for path in (tmp_path / "students").glob(f"net-{variant['file']}-*.*"))
        assert mistake not in own and "mistake" not in own.replace("one mistake", "").replace("the mistake", "")
        assert all(answer["name"] != slip for answer in variant["answers"] if answer["label"] in ("1a", "1b"))
        right = next(answer["right"] for answer in variant["answers"] if answer["form"] == "order")
        assert right not in own and " ".join(right) not in own


def test_figures_lie_where_the_pages_look_for_them() -> None:
    for page in classroom().rglob("*.md"):
        for name in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page.read_text()):
            assert (page.parent / name).is_file(), (page.name, name)


def test_moodle_has_one_file_for_the_class() -> None:
    text = (classroom() / "teacher/article-000-moodle.xml").read_text()
    assert text.count("<quiz>") == text.count("</quiz>") == 1 and "article-000-moodle" not in text
    assert not list((classroom() / "students").glob("*.xml"))


# one PDF for the printer


@pytest.mark.parametrize("right_hand", [False, True])
def test_all_sheets_in_one_pdf(net: Path, tmp_path: Path, right_hand: bool) -> None:
    more = ["--right-hand"] if right_hand else []
    made(net, "--count", "2", "--kind", "values", "--to", "pdf", "--combined", *more, "-o", tmp_path)
    for folder, name, part in (("students", "sheets", "sheet"), ("teacher", "keys", "key")):
        alone = [pypdf.PdfReader(tmp_path / folder / f"net-{n}-{part}.pdf").pages for n in ("001", "002")]
        together = pypdf.PdfReader(tmp_path / f"teacher/net-{name}.pdf")
        first = [pages[0].extract_text() for pages in alone]
        places = [n for n, page in enumerate(together.pages) if page.extract_text() in first]
        expected = [len(pages) + len(pages) % 2 if right_hand else len(pages) for pages in alone]
        assert len(together.pages) == sum(expected)
        assert places == [0, expected[0]]


# a stopped run


HALTED = """
import sys
from derivegen import cli
from derivegen.classroom.sheets import Sheets

whole = Sheets.steps

def halting(*given, **how):
    for step in whole(*given, **how):
        yield step
        if step.done:
            print("kept", flush=True)
            sys.stdin.read()

Sheets.steps = halting
cli.main(["sheet", *sys.argv[1:]])
"""
"""The command, which says when the first slice is kept and goes no further: it can be killed there on the slowest machine."""


def halted(*arguments: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HALTED, *map(str, arguments)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True, start_new_session=True
    )
    assert process.stdout is not None
    assert "kept\n" in iter(process.stdout.readline, "")
    return process


def nobody_left(group: int) -> bool:
    """Whether the processes it started end soon."""
    until = time.monotonic() + 300
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def test_killed_and_started_again(net: Path, tmp_path: Path) -> None:
    common = (net, "--count", "20", "--kind", "values", "--to", "text", "--jobs", "2", "-o")
    killed = halted(*common, tmp_path / "killed")
    killed.send_signal(signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    assert nobody_left(killed.pid)
    assert not (tmp_path / "killed/teacher/exercises.json").exists()
    again = run(*common, tmp_path / "killed")
    assert again.exit_code == 0 and re.search(r"of 20 were done before", again.stderr)
    made(*common[:-3], "-o", tmp_path / "whole")
    assert files(tmp_path / "killed") == files(tmp_path / "whole")


def test_another_question_is_not_taken_for_what_is_done(net: Path, tmp_path: Path) -> None:
    sheets = derivegen.sheet(net, count=8, kinds="values")
    assert begun(sheets.steps(tmp_path, "text"), 2) == [0, 4]
    other = derivegen.sheet(net, count=8, kinds="values", seed=2)
    assert begun(other.steps(tmp_path, "text")) == [0]
    assert begun(derivegen.sheet(net, count=9, kinds="values").steps(tmp_path, "text")) == [4]
    assert begun(sheets.steps(tmp_path, "text,md")) == [0]


def begun(steps: Iterator[Step], count: int = 1) -> list[int]:
    """How many are done after each of the first steps, after which the run is stopped."""
    with closing(steps) as stopped:  # type: ignore[type-var]
        return [next(stopped).done for _ in range(count)]


def test_interrupted_it_says_how_to_go_on(net: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> Iterator[Step]:
        yield Step(0, 0, 0)
        yield Step(4, 0, 1000)
        raise KeyboardInterrupt

    monkeypatch.setattr("derivegen.classroom.sheets.Sheets.steps", interrupted)
    result = run(net, "--count", "8", "-o", tmp_path / "out")
    assert result.exit_code == 130
    assert "4 of 8" in result.stderr and "goes on from there" in result.stderr


def test_a_long_run_is_announced(net: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def short(*_: Any, **__: Any) -> Iterator[Step]:
        yield Step(0, 0, 0)
        yield Step(32, 0, 32 * 10**6)

    monkeypatch.setattr("derivegen.classroom.sheets.Sheets.steps", short)
    result = run(net, "--count", "1000000", "--to", "md", "-o", tmp_path / "out")
    assert result.exit_code == 0
    assert re.search(r"1000000 students: about .+ and 1000\.0 GB", result.stderr)


# what is refused


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--count", "0"], "--count: found 0"),
        (["--count", "-1"], "--count: found -1"),
        (["--count", "2", "--roster", "class.csv"], "leave one of them out"),
        (["--roster", "nowhere.csv"], "nowhere.csv"),
        (["--id", "login"], "--roster"),
        (["--to", "wrod"], "moodle"),
        (["--to", ","], "no format"),
        (["--to", "md", "--combined"], "add pdf"),
        (["--right-hand"], "--combined"),
        (["--scheduler", "tcp://x:1"], "--backend dask"),
        (["--backend", "dask", "--kind", "values"], "--scheduler"),
        (["--kind", "valus"], "values"),
        (["--vary", "wieghts"], "weights"),
        (["-o", "-"], "name a folder"),
        (["-o", "x.pdf"], "name a folder"),
        (["--jobs", "0"], "--jobs"),
    ],
)
def test_wrong_input_is_refused_and_nothing_written(net: Path, tmp_path: Path, arguments: list[str], said: str) -> None:
    output = [] if "-o" in arguments else ["-o", str(tmp_path / "out")]
    result = run(net, *arguments, *output)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net.toml"]


def test_a_network_without_numbers_is_asked_about_by_formulas(tmp_path: Path) -> None:
    made("example:symbolic", "--to", "md", "-o", tmp_path / "out")
    (variant,) = json.loads((tmp_path / "out/teacher/exercises.json").read_text())["variants"]
    assert {answer["form"] for answer in variant["answers"]} == {"formula"}
    result = run("example:symbolic", "--kind", "values", "-o", tmp_path / "values")
    assert result.exit_code == 2 and "numbers" in result.stderr and not (tmp_path / "values").exists()


def test_a_folder_that_cannot_be_written(net: Path, tmp_path: Path) -> None:
    (tmp_path / "students").write_text("a file")
    result = run(net, "--to", "text", "--kind", "values", "--jobs", "1", "-o", tmp_path)
    assert result.exit_code == 2 and "cannot write there" in result.stderr


def test_a_network_too_large_for_a_hand_is_refused_at_once() -> None:
    layers = [{"units": 50, "activation": "sigmoid", "weights": {"seed": 1}}, {"units": 2, "weights": {"seed": 1}}]
    data = {"inputs": [[0.5] * 45], "targets": [[0, 1]]}
    with pytest.raises(InputError, match="at most 2000; take fewer units"):
        derivegen.sheet({"data": data, "layer": layers, "loss": {"name": "squared_error"}}, count=1)
