"""The view Check: a network, and working that was typed, pasted or dropped, go in; what was found in it comes out, for a student or for a
teacher with marks.
"""

from __future__ import annotations

from typing import Any, cast

from derivegen.classroom.checks import Checking, Told
from derivegen.document.blocks import Document, Listing
from derivegen.errors import InputError
from derivegen.interop.handin.kinds import READERS, Handin
from derivegen.marking.findings import Marking
from derivegen.marking.pages.talk import DONE_RIGHT, RULE, Reader
from derivegen.marking.read.files import Piece, held, typed_in
from derivegen.network.network import Network
from derivegen.records import replace
from derivegen.render.environment import Templates
from derivegen.render.format import recorded
from derivegen.web.desk import desk, examples
from derivegen.web.form import Answer, Visit
from derivegen.web.show import filled, shown_as_typed

READS = ("student", "teacher")
OF_BYTES = {ending: kind.content for ending, kind in READERS.items() if isinstance(kind, Handin)}


def check(job: Visit) -> Answer:
    """The page."""
    own = desk(job.form, job.language)
    reader = job.form.text("reader")
    values: dict[str, Any] = {"found": "", "reader": reader if reader in READS else READS[0], "file": ""}
    values["told"] = job.form.number("told", DONE_RIGHT) if job.form.text("told") else RULE
    try:
        piece = _handed_in(job)
        if own.network is not None and piece is not None:
            values |= {"found": _found(own.network, piece, values, job), "file": piece.label}
    except InputError as error:
        own = own.refused(error)
    page = filled("check.html", job.language, desk=own, form=job.form, examples=list(examples()), reads=READS, **values)
    return Answer(page.encode(), status=422 if own.fault else 200)


def _handed_in(job: Visit) -> Piece | None:
    """The file that was dropped; else what was typed."""
    name, data = job.form.files.get("file", ("", b""))
    if name:
        return held(name, data, OF_BYTES)
    text = job.form.text("answers")
    return typed_in(text) if text.strip() and job.form.text("do") == "check" else None


def _found(network: Network, piece: Piece, values: dict[str, Any], job: Visit) -> str:
    """What is said of it, once for every student in it."""
    html = recorded("html")
    told = Told(cast(Reader, values["reader"]), values["told"])
    checking = Checking(network, None, "", told, (html,), Templates())
    return "\n".join(_said(checking, marking, job) for marking in checking.marker.markings((piece,)))


def _said(checking: Checking, marking: Marking, job: Visit) -> str:
    page = checking.page(marking, checking.printer, recorded("html"))
    document = checking.printer.judged(page.feedback.document())
    return shown_as_typed(checking.printer, document, _bare(document), job.language)


def _bare(document: Document) -> Document:
    """Without what was typed, which is nothing of ours to be read back."""
    blocks = (replace(block, code="") if isinstance(block, Listing) else block for block in document.blocks)
    return replace(document, blocks=tuple(blocks))
