"""CONTRIBUTING.md is right: each of its blocks is followed literally in a copy of the package, which then can what was added to it.

A copy is made once, every recipe is followed in it, and one program asks for all that is new. What a recipe does not say cannot be needed.
"""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
_BLOCK = re.compile(r"^```\w+\n# (.+?)\n(.*?)^```$", re.S | re.M)


@dataclass(frozen=True)
class Change:
    """One block of a recipe: the recipe's title, the file, where in it, what."""

    recipe: str
    file: str
    place: str
    text: str


def recipes() -> Iterator[Change]:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for section in page.split("\n## ")[1:]:
        for first, text in _BLOCK.findall(section):
            file, _, place = first.partition(": ")
            yield Change(section.partition("\n")[0], file, place, text)


CHANGES = tuple(recipes())
PROGRAM = """
import json, sys
import derivegen
from derivegen.classroom.sheet import exercises
from derivegen.mistakes.tiny import TANH

layer = {"units": 2, "activation": "hard_swish", "weights": [[0.5, 1.5], [-2.0, 0.4]], "biases": [0.1, -0.2]}
net = derivegen.load({
    "title": "Copy", "notation": "mitchell", "loss": {"name": "log_cosh"},
    "data": {"inputs": [[1.5, -0.5]], "targets": [[0.25]]},
    "layer": [layer, {"units": 1, "weights": [[0.7, -0.4]], "biases": [0.2]}],
})
solution = derivegen.solve(net, wrt=["w[1][1][1]"])
found = {"values": {name: solution.values[name] for name in ("z[1][1]", "a[1][1]", "a[1][2]", "loss")}}
found["gradient"] = solution.gradients["w[1][1][1]"]
found["pages"] = {form: solution.text(form) for form in ("text", "latex")}
found["foreign"] = derivegen.solve(net, wrt=["w[1][1][1]"], language="xx").text("text")
graph = {"inputs": {"x": 0.5}, "parameters": {"w": 3.0}, "nodes": [["f", "arctan(w*x)"]], "output": "f"}
own = derivegen.solve(derivegen.load({"graph": graph}))
found["graph"] = {"value": own.values["f"], "gradient": own.gradients["w"]}
found["graph"] |= {form: own.text(form) for form in ("text", "latex", "html", "ipynb")}
highway = {"kind": "highway", "parameters": {"wg": [[0.5]], "bg": [0.1], "wn": [[-1]], "bn": [0.2]}}
layered = derivegen.solve(derivegen.load({
    "data": {"inputs": [[0.5], [1.5]], "targets": [[1], [0]]}, "layer": [highway], "loss": {"name": "half_squared_error"},
}))
found["layer"] = {"value": layered.values["y[1][1]@2"], "gradient": layered.gradients["wg[1][1][1]"]}
stepped = derivegen.solve(derivegen.load({
    "training": {"optimizer": "adamax", "learning_rate": 0.1, "steps": 2}, "loss": {"name": "half_squared_error"},
    "data": {"inputs": [[1]], "targets": [[0]]}, "layer": [{"units": 1, "weights": [[0.5]], "biases": False}],
}))
found["optimizer"] = {"updated": stepped.updated["w[1][1][1]"], "text": stepped.text("text")}
made = exercises(net, kinds=["in-full"], vary=["nothing"])
(variant,) = made.variants(["007"])
work = made.work(variant)
found["sheet"] = {part: work.text(part, "text") for part in ("sheet", "key", "scheme")}
tanh = derivegen.load(dict(TANH))
found["mistakes"] = [each.mistakes for f in derivegen.check(tanh, "dloss/dw[1][1][1] = WRONG").findings for each in f.explanations]
print(json.dumps(found))
"""


def followed(root: Path, change: Change) -> None:
    path = root / change.file
    if change.place == "a new file":
        assert not path.exists()
        path.write_text(change.text, encoding="utf-8")
        return
    if not change.place:  # a command
        subprocess.run(["sh", "-c", change.text], cwd=root, check=True)
        return
    text = path.read_text(encoding="utf-8")
    if change.place == "further sentences":
        new = text.rstrip("\n") + "\n" + change.text
    elif change.place.startswith("above "):
        new = re.sub(rf"^(?={change.place.removeprefix('above ')}\b)", lambda _: change.text, text, count=1, flags=re.M)
    else:
        table = change.place.removeprefix("a further entry of ")
        end = text.index("\n    )\n}", re.search(rf"^{table}\b.* = \{{$", text, re.M).start()) + 1  # type: ignore[union-attr]
        new = text[:end] + change.text + text[end:]
    assert new != text
    path.write_text(new, encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    root = tmp_path_factory.mktemp("copy")
    for part in ("derivegen", "templates"):
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    for change in CHANGES:
        followed(root, change)
    here = {**os.environ, "PYTHONPATH": str(root)}
    program = PROGRAM.replace(
        "WRONG", next(re.search(r"0\.154785, ([\d.]+)\)", c.text)[1] for c in CHANGES if "0.154785" in c.text)
    )  # type: ignore[index]
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=root, env=here, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def test_an_activation_with_three_pieces(copy: dict[str, Any]) -> None:
    z, a = 0.5 * 1.5 + 1.5 * -0.5 + 0.1, copy["values"]["a[1][1]"]
    assert a == pytest.approx(z * (z + 3) / 6)
    assert copy["values"]["a[1][2]"] == 0
    assert "hard swish" in copy["pages"]["text"]


def test_a_loss(copy: dict[str, Any]) -> None:
    z = 0.1
    y = 0.7 * z * (z + 3) / 6 + 0.2
    assert copy["values"]["loss"] == pytest.approx(math.log(math.cosh(y - 0.25)))
    assert copy["gradient"] == pytest.approx(math.tanh(y - 0.25) * 0.7 * (2 * z + 3) / 6 * 1.5)


def test_a_notation(copy: dict[str, Any]) -> None:
    assert "net" in copy["pages"]["latex"] and "o_{1}^{(1)}" in copy["pages"]["latex"] and "E" in copy["pages"]["text"]


def test_a_function(copy: dict[str, Any]) -> None:
    graph = copy["graph"]
    assert graph["value"] == pytest.approx(math.atan(1.5)) and graph["gradient"] == pytest.approx(0.5 / 3.25)
    assert r"\arctan(" in graph["latex"] and "arctan(w" in graph["text"] and "np.arctan(" in graph["ipynb"]


def test_a_layer_kind(copy: dict[str, Any]) -> None:
    gates = {x: 1 / (1 + math.exp(-(0.5 * x + 0.1))) for x in (0.5, 1.5)}
    y = {x: g * math.tanh(0.2 - x) + (1 - g) * x for x, g in gates.items()}
    slopes = {x: g * (1 - g) * (math.tanh(0.2 - x) - x) * x for x, g in gates.items()}
    assert copy["layer"]["value"] == pytest.approx(y[1.5])
    assert copy["layer"]["gradient"] == pytest.approx((y[0.5] - 1) * slopes[0.5] + y[1.5] * slopes[1.5])


def test_an_optimizer(copy: dict[str, Any]) -> None:
    assert copy["optimizer"]["updated"] == pytest.approx(0.4, abs=1e-8)  # 0.5 − 0.1 · 0.5/(0.5 + ε)
    assert "AdaMax" in copy["optimizer"]["text"] and "fading" in copy["optimizer"]["text"]


def test_a_mistake(copy: dict[str, Any]) -> None:
    assert ["one-minus-a"] in copy["mistakes"]


def test_a_kind_of_question(copy: dict[str, Any]) -> None:
    assert all("Compute and give reasons" in page for page in copy["sheet"].values())


def test_a_language(copy: dict[str, Any]) -> None:
    assert copy["foreign"] == copy["pages"]["text"]


@pytest.mark.parametrize("recipe", sorted({change.recipe for change in CHANGES}))
def test_a_recipe_touches_one_file_and_sentences(recipe: str) -> None:
    files = {change.file for change in CHANGES if change.recipe == recipe}
    code = {file for file in files if file.endswith(".py")}
    assert len(code) <= 1
    assert all(re.fullmatch(r"templates/prose/(en|de)/\w+\.toml|a new folder", file) for file in files - code)
