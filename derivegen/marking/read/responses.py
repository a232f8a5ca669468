"""The report of responses of a quiz in Moodle: a table in; what each attempt answered, question by question, out.

The text of a question ends with a sign that says which it is, so that nothing hangs on the language of the site or on the order of the
quiz: the column whose cells have such signs is that of a question, the one behind it that of its responses.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence

from derivegen.network.file.separators import separator
from derivegen.records import dataclass

MOST_ROWS, MOST_BYTES = 20_000, 60_000_000
"""Each response stands beside the whole text of its question, so that a report is large."""
HEAD = 100_000
"""Bytes at its beginning in which a report shows what it is."""
RESPONSES = ("response", "antwort", "respuesta", "réponse", "rponse")
"""Above the responses, a number behind it; the last is what is left of the French in JSON."""
EMPTY = ("", "-")
_SIGN = re.compile(r"\[([^\[\]\s]{1,80}-[0-9A-Z]{4})(?:-(\d{1,3}[a-z]{0,2}))?\]")
_OPTION = re.compile(r"([A-Z])\) ")
_HEADED = re.compile(rf"(?:{'|'.join(RESPONSES)})\s?1", re.I)


def sign(question: str) -> str:
    """What ends the text of a question: its number, the code of the sheet with the label; of a whole sheet the code alone."""
    return f"[{question}]"


@dataclass(frozen=True, slots=True)
class Response:
    """What was typed as the answer to one question, label "" for a whole sheet; `column` counts from 1."""

    code: str
    label: str
    text: str
    column: int

    @property
    def letter(self) -> str:
        """The answer where an option was chosen: its letter."""
        chosen = _OPTION.match(self.text)
        return chosen[1] if chosen else self.text

    def parts(self) -> list[str]:
        """The answers in the fields of a text, in order: "part 1: 0.1162; part 2: …", whatever the word is."""
        found, start = list[str](), 0
        while True:
            pattern = rf"{'' if not found else r';'}\s*[^\W\d_]{{1,20}}\s{len(found) + 1}\s?:\s?"
            begins = re.compile(pattern).match(self.text) if not found else re.compile(pattern).search(self.text, start)
            if begins is None:
                break
            if found:
                found[-1] = self.text[start : begins.start()]
            found.append(self.text[begins.end() :])
            start = begins.end()
        return [each.strip() for each in found]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: the line it stands in, what the report says of the student, and the responses."""

    line: int
    student: Mapping[str, str]
    responses: tuple[Response, ...]


def looks_so(head: str) -> bool:
    """Whether a file that begins so may be such a report."""
    return _HEADED.search(head[:5000]) is not None or _SIGN.search(head) is not None


def attempts(rows: Sequence[Sequence[str]]) -> tuple[Attempt, ...] | None:
    """The attempts of a table, of whoever made one; None where it is no report of responses, or does not say which questions they are."""
    columns = sorted({n for row in rows[1:] for n, cell in enumerate(row) if _SIGN.search(cell)})
    if not columns:
        return None
    head = [cell.strip("\ufeff ") for cell in rows[0]]
    answered = [(n, n + 1) for n in columns if _is_response(head, n + 1, columns)]
    return tuple(_attempts(rows, head[: columns[0]], answered))


def _is_response(head: Sequence[str], place: int, questions: Sequence[int]) -> bool:
    """Whether a column is that of responses, and not of right answers, which may stand there without the others."""
    if place >= len(head) or place in questions:
        return False
    word = re.sub(r"[\W\d_]", "", head[place]).casefold()
    return word in RESPONSES or (place + 1 < len(head) and place + 1 not in questions)


def _attempts(
    rows: Sequence[Sequence[str]], head: Sequence[str], answered: Sequence[tuple[int, int]]
) -> Iterator[Attempt]:
    for line, row in enumerate(rows[1 : MOST_ROWS + 1], 2):
        found = []
        for question, place in answered:
            signs = _SIGN.findall(row[question]) if place < len(row) else []
            if signs:
                text = " ".join(row[place].split())
                code, label = signs[-1]
                found.append(Response(code, label, "" if text in EMPTY else text, place + 1))
        if found:
            student = {title: cell.strip() for title, cell in zip(head, row, strict=False) if cell.strip() not in EMPTY}
            yield Attempt(line, student, tuple(found))


def rows_of(text: str) -> list[list[str]]:
    """The table of a report as CSV or JSON; no rows where it is neither."""
    text = text.removeprefix("\ufeff")
    try:
        return _of_json(text) if text.lstrip().startswith("[") else _of_csv(text)
    except (ValueError, RecursionError, csv.Error, TypeError, AttributeError):
        return []


def _of_csv(text: str) -> list[list[str]]:
    first = text.partition("\n")[0]
    return list(csv.reader(io.StringIO(text), delimiter=separator(first) or ","))


def _of_json(text: str) -> list[list[str]]:
    """Moodle writes a list of sheets, each a list of rows as objects."""
    data = json.loads(text, parse_float=str, parse_int=str)
    rows = data[0] if data and isinstance(data[0], list) else data
    head = list(rows[0]) if rows else []
    return [head, *([str(row.get(title, "")) for title in head] for row in rows)]
