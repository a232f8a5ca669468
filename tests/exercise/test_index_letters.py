"""Sheets on graphs with index letters: what is asked, numbers made for hands, keys that are marked in full in every way of handing in."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from derivegen.classroom.checks import checking
from derivegen.classroom.sheet import Exercises, exercises
from derivegen.errors import InputError
from derivegen.exercise.kinds.kind import KINDS
from derivegen.exercise.plan import LOOK_AT
from derivegen.marking.findings import Marking
from derivegen.render.format import PLATFORMS
from tests.indexed_nets import network
from tests.often import times

EXAMPLES = ("rnn", "conv-pool", "attention")


@cache
def made(example: str) -> Exercises:
    return exercises(f"example:{example}")


def asked(example: str, number: int) -> list[str]:
    return [answer.quantity for answer in made(example).questions[number].answers]


def marked(folder: Path, *files: Path) -> list[Marking]:
    what = checking(folder / "teacher/exercises.json")
    return [found.marking for found in what.checked(what.groups(list(map(str, files))))]


def test_what_is_asked_if_nothing_is_said() -> None:
    assert asked("rnn", 0)[:6] == ["z[1][1]", "z[1][2]", "h[1][1]", "h[1][2]", "z[2][1]", "z[2][2]"]
    assert asked("rnn", 0)[-2:] == ["p", "L"]
    assert asked("rnn", 1)[0].startswith("dloss/dh[2]")
    assert {name.partition("/d")[2][0] for name in asked("rnn", 1)} == set("hcVbW")
    assert asked("rnn", 2)[-1] == "dloss/dU[1][2]"  # the file names it; it is added up use by use
    assert asked("rnn", 2)[0] == "dloss/dz[1][1]*dz[1][1]/dU[1][2]" and len(asked("rnn", 2)) == 4
    assert any(name.startswith("dloss/dx") for name in asked("conv-pool", 1))  # the kernel is turned round
    assert any(name.startswith("dloss/de") for name in asked("attention", 1))  # the softmax
    assert len(asked("attention", 0)) == 13
    assert asked("attention", 0)[-3:] == ["o[2][1]", "o[2][2]", "L"]


@pytest.mark.parametrize("example", EXAMPLES)
def test_numbers_made_for_hands(example: str) -> None:
    for variant in made(example).variants(["1", "2", "3"]):
        numbers = {name: float(value) for name, value in variant.answers.items()}
        assert max(map(abs, numbers.values())) < 100
        assert all(abs(value) >= 1e-3 for name, value in numbers.items() if "/" in name and "*" not in name)
        given = {name: float(value) for name, value in variant.givens.items()}
        if example == "rnn":
            assert given["h[0][1]"] == given["h[0][2]"] == 0  # a start that is 0 stays
            assert all(abs(numbers[f"h[{t}][{j}]"]) < 0.995 for t in (1, 2, 3) for j in (1, 2))
        if example == "conv-pool":
            assert abs(numbers["a[1]"] - numbers["a[2]"]) > 0.05 and abs(numbers["a[3]"] - numbers["a[4]"]) > 0.05
        if example == "attention":
            assert numbers["a[2][1]"] * numbers["a[2][2]"] > 0.02
        assert variant.draws < LOOK_AT * 100


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_kind_of_question_is_printed_read_back_and_judged(example: str) -> None:
    kinds = [name for name in KINDS if name != "update"]
    every = exercises(f"example:{example}", kinds=kinds)
    (variant,) = every.variants(["1"])
    work = every.work(variant)
    sheet, key, scheme = (work.text(part, "text") for part in ("sheet", "key", "scheme"))
    asked = [answer.quantity for question in work.exercise.questions for answer in question.answers]
    numbers = [work.trace.text(name).replace("-", "−") for name in asked if name and work.trace.known(name)]
    assert len(numbers) > 10 and "____" in sheet and "____" not in key
    assert all(number in key and number in scheme for number in numbers)
    assert work.platform(PLATFORMS[0]).count("<question type=") > len(kinds)
    assert "<html" in work.selfcheck()


def test_a_sheet_says_what_its_letters_stand_for_and_the_equations() -> None:
    (variant,) = made("attention").variants(["1"])
    text = " ".join(made("attention").work(variant).text("sheet", "text").split())
    assert "one for each choice of the numbers its letters stand for" in text
    assert "e_{ts} = (Σ_{d=1…2} q_{td} · c_{sd})/√(2) [for s ≤ t]" in text
    assert "tokens" in text and "= [" in text


def handed_in(answer: dict[str, Any]) -> str:
    return f"{answer['name']} = {answer['text']}"


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_honest_key_is_marked_in_full(example: str, tmp_path: Path) -> None:
    import derivegen

    derivegen.sheet(f"example:{example}", count=2, kinds="table,values,uses").write(tmp_path, "md")
    variants = json.loads((tmp_path / "teacher/exercises.json").read_text(encoding="utf-8"))["variants"]
    for variant in variants:
        rows = ["quantity,answer", f"variant,{variant['variant']}"]
        rows += [f"{answer['name']},{answer['text']}" for answer in variant["answers"]]
        lines = [f"variant {variant['variant']}", *map(handed_in, variant["answers"])]
        commas = [line.replace("][", ",") for line in lines]
        key = (tmp_path / f"teacher/{example}-{variant['file']}-key.md").read_text(encoding="utf-8")
        for name, content in (("a.csv", rows), ("b.md", lines), ("c.md", commas), ("d.md", [key])):
            (tmp_path / name).write_text("\n".join(content), encoding="utf-8")
            (marking,) = marked(tmp_path, tmp_path / name)
            short = [(each.quantity, each.verdict, each.given) for each in marking.findings if each.marks < each.of]
            assert (marking.marks, short) == (marking.of, []), name


@pytest.mark.parametrize("name", ["rnn", "convolution and pool", "attention", "tied weights and a residual"])
def test_keys_of_random_networks_are_right_and_their_mistakes_wrong(name: str) -> None:
    import derivegen

    for seed in range(1, 1 + times(1, 8)):
        file, _ = network(name, seed)
        own = exercises(file, vary=["nothing"])
        (variant,) = own.variants(["1"])
        every = [answer.quantity for question in own.questions for answer in question.answers]
        asked_for = [name for name in every if "*" not in name]
        honest = derivegen.check(file, "\n".join(f"{each} = {variant.answers[each]:.6f}" for each in asked_for))
        assert honest.marks == honest.of == len(set(asked_for))
        last = asked_for[-1]
        wrong = [
            (mistake, value)
            for mistake, value in variant.wrong[last].items()
            if abs(value - variant.answers[last]) > 1e-3
        ]
        for mistake, value in wrong[: times(2, 40)]:
            (found,) = derivegen.check(file, f"{last} = {value:.6f}").findings
            assert found.verdict == "wrong" and found.explanations, (last, mistake)


def test_a_trained_one_is_asked_for_an_update_and_one_that_is_not_says_what_is_missing() -> None:
    import derivegen

    trained = {**network("rnn", 1)[0], "training": {"learning_rate": 0.1}}
    own = exercises(trained, kinds=["update"])
    (variant,) = own.variants(["1"])
    assert {"U[2][2]'", "b[2]'"} <= set(variant.answers)
    assert "−" in own.work(variant).text("key", "text")
    with pytest.raises(InputError, match="an update needs a learning rate; add learning_rate under"):
        derivegen.sheet("example:rnn", kinds="update")


def test_uses_of_a_shared_parameter_are_added_up_in_a_table() -> None:
    own = exercises("example:rnn", kinds=["uses"])
    for variant in own.variants(["1", "2", "3", "4", "5", "6"]):
        *parts, whole = variant.answers.values()
        assert whole == pytest.approx(sum(parts))
        key = " ".join(own.work(variant).text("key", "text").split())
        assert "t came back from L local derivative contribution" in key
        assert "bptt-truncated" in variant.wrong["dloss/dU[1][2]"]
    for name, says in (("h[2,1]", "is no sum over 2 to 9 uses"), ("c", "is no sum over 2 to 9 uses")):
        file = {**network("rnn", 1)[0], "exercise": {"ask": [{"kind": "uses", "of": [name]}]}}
        with pytest.raises(InputError, match=says if name != "c" else "exercise.ask"):
            exercises(file)
