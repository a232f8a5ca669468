"""The array code of networks under index letters agrees with the fold over the steps, member by member, and so does a step into the complex
plane; recurrences loop over their steps and over nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy
import pytest

from derivegen.calculus.chain import Derivation, derive
from derivegen.calculus.code.array_code import array_function
from derivegen.calculus.numbers.evaluate import Numbers, Symbolic, Trace
from derivegen.calculus.numbers.layer_arrays import given_arrays, where_given
from derivegen.calculus.numbers.layer_numbers import LayerNumbers
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.calculus.numbers.training import train
from derivegen.calculus.verify import verify
from derivegen.formula.arithmetic.arrays import complex_functions
from derivegen.network.file.load import load
from derivegen.network.graph import build
from tests.calculus.test_layer_kinds import KINDS, SEED, a_stack, file_of, with_targets
from tests.indexed_nets import NETS, network


def derived(file: Mapping[str, Any]) -> Derivation:
    return derive(build(load(dict(file))))


def compare(derivation: Derivation) -> int:
    """Every value and every derivative there is; gives how many."""
    graph, numbers = derivation.graph, Numbers(derivation)
    families = [family for family in graph.families.values() if family.kind != "constant"]
    names = [*(family.name for family in families), *(derivation.name_of(family.name) for family in families)]
    arrays = given_arrays(graph)
    kept = {name: numpy.array(array) for name, array in arrays.items()}
    found = dict(zip(names, array_function(derivation, names)(arrays), strict=True))
    compared = 0
    for family in families:
        for indices in family.members():
            member, at = family.member(indices), family.entry(indices)
            for name, array in ((member, found[family.name]), (derivation.name_of(member), None)):
                own = found[derivation.name_of(family.name)] if array is None else array
                assert numpy.shape(own) == tuple(axis.size for axis in family.axes), name
                assert float(numpy.asarray(own)[at]) == pytest.approx(float(numbers[name]), rel=1e-10, abs=1e-12), name
                compared += 1
    assert all(numpy.array_equal(array, kept[name]) for name, array in arrays.items())
    return compared


@pytest.mark.parametrize("name", NETS)
def test_networks_of_equations(name: str) -> None:
    assert compare(derived(network(name)[0])) > 20


@pytest.mark.parametrize("name", KINDS)
def test_layers_of_every_kind(name: str) -> None:
    shape, sections = KINDS[name]
    for rows in (2,) if "batch norm" in name else (1, 2):
        assert compare(derived(with_targets(file_of(shape, sections, rows)))) > 10


@pytest.mark.parametrize("seed", range(12))
def test_random_stacks(seed: int) -> None:
    assert compare(derived(with_targets(file_of(*a_stack(seed), seed=seed)))) > 20


@pytest.mark.parametrize("name", ["rnn", "gru", "attention", "convolution with stride, padding and channels"])
def test_a_step_into_the_complex_plane_gives_the_derivative(name: str) -> None:
    derivation = derived(network(name)[0])
    arrays, families = given_arrays(derivation.graph), derivation.graph.families
    loss = array_function(derivation, [derivation.graph.root], complex_functions())
    free = [family for family in families if family in arrays and families[family].kind != "constant"]
    slopes = array_function(derivation, [derivation.name_of(family) for family in free])(arrays)
    draw = numpy.random.RandomState(1)
    ways = {family: draw.randn(*arrays[family].shape) * where_given(families[family]) for family in free}
    moved = {family: arrays[family] + 1e-100j * ways[family] for family in free}
    expected = sum(float((slope * ways[family]).sum()) for family, slope in zip(free, slopes, strict=True))
    assert float(loss({**arrays, **moved})[0].imag) / 1e-100 == pytest.approx(expected, rel=1e-12)


def test_the_loss_of_one_row() -> None:
    shape, sections = KINDS["gru, reset after"]
    whole = derived(with_targets(file_of(shape, sections, 2)))
    arrays, name = given_arrays(whole.graph), "uz[1]"
    each = [array_function(whole.of_row(row), [f"dloss@{row}/d{name}"])(arrays)[0] for row in (1, 2)]
    (both,) = array_function(whole, [f"dloss/d{name}"])(arrays)
    assert numpy.allclose(each[0] + each[1], both, rtol=1e-12) and not numpy.allclose(each[0], each[1])


def test_loops_run_along_recurrences_only() -> None:
    recurrent = derived(network("rnn")[0])
    source = array_function(recurrent, ["dloss/dU", "dloss/dW"]).source
    assert source.count("for ") == 2  # there and back
    assert source.index("d", source.rindex("for ")) < source.rindex(
        ".dot("
    )  # derivatives by weights stand behind the loop
    without = derived(network("attention")[0])
    assert "for " not in array_function(without, ["dloss/dQ", "dloss/dx"]).source


def test_what_is_not_asked_for_is_not_computed() -> None:
    source = array_function(derived(network("rnn")[0]), ["dloss/dV"]).source
    assert source.count("for ") == 1


def test_a_function_nobody_knows_has_no_numbers() -> None:
    graph = {"axes": {"j": 2}, "parameters": {"w[j]": [1.0, 2.0]}, "nodes": [["L", "sum(j, w[j]^2)"]], "output": "L"}
    derivation = derived({"graph": graph})
    with pytest.raises(Symbolic):
        array_function(derivation, ["L"], watched=True)


def test_a_large_recurrent_network_has_its_numbers_from_arrays() -> None:
    """So has its training, and a step into the complex plane judges its derivatives; entries are what their own steps come to."""
    sections = [{"kind": "lstm", "units": 20, **SEED}, {"kind": "last"}, {"units": 1, **SEED}]
    file = {**with_targets(file_of((4, 3), sections, 1)), "training": {"learning_rate": 0.1, "steps": 2}}
    derivation = derived(file)
    trace = Trace(derivation.graph, derivation, Rounding(), train(derivation))
    assert trace.in_arrays and isinstance(trace.floats, LayerNumbers)
    for name in trace.floats.sampled():
        assert trace.floats[name] == pytest.approx(trace.floats.step_by_step(name), rel=1e-9, abs=1e-14), name
    assert verify(trace).largest < 1e-9
    first, second = trace.updates[:2]
    assert second.values["ui[1][2][3]"] == pytest.approx(
        first.values["ui[1][2][3]"] - 0.1 * trace.number("dloss/dui[1][2][3]"), rel=1e-12
    )
    assert second.loss < first.loss


def test_a_list_of_maps_is_the_maps_under_another_shape() -> None:
    """And no line for each row of each map; the same derivatives, which the other tests compare."""
    shape, sections = KINDS["conv on a grid"]
    derivation = derived(with_targets(file_of(shape, sections, 1)))
    source = array_function(derivation, [derivation.name_of("w[1]")]).source
    assert source.count(".reshape((32,))") == 1 and source.count("\n") < 40
