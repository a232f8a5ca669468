"""`derivegen check` as somebody who checks their own work meets it: what is printed and written, exit codes, wrong input."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import derivegen
from derivegen import cli

NET = "example:article-004"
RIGHT = "∂L/∂w_2 = −0.1308"
WRONG = "∂L/∂w_2 = 0.1308"
UNREAD = "what is this = ???"

FIELDS = (
    *("quantity", "file", "line", "column", "equality", "given"),
    *("expected", "verdict", "mistake", "message", "marks", "of"),
)


def run(*arguments: str | Path, **more: str | bytes) -> Result:
    """The command in this process; whatever it raises beside an exit is a traceback a user would see."""
    result = CliRunner().invoke(cli.main, ["check", *map(str, arguments)], **more)  # type: ignore[arg-type]
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def refused(*arguments: str | Path) -> str:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == "" and "Traceback" not in result.stderr
    return result.stderr


@pytest.mark.parametrize(("line", "code"), ((RIGHT, 0), (WRONG, 1), (UNREAD, 1), (f"{UNREAD}; {RIGHT}", 0)))
def test_the_exit_code_says_whether_something_is_wrong(line: str, code: int) -> None:
    result = run(NET, line)
    assert result.exit_code == code
    assert result.stdout.startswith("One hidden unit")
    assert ("nothing of this could be read" in result.stderr) == (line == UNREAD)


def test_a_line_is_answered_in_text() -> None:
    result = run(NET, WRONG)
    assert "1 | ∂L/∂w_2 = 0.1308" in result.stdout
    assert "not right" in result.stdout


def test_several_lines_are_one_work() -> None:
    found = json.loads(run(NET, RIGHT, "z = 0.3", "--to", "json").stdout)
    assert found["score"] == 1
    assert [each["quantity"] for each in found["findings"]] == ["dloss/dw[2][1][1]", "z[1][1]"]


@pytest.mark.parametrize(
    ("line", "verdict"),
    (
        ("dL/dw2 = -0.1309", "rounding"),  # with three digits it comes out so
        ("dL/dw2 = -0.1329", "wrong"),
        ("dL/dw2 = -0.130890", "wrong"),
        ("dL/db1 = -0.0166", "rounding"),
        ("dL/dw1 = -0.0084", "rounding"),
        ("dL/dw1 = 0.0", "undecided"),
        ("h = 0.5744; y = 0.3723; dL/dy = -0.2277; dL/dw2 = -0.1309", "wrong"),
        ("h = 0.5744; y = 0.3723; dL/dy = -0.2277; dL/db1 = -0.0166", "wrong"),
        ("h = 0.5744; y = 0.3723; dL/dy = -0.2277; dL/dw1 = -0.0084", "rounding"),
    ),
)
def test_a_line_a_file_and_python_say_the_same(tmp_path: Path, line: str, verdict: str) -> None:
    (tmp_path / "work.md").write_text(line + "\n", encoding="utf-8")
    told = [run(NET, what, "--to", "json").stdout for what in (line, tmp_path / "work.md")]
    said = [[each["verdict"] for each in json.loads(text)["findings"]] for text in told]
    said.append([each.verdict for each in derivegen.check(NET, line).findings])
    assert said[0] == said[1] == said[2]
    assert said[0][-1] == verdict


def test_python_audits_a_text_as_the_command_does(tmp_path: Path) -> None:
    text = "The slope is positive, so a step down adds to the weight.\n\n$L = 0.0260$, suppose $h = 0.9$.\n"
    (tmp_path / "text.md").write_text(text, encoding="utf-8")
    said = json.loads(run(NET, tmp_path / "text.md", "--to", "json").stdout)["findings"]
    found = derivegen.check(NET, text).findings
    assert [(each["verdict"], each["line"], each["column"]) for each in said] == [
        (each.verdict, each.place.line, each.place.column) for each in found
    ]


def test_standard_input_is_read() -> None:
    result = run(NET, "-", "--to", "json", input="$z = 0.3$\n")
    assert json.loads(result.stdout)["findings"][0]["verdict"] == "right"
    assert run(NET, "-", input=b"\xff\xfe\xff").exit_code == 1


def test_json_is_that_of_the_interface() -> None:
    whole = json.loads(run(NET, WRONG, "--to", "json").stdout)
    assert list(whole) == ["derivegen", "score", "marks", "of", "open", "findings"]
    assert (whole["derivegen"], whole["score"]) == (1, 0)
    (one,) = whole["findings"]
    assert list(one) == [*FIELDS]
    assert one["expected"] == pytest.approx(-0.13078, abs=1e-4)
    assert (one["quantity"], one["verdict"], one["line"]) == ("dloss/dw[2][1][1]", "wrong", 1)
    student = json.loads(run(NET, WRONG, "--to", "json", "--for", "student").stdout)
    assert "expected" not in student["findings"][0]


def test_csv_has_a_line_for_each_finding() -> None:
    rows = list(csv.DictReader(io.StringIO(run(NET, RIGHT, WRONG, "--to", "csv").stdout)))
    assert {row["verdict"] for row in rows} >= {"wrong"}
    assert all(row["quantity"] == "dloss/dw[2][1][1]" for row in rows)


@pytest.mark.parametrize("suffix", (".csv", ".toml", ".json"))
def test_tables_are_read(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"answers{suffix}"
    texts = {".csv": "quantity,answer\nz,0.3\n", ".toml": 'z = "0.3"\n', ".json": '{"z": 0.3}'}
    file.write_text(texts[suffix])
    (one,) = json.loads(run(NET, file, "--to", "json").stdout)["findings"]
    assert (one["verdict"], one["quantity"], one["file"]) == ("right", "z[1][1]", file.name)


def test_files_are_written_where_they_are_wanted(tmp_path: Path) -> None:
    file = tmp_path / "ada.md"
    file.write_text(f"${WRONG}$\n", encoding="utf-8")
    result = run(NET, file, "--to", "md,html,text,json,csv", "-o", tmp_path / "out")
    assert result.exit_code == 1
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"ada-feedback.md", "ada-feedback.html", "ada-feedback.txt", "findings.json", "findings.csv"}
    assert all(name in result.stdout for name in names)
    run(NET, file, "--to", "md", "-o", tmp_path / "one.md")
    assert (tmp_path / "one.md").read_bytes() == (tmp_path / "out/ada-feedback.md").read_bytes()


def test_several_files_are_submissions(tmp_path: Path) -> None:
    for name, line in (("ada", RIGHT), ("emmy", WRONG)):
        (tmp_path / f"{name}.md").write_text(f"${line}$\n", encoding="utf-8")
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    result = run(NET, tmp_path, "--to", "json")
    found = json.loads(result.stdout)["submissions"]
    assert [(each["file"], each["score"]) for each in found] == [("ada.md", 1), ("emmy.md", 0), ("photo.png", None)]
    assert list(found[0]) == ["student", "variant", "file", "score", "marks", "of", "open", "findings"]
    assert "3 submissions were read and 2 marked" in run(NET, tmp_path).stdout


def test_the_language_is_that_of_the_reader() -> None:
    assert "nicht richtig" in run(NET, WRONG, "--language", "de").stdout


def test_a_notation_may_be_named() -> None:
    line = "∂L/∂w⁽²⁾₁₁ = −0.1308"
    assert json.loads(run(NET, line, "--notation", "superscript", "--to", "json").stdout)["score"] == 1


def test_the_same_answers_give_the_same_bytes() -> None:
    assert run(NET, WRONG, "--to", "json").stdout == run(NET, WRONG, "--to", "json").stdout


@pytest.mark.parametrize(
    ("arguments", "part"),
    (
        ((NET, "nothing.md"), "no such file"),
        (("nothing.toml", RIGHT), "nothing.toml"),
        ((NET, RIGHT, "--to", "docx"), "docx"),
        ((NET, RIGHT, "--to", ""), "--to"),
        ((NET, RIGHT, "--to", "pdf"), "-o"),
        ((NET, RIGHT, "--to", "md,json"), "-o"),
        ((NET, RIGHT, "--to", "md", "-o", "x.html"), "x.html"),
        ((NET, RIGHT, "--variant", "s1"), "--variant"),
        ((NET, RIGHT, "--hint", "5"), "--hint"),
        ((NET,), "ANSWERS"),
        ((NET, "a" * 5000), "no such file"),
        ((NET, "nul\0.md"), "no such file"),
        ((NET, RIGHT, "--language", "xx"), "xx"),
    ),
)
def test_wrong_input_gets_one_message(arguments: tuple[str, ...], part: str) -> None:
    message = refused(*arguments)
    assert part in message and len(message) < 700


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    assert "no file in it" in refused(NET, tmp_path)


def test_a_broken_file_of_a_class_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "exercises.json"
    file.write_text('{"derivegen": 1, "questions": [], "variants": 3}')
    assert "exercises.json" in refused(file, RIGHT)
