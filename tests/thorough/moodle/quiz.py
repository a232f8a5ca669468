"""A class made by `derivegen sheet --to moodle`, a real Moodle, and back: five students who never were take a quiz, and what `check` makes
of Moodle's own report of responses is held to the marks that Moodle gave.

    MOODLE=FOLDER python -m tests.thorough.moodle.quiz CLASSFOLDER COURSE LANGUAGE "whole sheets,question 5,question 6"

COURSE is the number of a course into which the file of questions was imported with its categories. Prints how many answers have the same
marks, how many have them by what follows from a wrong one before, and every other one; ends with 1 if there are others.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import derivegen.classroom.checks as checks
from derivegen.marking.findings import Finding

HERE = Path(__file__).parent
PEOPLE = ("Ada Lovelace", "Sofja Kowalewskaja", "Emmy Noether", "Grete Hermann, geb. Henry", "Sophie Germain")
Data = dict[str, Any]


def main() -> int:
    """Take the quiz and compare."""
    folder, course, language, categories = sys.argv[1:5]
    exercises = Path(folder) / "teacher/exercises.json"
    sheets = {each["variant"]: each for each in json.loads(exercises.read_text())["variants"]}
    plan = {"categories": categories.split(","), "lang": language, "students": list(students(sheets, language))}
    command = ["php", str(HERE / "responses.php"), course, "csv"]
    done = subprocess.run(command, input=json.dumps(plan), capture_output=True, text=True, check=True)
    report = Path(folder) / "responses.csv"
    report.write_text(done.stdout)
    own = checks.checking(exercises, to="csv")
    found = list(own.checked(own.groups([str(report)]), 1))
    left = {(each.marking.student, each.marking.variant): list(each.marking.findings) for each in found}
    same, follows, others = 0, 0, []
    for line in done.stderr.splitlines():
        taken = json.loads(line) if line.startswith('{"student"') else {"slots": []}
        for slot in taken["slots"]:
            code, answers = asked(slot["question"], sheets)
            for answer, mark in marks(slot, answers):
                finding = taken_out(left[taken["student"], code], answer)
                if abs(float(finding.marks) - mark) < 1e-4:
                    same += 1
                elif finding.verdict == "follow_through" and finding.marks > mark:
                    follows += 1
                else:
                    others.append((taken["student"], slot["question"], answer["label"], mark, finding))
    print(f"{same} the same, {follows} by what follows, {len(others)} others", *others, sep="\n")
    return int(bool(others) or not same)


def asked(question: str, sheets: dict[str, Data]) -> tuple[str, list[Data]]:
    """The sheet and the answers of a question by its number."""
    code, label = (question, "") if question in sheets else question.rsplit("-", 1)
    own = re.compile(f"{label}[a-z]*" if label.isdigit() else label)
    found = sheets[code]["answers"]
    return code, [a for a in found if (own.fullmatch(a["label"]) if label else a["form"] in ("number", "line"))]


def marks(slot: Data, answers: list[Data]) -> Iterator[tuple[Data, float]]:
    """What Moodle gave for each answer, where it gave anything; the slot of a random question is worth 1."""
    for place, answer in enumerate(answers, 1):
        if slot["subs"]:
            yield answer, float(slot["subs"][str(place)])
        elif slot["mark"] is not None:
            yield answer, slot["mark"] * answer["marks"]


def taken_out(findings: list[Finding], answer: Data) -> Finding:
    """What `check` found of an answer; each is asked for once."""
    found = next(f for f in findings if f.quantity in (answer["name"], answer["quantity"]) and f.of == answer["marks"])
    findings.remove(found)
    return found


def students(sheets: dict[str, Data], language: str) -> Iterator[Data]:
    """Who takes the quiz, with an answer to every question of every sheet; the last makes no attempt."""
    for place, name in enumerate(PEOPLE):
        first, last = name.split(" ", 1)
        known = {"username": first.lower(), "first": first, "last": last, "mail": f"{first.lower()}@example.org"}
        answers = {} if place == len(PEOPLE) - 1 else {"answers": dict(taken(sheets, place, language))}
        yield known | {"id": f"s{place + 1:03d}"} | answers


def taken(sheets: dict[str, Data], who: int, language: str) -> Iterator[tuple[str, Data]]:
    """What one student types for every question there is."""
    for code, sheet in sheets.items():
        typed = {answer["label"]: text_of(answer, who, language) for answer in sheet["answers"]}
        questions = {code, *(f"{code}-{label}" for label in typed)}
        questions |= {f"{code}-{match[0]}" for label in typed if (match := re.match(r"\d+", label))}
        for question in questions:
            _, answers = asked(question, sheets)
            single = len(answers) == 1 and answers[0]["label"] == question.removeprefix(f"{code}-")
            if single and answers[0]["form"] == "letter":
                yield question, {"option": "ABCDEF".index(typed[answers[0]["label"]])}
            elif single:
                yield question, {"answer": typed[answers[0]["label"]]}
            else:
                fields = {f"sub{n}_answer": typed[answer["label"]] for n, answer in enumerate(answers, 1)}
                yield question, {field: text for field, text in fields.items() if text}


def text_of(answer: Data, who: int, language: str) -> str:
    """The first has everything right; the second makes mistakes, the third leaves out and guesses, the fourth types what is no number."""
    label, wrong = answer["label"], sorted(answer.get("wrong", {}).items())
    odd = {(2, "1b"): "", (2, "3c"): "", (2, "3a"): "0.5", (3, "1a"): "<b>abc</b>", (3, "1b"): "about 3; or 4"}
    if answer["form"] != "number":
        right = answer.get("right", "w")
        return right[::-1] if who == 1 and answer["form"] == "order" else right
    text = odd.get((who, label), answer["text"])
    if who == 1 and label in ("1a", "2a", "3b", "4b") and wrong:
        text = f"{wrong[0][1]:.4f}"
    return text.replace(".", ",") if language != "en" else text


if __name__ == "__main__":
    sys.exit(main())
