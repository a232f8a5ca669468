"""A sheet to be filled in in a browser: an inscribed document with fields, the table of answers and the name of its file go in; one HTML
file comes out that saves the table as it is handed in. It needs no server, and sends nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from derivegen.document.blocks import Document
from derivegen.exercise.pages.fields import fields
from derivegen.exercise.pages.work import Sheet
from derivegen.render.html_fields import allowed, as_script, with_fields
from derivegen.render.html_page import escape, page_values

SCRIPT = "form/script.js"
WORDS = ("save", "saved", "no-script")


def form_page(work: Sheet, document: Document, table: Sequence[Sequence[str]], file: str) -> str:
    """The page."""
    press, say = work.pen.press, work.pen.words.plain
    script = press.templates.find(SCRIPT).read_text(encoding="utf-8").strip()
    values = page_values(document, press) | {
        "answers": as_script({"file": file, "rows": table, "saved": say("form.saved", file=file)}),
        "script": script,
        "hash": allowed(script),
        "words": {key: escape(say(f"form.{key}", file=file)) for key in WORDS},
    }
    return with_fields(press.templates.page("form/document.html.jinja", escape, {}, **values), fields(work))
