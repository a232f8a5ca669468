"""Every answer of the keys, read from the rendered PDFs, against an outside autodiff library and the numbers printed on the sheets."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import pytest

import derivegen
from tests.often import times

SHEETS = int(os.environ.get("DERIVEGEN_SHEETS", times("2", "10")))
SIGNED = r"(-?[0-9]+(?:\.[0-9]+)?)"
NUMBER = re.compile(r"[=≈]\s*([−-]?[0-9]+(?:\.[0-9]+)?)\s+[0-9½]+\s+marks?")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("class")
    derivegen.sheet("example:article-000", count=SHEETS, seed=7).write(made, "pdf,md")
    return made


def printed_on(sheet: str) -> dict[str, float]:
    """The numbers of the sheet by canonical name."""
    found = {
        f"w{layer}{j}{k}": float(n) for j, k, layer, n in re.findall(rf"w_\{{(\d)(\d)\}}\^\{{(\d)\}} = {SIGNED}", sheet)
    }
    found |= {f"b{layer}{j}": float(n) for j, layer, n in re.findall(rf"b_\{{(\d)\}}\^\{{(\d)\}} = {SIGNED}", sheet)}
    data = re.search(r"\| " + r" \| ".join([rf"\$`{SIGNED}`\$"] * 4) + r" \|", sheet)
    assert data is not None
    rate = re.search(rf"\\varepsilon = {SIGNED}", sheet)
    assert rate is not None
    return found | dict(zip(("x1", "x2", "x3", "t"), map(float, data.groups()), strict=True)) | {"rate": float(rate[1])}


def answers_of(given: dict[str, float]) -> list[float]:
    """What the sheet asks for, in its order: z and f of the hidden units, z, ŷ and E; four derivatives; four new values."""
    import autograd.numpy as np
    from autograd import grad

    def forward(p: dict[str, float]) -> list[float]:
        units: list[float] = []
        total = p["b21"]
        for j in range(1, 5):
            z = p[f"b1{j}"] + sum(p[f"w1{j}{k}"] * p[f"x{k}"] for k in range(1, 4))
            f = 1 / (1 + np.exp(-z))
            units += [z, f]
            total = total + p[f"w21{j}"] * f
        y = 1 / (1 + np.exp(-total))
        return [*units, total, y, -(p["t"] * np.log(y) + (1 - p["t"]) * np.log(1 - y))]

    slopes = grad(lambda p: forward(p)[-1])(given)
    asked = ("w211", "b21", "w143", "b12")
    new = [given[name] - given["rate"] * slopes[name] for name in asked]
    return [*forward(given), *(slopes[name] for name in asked), *new]


def test_every_answer_of_every_key_is_that_of_the_outside_library(folder: Path) -> None:
    from pypdf import PdfReader

    compared = 0
    for number in range(1, SHEETS + 1):
        sheet = (folder / f"students/article-000-{number:03}-sheet.md").read_text(encoding="utf-8")
        key = PdfReader(io.BytesIO((folder / f"teacher/article-000-{number:03}-key.pdf").read_bytes()))
        text = " ".join(page.extract_text() for page in key.pages)
        printed = [found.replace("−", "-") for found in NUMBER.findall(text)]
        wanted = answers_of(printed_on(sheet))
        assert len(printed) == len(wanted) == 19
        for said, true in zip(printed, wanted, strict=True):
            half = 0.5 * 10.0 ** -len(said.partition(".")[2])
            assert abs(float(said) - true) <= half * (1 + 1e-6), f"student {number}: {said} for {true}"
            compared += 1
    assert compared == SHEETS * 19


def test_no_answer_stands_in_what_students_get(folder: Path) -> None:
    """Four-digit answers are nowhere in a student's files, unless they are given."""
    import json

    recorded = json.loads((folder / "teacher/exercises.json").read_text(encoding="utf-8"))
    for entry in recorded["variants"]:
        given = {text.lstrip("-") for text in entry["givens"].values()}
        texts = {answer["text"].lstrip("-") for answer in entry["answers"]}
        hidden = {text for text in texts if len(text) > 5} - given
        assert hidden
        for file in (folder / "students").glob(f"article-000-{entry['file']}-*"):
            content = file.read_bytes()
            if file.suffix == ".pdf":
                from pypdf import PdfReader

                reader = PdfReader(io.BytesIO(content))
                content = " ".join([*(page.extract_text() for page in reader.pages), str(reader.metadata)]).encode()
            assert not [text for text in hidden if text.encode() in content], file
