"""The tutor: each line is judged by those before it, a hint tells one thing more, what can be found next is what the lines allow."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

import derivegen
from derivegen.classroom.tutor import Tutor, tutor
from derivegen.cli import main

LINES = ("z = 0.4*0.5 + 0.1 = 0.3", "h = 0.5744", "y = 0.3*0.5744 + 0.2 = 0.3723")


def told(own: Tutor) -> list[str]:
    return [own.text(prose) for prose in own.reply()]


def following(net: str, *lines: str, **options: object) -> Tutor:
    own = tutor(net, **options)  # type: ignore[arg-type]
    for line in lines:
        own = own.typed(line)
    return own


@pytest.fixture(scope="module")
def half() -> Tutor:
    """Somebody who has the forward pass."""
    return following("example:article-004", *LINES)


def test_right_lines_are_said_to_be_right_and_the_next_one_is_named(half: Tutor) -> None:
    assert told(half) == ["y is right."]
    assert half.text(half.suggested()) == "∂L/∂y can be found now, from y and t."


def test_hints_say_one_thing_more_each(half: Tutor) -> None:
    own = half.typed("dL/dy = 0.2277")
    said = [told(own)]
    for _ in range(3):
        own = own.asked()
        said.append([own.text(prose) for prose in own.told()])
    assert said[0] == ["∂L/∂y is not right."]
    assert all(said) and len({sentence for each in said for sentence in each}) == sum(map(len, said))
    assert said[3][-1] == "∂L/∂y = y − t ≈ 0.3723 − 0.6 = −0.2277"


def test_a_hint_where_nothing_is_wrong_counts_as_none(half: Tutor) -> None:
    assert half.asked().hints == 0
    assert half.typed("dL/dy = 0.2277").asked().hints == 1


def test_what_follows_from_a_slip_is_acknowledged_but_not_had(half: Tutor) -> None:
    own = half.typed("dL/dy = 0.2277").typed("dL/dw2 = 0.2277*0.5744 = 0.1308")
    assert told(own) == ["∂L/∂w₂ follows rightly from a value of yours, but that value is not right."]
    mended = own.typed("dL/dy = -0.2277")
    assert not mended.slips and mended.text(next(iter(mended.told()))) == "No line so far is wrong."
    assert not mended.done


def test_shown_lines_lead_to_the_end(half: Tutor) -> None:
    own = half
    for _ in range(10):
        own = own.helped()
    assert own.done and own.next is None and len(own.shown) == 7
    said = [own.text(prose) for prose in own.summary()]
    assert said == ["You found 0 of 4 derivatives yourself; 7 lines were shown.", "No line went wrong."]


@pytest.mark.parametrize("net", ["example:graph-product", "example:rnn", "example:xor"])
def test_any_network_can_be_shown_to_the_end(net: str) -> None:
    own, shown = tutor(net), list[str]()
    while not own.done:
        own = own.helped()
        shown.append(own.text(own.shown_last()))
    assert len(shown) == len(own.shown) == len(set(shown)) and own.next is None


def test_the_conversation() -> None:
    typed = "\n".join((*LINES, "", "dL/dy = 0.2277", "hint", "hello", "next", "stop"))
    said = CliRunner().invoke(main, ["practise", "example:article-004"], input=typed)
    assert said.exit_code == 0
    assert "It has to do with the slope of the loss." in said.output
    assert "There is no quantity with a value in that line." in said.output
    assert "∂L/∂y can be found now, from y and t." in said.output
    assert "What to look at again: Sign of the error turned round." in said.output


def test_another_seed_has_other_numbers_and_the_language_its_words() -> None:
    own = tutor("example:article-004", seed=3, wrt="w1", language="de")
    assert [own.command(name) for name in ("hint", "stop")] == ["Tipp", "Ende"]
    given = own.text(own.given())
    assert given.startswith("Gegeben: x = ") and "w₁ = 0,4," not in given
    assert [own.text((each,)) for each in map(own.pen.notation.symbol, own.sought)] == ["∂L/∂w₁"]


def test_what_cannot_be_practised_is_refused() -> None:
    with pytest.raises(derivegen.InputError, match="a number is missing"):
        tutor("example:symbolic")
    with pytest.raises(derivegen.InputError, match="expected a quantity of this network"):
        tutor("example:article-004", wrt="w7")
