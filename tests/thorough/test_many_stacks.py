"""Two hundred random stacks of layers, of one to three rows: each derivative by steps is that of an outside library, each array what its
steps come to, and every kind of layer is met often."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy
import pytest

from derivegen.network.tables.layer_kinds import LAYER_KINDS
from tests.calculus import test_array_code, test_layer_kinds
from tests.calculus.test_layer_kinds import a_stack, file_of, with_targets

SEEDS = range(100, 300)
AT_LEAST = 5


def stack(seed: int) -> tuple[tuple[int, ...], list[dict[str, Any]], int]:
    """A drawn stack; of those of steps, some begin with a lookup, some with a dropout, some by turning steps and places."""
    shape, sections, rows = a_stack(seed)
    first: list[dict[str, Any]] = []
    if seed % 6 == 1:
        first = [{"kind": "embedding", "words": 4, "units": shape[1], "weights": {"seed": seed}}]
        shape = shape[:1]
    elif seed % 6 == 2:
        mask = numpy.random.RandomState(seed).randint(0, 2, (rows, *shape))
        first = [{"kind": "dropout", "rate": 0.25, "mask": mask.tolist()}]
    elif seed % 6 == 4:
        first = [{"kind": "steps_to_places"}, {"kind": "places_to_steps"}]
    return shape, [*first, *sections], rows


@pytest.mark.parametrize("seed", SEEDS)
def test_a_stack_agrees_by_steps_and_as_arrays(seed: int) -> None:
    file = with_targets(file_of(*stack(seed), seed=seed))
    assert test_layer_kinds.compare(file) > 3
    assert test_array_code.compare(test_array_code.derived(file)) > 20


def test_every_kind_is_met_often() -> None:
    seen = Counter(kind for seed in SEEDS for kind in {each.get("kind", "dense") for each in stack(seed)[1]})
    assert {kind: seen[kind] for kind in LAYER_KINDS if seen[kind] < AT_LEAST} == {}
