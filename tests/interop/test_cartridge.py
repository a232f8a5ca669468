"""Common Cartridge 1.1: its manifest and its quizzes keep the rules of the profile, and a text is right where the record says so.

The rules are those that the schemas of the specification state beside the grammar, written again; Moodle 4.5.6 has restored such a
cartridge, and found it valid by the schemas themselves.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from xml.etree import ElementTree

import pytest

from derivegen.interop.platform import About, files
from derivegen.interop.quiz import Quiz
from derivegen.render.format import PLATFORMS
from tests.worked import as_they_stand

(CARTRIDGE,) = (form for form in PLATFORMS if form.key == "cartridge")
QTI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
PACKAGE = "{http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1}"
ALL = "values,update,table,blanks,choice,order,find-error,symbolic"


@lru_cache(maxsize=2)
def made(language: str) -> tuple[Quiz, dict[str, bytes]]:
    work = as_they_stand("article-004", ALL, language=language)
    quiz = work.questions()
    about = About(quiz.title, quiz.stem, work.exercise.questions, quiz.press.words, quiz.press.templates)
    ((name, content),) = files(CARTRIDGE, [work.platform(CARTRIDGE)], about)
    assert name == "article-004-cartridge.imscc"
    with zipfile.ZipFile(BytesIO(b"".join(content))) as packed:
        return quiz, {each: packed.read(each) for each in packed.namelist()}


def items(language: str) -> Iterator[tuple[ElementTree.Element, dict[str, str]]]:
    (text,) = (text for name, text in made(language)[1].items() if name.endswith("assessment.xml"))
    for item in ElementTree.fromstring(text).iter(f"{QTI}item"):
        known = {field[0].text or "": field[1].text or "" for field in item.iter(f"{QTI}qtimetadatafield")}
        yield item, known


def test_the_manifest_names_every_file_once_and_every_quiz_in_the_course() -> None:
    quiz, found = made("en")
    root = ElementTree.fromstring(found["imsmanifest.xml"])
    assert [each.text for each in root[0]][:2] == ["IMS Common Cartridge", "1.1.0"]
    named = [each.attrib["href"] for each in root.iter(f"{PACKAGE}file")]
    assert sorted(named) == sorted({*found} - {"imsmanifest.xml"})
    resources = {each.attrib["identifier"]: each for each in root.iter(f"{PACKAGE}resource")}
    assert {each.attrib["identifierref"] for each in root.iter(f"{PACKAGE}dependency")} <= {*resources}
    (top,) = root[1][0]
    assert root[1][0].attrib["structure"] == "rooted-hierarchy" and not top.attrib.get("identifierref")
    (own,) = top
    assert resources[own.attrib["identifierref"]].attrib["type"] == "imsqti_xmlv1p2/imscc_xmlv1p1/assessment"
    assert quiz.code in (own.findtext(f"{PACKAGE}title") or "")


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_question_keeps_the_rules_of_its_profile(language: str) -> None:
    seen = set()
    for item, known in items(language):
        profile = known["cc_profile"]
        seen.add(profile)
        assert int(known["cc_weighting"]) > 0
        assert [each.tag for each in item][:2] == [f"{QTI}itemmetadata", f"{QTI}presentation"]
        equal = [each.attrib["respident"] for each in item.iter(f"{QTI}varequal")]
        if profile == "cc.essay.v0p1":
            assert not equal and known["qmd_computerscored"] == "No" and not item.findall(f"{QTI}resprocessing")
        else:
            asks = "response_lid" if profile == "cc.multiple_choice.v0p1" else "response_str"
            (field,) = item.iter(f"{QTI}{asks}")
            assert field.attrib["rcardinality"] == "Single" and {*equal} == {field.attrib["ident"]}
            labels = [each.attrib["ident"] for each in item.iter(f"{QTI}response_label")]
            assert len(labels) > 2 if asks == "response_lid" else len(labels) == 1
            score = list(item.iter(f"{QTI}setvar"))
            assert [(each.attrib["varname"], each.text) for each in score] == [("SCORE", "100")]
        shown = {each.attrib["linkrefid"] for each in item.iter(f"{QTI}displayfeedback")}
        assert shown <= {each.attrib["ident"] for each in item.iter(f"{QTI}itemfeedback")}
    assert seen == {"cc.fib.v0p1", "cc.multiple_choice.v0p1", "cc.essay.v0p1"}


def test_a_text_is_right_where_the_number_is() -> None:
    quiz, _ = made("de")
    counted = 0
    for (item, _), (label, field) in zip(
        items("de"), ((f.answer.label, f) for i in quiz.items for f in i.fields), strict=True
    ):
        assert f" {label} " in item.attrib["title"]
        (scored,) = [one for one in item.iter(f"{QTI}respcondition") if one.find(f"{QTI}setvar") is not None] or [None]
        if scored is None or not field.right:
            continue
        texts = {each.text or "" for each in scored.iter(f"{QTI}varequal")}
        assert {*field.accepted} <= texts and {each.replace(".", ",") for each in field.accepted} <= texts
        numbers = [Decimal(each.replace(",", ".").replace("−", "-")) for each in texts]
        assert all(field.share(number) == 1 for number in numbers)
        counted += any("−" in each for each in texts)
    assert counted > 1
