"""Common Cartridge 1.1: a student's questions go in; a cartridge comes out in which each variant is a quiz of its own.

Its profile of QTI 1.2 compares texts and draws nothing, so a number has every printed value that is right, with a point and with a comma,
and each field of a text is a question.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from hashlib import sha256
from typing import Any

from derivegen.exercise.asking import letter
from derivegen.exercise.reveal import written
from derivegen.interop.apart import Single, singles
from derivegen.interop.package import zipped
from derivegen.interop.platform import About, File
from derivegen.interop.qti12 import XML, feedback, material, response
from derivegen.interop.qti_package import safe
from derivegen.interop.written import LatexWriter, QuizPage, escape

WRITER, PICTURE, WHOLE = LatexWriter, "$IMS-CC-FILEBASE$/{}", True
PROFILES = {
    "number": "cc.fib.v0p1",
    "fields": "cc.fib.v0p1",
    "options": "cc.multiple_choice.v0p1",
    "sequence": "cc.fib.v0p1",
}
BY_PERSON, EXAM = "cc.essay.v0p1", "cc.exam.v0p1"
QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
CARTRIDGE, LOM = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1", "http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest"
ASSESSMENT = "imsqti_xmlv1p2/imscc_xmlv1p1/assessment"
MOST_TEXTS = 120
"""Right texts of a question that are listed."""


def piece(made: QuizPage) -> str:
    """One student's quiz."""
    own, key = made.quiz, f"q{_digest(made.quiz.code)}"
    items = "".join(_item(made, each) for each in singles(made))
    title = escape(own.plain("moodle.all", title=own.title, code=own.code))
    known = _metadata({"cc_profile": EXAM, "qmd_assessmenttype": "Examination", "qmd_scoretype": "Percentage"})
    text = (
        f'{XML}<questestinterop xmlns="{QTI}"><assessment ident="{key}" title="{title}">{known}'
        f'<section ident="root">{items}</section></assessment></questestinterop>\n'
    )
    files = {name: content.decode() for name, content in made.files.items()}
    return json.dumps({"key": key, "title": title, "text": text, "files": files})


def files(pieces: Iterable[str], about: About) -> Iterator[File]:
    """The cartridge of a class."""
    found = [json.loads(each) for each in pieces]
    pictures = {name: text for each in found for name, text in each["files"].items()}
    packed = {"imsmanifest.xml": _manifest(found, list(pictures), about)}
    packed |= {f"{each['key']}/assessment.xml": each["text"] for each in found}
    yield "", (zipped(packed | {f"web_resources/{name}": text for name, text in pictures.items()}),)


# one question


def _item(made: QuizPage, each: Single) -> str:
    item, name = each.page.item, f"i{_digest(f'{made.quiz.code} {each.label}')}"
    title = made.quiz.plain("moodle.name", title=made.quiz.title, label=each.label, code=made.quiz.code)
    known = {
        "cc_profile": BY_PERSON if item.by_person else PROFILES[item.shape],
        "cc_weighting": f"{int(each.field.answer.marks * made.quiz.times)}",
        "qmd_scoringpermitted": "Yes",
        "qmd_computerscored": "No" if item.by_person else "Yes",
    }
    processed = "" if item.by_person else _processing(each)
    shown = material(made.given + each.body) + response(made, each)
    return (
        f'<item ident="{name}" title="{escape(title)}"><itemmetadata>{_metadata(known)}</itemmetadata>'
        f"<presentation>{shown}</presentation>{processed}{feedback(made, each)}</item>"
    )


def _metadata(known: dict[str, str]) -> str:
    fields = "".join(
        f"<qtimetadatafield><fieldlabel>{key}</fieldlabel><fieldentry>{value}</fieldentry></qtimetadatafield>"
        for key, value in known.items()
    )
    return f"<qtimetadata>{fields}</qtimetadata>"


def _processing(each: Single) -> str:
    """What is right first; then what is said of the rest."""
    outcomes = '<outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>'
    general = [_condition("<other/>", "general_fb", goes_on="Yes")] if each.page.working else []
    if each.page.item.shape == "options":
        options = list(enumerate(each.page.item.options))
        general += [_condition(_equal(letter(place)), f"{letter(place)}_fb", goes_on="Yes") for place, _ in options]
        right = [letter(place) for place, one in options if one.right]
        rest = []
    else:
        right, rest = right_texts(each), [_condition("<other/>", "general_incorrect_fb")]
    scored = _condition("".join(map(_equal, right[:MOST_TEXTS])), score=True)
    return f"<resprocessing>{outcomes}{''.join([*general, scored, *rest])}</resprocessing>"


def right_texts(each: Single) -> list[str]:
    """All texts that are right; of a number every printed value, as people type it, noughts at its end too many or left out."""
    item, field = each.page.item, each.field
    if item.shape == "sequence":
        return [*item.orders]
    if not field.is_number:
        return [field.answer.right]
    numbers = [text for one in field.accepted for text in (one, written(Decimal(one)))]
    signs = [text for one in numbers for text in (one, one.replace("-", "−"))]
    return list(dict.fromkeys(text for one in signs for text in (one, one.replace(".", ","))))


def _condition(when: str, shown: str = "", score: bool = False, goes_on: str = "No") -> str:
    given = '<setvar action="Set" varname="SCORE">100</setvar>' if score else ""
    said = f'<displayfeedback feedbacktype="Response" linkrefid="{shown}"/>' if shown else ""
    return f'<respcondition continue="{goes_on}"><conditionvar>{when}</conditionvar>{given}{said}</respcondition>'


def _equal(text: str) -> str:
    return f'<varequal respident="response1">{escape(text)}</varequal>'


# the cartridge


def _manifest(found: list[dict[str, Any]], pictures: list[str], about: About) -> str:
    items = "".join(
        f'<item identifier="o{each["key"]}" identifierref="r{each["key"]}"><title>{each["title"]}</title></item>'
        for each in found
    )
    needed = "".join(f'<dependency identifierref="w{place}"/>' for place, _ in enumerate(pictures))
    resources = [
        f'<resource identifier="r{each["key"]}" type="{ASSESSMENT}"><file href="{each["key"]}/assessment.xml"/>{needed}</resource>'
        for each in found
    ]
    for place, name in enumerate(pictures):
        path = f"web_resources/{escape(name)}"
        resources.append(
            f'<resource identifier="w{place}" type="webcontent" href="{path}"><file href="{path}"/></resource>'
        )
    title = f"<lomimscc:title><lomimscc:string>{escape(about.title)}</lomimscc:string></lomimscc:title>"
    return (
        f'{XML}<manifest identifier="c{safe(about.stem)}" xmlns="{CARTRIDGE}" xmlns:lomimscc="{LOM}"><metadata>'
        "<schema>IMS Common Cartridge</schema><schemaversion>1.1.0</schemaversion>"
        f"<lomimscc:lom><lomimscc:general>{title}</lomimscc:general></lomimscc:lom></metadata><organizations>"
        f'<organization identifier="all" structure="rooted-hierarchy"><item identifier="root">{items}</item></organization>'
        f"</organizations><resources>{''.join(resources)}</resources></manifest>\n"
    )


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:31]
