"""A class of a hundred hand-ins in ten kinds of file, made with pandoc, LibreOffice and Chromium, marked in one command: everybody has
the marks that the work is worth. Some minutes; needs `soffice` and `chromium`. DERIVEGEN_CLASS names a folder that keeps it."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

import derivegen
from derivegen.exercise.marks import method_marks
from tests.interop import documents
from tests.interop.test_handin import NET
from tests.marking import filled

COUNT = int(os.environ.get("DERIVEGEN_CLASS_OF", "100"))
needs_programs = pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("chromium")), reason="needs LibreOffice and Chromium"
)

SLOPES = ("dloss/dw[1][1][1]", "dloss/db[1][1]", "dloss/dw[2][1][1]", "dloss/db[2][1]")
PARAMETERS = ("w[1][1][1]", "b[1][1]", "w[2][1][1]", "b[2][1]")
SYMBOLS = {
    "z[1][1]": "z", "a[1][1]": "h", "z[2][1]": "y", "a[2][1]": "y", "loss": "L", "dloss/dw[1][1][1]": "dL/dw1", "dloss/db[1][1]": "dL/db1",
    "dloss/dw[2][1][1]": "dL/dw2", "dloss/db[2][1]": "dL/db2", "w[1][1][1]'": "w1_new", "b[1][1]'": "b1_new", "w[2][1][1]'": "w2_new",
    "b[2][1]'": "b2_new",
}  # fmt: skip
ASKED = tuple(name for name in SYMBOLS if name != "a[2][1]")


@dataclass(frozen=True)
class Work:
    """What somebody worked out: how, to how many decimals, with which slip, and the numbers as they were typed."""

    kind: str
    decimals: int
    slip: str
    numbers: dict[str, str]
    lines: dict[str, str]
    """How each was reached: formula and numbers, without the left side."""


def worked(entry: filled.Entry, kind: str, draw: Random) -> Work:
    """The calculation on paper, each result rounded and carried on as it was rounded. A slip is a sign or a factor left out once, and
    what comes after is right from it."""
    decimals = {"right": 6, "slip": 6, "rounded": draw.choice((3, 4))}[kind]
    given = {name: float(text) for name, text in entry["givens"].items()}
    x, t, rate = given["x[1]"], given["t[1]"], given["rate"]
    w1, b1, w2, b2 = (given[name] for name in PARAMETERS)
    slip = draw.choice((*SLOPES, "loss", *(f"{name}'" for name in PARAMETERS))) if kind == "slip" else ""
    numbers, lines = dict[str, str](), dict[str, str]()

    def put(name: str, value: float, line: str) -> float:
        if name == slip:
            value = -value if name in SLOPES else 2 * value if name == "loss" else _other_sign(value, name, given)
            line = line.replace("½", "").replace(" - 0.1", " + 0.1") if name not in SLOPES else ""
        text = f"{value:.{decimals}f}"
        numbers[name], lines[name] = text, " = ".join(filter(None, (line, text)))
        return float(text)

    def signed(value: float) -> str:
        return f"({value:.{decimals}f})" if value < 0 else f"{value:.{decimals}f}"

    def short(value: float) -> str:
        return f"({value:g})" if value < 0 else f"{value:g}"

    z = put("z[1][1]", w1 * x + b1, f"w1*x + b1 = {short(w1)}*{short(x)} + {short(b1)}")
    h = put("a[1][1]", 1 / (1 + math.exp(-z)), "1/(1 + e^(-z))")
    y = put("z[2][1]", w2 * h + b2, f"w2*h + b2 = {short(w2)}*{signed(h)} + {short(b2)}")
    put("loss", (y - t) ** 2 / 2, f"½({signed(y)} - {short(t)})^2")
    d = put("dloss/db[2][1]", y - t, "y - t")
    g2 = put("dloss/dw[2][1][1]", (y - t) * h, f"(y - t)*h = ({signed(y)} - {short(t)})*{signed(h)}")
    into = (y - t) * w2 * h * (1 - h)
    g1 = put(
        "dloss/dw[1][1][1]",
        into * x,
        f"({signed(y)} - {short(t)})*{short(w2)}*{signed(h)}*(1 - {signed(h)})*{short(x)}",
    )
    e1 = put("dloss/db[1][1]", into, "(y - t)*w2*h*(1 - h)")
    for name, slope in zip(PARAMETERS, (g1, e1, g2, d), strict=True):
        put(f"{name}'", given[name] - rate * slope, f"{short(given[name])} - 0.1*{signed(slope)}")
    return Work(kind, decimals, slip, numbers, lines)


def _other_sign(value: float, name: str, given: dict[str, float]) -> float:
    return 2 * given[name.rstrip("'")] - value


def answered(entry: filled.Entry, work: Work) -> dict[str, Any]:
    """The entry with the student's numbers in place of the right ones."""
    return {**entry, "answers": [{**answer, "text": work.numbers[answer["name"]]} for answer in entry["answers"]]}


# the ways of typing


def by_labels(entry: filled.Entry, work: Work) -> list[str]:
    return [f"{answer['label']}) {work.numbers[answer['name']]}" for answer in entry["answers"]]


def with_commas(entry: filled.Entry, work: Work) -> list[str]:
    return [line.replace(".", ",") for line in by_labels(entry, work)]


def with_working(entry: filled.Entry, work: Work) -> list[str]:
    return [
        f"{answer['label']}) {SYMBOLS[answer['name']]} = {work.lines[answer['name']]}" for answer in entry["answers"]
    ]


def by_names(entry: filled.Entry, work: Work) -> list[str]:
    return [f"{SYMBOLS[answer['name']]} = {work.lines[answer['name']]}" for answer in entry["answers"]]


WAYS: Sequence[Callable[[filled.Entry, Work], list[str]]] = (by_labels, with_working, by_names, with_commas)


def page(entry: filled.Entry, lines: Sequence[str], draw: Random) -> str:
    """The lines as a page, with the code of the sheet or without: the file's name has the id."""
    head = [f"variant {entry['variant']}", ""] if draw.random() < 0.5 else ["My solution", ""]
    return "\n\n".join([*head, *lines]) + "\n"


def as_table(entry: filled.Entry, work: Work, draw: Random) -> str:
    """What somebody types into a spreadsheet."""
    rows = [["quantity", "answer"]] if draw.random() < 0.5 else []
    names = [answer["label"] if len(rows) else SYMBOLS[answer["name"]] for answer in entry["answers"]]
    rows += [[name, work.numbers[answer["name"]]] for name, answer in zip(names, entry["answers"], strict=True)]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


# the files


class Made:
    """A folder with the class, and what each student's work is worth."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.handed, self.raw = folder, folder / "handed-in", folder / "raw"
        derivegen.sheet(NET, kinds="table,values,update", seed=11, count=COUNT).write(
            folder / "class", "md,html,docx,ipynb"
        )
        for each in (self.handed, self.raw):
            each.mkdir()
        self.entries = json.loads((folder / "class/teacher/exercises.json").read_text(encoding="utf-8"))["variants"]
        self.works: dict[str, Work] = {}
        self.converting: dict[tuple[str, str], list[Path]] = {}
        for place, entry in enumerate(self.entries):
            self._student(place, entry)
        self._converted()

    def _sheet(self, entry: filled.Entry, ending: str) -> bytes:
        (path,) = (self.folder / "class/students").glob(f"*-{entry['id']}-sheet.{ending}")
        return path.read_bytes()

    def _student(self, place: int, entry: filled.Entry) -> None:
        draw = Random(place)
        work = worked(entry, ("right", "slip", "rounded", "slip", "right")[place // 10 % 5], draw)
        self.works[entry["id"]] = work
        own, name = answered(entry, work), f"hand-in {entry['id']}"
        text = page(entry, WAYS[place // 20 % 4](entry, work), draw)
        twice = place // 10 % 2
        match place % 10:
            case 0:
                self._put(f"{name}.md", filled.markdown(self._sheet(entry, "md"), own))
            case 1:
                self._put(f"{name}.html", filled.html(self._sheet(entry, "html"), own))
            case 2:
                self._put(f"{name}.ipynb", filled.notebook(self._sheet(entry, "ipynb"), own))
            case 3:
                self._put(f"{name}.docx", filled.word(self._sheet(entry, "docx"), own))
            case 4 if twice:
                self._put(f"{name}.odt", documents.converted(text.replace("*", "\\*"), "odt"))
            case 4:
                self._later(f"{name}.docx", filled.word(self._sheet(entry, "docx"), own), "odt")
            case 5 if twice:
                self._later(f"{name}.html", f"<html><meta charset=utf-8><body><pre>{text}</pre>".encode(), "chromium")
            case 5:
                self._later(f"{name}.docx", documents.converted(text.replace("*", "\\*"), "docx"), "pdf")
            case 6 if twice:
                self._put(f"{name}.rtf", documents.converted(text.replace("*", "\\*"), "rtf"))
            case 6:
                self._later(f"{name}.docx", documents.converted(text.replace("*", "\\*"), "docx"), "rtf")
            case 7:
                self._later(f"{name}.csv", as_table(entry, work, draw).encode(), "xlsx")
            case 8:
                self._later(f"{name}.csv", as_table(entry, work, draw).encode(), "ods")
            case _:
                self._put(
                    f"{name}.{'txt' if twice else 'csv'}", (text if twice else as_table(entry, work, draw)).encode()
                )

    def _put(self, name: str, data: bytes) -> None:
        (self.handed / name).write_bytes(data)

    def _later(self, name: str, data: bytes, to: str) -> None:
        path = self.raw / f"{to}-{name}"
        path.write_bytes(data)
        self.converting.setdefault((path.suffix, to), []).append(path)

    def _converted(self) -> None:
        """All files of a kind at once."""
        for (_, to), paths in self.converting.items():
            if to == "chromium":
                for path in paths:
                    target = f"--print-to-pdf={path.with_suffix('.pdf')}"
                    options = (
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--no-pdf-header-footer",
                        target,
                        path.as_uri(),
                    )
                    subprocess.run(["chromium", *options], check=True, capture_output=True)
                    self._put(
                        path.with_suffix(".pdf").name.removeprefix("chromium-"), path.with_suffix(".pdf").read_bytes()
                    )
                continue
            command = ["soffice", "--headless", "--convert-to", to, "--outdir", str(self.raw)]
            subprocess.run([*command, *map(str, paths)], check=True, capture_output=True)
            for path in paths:
                made = path.with_suffix(f".{to}")
                self._put(made.name.removeprefix(f"{to}-"), made.read_bytes())


def expected(entry: filled.Entry, work: Work) -> Fraction:
    """The marks: all but those of the slip; of what comes of it, those for the way."""
    marks = {answer["name"]: Fraction(answer["marks"]) for answer in entry["answers"]}
    marks.pop(work.slip, None)
    after = f"{PARAMETERS[SLOPES.index(work.slip)]}'" if work.slip in SLOPES else ""
    return sum((method_marks(of) if name == after else of for name, of in marks.items()), Fraction(0))


@needs_programs
def test_a_class_of_a_hundred_files(tmp_path: Path) -> None:
    folder = Path(os.environ.get("DERIVEGEN_CLASS", tmp_path))
    made, exercises = Made(folder), str(folder / "class/teacher/exercises.json")
    done = subprocess.run(
        ["derivegen", "check", exercises, str(made.handed), "--to", "csv,md,json", "-o", str(folder / "marked")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    amiss = list(_amiss(made, folder / "marked"))
    assert amiss == []


def _amiss(made: Made, marked: Path) -> Iterator[str]:
    """Whose marks are not what the work is worth."""
    (path,) = marked.glob("*.json")
    data = json.loads(path.read_text(encoding="utf-8"))
    found = {each["student"]: each for each in data["submissions"]}
    for entry in made.entries:
        work, own = made.works[entry["id"]], found.get(entry["id"])
        if own is None:
            yield f"{entry['id']}: nobody found this work"
            continue
        wrong = [each for each in own["findings"] if each["verdict"] in ("wrong", "unread", "undecided", "missing")]
        marks = sum((Fraction(str(each["marks"])) for each in own["findings"] if each.get("of")), Fraction(0))
        if marks != expected(entry, work) or any(each["quantity"] != work.slip for each in wrong):
            said = [(each["verdict"], each["quantity"], each["given"], each.get("message", "")[:80]) for each in wrong]
            yield f"{own['file']} {work.kind} {work.slip}: {marks} for {expected(entry, work)}; {said}"
