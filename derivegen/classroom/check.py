"""A network and a text go in: what somebody has worked out on it. Its marking comes out, as data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Trace
from derivegen.classroom.marking import Marker
from derivegen.classroom.typed_page import TypedPage
from derivegen.document.pen import pen_over
from derivegen.document.press import Press, press
from derivegen.errors import InputError, printable, said_of
from derivegen.interop.handin.kinds import READERS
from derivegen.marking.findings import Marking
from derivegen.marking.pages.feedback import Feedback
from derivegen.marking.pages.talk import DONE_RIGHT, Talk
from derivegen.marking.read.files import file_piece, typed_in
from derivegen.network.file.load import opened
from derivegen.network.graph import build
from derivegen.network.network import Network
from derivegen.records import replace
from derivegen.render.environment import Templates
from derivegen.render.format import recorded
from derivegen.render.in_notebooks import PAGE
from derivegen.render.printer import Printer


def check(network: Network | str | Path | Mapping[str, Any], text: str | Path, **options: Any) -> Marking:
    """The marking of a working or an article (lines of text, Markdown, LaTeX, a notebook) or of a table of answers (CSV, JSON), read and
    judged as the command `check` reads and judges it; of a table of several students all their findings. A `Path` is a file of any kind
    that the command reads, documents too. `options` are the keys of [document], and `notation`. Raises InputError for a network that
    cannot be loaded and a file that is not there, never for what was written."""
    own = opened(network, **options)
    with said_of(own.source):
        made = press(build(own), Templates())
    if isinstance(text, Path):
        if not text.is_file():
            raise InputError(f"{text}: no such file")
        name = printable(text.name)
        piece = file_piece(text, name, (name,), READERS)
    else:
        piece = typed_in(text)
    found = Marker(made).markings((piece,))
    marking = found[0] if len(found) == 1 else Marking(tuple(finding for each in found for finding in each.findings))
    return replace(marking, page=partial(_page, made, marking))


def _page(own: Press, marking: Marking) -> str:
    """The page of a marking as a notebook shows it, as teachers read it."""
    trace = Trace(own.graph, derive(own.graph), own.rounding)
    page = Feedback(marking, Talk(pen_over(own, trace), "teacher", DONE_RIGHT)).document()
    return TypedPage(Printer(own, trace), page).content(recorded(PAGE), body=True).decode()
