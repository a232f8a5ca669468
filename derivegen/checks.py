"""A network and a text go in: what somebody has worked out on it. Its marking comes out, as data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from derivegen.calculus.chain import derive
from derivegen.check.answers import Answer, Table, read_answers
from derivegen.check.audit import audit
from derivegen.check.findings import Marking
from derivegen.check.marking import mark
from derivegen.check.regions import Kind
from derivegen.check.task import Task
from derivegen.errors import said_of
from derivegen.network.graph import build
from derivegen.network.load import load, with_options
from derivegen.network.network import Network
from derivegen.notation.notation import choose
from derivegen.notation.typed_names import Names


def check(network: Network | str | Path | Mapping[str, Any], text: str, **options: Any) -> Marking:
    """The marking of a working or an article (lines of text, Markdown, LaTeX, a notebook) or of one table of answers (CSV, JSON), as the
    command `check` has it. `options` are the keys of [document], and `notation`. Raises InputError for a network that cannot be loaded,
    never for the text."""
    if not isinstance(network, Network):
        network = load(network)
    if options:
        network = with_options(network, **options)
    with said_of(network.source):
        graph = build(network)
        notation = choose(graph, network.notation)
        task, names = Task(derive(graph), notation), Names(graph, notation)
    answers = _answers(text, names)
    return mark(task, answers) if answers else audit(task, names, text, _kind(text))


def _answers(text: str, names: Names) -> tuple[Answer, ...]:
    """The answers of a text that is a table of one student's."""
    table = _table(text)
    submissions = read_answers(text, names, table) if table is not None else ()
    return submissions[0].answers if len(submissions) == 1 else ()


def _table(text: str) -> Table | None:
    first = text.lstrip("\ufeff \n").partition("\n")[0].lower()
    if first.startswith(("{", "[")) and '"nbformat"' not in text:
        return "json"
    header = {cell.strip(' "') for cell in first.replace(";", ",").replace("\t", ",").split(",")}
    return "csv" if len(header) > 1 and header & {"quantity", "name", "canonical"} else None


def _kind(text: str) -> Kind:
    if text.lstrip().startswith("{") and '"nbformat"' in text:
        return "notebook"
    return "latex" if "\\begin{" in text else "markdown"
