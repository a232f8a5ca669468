"""The view Explain: a form goes in; the network's figure with what is said of the part that was pointed at, or the whole solution, and the
controls beside it come out; or the solution as a file.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from derivegen.api import Solution, solve
from derivegen.api import explain as explain_one
from derivegen.document.blocks import Document, Paragraph
from derivegen.errors import InputError, MissingPart
from derivegen.formula.tree import Quantity
from derivegen.network.file.load import opened
from derivegen.network.graph import build
from derivegen.network.network import Network
from derivegen.network.tables.notations import NOTATIONS
from derivegen.render.format import chosen, offered
from derivegen.render.html_page import label_of, page_values
from derivegen.render.pages import Stops
from derivegen.web.desk import Desk, choices, desk, examples
from derivegen.web.form import Answer, Sent, Visit
from derivegen.web.show import filled, shown

STAGE, PAGE, MATRIX = "stage", "page", "matrix"
VIEWS = (STAGE, PAGE, MATRIX)
EPOCH = (2020, 1, 1, 0, 0, 0)


def explain(job: Visit) -> Answer:
    """The page."""
    own = desk(job.form, job.language)
    values: dict[str, Any] = {
        "view": job.form.text("view", STAGE),
        "at": "",
        "stops": (),
        "shown": "",
        "labels": {},
        "layered": True,
    }
    try:
        if own.network is not None:
            values |= _explained(own.network, job)
    except (InputError, MissingPart) as error:
        own = own.refused(error)
    page = filled(
        "explain.html",
        job.language,
        desk=own,
        form=job.form,
        groups=_groups(own, values["labels"]),
        formats=offered("solve"),
        examples=list(examples()),
        notations=tuple(NOTATIONS),
        views=VIEWS,
        choices=choices(),
        **values,
    )
    return Answer(page.encode(), status=422 if own.fault else 200)


def _explained(network: Network, job: Visit) -> Mapping[str, Any]:
    """What is shown of a network that is whole."""
    view, layered = job.form.text("view", STAGE), build(network).layered
    if view == PAGE or (view == MATRIX and layered):
        own = solve(opened(network, view="matrix") if view == MATRIX else network)
        return {"shown": shown(own.printer, own.document, job.language), "labels": _labels(own), "layered": layered}
    own = solve(network)
    sides = own.pointed.sides(own.pointed.stops)
    always = {"labels": _labels(own), "layered": layered, "view": STAGE}
    if not sides:
        return {**_without_stage(network, own, job), **always}
    at = _stop(job.form, sides)
    document = own.pointed.document((at,))
    stops = [(name, label_of(own.press, name)) for name, _ in sides]
    text = shown(own.printer, document, job.language, ((at, dict(sides)[at]),))
    return {"shown": text, "stops": stops, "at": at, "other": dict(sides)[at], **always}


def _without_stage(network: Network, own: Solution, job: Visit) -> Mapping[str, Any]:
    """Of a network that is not drawn whole: one derivative as `derivegen explain` has it."""
    stops = [(name, label_of(own.press, name)) for name in own.graph.sought[:200]]
    at = _stop(job.form, tuple((name, "") for name, _ in stops))
    one = explain_one(network, at)
    return {"shown": shown(one.printer, one.document, job.language), "stops": stops, "at": at, "other": ""}


def _stop(form: Sent, sides: Stops) -> str:
    """What was pointed at; the one after it or before it, where that was asked for."""
    names = [name for name, _ in sides]
    at = next(filter(None, form.all("to")), form.text("at"))
    place = names.index(at) if at in names else 0
    by = {"next": 1, "back": -1}.get(form.text("do"), 0)
    return names[(place + by) % len(names)]


def _labels(own: Solution) -> Mapping[str, str]:
    """Every given number's symbol, by canonical name, in MathML."""
    names = [name for name in own.graph.givens if own.graph.locate(name) is not None]
    document = Document("", tuple(Paragraph((Quantity(name),)) for name in names))
    values = page_values(own.press.inscribed(document, own.trace), own.press)
    written = [block.text for part in values["parts"] for block in part.blocks]
    kinds = {name: own.graph.kind_of(name) for name in names}
    return {name: f"{kinds[name]}\n{text}" for name, text in zip(names, written, strict=True)}


GROUPS = {"constant": "constants", "input": "inputs", "target": "targets"}


def _groups(own: Desk, labels: Mapping[str, str]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """The numbers' fields: name, symbol, number, by what they are."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for name, number in own.numbers.items():
        if name in labels:
            kind, _, symbol = labels[name].partition("\n")
            found.setdefault(GROUPS.get(kind, "others"), []).append((name, symbol, number))
    return [(key, found[key]) for key in ("others", *GROUPS.values()) if key in found]


def export(job: Visit) -> Answer:
    """The solution as a file; with the files that belong to it packed together. Raises InputError, MissingPart."""
    own = desk(job.form, job.language)
    if own.network is None:
        raise InputError(own.fault)
    (form, *_) = chosen(job.form.text("format"), "solve")
    network = opened(own.network, view="matrix") if job.form.text("view") == MATRIX else own.network
    files = list(solve(network).files([form.key]))
    (name, content), *others = files
    if others:
        return Answer(_packed(files), "application/zip", f"{network.stem}.{form.key}.zip")
    return Answer(content, "application/octet-stream", name)


def save(job: Visit) -> Answer:
    """The network file itself."""
    return Answer(desk(job.form, job.language).text.encode(), "application/toml", "network.toml")


def _packed(files: list[tuple[str, bytes]]) -> bytes:
    held = io.BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as packed:
        for name, content in files:
            packed.writestr(ZipInfo(name, EPOCH), content, ZIP_DEFLATED)
    return held.getvalue()
