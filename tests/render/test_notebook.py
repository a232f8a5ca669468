"""The notebook: valid, the same each time, its prose read back, and its cells run from top to bottom by a kernel."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

import derivegen
from derivegen.errors import CheckFailed
from derivegen.render.figures import drawn
from tests.solved import EXAMPLES, solved, written

TWO = {
    "data": {"inputs": [[0.5, -0.3]], "targets": [[0.6, 0.2]]},
    "layer": [
        {"units": 3, "activation": "softplus", "weights": {"seed": 1}},
        {"units": 2, "activation": {"formula": "z^2 + z"}, "weights": {"seed": 1}},
    ],
    "loss": {"name": "huber"},
    "training": {"learning_rate": 0.1, "steps": 1},
}


@lru_cache(maxsize=32)
def notebook(name: str, carry: str = "exact") -> Any:
    if name == "two":
        return nbformat.reads(derivegen.solve(TWO, carry=carry).text("ipynb"), as_version=4)
    return nbformat.reads(written(name, "ipynb", **({} if carry == "exact" else {"carry": carry})), as_version=4)


def code(book: Any) -> list[str]:
    return [cell.source for cell in book.cells if cell.cell_type == "code"]


@pytest.mark.parametrize("name", [*EXAMPLES, "two"])
def test_every_notebook_is_valid_and_its_cells_hold(name: str, carry: str = "exact") -> None:
    book = notebook(name, carry)
    nbformat.validate(book)
    assert (book.nbformat, book.nbformat_minor) == (4, 5)
    assert [cell.id for cell in book.cells] == [f"cell-{n}" for n in range(1, len(book.cells) + 1)]
    space: dict[str, Any] = {}
    for cell in code(book):
        exec(cell, space)


@pytest.mark.parametrize("name", ["article-004", "two"])
def test_a_kernel_runs_it_from_top_to_bottom(name: str) -> None:
    book = notebook(name).copy()
    NotebookClient(book, timeout=120, kernel_name="python3").execute()
    assert sum(source.count("assert ") for source in code(book)) >= 10


def test_what_doubles_cannot_tell_from_nothing_does_not_stop_it() -> None:
    saturated = {"units": 1, "activation": "tanh", "weights": [[40]], "biases": [0]}
    network = {"data": {"inputs": [[1]], "targets": [[0.5]]}, "layer": [saturated], "loss": {"name": "squared_error"}}
    assert "e-" in derivegen.solve(network).text("ipynb")


def test_a_changed_number_stops_it() -> None:
    book = nbformat.reads(written("article-004", "ipynb"), as_version=4)
    place = next(n for n, cell in enumerate(book.cells) if cell.cell_type == "code" and "w1 = 0.4" in cell.source)
    book.cells[place].source = book.cells[place].source.replace("w1 = 0.4", "w1 = 0.5")
    with pytest.raises(CellExecutionError, match="AssertionError"):
        NotebookClient(book, timeout=120, kernel_name="python3").execute()


def test_a_cell_stands_below_its_calculation_and_holds_it_to_what_is_printed() -> None:
    cells = notebook("article-004").cells
    place = next(n for n, cell in enumerate(cells) if "\nh = " in cell.source)
    assert cells[place].source.endswith('h = sigmoid(z)\nassert shows(h, "0.5744")\nh')
    above = next(cell for cell in reversed(cells[:place]) if cell.cell_type == "markdown")
    assert "0.5744" in above.source.rsplit("$$", 2)[1]


def test_values_carried_on_as_printed_are_so_in_the_cells() -> None:
    test_every_notebook_is_valid_and_its_cells_hold("article-004", "rounded")
    assert any("h = 0.5744  #" in source for source in code(notebook("article-004", "rounded")))


def test_a_true_value_as_short_as_the_printed_one_is_rounded_to_all_the_same() -> None:
    """0.124·0.1 + 0.2376 is 0.25; with 0.12 and 0.24 it is 0.252, rounded."""
    layer = {"units": 1, "activation": "sigmoid", "weights": [[0.124]], "biases": [0.2376]}
    data = {"inputs": [[0.1]], "targets": [[0]]}
    document = {"carry": "rounded", "digits": 2}
    net = {"data": data, "layer": [layer], "loss": {"name": "squared_error"}, "document": document}
    assert 'assert shows(z1_1, "0.25")' in derivegen.solve(net).text("ipynb").replace('\\"', '"')


def test_without_numbers_there_are_no_cells_of_code() -> None:
    assert code(notebook("article-003")) == []


def test_figures_are_images_with_words() -> None:
    text = "".join(cell.source for cell in notebook("article-004").cells)
    images = re.findall(r'<img alt="([^"]+)" src="data:image/svg\+xml;base64,[A-Za-z0-9+/=]+">\n  \n\*', text)
    assert len(images) == len(list(drawn(solved("article-004").document.blocks))) > 2 and not re.search(r"!\[", text)


def test_a_cell_that_does_not_come_to_its_number_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from derivegen.solution.program import live

    true = live.python
    monkeypatch.setattr(live, "python", lambda *of, **how: true(*of, **how).replace("y - t", "t - y"))
    with pytest.raises(CheckFailed, match="does not run"):
        derivegen.solve("example:article-004").text("ipynb")


def test_the_same_bytes_each_time() -> None:
    assert derivegen.solve("example:xor").text("ipynb") == written("xor", "ipynb")
