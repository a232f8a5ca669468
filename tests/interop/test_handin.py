"""Sheets and working handed in as documents: what stands in them is read, what is lost is said, and what is none is refused in one line."""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pypandoc
import pytest
import typst
from pypdf import PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, TextStringObject

import derivegen
from derivegen.classroom.checks import checking
from derivegen.classroom.tally import tally
from derivegen.errors import InputError
from derivegen.interop.handin.kinds import HANDINS, READERS, Handin
from derivegen.interop.handin.set_lines import RunOfSigns, Stroke, typed_lines
from derivegen.marking.findings import Marking
from derivegen.marking.read.content import Content
from tests.interop import documents
from tests.marking import filled
from tests.pace import USUAL, counted

NET: dict[str, Any] = {
    "title": "One hidden unit",
    "data": {"inputs": [[0.5]], "targets": [[0.6]]},
    "layer": [
        {"units": 1, "activation": "sigmoid", "weights": [[0.4]], "biases": [0.1]},
        {"units": 1, "weights": [[0.3]], "biases": [0.2]},
    ],
    "loss": {"name": "half_squared_error"},
    "training": {"learning_rate": 0.1},
    "notation": "plain",
}
FORMATS = ("md", "text", "html", "ipynb", "docx", "pdf")
ENDINGS = {"text": "txt"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One student's sheet in every format, and beside it one with every kind of question."""
    folder = tmp_path_factory.mktemp("class")
    derivegen.sheet(NET, kinds="table,values,update", seed=7, count=1).write(folder / "plain", ",".join(FORMATS))
    kinds = "values,table,symbolic,blanks,order,find-error,choice"
    derivegen.sheet(NET, kinds=kinds, seed=3, count=1).write(folder / "every", ",".join(FORMATS))
    return folder


def sheet(made: Path, form: str, which: str = "plain") -> Path:
    (path,) = (made / which / "students").glob(f"*-sheet.{ENDINGS.get(form, form)}")
    return path


def entry(made: Path, which: str = "plain") -> Mapping[str, Any]:
    found = json.loads((made / which / "teacher/exercises.json").read_text(encoding="utf-8"))["variants"][0]
    return dict(found)


def marked(exercises: Path, *files: Path) -> list[Marking]:
    what = checking(exercises)
    return [found.marking for found in what.checked(what.groups(list(map(str, files))))]


def on_sheet(made: Path, path: Path, which: str = "plain") -> Marking:
    (found,) = marked(made / which / "teacher/exercises.json", path)
    return found


def said(marking: Marking, *verdicts: str) -> list[str]:
    return [f"{one.verdict} {one.quantity}: {one.place.source}" for one in marking.findings if one.verdict in verdicts]


# our own sheets


@pytest.mark.parametrize("which", ("plain", "every"))
@pytest.mark.parametrize("form", FORMATS)
def test_nobody_has_answered_on_an_untouched_sheet(made: Path, form: str, which: str) -> None:
    found = on_sheet(made, sheet(made, form, which), which)
    assert not said(found, "wrong", "unread", "undecided", "rounding", "follow_through")
    assert found.marks == 0
    assert sum(one.verdict == "missing" for one in found.findings) == len(entry(made, which)["answers"])


@pytest.mark.parametrize("form", filled.FILLED)
def test_a_sheet_that_was_filled_in(made: Path, form: str, tmp_path: Path) -> None:
    path = tmp_path / f"hand-in.{form}"
    path.write_bytes(filled.FILLED[form](sheet(made, form).read_bytes(), entry(made)))
    found = on_sheet(made, path)
    assert (found.marks, said(found, "wrong", "unread", "undecided", "missing")) == (found.of, [])


def test_the_report_counts_each_answer_once_and_nothing_that_the_sheet_prints(made: Path, tmp_path: Path) -> None:
    path = tmp_path / "hand-in.md"
    path.write_bytes(filled.markdown(sheet(made, "md").read_bytes(), entry(made)))
    steps = tally([on_sheet(made, path)]).hardest()
    assert {name: step.judged for name, step in steps} == {answer["quantity"]: 1 for answer in entry(made)["answers"]}


def test_in_the_report_questions_about_lines_and_letters_stand_for_themselves(made: Path, tmp_path: Path) -> None:
    """The number of the first wrong line was counted as the derivative that the lines lead to."""
    own = entry(made, "every")
    places = {answer["form"]: answer["label"] for answer in own["answers"]}
    typed = f"variant {own['variant']}\n\n{places['line']}) 99\n{places['letter']}) B\n"
    (tmp_path / "hand-in.txt").write_text(typed, encoding="utf-8")
    steps = tally([on_sheet(made, tmp_path / "hand-in.txt", "every")]).hardest()
    hidden = {answer["label"] for answer in own["answers"] if answer["name"] != answer["quantity"]}
    assert (
        {places["line"], places["letter"], places["order"]} < {step.label for _, step in steps if step.label} == hidden
    )
    told = {answer["quantity"] for answer in own["answers"] if answer["name"] == answer["quantity"]}
    assert {name: step.judged for name, step in steps if not step.label} == dict.fromkeys(told, 1)


def test_a_pdf_that_was_typed_on(made: Path, tmp_path: Path) -> None:
    reader = PdfWriter(clone_from=sheet(made, "pdf"))
    values = filled.numbers(entry(made))
    for number, page in enumerate(reader.pages):
        places = _answering_places(page)
        for x, y in places:
            note = FreeText(text=next(values), rect=(x, y - 4, x + 60, y + 11), font_size="9pt")
            reader.add_annotation(page_number=number, annotation=note)
    path = tmp_path / "typed.pdf"
    reader.write(path)
    found = on_sheet(made, path)
    assert (found.marks, said(found, "wrong", "unread", "undecided", "missing")) == (found.of, [])


@pytest.mark.parametrize("named", ("labels", "quantities", "nothing"))
def test_a_form_that_was_filled_in(made: Path, named: str, tmp_path: Path) -> None:
    """Fields that are named by the questions' labels or by quantities are read by their names, all others where they stand."""
    writer = PdfWriter(clone_from=sheet(made, "pdf"))
    places = [(page, at) for page in writer.pages for at in _answering_places(page)]
    answers = entry(made)["answers"]
    for number, (answer, value, (page, at)) in enumerate(
        zip(answers, filled.numbers(entry(made)), places, strict=True)
    ):
        name = {"labels": answer["label"], "quantities": answer["name"], "nothing": f"Text{number}"}[named]
        writer.add_annotation(page, _field(name, value, at))
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/Fields"): ArrayObject()})
    path = tmp_path / "form.pdf"
    writer.write(path)
    found = on_sheet(made, path)
    assert (found.marks, said(found, "wrong", "unread", "undecided", "missing")) == (found.of, [])


def _field(name: str, value: str, at: tuple[float, float]) -> DictionaryObject:
    rectangle = ArrayObject(map(FloatObject, (at[0], at[1] - 4, at[0] + 60, at[1] + 11)))
    made = {
        "/Type": NameObject("/Annot"),
        "/Subtype": NameObject("/Widget"),
        "/FT": NameObject("/Tx"),
        "/Rect": rectangle,
    }
    made |= {"/T": TextStringObject(name), "/V": TextStringObject(value), "/DA": TextStringObject("/Helv 9 Tf 0 g")}
    return DictionaryObject({NameObject(key): each for key, each in made.items()})


def _answering_places(page: Any) -> list[tuple[float, float]]:
    """Where somebody types: behind a sign "=" with nothing behind it, and right of the names in the table."""
    from derivegen.interop.handin.portable import _Seen

    marks = sorted(_Seen(page).marks, key=lambda mark: (-round(mark.y), mark.x))
    table = next((mark.y for mark in marks if mark.text.strip() == "Quantity"), None)
    end = next((mark.y for mark in marks if table and mark.text.startswith("Question 2")), 0.0)
    places = [
        (mark.x + 90, mark.y)
        for mark in marks
        if table is not None and end < mark.y < table - 5 and len(mark.text.strip()) == 1
    ]
    asked = [
        mark
        for mark in marks
        if mark.text.strip() == "=" and any("mark" in other.text for other in marks if abs(other.y - mark.y) < 2)
    ]
    return places + [(mark.x + 20, mark.y) for mark in asked]


def test_labels_are_names(made: Path, tmp_path: Path) -> None:
    path = tmp_path / "work.txt"
    path.write_bytes(filled.labelled(entry(made)))
    found = on_sheet(made, path)
    assert (found.marks, said(found, "wrong", "unread", "missing")) == (found.of, [])


@pytest.mark.parametrize(
    "line",
    (
        "1a) {}", "1a: {}", "(1a) {}", "1 a) {}", "1.a) {}", "Question 1a: {}", "Q1a) {}", "Aufgabe 1a) {}", "1a) = {}", "1a = {}",
        "1a) ≈ {}", "**1a)** {}", "| 1a | {} |", "- 1a) {}", "Question 1\na) {}", "## Question 1: table\n\n a) {}", "Aufgabe 1.\n\n(a) {}",
        "1a) Answer: {}", "1a) z = {}", "1a) 0.4 * 0.5 + 0.1 = {}", "1a) w_1 x + b_1 = {}", "1a {}", "1a) $z = {}$",
    ),
)  # fmt: skip
def test_ways_of_writing_a_label(made: Path, line: str, tmp_path: Path) -> None:
    first = entry(made)["answers"][0]
    givens = entry(made)["givens"]
    text = line.format(first["text"]).replace(
        "0.4 * 0.5 + 0.1", "{} * {} + {}".format(*(f"({givens[name]})" for name in ("w[1][1][1]", "x[1]", "b[1][1]")))
    )
    path = tmp_path / "work.md"
    path.write_text(f"variant {entry(made)['variant']}\n\n{text}\n", encoding="utf-8")
    found = on_sheet(made, path)
    assert not said(found, "wrong", "unread", "undecided")
    assert [one.quantity for one in found.findings if one.marks] == ["z[1][1]"]


@pytest.mark.parametrize("typed", ("{}", "{})", "Question {}", "Aufgabe {})", "({})"))
def test_labels_are_names_in_a_table_too(made: Path, tmp_path: Path, typed: str) -> None:
    path = tmp_path / "work.csv"
    rows = [f"{typed.format(answer['label'])},{answer['text']}" for answer in entry(made)["answers"]]
    path.write_text("\n".join(["question,answer", f"variant,{entry(made)['variant']}", *rows]), encoding="utf-8")
    found = on_sheet(made, path)
    assert (found.marks, said(found, "wrong", "unread", "missing")) == (found.of, [])


def test_letters_orders_and_lines_by_their_labels(made: Path, tmp_path: Path) -> None:
    asked = {answer["label"]: answer for answer in entry(made, "every")["answers"]}
    chosen = {label: one for label, one in asked.items() if one["form"] not in ("number", "formula")}
    lines = [f"{label}) {one['right']}" for label, one in chosen.items()]
    path = tmp_path / "work.txt"
    path.write_text("\n".join([f"variant {entry(made, 'every')['variant']}", *lines]), encoding="utf-8")
    found = on_sheet(made, path, "every")
    assert sum(one.marks for one in found.findings) == sum(one["marks"] for one in chosen.values())


def test_a_wrong_answer_by_its_label_is_shown_as_it_stands(made: Path, tmp_path: Path) -> None:
    path = tmp_path / "work.txt"
    path.write_text(f"variant {entry(made)['variant']}\n1a) 17.3\n", encoding="utf-8")
    (wrong,) = (one for one in on_sheet(made, path).findings if one.verdict == "wrong")
    assert (wrong.quantity, wrong.place.line, wrong.place.source, wrong.given) == ("z[1][1]", 2, "1a) 17.3", "17.3")


# a class


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("two")
    derivegen.sheet(NET, kinds="values", seed=7, count=2).write(folder, "md")
    return folder


def variants(folder: Path) -> list[dict[str, Any]]:
    return list(json.loads((folder / "teacher/exercises.json").read_text(encoding="utf-8"))["variants"])


def test_two_students_in_one_file_are_said_and_not_marked(two: Path, tmp_path: Path) -> None:
    path = tmp_path / "both.txt"
    path.write_bytes(b"\n".join(map(filled.labelled, variants(two))))
    (found,) = marked(two / "teacher/exercises.json", path)
    assert [one.reason for one in found.findings] == ["file.two-students"]
    assert (found.student, found.of) == ("", 0)


def test_a_code_counts_and_a_name_that_says_otherwise_is_listed(two: Path, tmp_path: Path) -> None:
    first, second = variants(two)
    path = tmp_path / f"{second['id']}.txt"
    path.write_bytes(filled.labelled(first))
    (found,) = marked(two / "teacher/exercises.json", path)
    assert (found.student, found.marks == found.of) == (first["id"], True)
    assert [one.reason for one in found.findings if one.verdict == "unread"] == ["file.other-student"]


def test_cancelling_a_question_changes_nobodys_numbers(two: Path, tmp_path: Path) -> None:
    derivegen.sheet({**NET, "exercise": {"cancel": ["1b"]}}, kinds="values", seed=7, count=2).write(tmp_path, "md")
    again = variants(tmp_path)
    assert [each["givens"] for each in again] == [each["givens"] for each in variants(two)]
    assert [each["variant"] for each in again] == [each["variant"] for each in variants(two)]
    path = tmp_path / "hand-in.txt"
    path.write_bytes(filled.labelled(again[0]).replace(b"\n1b) ", b"\n1b) 9"))
    before, after = (marked(each / "teacher/exercises.json", path)[0] for each in (two, tmp_path))
    cancelled = next(Fraction(each["marks"]) for each in again[0]["answers"] if each["label"] == "1b")
    assert after.of == before.of - cancelled
    assert before.marks < before.of and after.marks == after.of


def test_cancelling_what_is_not_asked_is_refused(two: Path, tmp_path: Path) -> None:
    text = (two / "teacher/exercises.json").read_text(encoding="utf-8")
    data = json.loads(text)
    data["network"]["exercise"] = {"cancel": ["9z"]}
    path = tmp_path / "exercises.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(InputError, match="there is no '9z' on the sheets; there are 1a, 1b"):
        checking(path)


# working in documents

WORKING = """variant none

$z = 0.4 \\cdot 0.5 + 0.1 = 0.3$

h = 0.5744

$$\\frac{\\partial L}{\\partial w_2} = (y - t) h = -0.2277 \\cdot 0.5744 = -0.1308$$

| quantity | value |
|----------|-------|
| y        | 0.3723 |
| L        | 0.0260 |
"""


def read(ending: str, data: bytes) -> Content:
    reader = READERS[ending]
    assert isinstance(reader, Handin)
    return reader.content(data)


def verdicts(tmp_path: Path, name: str, data: bytes) -> dict[str | None, str]:
    path = tmp_path / name
    path.write_bytes(data)
    found = derivegen.check(NET, path)
    return {one.quantity: one.verdict for one in found.findings if one.equality is None}


RIGHT = {"z[1][1]": "right", "a[1][1]": "right", "a[2][1]": "right"}


@pytest.mark.parametrize("ending", ("docx", "odt"))
def test_working_with_equations(tmp_path: Path, ending: str) -> None:
    found = verdicts(tmp_path, f"work.{ending}", documents.converted(WORKING, ending))
    assert found.items() >= {**RIGHT, "dloss/dw[2][1][1]": "right", "loss": "wrong"}.items()


WORD_FIELDS = (
    '<w:fldSimple w:instr="DOCPROPERTY z">{}</w:fldSimple>',
    '<w:bdo w:val="ltr">{}</w:bdo>',
    '<w:customXml w:element="z"><w:customXmlPr><w:placeholder w:val="z"/></w:customXmlPr>{}</w:customXml>',
    "<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>",
)


@pytest.mark.parametrize("field", WORD_FIELDS)
def test_what_stands_in_a_field_of_word_is_read(field: str) -> None:
    inside = f"z = {field.format('<w:r><w:t>0.3</w:t></w:r>')}"
    changed = inside.replace("z = ", '<w:r><w:t xml:space="preserve">z = </w:t></w:r>', 1)
    assert (
        read(".docx", in_document("docx", "word/document.xml", r"<w:r><w:t.*</w:t></w:r>", changed)).text == "z = 0.3"
    )


@pytest.mark.parametrize(
    "kind", ("text:text-input", "text:user-field-get", "text:conditional-text", "loext:content-control")
)
def test_what_stands_in_a_field_of_libreoffice_is_read(kind: str) -> None:
    data = in_document("odt", "content.xml", "Z", f'<{kind} text:description="">0.3</{kind}>')
    assert read(".odt", data).text == "z = 0.3"


def test_a_page_number_is_no_answer() -> None:
    runs = (
        '<w:fldChar w:fldCharType="begin"/>',
        "<w:instrText>PAGE</w:instrText>",
        '<w:fldChar w:fldCharType="separate"/>',
    )
    number = "".join(f"<w:r>{run}</w:r>" for run in (*runs, "<w:t>1</w:t>", '<w:fldChar w:fldCharType="end"/>'))
    data = in_document("docx", "[Content_Types].xml", "Z", "")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["word/footer1.xml"] = (
        f"<w:ftr><w:p><w:r><w:t>Ada, page </w:t></w:r>{number}</w:p><w:p>{number}</w:p></w:ftr>".encode()
    )
    assert read(".docx", documents.packed(parts)).text == "z = Z\n\nAda, page"
    assert read(".odt", documents.converted("z = Z\n", "odt")).text == "z = Z"


def in_document(kind: str, part: str, pattern: str, instead: str) -> bytes:
    """What pandoc makes of a line, a piece of it changed."""
    with zipfile.ZipFile(io.BytesIO(documents.converted("z = Z\n", kind))) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    text = re.sub(pattern, lambda _: instead, parts[part].decode(), count=1)
    return documents.packed(parts | {part: text})


def test_working_in_rtf(tmp_path: Path) -> None:
    text = WORKING.replace("$", "").replace("\\cdot", "·").replace("\\frac{\\partial L}{\\partial w_2}", "dL/dw2")
    found = verdicts(tmp_path, "work.rtf", documents.converted(text, "rtf"))
    assert found.items() >= {**RIGHT, "loss": "wrong"}.items()


TYPST = """Student 7

$z = w_1 x + b_1 = 0.4 dot 0.5 + 0.1 = 0.3$, $h = 1/(1 + e^(-z)) = 0.5744$

$ (partial L)/(partial w_2) = (y - t) h = -0.2277 dot 0.5744 = -0.1308 $

$y = 0.3723$ #h(3cm) $L = 1/2 (y - t)^2 = 0.0260$
"""


def test_fractions_of_a_pdf_are_put_into_a_line() -> None:
    found = read(".pdf", documents.pdf(TYPST))
    assert "\\frac{1}{1+ 𝑒^{− 𝑧}} = 0.5744" in found.text
    assert not found.lost


def test_working_in_a_pdf(tmp_path: Path) -> None:
    found = verdicts(tmp_path, "work.pdf", documents.pdf(TYPST))
    assert found.items() >= {**RIGHT, "dloss/dw[2][1][1]": "right", "loss": "wrong"}.items()


def test_cells_between_strokes_of_a_pdf_are_cells() -> None:
    found = read(
        ".pdf", documents.pdf("#table(columns: 2, [step], [result], [$h = sigma(z)$], [0.5744], [$z$], [0.3])")
    )
    assert "| 0.5744 |" in found.text and "| 0.3 |" in found.text


def test_a_column_is_no_fraction() -> None:
    found = read(".pdf", documents.pdf("$ vec(z_1, z_2) = vec(0.3, 0.4) $"))
    assert "\\frac" not in found.text
    assert [problem.reason for problem in found.lost] == ["set-apart"]


def test_cells_of_a_table_are_no_fraction() -> None:
    marks = [
        RunOfSigns("z", 12, 100, 10),
        RunOfSigns("0.3", 62, 100, 10),
        RunOfSigns("h", 12, 84, 10),
        RunOfSigns("0.57", 62, 84, 10),
    ]
    lines, apart = typed_lines(marks, [Stroke(5, 55, 95), Stroke(55, 105, 95)])
    assert (lines, apart) == (["z    0.3", "h    0.57"], 0)


@pytest.mark.parametrize("made_of", (documents.office, documents.open_document))
def test_cells(tmp_path: Path, made_of: Any) -> None:
    rows = [["My results"], ["z", "0.3"], ["h", "0.5744425168116590"], ["y", "0.37233275504"], ["L", "0.0310"]]
    ending = "xlsx" if made_of is documents.office else "ods"
    found = verdicts(tmp_path, f"work.{ending}", made_of(rows))
    assert found.items() >= {**RIGHT, "loss": "wrong"}.items()


@pytest.mark.parametrize("made_of", (documents.office, documents.open_document))
def test_a_table_of_answers_in_cells(made: Path, tmp_path: Path, made_of: Any) -> None:
    asked = entry(made)
    rows = [["quantity", "symbol", "answer"], ["variant", "", asked["variant"]]]
    rows += [[answer["name"], "x", answer["text"]] for answer in asked["answers"]]
    path = tmp_path / ("work.xlsx" if made_of is documents.office else "work.ods")
    path.write_bytes(made_of(rows))
    found = on_sheet(made, path)
    assert found.marks == found.of


def test_a_formula_that_nobody_computed_is_said() -> None:
    found = read(".xlsx", documents.office([["z", "=0.4*0.5+0.1"]]))
    assert [(problem.reason, problem.said) for problem in found.lost] == [("not-computed", "1")]


def test_noughts_of_computed_doubles_are_no_digits() -> None:
    assert "0.3 |" in read(".xlsx", documents.office([["z", "0.30000000000000004"]])).text


def test_a_program_is_read_and_not_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    source = f"open({str(mark)!r}, 'w')\nw1 = 0.4\nz = w1*0.5 + 0.1\n# z = 0.3\n# dL/dw2 = -0.2\nprint(z)\n"
    found = verdicts(tmp_path, "work.py", source.encode())
    assert found.items() >= {"z[1][1]": "right", "dloss/dw[2][1][1]": "wrong"}.items()
    assert not mark.exists()


# what is lost is said


def test_pictures_of_a_document_are_counted() -> None:
    text = documents.converted("z = 0.3\n\n~~h = 0.5~~\n", "docx")
    parts = {
        name: zipfile.ZipFile(io.BytesIO(text)).read(name) for name in zipfile.ZipFile(io.BytesIO(text)).namelist()
    }
    embedded = b'<o:OLEObject ProgID="Equation.3" xmlns:o="urn:schemas-microsoft-com:office:office"/>'
    drawing = b"<w:p><w:r><w:object>" + embedded + b"</w:object></w:r></w:p>"
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"<w:body>", b"<w:body>" + drawing, 1)
    found = read(".docx", documents.packed(parts))
    assert {problem.reason: problem.said for problem in found.lost} == {"objects": "1", "struck": "1"}
    assert "0.5" not in found.text


def test_a_photo_is_counted_and_our_own_figure_is_not(made: Path, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(typst.compile(b"#set page(width: 20pt, height: 9pt)", format="png"))
    text = f"z = 0.3\n\n![my working]({photo})\n\n![]({photo}){{width=1in}}\n"
    for ending in ("docx", "odt", "rtf"):
        lost = read(f".{ending}", documents.converted(text, ending)).lost
        assert [(problem.reason, problem.said) for problem in lost] == [("pictures", "2")]
    own = sheet(made, "docx")
    assert read(".docx", own.read_bytes()).lost == ()
    for ending in ("odt", "rtf"):
        command = [pypandoc.get_pandoc_path(), str(own), "-s", "-t", ending, "-o", "-"]
        saved = subprocess.run(command, capture_output=True, check=True).stdout
        assert "pictures" not in {problem.reason for problem in read(f".{ending}", saved).lost}


INK = (
    '<w:p><mc:AlternateContent><mc:Choice Requires="wpi"><w:drawing><wpi:wgp><w14:contentPart r:id="rId5"/></wpi:wgp></w:drawing>'
    '</mc:Choice><mc:Fallback><w:drawing><a:blip r:embed="rId6"/></w:drawing></mc:Fallback></mc:AlternateContent></w:p>'
)


def test_what_was_written_with_a_pen_is_a_picture() -> None:
    data = documents.converted("z = 0.3", "docx")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    body = parts["word/document.xml"].replace(b"<w:body>", b"<w:body>" + INK.encode(), 1)
    spaces = b' xmlns:mc="m" xmlns:wpi="i" xmlns:w14="w"'
    parts["word/document.xml"] = body.replace(b"<w:document", b"<w:document" + spaces, 1)
    found = read(".docx", documents.packed(parts))
    assert [(problem.reason, problem.said) for problem in found.lost] == [("pictures", "1")]


@pytest.mark.parametrize(
    ("name", "text", "count"),
    (
        ("work.md", "z = 0.3\n\n![mine](photo.jpg)\n![](data:image/png;base64,iVBORw0KGgo=)\n![](network-figures/a.svg)", "2"),
        ("work.html", '<p>z = 0.3</p><img alt="x" src="data:image/png;base64,iVBORw0KGgo="><svg></svg><img src="a.svg">', "1"),
        ("work.html", '<p>z = 0.3</p><img class="texrender" src="tex.png" alt="LaTeX: h = 0.5744"><img src=photo.jpg>', "1"),
        ("work.tex", "$z = 0.3$\n\\includegraphics[width=3cm]{photo.jpg}", "1"),
        ("work.ipynb", '{"nbformat": 4, "cells": [{"cell_type": "markdown", "source": ["z = 0.3\\n", "![p](attachment:p.png)"]}]}', "1"),
    ),
)  # fmt: skip
def test_pictures_in_texts_are_counted(tmp_path: Path, name: str, text: str, count: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    found = derivegen.check(NET, path).findings
    assert [one.values["said"] for one in found if one.reason == "file.pictures"] == [count]


RTF = r"""{\rtf1\ansi z = 0.3\par {\loch {\mmath {\*\shppict{\pict\pngblip 8950}}{\nonshppict{\pict\wmetafile8 0100}}}\par
{\mmath {\*\moMath {\mr h = 0.5}}{\mmathPict {\*\shppict{\pict\pngblip 8950}}}}\par {\*\shppict{\pict\jpegblip ffd8}}
{\nonshppict{\pict\wmetafile8 0100}}\par y = 0.37\par }"""


def test_equations_of_rtf_are_counted_and_its_open_groups_closed() -> None:
    found = read(".rtf", RTF.encode())
    assert "z = 0.3" in found.text and "y = 0.37" in found.text
    assert {problem.reason: problem.said for problem in found.lost} == {"formulas": "2", "pictures": "1"}


@pytest.mark.parametrize("made_of", (documents.office, documents.open_document))
def test_cells_without_a_number_are_counted_and_shown(tmp_path: Path, made_of: Any) -> None:
    rows = [["z", "=0.4*0.5+0.1"], ["h", "#DIV/0!"], ["y", "0.3723"]]
    path = tmp_path / ("work.xlsx" if made_of is documents.office else "work.ods")
    path.write_bytes(made_of(rows))
    found = derivegen.check(NET, path).findings
    assert {one.quantity: (one.verdict, one.given) for one in found if one.quantity} == {
        "z[1][1]": ("unread", "?"), "a[1][1]": ("unread", "#DIV/0!"), "a[2][1]": ("right", "0.3723"),
    }  # fmt: skip
    lost = {one.reason: one.values["said"] for one in found if one.quantity is None}
    assert lost == {"file.not-computed": "1", "file.cell-errors": "1"}


# what is none

NOTHING = {
    "empty.docx": (b"", "empty-file"),
    "no.docx": (b"hello", "damaged"),
    "no.pdf": (b"%PDF-1.7 ...", "damaged"),
    "no.odt": (documents.packed({"mimetype": "x"}), "damaged"),
    "no.xlsx": (documents.packed({"a": "b"}), "damaged"),
    "no.rtf": (b"hello", "damaged"),
    "old.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "old-office"),
    "locked.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
    "photo.jpg": (b"\xff\xd8", "picture"),
    "all.zip": (documents.packed({"a.md": "z = 0.3"}), "archive"),
    "work.doc": (b"\xd0\xcf", "save-as"),
}


@pytest.mark.parametrize("name", NOTHING)
def test_what_cannot_be_read_is_said_in_one_line(name: str) -> None:
    data, reason = NOTHING[name]
    found = read(Path(name).suffix, data)
    assert found.problem is not None
    assert (found.problem.reason, found.text) == (reason, "")


def test_what_grows_is_not_unpacked() -> None:
    many = documents.packed({"word/document.xml": b"<w:document>" + b" " * 25_000_000})
    with counted() as paces:
        found = read(".docx", many)
    assert found.problem is not None and found.problem.reason == "grows"
    assert paces.count < USUAL


@pytest.mark.parametrize("made_of", (documents.office, documents.open_document))
def test_cells_far_away_cost_nothing(made_of: Any) -> None:
    if made_of is documents.office:
        data = documents.office([["z", "0.3"]])
        parts = {
            name: zipfile.ZipFile(io.BytesIO(data)).read(name) for name in zipfile.ZipFile(io.BytesIO(data)).namelist()
        }
        far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", far)
        found = read(".xlsx", documents.packed(parts))
        assert found.problem is not None and found.problem.reason == "wide-sheet"
    else:
        assert "0.3" in read(".ods", documents.open_document([["z", "0.3"]], 1_048_000)).text


def test_a_pdf_that_is_a_picture() -> None:
    source = "#image(bytes(\"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><path d='M0 0h9v9z'/></svg>\"), format: \"svg\")"
    found = read(".pdf", documents.pdf(source))
    assert found.problem is not None and found.problem.reason in ("only-pictures", "empty-file")


def test_a_pdf_with_a_password() -> None:
    writer, result = PdfWriter(clone_from=io.BytesIO(documents.pdf("z = 0.3"))), io.BytesIO()
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(result)
    found = read(".pdf", result.getvalue())
    assert found.problem is not None and found.problem.reason == "password"


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derivegen.interop.handin.kinds.find_spec", lambda name: None)
    found = read(".docx", b"PK")
    assert found.problem is not None
    assert (found.problem.reason, found.problem.said) == ("part-missing", 'pip install "derivegen[handin]"')


def test_every_ending_stands_once() -> None:
    endings = [ending for kind in HANDINS for ending in kind.endings]
    assert len(endings) == len(set(endings)) == len(READERS)
