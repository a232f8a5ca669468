"""The formats of classroom software: what each is, and what does not come through in it. A module of `interop/` by its name writes it."""

from __future__ import annotations

from typing import NamedTuple


class Software(NamedTuple):
    """One format: its name, the ending of its files, what it is, and what it loses, in a sentence each."""

    key: str
    ending: str
    what: str
    loses: str


SOFTWARE = (
    Software(
        "moodle", "xml",
        "one file of questions for Moodle, a category for each question with its variants and one with whole sheets: tolerances accept "
        "exactly what the scheme accepts, mistakes get their feedback",
        "formulas, and orders of lines with very many right ones, are marked by a person; nothing follows from a student's own slip "
        "until `check` reads the responses",
    ),
    Software(
        "stack", "xml",
        "one file for Moodle with STACK, a question for each variant: what follows from a student's own answers is right, and every "
        "mistake is a node of its own, with a test",
        "hints; formulas are typed as notes, which a person marks; deployed seeds, since each variant is a question",
    ),
    Software(
        "numbas", "exam",
        "an exam for Numbas that gives each student one variant: what follows from own answers is right, mistakes are alternative "
        "answers with their feedback",
        "formulas are shown without a field; numbers with a minus of print (U+2212) are not taken by Numbas",
    ),
    Software(
        "nbgrader", "zip",
        "the source folder of nbgrader, an assignment for each variant: hidden tests with part marks that say which mistake was made",
        "hints and the working; formulas are marked by a person",
    ),
    Software(
        "prairielearn", "zip",
        "questions for PrairieLearn and an assessment that gives each student one variant: what follows from own answers is right, "
        "mistakes have their feedback",
        "hints; feedback is without formulas; formulas are marked by a person",
    ),
    Software(
        "gift", "txt",
        "one text file of questions that many systems read, each variant a category, a feedback for each mistake",
        "the figure and the marks (every question is worth 1); each field of a text is a question of its own; formulas are marked by a "
        "person",
    ),
    Software(
        "qti12", "zip",
        "a package of QTI 1.2 for Canvas: a quiz that draws each question from the variants, with ranges of numbers",
        "feedback for mistakes and part marks in numbers, which Canvas would count as right; numbers typed that are smaller than "
        "0.0001, which it takes for 0; each field of a text is a question of its own; formulas are marked by a person",
    ),
    Software(
        "cartridge", "imscc",
        "a Common Cartridge 1.1 (Canvas, Blackboard, Brightspace, Moodle, Sakai): each variant is a quiz of its own",
        "ranges of numbers, since texts are compared: the printed values that are right are listed, and more digits are refused; "
        "feedback for mistakes and part marks in numbers; each field of a text is a question of its own; formulas are marked by a "
        "person; nothing is drawn",
    ),
    Software(
        "qti21", "zip",
        "a package of QTI 2.1 (OpenOlat, OPAL, ILIAS, TAO): ranges of numbers, a feedback for each mistake, a test that gives each "
        "student one variant",
        "hints; formulas are marked by a person; the working is shown to those who mark alone",
    ),
    Software(
        "qti3", "zip",
        "the same in QTI 3.0",
        "hints; formulas are marked by a person; the working is shown to those who mark alone",
    ),
    Software(
        "scorm", "zip",
        "a package of SCORM 1.2 with the self-check pages: gives each student one variant, keeps what was typed, and reports the share "
        "of the marks that is right",
        "the working; formulas count nothing; an answer may be tried until it is right, so it is for practice, not for an examination",
    ),
    Software(
        "h5p", "h5p",
        "a question set for H5P (Moodle, WordPress, Drupal, Lumi) for each variant: fields with the printed values that are right and a "
        "hint, choices with a feedback for each mistake",
        "the figure and the working; ranges of numbers, since texts are compared: the printed values that are right are listed, and more "
        "digits are refused; feedback for mistakes in numbers, and what follows from an own slip; the marks (every field is worth 1); "
        "formulas, which a person marks, are left out; without H5P's MathDisplay on the site, those that are shown stay LaTeX",
    ),
)  # fmt: skip
"""In the order they are listed."""
