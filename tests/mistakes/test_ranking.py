"""One order of explanations: the judge of work, the comparison with printed values and the audit name the same mistakes, the commonest
first.
"""

from __future__ import annotations

import derivegen
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.mistakes.mistaken import Right
from derivegen.mistakes.outcomes import tried, tried_together
from derivegen.mistakes.ranking import COMMON
from derivegen.network.file.load import load
from tests.solved import solved

NET = {
    "data": {"inputs": [[0.5]], "targets": [[0.6]]},
    "layer": [
        {"units": 1, "activation": "sigmoid", "weights": [[-0.5]], "biases": [0.1]},
        {"units": 1, "weights": [[0.3]], "biases": [0.2]},
    ],
    "loss": {"name": "half_squared_error"},
    "notation": "plain",
}
"""w₁ is −x: taking one for the other and turning the sign of the error round come to the same."""


def test_the_commonest_of_two_that_fit_comes_first_everywhere() -> None:
    network = load(NET)
    slope = derivegen.solve(network).gradients["w[1][1][1]"]
    printed = f"{-slope:.6f}"
    (found,) = derivegen.check(network, f"dL/dw1 = {printed}").findings
    assert [each.mistakes for each in found.explanations] == [("sign-of-error",), ("weight-for-input",)]
    page = derivegen.solve(NET | {"published": {"dloss/dw[1][1][1]": printed}}, only=["published"]).text("text")
    words = " ".join(page.split())
    assert words.index("Sign of the error turned round") < words.index("Weight used for its own derivative")


def test_what_is_common_is_in_the_catalogue() -> None:
    assert set(COMMON) <= set(CATALOGUE)
    assert len(set(COMMON)) == len(COMMON)


def test_where_there_is_no_right_number_no_mistake_is_looked_for() -> None:
    """Somebody whose output is 0 has no slope of a logarithm: the whole hand-in was listed as one that could not be marked."""
    solution = solved("article-000")
    right = Right(solution.derivation).starting_from({"a[2][1]": 0.0})
    assert tried(right, "dloss/da[2][1]") == tried_together(right, "dloss/da[2][1]") == ()
