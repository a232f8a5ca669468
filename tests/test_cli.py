"""The commands as a user meets them: exit codes, what goes to which stream, what is written and what is left alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from derivegen import cli
from derivegen.cli.group import COMMANDS, GROUPS
from derivegen.cli.sectioned import HEADINGS
from derivegen.errors import CheckFailed
from derivegen.network.file.examples import example_names
from derivegen.render.format import offered

NET = """
data = { inputs = [[0.5]], targets = [[0.6]] }
layer = [{ units = 1, activation = "sigmoid", weights = [[0.4]], biases = [0.1] }, { units = 1, weights = [[0.3]], biases = [0.2] }]
loss = { name = "half_squared_error" }
"""


def run(*arguments: str | Path) -> Result:
    """The command in this process; whatever it raises beside an exit is a traceback a user would see."""
    result = CliRunner().invoke(cli.main, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def fails(*arguments: str | Path, code: int = 2) -> str:
    """The message of a command that must fail, with nothing on standard output."""
    result = run(*arguments)
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    return result.stderr


@pytest.fixture
def net(tmp_path: Path) -> Path:
    file = tmp_path / "net.toml"
    file.write_text(NET)
    return file


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


# what is written


def test_solve_writes_a_pdf_into_the_folder(net: Path, tmp_path: Path) -> None:
    result = run("solve", net, "-o", tmp_path / "out")
    assert (result.exit_code, result.stdout.strip(), result.stderr) == (0, str(tmp_path / "out/net.pdf"), "")
    assert (tmp_path / "out/net.pdf").read_bytes().startswith(b"%PDF")


def test_solve_writes_every_format_beside_one_another(net: Path, tmp_path: Path) -> None:
    result = run("solve", net, "--to", "md, latex,json,md", "-o", tmp_path / "out")
    assert [Path(line).name for line in result.stdout.split()] == ["net.md", "net.tex", "net.json"]
    assert {"net-figures", "net-figures/network.svg"} <= set(everything(tmp_path / "out"))


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ('w = "v_<n>"', ""),
        ('base = "numbered"\nw = "w_<n>"\nz = "s^<l>_<j>"', ""),
        ('w = "w_<q>"', 'notation.w: found "<q>"'),
        ('w = "w"', "notation 'your own' cannot tell"),
    ],
)
def test_a_notation_of_ones_own_is_the_same_to_all_commands(net: Path, tmp_path: Path, own: str, said: str) -> None:
    """What one accepts all do; what is refused is so by all, with the file and the key."""
    net.write_text(f"{NET}\n[notation]\n{own}\n")
    commands = (
        ("names", net),
        ("solve", net, "--to", "md", "-o", tmp_path / "a"),
        ("sheet", net, "--to", "md", "-o", tmp_path / "b"),
    )
    for command in commands:
        if said:
            assert f"{net}: {said}" in fails(*command)
        else:
            assert run(*command).exit_code == 0, command


def test_a_format_that_does_not_suit_keeps_none_of_the_others_back(tmp_path: Path) -> None:
    net = tmp_path / "own.toml"
    net.write_text('[graph]\ninputs = { x = 2.0 }\nnodes = [["f", "x^2"]]\noutput = "f"\n')
    result = run("solve", net, "--to", "summary,md,summary-svg,json", "-o", tmp_path / "out")
    assert (result.exit_code, [Path(line).name for line in result.stdout.split()]) == (2, ["own.md", "own.json"])
    assert result.stderr.count("derivegen: ") == 1 and "a [graph] has no layers to sum up" in result.stderr
    assert "a [graph] has no layers" in fails("solve", net, "--to", "summary", "-o", tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_check_follows_the_conventions_it_is_told(tmp_path: Path) -> None:
    net = tmp_path / "kink.toml"
    layer = 'units = 1\nactivation = "relu"\nweights = [[0.1, 0.2]]\nbiases = [-0.3]\n'
    net.write_text(
        f'[data]\ninputs = [[1, 1]]\ntargets = [[1]]\n[[layer]]\n{layer}[loss]\nname = "half_squared_error"\n'
    )
    for library, own, other in (("torch", "0", "-1"), ("pytensor", "-1", "0")):
        found = [run("check", net, f"dL/db = {answer}", "--conventions", library).stdout for answer in (own, other)]
        assert ["another convention" in text for text in found] == [False, True]


def test_the_same_input_gives_the_same_bytes(net: Path, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        run("solve", net, "--to", "pdf,md,latex,json", "-o", tmp_path / folder)
    files = everything(tmp_path / "one")
    assert files == everything(tmp_path / "two") and len(files) > 5
    for name in files:
        if (tmp_path / "one" / name).is_file():
            assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_one_format_goes_into_the_named_file(net: Path, tmp_path: Path) -> None:
    assert run("solve", net, "-o", tmp_path / "deep/er/mine.pdf").exit_code == 0
    assert (tmp_path / "deep/er/mine.pdf").is_file()
    assert run("solve", net, "--to", "latex", "-o", tmp_path / "mine.tex").exit_code == 0
    assert "one file takes one format" in fails("solve", net, "--to", "md", "-o", tmp_path / "mine.pdf")
    assert "--to md" in fails("solve", net, "--to", "pdf,md", "-o", tmp_path / "mine.md")
    assert not (tmp_path / "mine.md").exists()


def test_a_text_format_goes_to_standard_output(net: Path, tmp_path: Path) -> None:
    result = run("solve", net, "--to", "md", "-o", "-")
    assert result.exit_code == 0 and result.stdout.startswith("# net\n") and result.stderr == ""
    assert json.loads(run("solve", net, "--to", "json", "-o", "-").stdout)["derivegen"] == 1
    assert "standard output" in fails("solve", net, "-o", "-")
    assert "standard output" in fails("solve", net, "--to", "md,json", "-o", "-")
    assert everything(tmp_path) == ["net.toml"]


def test_an_existing_file_is_replaced_whole(net: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "net.json").write_text("x" * 1_000_000)
    (out / "mine.txt").write_text("mine")
    run("solve", net, "--to", "json", "-o", out)
    assert json.loads((out / "net.json").read_text())["title"] == "net"
    assert everything(out) == ["mine.txt", "net.json"]


def test_an_unwritable_place_is_an_input_error_and_stays_clean(net: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file, no folder")
    message = fails("solve", net, "--to", "json", "-o", tmp_path / "file/out")
    assert "cannot write" in message and "-o" in message
    assert everything(tmp_path) == ["file", "net.toml"]


def test_a_full_disk_leaves_nothing_behind(net: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, made = os.fdopen, []

    def full(handle: int, mode: str) -> Any:
        if made:
            os.close(handle)
            return open("/dev/full", mode)
        made.append(handle)
        return real(handle, mode)

    out = tmp_path / "out"
    out.mkdir()
    (out / "net.tex").write_text("old")
    monkeypatch.setattr(os, "fdopen", full)
    assert "No space left" in fails("solve", net, "--to", "latex,json", "-o", out)
    assert everything(out) == ["net.tex"] and (out / "net.tex").read_text() == "old"


# mistakes


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--to", "md,moodle"], "derivegen sheet"),
        (["--to", "wrod"], "pdf, slides, md, md-pandoc, latex, html"),
        (["--to", ","], "no format"),
        (["--to", "md", "--engine", "latex"], "makes the PDF"),
        (["--to", "md,json", "--body"], "json"),
        (["--figures", "gif"], "svg"),
        (["--assume", "z[1][1] < 0"], "does not hold"),
        (["--notation", "plane"], "plain"),
        (["--wrt", "w.1.1.9"], "w[1][1][1]"),
        (["--wrt", "nonsense"], "w[1][1][1]"),
        (["--digits", "-1"], "digits"),
        (["--digits", "99"], "digits"),
        (["--digits", "many"], "many"),
        (["--language", "xx"], "en"),
        (["--templates", "/nowhere"], "/nowhere"),
        (["--carry", "some"], "exact"),
    ],
)
def test_a_mistaken_option_is_explained(net: Path, tmp_path: Path, arguments: list[str], said: str) -> None:
    assert said in fails("solve", net, "-o", tmp_path / "out", *arguments)
    assert everything(tmp_path) == ["net.toml"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty"),
        ("title = ", "line 1"),
        ("[data]\ninputs = [[1]]\n", "layer"),
        (NET.replace("0.4", "nan"), "nan"),
        (NET.replace("[[0.4]]", "[[0.4, 1]]"), "layer[1].weights"),
        (NET.replace("half_squared_error", "half_square_error"), "half_squared_error"),
        (NET + "[training]\nshuffle = 3\nlearning_rate = 0.1\n", "without batches"),
        (NET + "[published]\nloss = 'nought'\n", "expected a number"),
    ],
)
def test_a_mistaken_file_is_explained(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(content)
    message = fails("solve", file, "-o", tmp_path / "out")
    assert said in message and message.startswith("derivegen: ")
    assert everything(tmp_path) == ["bad.toml"]


def test_what_is_no_network_file_is_explained(tmp_path: Path) -> None:
    assert str(tmp_path) in fails("solve", tmp_path)
    assert "missing.toml" in fails("solve", tmp_path / "missing.toml")
    assert "article-004" in fails("solve", "example:artikel-004")
    (tmp_path / "binary.toml").write_bytes(bytes(range(256)))
    assert "binary.toml" in fails("solve", tmp_path / "binary.toml")


def test_a_logarithm_that_does_not_exist_names_quantity_and_layer(tmp_path: Path) -> None:
    file = tmp_path / "negative.toml"
    text = NET.replace("half_squared_error", "binary_cross_entropy")
    file.write_text(text.replace("units = 1, weights = [[0.3]]", "units = 1, weights = [[-900]]"))
    message = fails("solve", file, "-o", tmp_path / "out")
    assert "loss" in message and "logarithm" in message and "a[2][1]" in message


def test_a_missing_part_has_its_own_exit_code(tmp_path: Path) -> None:
    file = tmp_path / "tibetan.toml"
    file.write_text('title = "\U00016d40"\n' + NET, encoding="utf-8")
    result = run("solve", file, "-o", tmp_path / "out")
    if result.exit_code:  # unless this machine has a font even for that
        assert result.exit_code == 3 and "font" in result.stderr
        assert everything(tmp_path) == ["tibetan.toml"]


def test_a_failed_check_is_our_fault_and_writes_nothing(
    net: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from derivegen.document.verify import Judge

    def refuse(*_: object) -> int:
        raise CheckFailed("2 + 2 = 5")

    monkeypatch.setattr(Judge, "document", refuse)
    message = fails("solve", net, "-o", tmp_path / "out", code=1)
    assert "2 + 2 = 5" in message and "nothing was written" in message
    assert everything(tmp_path) == ["net.toml"]


def test_an_unknown_command_or_option_is_refused() -> None:
    assert "sovle" in fails("sovle", "x")
    assert "--tow" in fails("solve", "example:article-004", "--tow", "md")


def test_answers_before_the_network_are_put_right(net: Path, tmp_path: Path) -> None:
    work = tmp_path / "work.txt"
    work.write_text("z = 0.3")
    assert f"write derivegen check {net} {work}" in fails("check", work, net)
    assert "the network comes first" in fails("check", "z = 0.3", "example:article-004")


# the other commands


def test_names_lists_every_quantity() -> None:
    lines = [line.split("\t") for line in run("names", "example:article-004").stdout.splitlines()]
    table = {line[0]: line[1:] for line in lines}
    assert table["w[1][1][1]"] == ["w₁", "0.4"] and table["loss"][1] == "0.0259"
    assert table["dloss/dw[2][1][1]"][1] == "-0.1308"
    assert len(table) == len(lines)


def test_names_takes_a_notation_and_symbols() -> None:
    indexed = run("names", "example:article-004", "--notation", "indexed").stdout
    assert "w⁽¹⁾" in indexed and "w₁\t" not in indexed
    assert "plain" in fails("names", "example:xor", "--notation", "plane")
    lines = run("names", "example:symbolic").stdout.splitlines()
    assert all(len(line.split("\t")) == 2 for line in lines if line.startswith("w["))


def test_examples_lists_all() -> None:
    lines = run("examples").stdout.splitlines()
    assert [line.split("\t")[0] for line in lines] == [f"example:{name}" for name in example_names()]
    assert all(line.split("\t")[1] for line in lines)


def test_schema_is_json() -> None:
    assert json.loads(run("schema").stdout)["type"] == "object"


def test_new_writes_a_file_that_solves_and_never_replaces(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    assert run("new", file).exit_code == 0
    assert run("solve", file, "--to", "json", "-o", tmp_path / "out").exit_code == 0
    before = file.read_bytes()
    assert "already" in fails("new", file)
    assert "already" in fails("new", file, "--from", "example:xor")
    assert file.read_bytes() == before
    run("new", tmp_path / "copy.toml", "--from", "example:xor")
    assert "Exclusive" in (tmp_path / "copy.toml").read_text()
    assert "example" in fails("new", tmp_path / "x.toml", "--from", "example:nothing")
    assert not (tmp_path / "x.toml").exists()


@pytest.mark.parametrize("command", ["--help", "solve --help", "examples"])
def test_the_quick_commands_need_nothing_heavy(command: str) -> None:
    """A module that stands as None in sys.modules cannot be imported."""
    heavy = "sympy numpy mpmath pydantic jinja2 typst ziamath"
    code = f"import sys\nsys.modules.update(dict.fromkeys({heavy!r}.split()))\nfrom derivegen.cli import main\nmain({command!r}.split())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert ("example:xor" if command == "examples" else "Usage") in done.stdout


@pytest.mark.parametrize("command", ["solve", "names", "examples", "new", "schema"])
def test_every_command_explains_itself(command: str) -> None:
    assert command in run("--help").stdout
    assert "Usage" in run(command, "-h").stdout


def test_whoever_says_no_more_than_the_name_reads_what_to_do_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = run()
    assert told.exit_code == 0
    commands = [line.split("   ")[0].split()[1:] for line in told.stdout.splitlines() if line.startswith("  derivegen")]
    assert [command[0] for command in commands] == ["solve", "explain", "practise", "new"]
    assert [run(*command).exit_code for command in commands] == [0, 0, 0, 0]


def test_options_stand_by_what_they_are_for() -> None:
    """Every command has its place; every heading of options is there for some command."""
    assert sorted(COMMANDS) == sorted(
        path.stem for path in Path(cli.__file__).parent.glob("*.py") if f"\ndef {path.stem}(" in path.read_text()
    )
    told = run("--help").stdout
    assert [told.index(f"\n{heading}:\n") for heading in GROUPS] == sorted(
        told.index(f"\n{heading}:\n") for heading in GROUPS
    )
    helps = {command: run(command, "--help").stdout for command in COMMANDS}
    for heading, names in HEADINGS.items():
        own = [text.partition(f"\n{heading}:\n")[2].partition("\n\n")[0] for text in helps.values()]
        assert [name for name in names if not any(f"{name} " in text for text in own)] == []


def test_quiet_says_nothing_but_what_goes_wrong(net: Path, tmp_path: Path) -> None:
    assert run("solve", net, "--to", "md", "-o", tmp_path / "q", "-q").output == ""
    assert (tmp_path / "q" / "net.md").exists()
    assert run("sheet", net, "--to", "md", "-o", tmp_path / "s", "--quiet").output == ""
    assert [run("check", net, line, "-q").exit_code for line in ("z = 0.3", "z = 0.4")] == [0, 1]
    assert run("check", net, "z = 0.4", "-q").output == ""
    assert "no such format" in fails("solve", net, "--to", "pfd", "-q")


@pytest.mark.parametrize(
    "arguments, code, told",
    [
        (["solve", "none.toml"], 2, {"error": "input", "about": "none.toml", "exit": 2}),
        (["solve", "example:xor", "--to", "pfd"], 2, {"error": "input", "about": "--to", "exit": 2}),
        (["solve"], 2, {"error": "use", "about": None, "message": "Missing argument 'NET'.", "exit": 2}),
        (["sovle", "x"], 2, {"error": "use", "about": None, "exit": 2}),
    ],
)
def test_what_goes_wrong_as_json(arguments: list[str], code: int, told: dict[str, Any]) -> None:
    said = json.loads(fails("--json", *arguments, code=code))
    assert said | told == said and not said["message"].startswith((f"{said['about']}: ", "derivegen: "))


@pytest.mark.parametrize(
    "words, found",
    [
        ("solve example:arti", [f"example:article-00{n}" for n in range(5)]),
        ("solve net.toml --to md,ht", ["md,html", "md,html-plain"]),
        ("solve net.toml --to html,html", ["html,html-plain"]),
        ("sheet net.toml --notation n", ["numbered", "nielsen", "net-out", "ng"]),
        ("check net.toml x --language e", ["en", "es"]),
        ("solve net.toml --with prog", ["program"]),
        ("solve net.toml --program j", ["jax"]),
        ("solve net.toml --detail b", ["brief"]),
        ("pra", ["practise"]),
    ],
)
def test_the_tab_key_completes(words: str, found: list[str]) -> None:
    *before, begun = words.split()
    made = ShellComplete(cli.main, {}, "derivegen", "_DERIVEGEN_COMPLETE").get_completions(before, begun)
    assert [each.value for each in made if each.type == "plain"] == found


def test_the_help_of_solve_names_every_format() -> None:
    said = " ".join(run("solve", "--help").stdout.split())
    assert [form.key for form in offered("solve") if f" {form.key}" not in said] == []
    assert " npz" in said


def test_version() -> None:
    assert "version" in run("--version").stdout


def test_a_closed_pipe_is_no_mistake() -> None:
    command = f"{sys.executable} -m derivegen names example:article-000 | head -n 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and done.stderr == "" and done.stdout.startswith("x[1]")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["chek", "net.toml"], "there is no command 'chek'; did you mean check?"),
        (["net.toml", "sheet"], "there is no command 'net.toml'; write derivegen sheet net.toml"),
        (["qqqq"], "there is no command 'qqqq'; see derivegen --help"),
    ],
)
def test_a_command_that_there_is_not_is_said_in_one_line(
    typed: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from derivegen.cli.group import main

    with pytest.raises(SystemExit) as stopped:
        main(typed)
    assert (stopped.value.code, capsys.readouterr().err) == (2, f"derivegen: {says}\n")


def test_a_kind_of_question_misspelt_on_the_line_is_not_blamed_on_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    from derivegen.cli.group import main

    with pytest.raises(SystemExit):
        main(["sheet", "example:article-004", "--kind", "tabel"])
    said = capsys.readouterr().err
    assert "--kind: found 'tabel'" in said and "did you mean 'table'?" in said and "exercise.ask" not in said
