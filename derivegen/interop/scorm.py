"""SCORM 1.2: a student's exercise goes in; a package of self-check pages comes out that gives each student one of them, always the same,
and reports to the platform what share of the marks is right. What was typed is kept there for the next visit.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from derivegen.exercise.pages.screen import Screen
from derivegen.formula.read.readback import read_mathml
from derivegen.interop.package import zipped
from derivegen.interop.platform import About, File
from derivegen.interop.qti_package import XML, safe
from derivegen.interop.written import MathmlWriter, QuizPage, escape
from derivegen.render.format import SELFCHECK
from derivegen.render.html_fields import allowed, as_script
from derivegen.render.html_page import formulas_in
from derivegen.render.printer import Printer
from derivegen.render.selfcheck_page import SelfCheck

WRITER, PICTURE, WHOLE = MathmlWriter, "{}", False
PAGE, SCRIPT = "scorm/index.html.jinja", "scorm/script.js"
CONTENT, ADL = "http://www.imsproject.org/xsd/imscp_rootv1p1p2", "http://www.adlnet.org/xsd/adlcp_rootv1p2"
INDEX = "index.html"


def piece(made: QuizPage) -> str:
    """One student's page, judged and read back, and the marks of its fields, none for what it does not check."""
    work = made.quiz.work
    printer = Printer(made.quiz.press, work.pen.trace)
    document = printer.judged(Screen(work).document(SELFCHECK.key))
    page = SelfCheck(work, made.quiz.accepted, made.quiz.text, "scorm.opening").page(printer.inscribed(document))
    printer.judge.text(document, formulas_in(page), read_mathml)
    answers = [answer for _, answer in work.exercise.answers()]
    marks = [0.0 if each.form == "formula" else float(each.marks) for each in answers]
    return json.dumps({"code": made.quiz.code, "language": made.quiz.press.language, "page": page, "marks": marks})


def files(pieces: Iterable[str], about: About) -> Iterator[File]:
    """The package of a class."""
    found = [json.loads(each) for each in pieces]
    pages = {f"sheets/{safe(each['code'])}.html": each for each in found}
    packed = {"imsmanifest.xml": _manifest([INDEX, *pages], about), INDEX: _index(pages, about)}
    yield "", (zipped(packed | {path: each["page"] for path, each in pages.items()}),)


def _index(pages: dict[str, Any], about: About) -> str:
    """The page that is opened: it chooses a sheet and talks to the platform."""
    words, script = about.words, about.templates.find(SCRIPT).read_text(encoding="utf-8").strip()
    said = {key: words.plain(f"scorm.{key}") for key in ("waiting", "reported", "alone")}
    sheets = [{"code": each["code"], "page": path, "marks": each["marks"]} for path, each in pages.items()]
    data = {"sheets": sheets, "words": said | {"decimal": words.plain("number.decimal")}}
    values = {
        "title": about.title,
        "language": next(each["language"] for each in pages.values()),
        "say": said,
        "data": as_script(data),
    }
    return about.templates.page(PAGE, escape, {}, **values, script=script, hash=allowed(script))


def _manifest(paths: list[str], about: About) -> str:
    key = safe(about.stem)
    listed = "".join(f'<file href="{escape(path)}"/>' for path in paths)
    return (
        f'{XML}<manifest identifier="derivegen-{key}" version="1.0" xmlns="{CONTENT}" xmlns:adlcp="{ADL}">'
        "<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>"
        f'<organizations default="all"><organization identifier="all"><title>{escape(about.title)}</title>'
        f'<item identifier="sheet" identifierref="page"><title>{escape(about.title)}</title></item></organization></organizations>'
        f'<resources><resource identifier="page" type="webcontent" adlcp:scormtype="sco" href="{INDEX}">{listed}</resource></resources>'
        "</manifest>\n"
    )
