"""A network and a text go in: what somebody has worked out on it. Its marking comes out, as data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from derivegen.calculus.chain import derive
from derivegen.check.answers import Answer, Table, read_answers
from derivegen.check.findings import Marking
from derivegen.check.marking import mark
from derivegen.check.regions import Kind
from derivegen.check.statements import Statement, Unread, read_working
from derivegen.check.task import Task
from derivegen.network.graph import build
from derivegen.network.load import load, with_options
from derivegen.network.network import Network
from derivegen.notation.notation import choose
from derivegen.notation.typed_names import Names


def check(network: Network | str | Path | Mapping[str, Any], text: str, **options: Any) -> Marking:
    """The marking of a working (lines of text, Markdown, LaTeX, a notebook) or of one table of answers (CSV, JSON). `options` are the
    keys of [document], and `notation`. Raises InputError for a network that cannot be loaded, never for the text."""
    if not isinstance(network, Network):
        network = load(network)
    if options:
        network = with_options(network, **options)
    graph = build(network)
    notation = choose(graph, network.notation)
    return mark(Task(derive(graph), notation), _found(text, Names(graph, notation)))


def _found(text: str, names: Names) -> tuple[Statement | Unread | Answer, ...]:
    """What the text states, read as the kind of text that it looks like."""
    table = _table(text)
    submissions = read_answers(text, names, table) if table is not None else ()
    if len(submissions) == 1 and submissions[0].answers:
        return submissions[0].answers
    return read_working(text, names, _kind(text))


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
