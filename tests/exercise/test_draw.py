"""What may be drawn for the numbers of a network, and how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy
import pytest

from derivegen.errors import InputError
from derivegen.exercise.draw import Draws, columns, fingerprint
from derivegen.network.file.examples import example_names
from derivegen.network.file.load import load, with_options
from derivegen.network.graph import build
from derivegen.network.network import Network
from derivegen.network.restated import as_typed, givens, with_givens
from tests.exercise.networks import FILES, RELU, SIGMOID, SOFTMAX, network

ALL = (*FILES, *example_names())


def choices(net: Network, start: str, vary: Sequence[str] | None = None) -> set[Any]:
    """What the numbers may be whose names begin like this; those drawn together as a tuple."""
    some = [column for column in columns(build(net), vary) if column.names[0].startswith(start)]
    return {choice if len(choice) > 1 else choice[0] for column in some for choice in column.choices}


def with_data(file: dict[str, Any], **data: Any) -> Network:
    return load({**file, "data": {**file["data"], **data}})


# ------------------------------------------------------------------------------------------------------ numbers out and in


@pytest.mark.parametrize("name", ALL)
def test_a_networks_own_numbers_put_in_change_nothing(name: str) -> None:
    net = network(name)
    assert with_givens(net, givens(net)) is net
    assert build(with_givens(net, givens(net))).givens == givens(net)


@pytest.mark.parametrize("name", [name for name in ALL if name != "symbolic"])
def test_other_numbers_come_out_again(name: str) -> None:
    net = network(name)
    other = {key: as_typed(number) + Fraction(1, 2000) for key, number in givens(net).items()}
    changed = with_givens(net, other)
    assert givens(changed) == other
    assert changed.published == {}
    assert changed.drawings == ()
    without = {"inputs": None, "layers": (), "targets": None, "graph": None, "drawings": (), "published": {}}
    assert replace(changed, **without, training=net.training) == replace(net, **without)


def test_a_single_number_put_in_leaves_the_others() -> None:
    net = network("masked")
    changed = givens(with_givens(net, {"theta[1][2]": Fraction(7)}))
    assert {key: number for key, number in changed.items() if givens(net)[key] != number} == {"theta[1][2]": 7}
    assert "w[1][1][2]" not in changed


@pytest.mark.parametrize(
    ("number", "typed"),
    [
        (0.17886284, "0.1789"),
        (-1.2, "-1.2"),
        (0.00004321, "0.000043"),
        (0.0, "0"),
        (Fraction(1, 3), "1/3"),
        (12.5, "12.5"),
    ],
)
def test_a_number_nobody_typed_becomes_a_short_decimal(number: Any, typed: str) -> None:
    assert as_typed(number) == Fraction(typed)


# -------------------------------------------------------------------------------------------- in the manner of the file's own


def test_decimals_and_reach_are_the_files() -> None:
    assert choices(network("relu"), "w[1]") == {Fraction(n, 10) for n in range(-9, 10) if n}
    assert choices(network("sigmoid"), "w[2]") == {Fraction(n, 100) for n in range(-90, 91) if n}
    assert choices(network("xor"), "w[1]") == {Fraction(n) for n in range(-5, 6) if n}
    assert choices(network("relu"), "b[1]") == {Fraction(n, 10) for n in range(-11, 12) if n}


def test_inputs_of_one_sign_stay_so() -> None:
    assert choices(network("sigmoid"), "x") == {Fraction(n, 100) for n in range(1, 91)}
    assert min(choices(network("relu"), "x")) == Fraction(-3, 2)
    assert choices(network("article-000"), "x") == set(range(1, 11))


def test_weights_reach_less_far_where_inputs_are_large() -> None:
    reach = max(choices(network("article-000"), "w[1]"))
    assert Fraction(1, 10) < reach < Fraction(3, 10)


def test_of_very_large_numbers_fewer_digits_are_drawn() -> None:
    """Beside 1e-12, three hundred millions were drawn from in hundredths, and no sheet ever came."""
    data = {"inputs": [[1e-12, 3e8]], "targets": [[0.5]]}
    net = load({"data": data, "layer": [{"units": 1, "weights": [[0.5, 0.25]]}], "loss": {"name": "squared_error"}})
    assert max(len(column.choices) for column in columns(build(net), ["inputs"])) == 30_000


def test_bits_stay_bits_and_a_row_that_is_all_alike_stays() -> None:
    rows = {column.names[0]: set(column.choices) for column in columns(build(network("xor")), ["inputs"])}
    assert rows["x[1]@1"] == {(0, 0)}
    assert rows["x[1]@4"] == {(1, 1)}
    assert rows["x[1]@2"] == rows["x[1]@3"] == {(0, 1), (1, 0)}


@pytest.mark.parametrize(
    ("net", "expected"),
    [
        (network("article-000"), {0, 1}),
        (network("softmax"), {(1, 0, 0), (0, 1, 0), (0, 0, 1)}),
        (network("sigmoid"), {Fraction(n, 100) for n in range(1, 100)}),
        (with_data({**RELU, "loss": {"name": "hinge"}}, targets=[[-1]]), {-1, 1}),
        (network("relu"), {Fraction(n, 10) for n in range(-9, 10) if n}),
    ],
)
def test_targets_suit_the_loss_and_the_output(net: Network, expected: set[Any]) -> None:
    assert choices(net, "t") == expected


def test_targets_that_are_shares_stay_shares() -> None:
    shares = choices(with_data(SOFTMAX, targets=[[0.2, 0.5, 0.3]]), "t")
    assert len(shares) == 99 * 98 // 2
    assert all(sum(each) == 1 and min(each) > 0 for each in shares)


def test_nothing_is_ever_nought_but_bits_and_targets() -> None:
    for name in FILES:
        for column in columns(build(network(name)), ("weights", "biases")):
            assert all(0 not in choice for choice in column.choices)


def test_weights_that_do_not_exist_are_not_drawn() -> None:
    names = [name for column in columns(build(network("masked")), ["weights"]) for name in column.names]
    assert names == ["w[1][1][1]", "w[1][2][1]", "w[1][2][2]", "w[2][1][1]", "w[2][1][2]"]


# ------------------------------------------------------------------------------------------------------------- what varies


def test_the_file_says_what_varies_and_the_command_overrules_it() -> None:
    net = network("relu", exercise={"vary": ["targets"]})
    assert {column.names[0][0] for column in columns(build(net), None)} == {"t"}
    assert {column.names[0][0] for column in columns(build(net), ["weights", "inputs"])} == {"x", "w"}
    assert columns(build(net), ["nothing"]) == ()


def test_a_graphs_parameters_are_its_weights() -> None:
    assert [column.names for column in columns(build(network("graph")), ["weights"])] == [("w",), ("v",)]
    assert [column.names for column in columns(build(network("graph")), ["inputs"])] == [("x",), ("y",)]


@pytest.mark.parametrize(
    ("net", "vary", "part"),
    [
        (network("relu"), ["weigths"], "weigths; expected some of inputs"),
        (network("relu"), ["nothing", "inputs"], "nothing alone"),
        (network("symbolic"), None, "no numbers to vary"),
        (network("graph"), ["targets"], "no numbers to vary (targets)"),
    ],
)
def test_what_cannot_vary_is_refused(net: Network, vary: list[str] | None, part: str) -> None:
    with pytest.raises(InputError) as error:
        columns(build(net), vary)
    assert part in str(error.value)


# ---------------------------------------------------------------------------------------------------------------- the stream


def test_draws_do_not_depend_on_how_many_are_taken_at_once() -> None:
    sizes = numpy.array([18, 2, 181], dtype=numpy.uint64)
    whole = Draws("7\nAda", sizes).take(60)
    parts = Draws("7\nAda", sizes)
    assert (whole == numpy.concatenate([parts.take(1), parts.take(19), parts.take(40)])).all()
    assert (Draws("8\nAda", sizes).take(60) != whole).any()
    assert (whole >= 0).all()
    assert (whole < [18, 2, 181]).all()


def test_draws_stay_what_they_were_when_sheets_were_printed() -> None:
    sizes = numpy.array([18, 2, 181], dtype=numpy.uint64)
    assert Draws("7\nAda", sizes).take(2).tolist() == PRINTED


PRINTED = [[4, 1, 148], [13, 0, 81]]


def test_every_choice_is_drawn_about_as_often() -> None:
    found = Draws("", numpy.array([18], dtype=numpy.uint64)).take(18_000)[:, 0]
    assert 800 < numpy.bincount(found).min() <= numpy.bincount(found).max() < 1200


def test_the_fingerprint_is_of_the_numbers_and_not_of_their_names() -> None:
    net = load(SIGMOID)
    same = [
        with_options(net, notation="nielsen", digits=6, language="de", wrt=["w[1][1][1]"]),
        load({**SIGMOID, "title": "Another", "published": {"loss": "0.3"}, "exercise": {"total_marks": 3}}),
        replace(net, stem="other"),
    ]
    assert {fingerprint(each) for each in same} == {fingerprint(net)}
    layers = [{**SIGMOID["layer"][0], "activation": "tanh"}, SIGMOID["layer"][1]]
    other = [
        load({**SIGMOID, "layer": layers}),
        load({**SIGMOID, "loss": {"name": "squared_error"}}),
        load({**SIGMOID, "training": {"learning_rate": 0.4}}),
        with_data(SIGMOID, inputs=[[0.05, 0.2]]),
    ]
    assert len({fingerprint(each) for each in (net, *other)}) == 5
