"""Variants: the same for any slice and however things are called, right in every number, and honest about what coincides."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import numpy
import pytest

from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Numbers
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.errors import CheckFailed, InputError
from derivegen.exercise.diagnose import RIGHT
from derivegen.exercise.difficulty import difficulty, digits_of
from derivegen.exercise.draw import Draws
from derivegen.exercise.exercise import Variant
from derivegen.exercise.plan import plan
from derivegen.exercise.variants import referee, variants
from derivegen.formula.arithmetic.arrays import ARRAYS
from derivegen.formula.arithmetic.value import FLOAT, value
from derivegen.formula.read.grammar import read_plain
from derivegen.formula.tree import Cases, Compare, Number, Quantity
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.mistakes.mistaken import Right
from derivegen.mistakes.outcomes import outcome
from derivegen.network.file.load import with_options
from derivegen.network.graph import build
from derivegen.network.network import Network
from derivegen.network.restated import as_typed, givens, with_givens
from tests.exercise.networks import FILES, asked, network
from tests.often import times

CLASS = tuple(f"student {n}" for n in range(times(24, 40)))
DRAWN = (*FILES, "article-000", "article-004", "softmax-2-3-2")


def drawn(net: Network, identities: Sequence[str] = CLASS, seed: int = 7, **how: Any) -> list[Variant]:
    return list(variants(net, asked(net), identities, seed, **how))


@cache
def of(name: str) -> list[Variant]:
    return drawn(network(name))


# ----------------------------------------------------------------------------------------------- the same whatever else there is


@pytest.mark.parametrize("name", DRAWN)
def test_a_students_numbers_do_not_depend_on_the_others(name: str) -> None:
    net, whole = network(name), of(name)
    assert drawn(net, CLASS[17:]) == whole[17:]
    assert drawn(net, CLASS[11:12]) == whole[11:12]
    assert drawn(net, CLASS[::-4]) == whole[::-4]


def test_nor_on_how_anything_is_called_or_shown() -> None:
    net = network("sigmoid")
    shown = with_options(net, notation="nielsen", digits=6, language="de", detail="full")
    assert [each.givens for each in drawn(replace(shown, title="T", stem="s"))] == [
        each.givens for each in of("sigmoid")
    ]


def test_but_on_seed_and_identity() -> None:
    net = network("sigmoid")
    numbers = [str(each.givens) for seed in (7, 8) for each in drawn(net, seed=seed)]
    assert len(set(numbers)) == 2 * len(CLASS)


def test_variants_come_one_after_the_other_from_a_class_without_end() -> None:
    endless = variants(network("article-004"), ["loss"], map(str, itertools.count()), 1)
    assert [each.identity for each in itertools.islice(endless, 300)] == [str(n) for n in range(300)]


def test_a_code_names_the_student_and_the_numbers() -> None:
    net = network("softmax")
    one, other = drawn(net, ["Ada-1"])[0], drawn(net, ["Ada-1"], seed=8)[0]
    assert one.code.startswith("Ada-1-")
    assert len(one.code) == len("Ada-1-") + 4
    assert one.code != other.code


def test_a_number_of_draws_is_accounted_for() -> None:
    for name in DRAWN:
        for each in of(name):
            assert each.draws == 1 + sum(each.rejected.values())


# --------------------------------------------------------------------------------------------------------- right in every number


@pytest.mark.parametrize("name", DRAWN)
def test_answers_are_those_of_the_network_with_these_numbers(name: str) -> None:
    net = network(name)
    for each in of(name)[:8]:
        own = build(with_givens(net, each.givens))
        assert own.givens == each.givens
        numbers = Numbers(derive(own))
        assert list(each.answers) == list(asked(net))
        for quantity, answer in each.answers.items():
            assert answer == pytest.approx(float(numbers[quantity]), rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("name", DRAWN)
def test_wrong_answers_are_what_each_mistake_makes_of_these_numbers(name: str) -> None:
    net = network(name)
    for each in of(name)[:3]:
        right = Right(derive(build(with_givens(net, each.givens))))
        for quantity, by_mistake in each.wrong.items():
            for mistake in CATALOGUE.values():
                reaches = mistake.rewrite is not None and right.reaches(mistake, quantity)
                found = outcome(right, quantity, (mistake,)) if reaches else None
                assert (found is not None) == (mistake.identifier in by_mistake)
                if found is not None:
                    assert by_mistake[mistake.identifier] == pytest.approx(float(found.value), rel=1e-11, abs=1e-13)


@pytest.mark.parametrize("name", ["relu", "softmax", "sigmoid", "masked", "article-004"])
def test_wrong_derivatives_do_not_pass_the_referee(name: str) -> None:
    net, names = network(name), asked(network(name))
    found = plan(net, names, None)
    rows = numpy.stack([[n % int(size) for n, size in enumerate(found.sizes)]])
    right = found.numbers(rows)
    referee(right, names)
    failed = 0
    for mistake in CATALOGUE.values():
        if mistake.stage != "backward" or mistake.rewrite is None or not any(right.reaches(mistake, n) for n in names):
            continue
        derivation = right.with_mistakes((mistake,))
        wrong = Right(derivation, Numbers(derivation, ARRAYS, right.put_in))
        wrong.put_in = right.put_in
        if any(abs(float(wrong.numbers[n][0] - right.numbers[n][0])) > 1e-4 for n in names if n.startswith("dloss")):
            with pytest.raises(CheckFailed):
                referee(wrong, names)
            failed += 1
    assert failed >= 8


# ----------------------------------------------------------------------------------------------- honest about what coincides


def told_apart(quantity: str, one: float, other: float, old: float) -> bool:
    """Two units of the last of four decimals (of small numbers, of the second digit) and half a per cent apart, said once more by hand."""
    rounding, size = Rounding(4), max(abs(one), abs(other))
    share = 0.005 * (max(abs(one - old), abs(other - old)) if quantity.endswith("'") else size)
    return abs(one - other) > max(2 * rounding.unit(size), share) if size else False


@pytest.mark.parametrize("name", ["relu", "softmax", "sigmoid"])
def test_mistakes_give_one_answer_only_where_the_variant_says_so(name: str) -> None:
    rounding, net = Rounding(4), network(name)
    apart = said = 0
    for each in drawn(net, [f"{n}" for n in range(times(40, 100))]):
        pairs = {(c.quantity, frozenset((c.mistake, c.other))) for c in each.coinciding}
        for quantity, by_mistake in each.wrong.items():
            numbers = {RIGHT: each.answers[quantity], **by_mistake}
            old = float(each.givens.get(quantity.removesuffix("'"), 0))
            for (one, first), (other, second) in itertools.combinations(numbers.items(), 2):
                if (quantity, frozenset((one, other))) in pairs:
                    said += 1
                    continue
                apart += 1
                assert rounding.text(first) != rounding.text(second), (quantity, one, other)
                assert told_apart(quantity, first, second, old), (quantity, one, other, first, second)
    assert apart > 20 * said


def test_what_is_said_to_coincide_does() -> None:
    for each in of("sigmoid"):
        for pair in each.coinciding:
            first = each.wrong[pair.quantity][pair.mistake]
            second = each.answers[pair.quantity] if pair.other == RIGHT else each.wrong[pair.quantity][pair.other]
            assert abs(first - second) <= max(2e-4, 0.005 * max(abs(first), abs(second)))


def test_variants_show_mistakes_better_than_fit_draws_do() -> None:
    net = network("article-000")
    found = plan(net, asked(net), None)
    rows = Draws("anybody", found.sizes).take(400)
    fit = found.scores(rows[found.unfit(rows) < 0])
    taken = numpy.array([each.rejected.get("mistakes-coincide", 0) for each in of("article-000")])
    assert found.bar < numpy.median(fit) / 2
    assert numpy.median(taken) < 16


# ------------------------------------------------------------------------------------------------------------ as the numbers stand


def test_nothing_varied_is_the_same_for_everybody() -> None:
    for name in ("article-004", "relu-kink", "xor"):
        net = network(name)
        found = drawn(net, ["a", "b"], vary=["nothing"])
        assert [each.identity for each in found] == ["a", "b"]
        assert found[0].givens == found[1].givens == givens(net)
        assert found[0].code[1:] == found[1].code[1:]
        assert found[0].wrong
        assert found[0].draws == 1


def test_numbers_nobody_typed_are_given_as_they_are_printed() -> None:
    net = network("article-000")
    (found,) = drawn(net, ["a"], vary=["nothing"])
    assert found.givens == {name: as_typed(number) for name, number in givens(net).items()}


def test_what_has_no_number_is_refused() -> None:
    with pytest.raises(InputError, match="no numbers to vary"):
        variants(network("symbolic"), ["dloss/dw[1][1][1]"], ["a"], 1)
    with pytest.raises(InputError, match="has no number"):
        variants(network("symbolic"), ["loss"], ["a"], 1, ["nothing"])
    with pytest.raises(InputError, match="nothing is asked"):
        variants(network("relu"), [], ["a"], 1)
    with pytest.raises(InputError, match="no quantity"):
        variants(network("relu"), ["dloss/dw[9][1][1]"], ["a"], 1)
    with pytest.raises(InputError, match="no quantity"):
        variants(network("relu"), ["z[9][1]"], ["a"], 1)


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("masked", ["dloss@2/dw[1][1][1]", "dloss@1/dz[1][2]", "delta[2][1]@2", "dloss/dz[1][1]@2", "loss@2"]),
        ("masked", ["da[2][1]@1/dz[2][1]@1", "da[2][1]@1/dw[1][1][1]"]),
        (
            "softmax",
            ["da[2][1]/dz[2][2]", "da[2][1]/dz[2][1]", "loss[2]", "delta[1][1]", "dloss/da[2][2]", "dloss/dx[1]"],
        ),
        ("softmax", ["Dw[1][1][1]", "dz[2][1]/da[1][2]", "dloss/da[2][2]*da[2][2]/dz[2][1]", "w[1][1][1]"]),
    ],
)
def test_any_quantity_can_be_asked_for(name: str, names: list[str]) -> None:
    net = network(name)
    for each in variants(net, names, "abc", 1):
        numbers = Numbers(derive(build(with_givens(net, each.givens))))
        assert each.answers == pytest.approx({quantity: float(numbers[quantity]) for quantity in names}, rel=1e-12)


# ------------------------------------------------------------------------------------------------------------------- difficulty


@pytest.mark.parametrize(
    ("number", "digits"), [("0.25", 2), ("300", 1), ("-1.5", 2), ("0", 0), ("1", 0), ("-1", 0), ("-7", 1)]
)
def test_digits_are_those_one_multiplies(number: str, digits: int) -> None:
    assert digits_of(Fraction(number)) == digits


@pytest.mark.parametrize(
    ("formula", "points"),
    [("a*b", 2 * 3), ("a + b", 3), ("a*c", 0 + 1), ("a*a*b", 4 + 4 * 3), ("sigmoid(a)", 20), ("a*d", 2 * 4 + 1)],
)
def test_points_are_digits_times_digits(formula: str, points: int) -> None:
    values = {"a": 0.25, "b": 1.25, "c": -1.0, "d": -0.1234}
    digits = {name: digits_of(Fraction(str(number))) for name, number in values.items()}

    class Given:
        def __getitem__(self, name: str) -> float:
            return values[name]

    assert difficulty([read_plain(formula)], Given(), digits, 4) == points  # type: ignore[arg-type]


def test_variants_of_a_network_are_about_as_hard_as_one_another() -> None:
    for name in DRAWN:
        points = [each.difficulty for each in of(name)]
        assert 0 < max(points) < 2 * min(points)
        assert len(set(points)) > 1


# ------------------------------------------------------------------------------------------------------------ many numbers at once


def test_many_numbers_at_once_are_the_numbers_one_by_one() -> None:
    z = numpy.array([-40.0, -3.2, -0.5, 0.0, 0.7, 2.0, 30.0])
    for function, many in ARRAYS.functions.items():
        one = FLOAT.functions[function]
        some = z if function not in ("ln", "sqrt") else z[4:]
        if function in ("max", "min"):
            assert many(some, 0.5).tolist() == [one(x, 0.5) for x in some.tolist()]
        else:
            assert many(some).tolist() == pytest.approx([one(x) for x in some.tolist()], rel=1e-13)


def test_cases_are_chosen_entry_by_entry_and_ties_as_written() -> None:
    z, zero = Quantity("z"), Number("0")
    choice = Cases(((Number("1"), Compare(z, ">", zero)), (Number("7"), Compare(z, "=", zero)), (z, None)))
    found = value(choice, lambda _: numpy.array([2.0, 0.0, -3.0]), ARRAYS)
    assert found.tolist() == [1, 7, -3]
    without_rest = Cases(((z, Compare(z, ">", zero)),))
    assert numpy.isnan(value(without_rest, lambda _: numpy.array([-1.0]), ARRAYS)[0])
