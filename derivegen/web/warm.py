"""Loads all that a worker needs and goes once through every view, so that each process that is copied from this one is warm.

To be imported is all it is for."""

from __future__ import annotations

from derivegen.network.file.examples import languages
from derivegen.web.form import Sent, Visit
from derivegen.web.words import words_of
from derivegen.web.work import answer

LINES = {"do": ("line",), "line": ("z = 0.1*0.2 = 0.02",)}
for _language in languages():
    words_of(_language)
answer(Visit("explain"))
answer(Visit("explain", Sent({"at": ("w[1][1][1]",)})))
answer(Visit("explain", Sent({"view": ("page",)})))
answer(Visit("practise", Sent(LINES)))
answer(Visit("check", Sent({"do": ("check",), "answers": ("dL/dw = 0.1",)})))
