"""The view Practise: a form with all that a student has typed goes in; what is found in it line by line, and help, come out."""

from __future__ import annotations

from typing import Any

from derivegen.classroom.tutor import MOST_SOUGHT, Tutor, tutor
from derivegen.document.blocks import Prose
from derivegen.errors import InputError
from derivegen.formula.tree import Quantity
from derivegen.marking.pages.talk import DONE_RIGHT
from derivegen.network.network import Network
from derivegen.notation.asked import canonical_all
from derivegen.records import replace
from derivegen.render.html_page import label_of
from derivegen.web.desk import desk, examples
from derivegen.web.form import Answer, Sent, Visit
from derivegen.web.show import filled, sentences

MOST_LINES, LONGEST_LINE = 60, 400
"""Lines of one sitting, and letters in one."""
MOST_HINTS = 1000


def practise(job: Visit) -> Answer:
    """The page."""
    own = desk(job.form, job.language)
    values: dict[str, Any] = {"sitting": None, "seed": "", "wrt": (), "all": ()}
    try:
        if own.network is not None:
            values |= _sitting(own.network, job)
    except InputError as error:
        own = own.refused(error)
    page = filled("practise.html", job.language, desk=own, form=job.form, examples=list(examples()), **values)
    return Answer(page.encode(), status=422 if own.fault else 200)


def _sitting(network: Network, job: Visit) -> dict[str, Any]:
    """Where the student stands, what was said, and what is said now."""
    form = job.form
    do, afresh = form.text("do"), form.text("do") in ("again", "new", "example", "file")
    seed = form.number("seed", 10**9)
    seed = seed + 1 if do == "new" else 0 if do in ("example", "file") else seed
    wrt = () if do in ("example", "file") else tuple(filter(None, form.all("wrt")))
    student = tutor(network, wrt=wrt or None, seed=seed or None, language=job.language)
    names = tuple(_parameters(student))
    if not afresh:
        student = replace(student, **_state(form))
    student, helped = _done(student, do, form.text("line"))
    said = {
        "given": (student.given(),),
        "task": (student.pen.say("web.task", sought=[Quantity(name) for name in student.sought]),),
        "help": tuple(helped),
        "summary": tuple(student.summary()) if student.done or do == "finish" else (),
        **{f"line {n}": tuple(student.said_of(n)) for n in range(1, len(student.lines) + 1)},
    }
    written = sentences(student.pen, job.language, said)
    lines = [(line, student.verdict(n), written[f"line {n}"]) for n, line in enumerate(student.lines, 1)]
    asked = _asked(student, wrt)
    return {
        "sitting": student,
        "said": written,
        "lines": lines,
        "seed": seed or "",
        "wrt": asked,
        "all": [(name, label_of(student.pen.press, name)) for name in names],
    }


def _parameters(student: Tutor) -> list[str]:
    return list(student.pen.graph.sought)[:MOST_SOUGHT]


def _asked(student: Tutor, wrt: tuple[str, ...]) -> tuple[str, ...]:
    """What was chosen, by canonical name."""
    own = student.marker.press
    return tuple(canonical_all(own.graph, own.notation, wrt)) if wrt else ()


def _state(form: Sent) -> dict[str, Any]:
    """What the form holds of the sitting so far."""
    typed = tuple(line[:LONGEST_LINE] for line in form.text("lines").replace("\r\n", "\n").split("\n") if line.strip())
    shown = tuple(name for name in form.text("shown").split(" ") if name)
    return {
        "lines": typed[:MOST_LINES],
        "shown": shown[:MOST_LINES],
        "hint": max(1, form.number("hint", DONE_RIGHT)),
        "hints": form.number("hints", MOST_HINTS),
    }


def _done(student: Tutor, do: str, line: str) -> tuple[Tutor, list[Prose]]:
    """What the student did, and what is said to that beside the lines."""
    match do:
        case "hint":
            student = student.asked()
            return student, list(student.told())
        case "next":
            return student, [student.suggested()]
        case "show":
            student = student.helped()
            return student, [student.shown_last()]
        case "line" if line.strip() and len(student.lines) < MOST_LINES:
            student = student.typed(" ".join(line.split())[:LONGEST_LINE])
            return student, [student.pen.say("tutor.all-found")] if student.done else []
    return student, []
