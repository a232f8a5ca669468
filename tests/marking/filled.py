"""A sheet in one of its formats goes in; the sheet as a student hands it back, its numbers typed where it leaves room, comes out."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Entry = Mapping[str, Any]
"""A student's part of `exercises.json`."""


def numbers(entry: Entry) -> Iterator[str]:
    """The right numbers in the order of the sheet."""
    return iter([answer["text"] for answer in entry["answers"] if answer["form"] == "number"])


def _each(pattern: str, put: Callable[[re.Match[str], str], str], text: str, entry: Entry) -> str:
    values = numbers(entry)
    return re.sub(pattern, lambda match: put(match, next(values)), text, flags=re.M)


def markdown(sheet: bytes, entry: Entry) -> bytes:
    """Typed behind the signs and into the cells."""
    text = sheet.decode()
    pattern = r"^(\| \$`[^|]*`\$ \|)  \|$|^(\*\*\w\)\*\* .* =) (?=\*\d)"
    return _each(
        pattern, lambda match, value: f"{match[1]} {value} |" if match[1] else f"{match[2]} {value} ", text, entry
    ).encode()


def plain(sheet: bytes, entry: Entry) -> bytes:
    """The same in the text for a terminal, the marks still behind it."""
    pattern = r"^(  [zhyL])$|^(\w\)  .* =)(?= )"
    return _each(
        pattern,
        lambda match, value: f"{match[1]}         {value}" if match[1] else f"{match[2]} {value}",
        sheet.decode(),
        entry,
    ).encode()


def html(sheet: bytes, entry: Entry) -> bytes:
    """As an editor saves it."""
    pattern = r"(</math></th><td>)(?=</td>)|(</math> =)(?=</div>)"
    return _each(pattern, lambda match, value: (match[1] or f"{match[2]} ") + value, sheet.decode(), entry).encode()


def notebook(sheet: bytes, entry: Entry) -> bytes:
    """In its cells."""
    book = json.loads(sheet)
    text = "\0".join("".join(cell["source"]) for cell in book["cells"])
    pattern = r"^(\| \$[^|$]*\$ \|)  \|(?=\s|\0|$)|(?:^|(?<=\0))(\*\*\w\)\*\* [^\0\n]* =) (?=\*\d)"
    filled = _each(
        pattern, lambda match, value: f"{match[1]} {value} |" if match[1] else f"{match[2]} {value} ", text, entry
    )
    for cell, source in zip(book["cells"], filled.split("\0"), strict=True):
        cell["source"] = source
    return json.dumps(book).encode()


def word(sheet: bytes, entry: Entry) -> bytes:
    """Typed in Word: a run of its own behind the sign, a paragraph in the cell."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet)) as before, zipfile.ZipFile(result, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            if name == "word/document.xml":
                data = _in_word(data.decode(), entry).encode()
            after.writestr(name, data)
    return result.getvalue()


_RUN = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'


def _in_word(xml: str, entry: Entry) -> str:
    values = numbers(entry)

    def cell(match: re.Match[str]) -> str:
        if "<m:oMath>" not in match[0] and "<w:t>" not in match[0] and "<w:t " not in match[0]:
            return re.sub(
                r"<w:p ?/>|</w:p>",
                lambda end: (
                    f"<w:p>{_RUN.format(next(values))}</w:p>" if "/>" in end[0] else _RUN.format(next(values)) + end[0]
                ),
                match[0],
                count=1,
            )
        return re.sub(r"( ?=)</w:t></w:r>", lambda sign: f"{sign[0]}{_RUN.format(' ' + next(values))}", match[0])

    start = xml.index("Values to fill in")
    return xml[:start] + re.sub(r"<w:tc>.*?</w:tc>", cell, xml[start:], flags=re.S)


def labelled(entry: Entry) -> bytes:
    """Nothing but labels and numbers."""
    lines = [f"{answer['label']}) {answer['text']}" for answer in entry["answers"] if answer["form"] == "number"]
    return "\n".join([f"variant {entry['variant']}", *lines, ""]).encode()


FILLED = {"md": markdown, "txt": plain, "html": html, "ipynb": notebook, "docx": word}
