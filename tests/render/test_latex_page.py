"""Lines of a LaTeX page that are too long for the paper go on below."""

import pytest

import derivegen
from derivegen.render.latex_page import formulas_in

TEN = [0.1 * place for place in range(10)]


@pytest.mark.parametrize("loss", ["mean_squared_error", "half_squared_error", "squared_error"])
def test_a_sum_in_brackets_is_broken_too(loss: str) -> None:
    net = {
        "data": {"inputs": [[0.5]], "targets": [[round(1 - each, 1) for each in TEN]]},
        "layer": [{"units": 10, "weights": [[round(each, 1)] for each in TEN], "activation": "sigmoid"}],
        "loss": {"name": loss},
    }
    page = derivegen.solve(net, detail="full").text("latex")
    (lines,) = (part.split(r"\end{derivation}")[0] for part in page.split(r"\subsection{The loss}")[1:2])
    for line in lines.splitlines():
        shown = line.strip().removeprefix("&").removeprefix(r"\qquad").partition(r" \\")[0]
        assert len(shown) < 400, shown
    assert r"\qquad" in lines
    longest = max((text for _, text in formulas_in(page)), key=len)
    assert "qquad" not in longest and len(longest) > 250  # read back as the one formula it is
