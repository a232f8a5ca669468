"""A spreadsheet in; a table of answers or its rows as text out: the values of its cells, not what their formats show of them.

A value is a double; of one that was computed fifteen digits are meant, as spreadsheets have it. Noughts at the end of a typed number are
lost (0.30 is 0.3), and so are formulas: only what they came to is read.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from derivegen.interop.handin.packed import Package, refuse_entities
from derivegen.interop.handin.pages import lost
from derivegen.interop.handin.refusal import Refused
from derivegen.marking.read.answers import TITLES_OF_ANSWERS, TITLES_OF_QUANTITIES
from derivegen.marking.read.content import Content
from derivegen.marking.read.responses import looks_so

MOST_SHEETS, MOST_ROWS, MOST_COLUMNS = 20, 20_000, 300
MOST_CELLS = 400_000
_CELL = re.compile(r'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_FILLED = re.compile(r"<((?:\w+:)?)c\b([^<>]*)(?<!/)>(.*?)</\1c>", re.S)
_FORMULA, _VALUE = re.compile(r"<(?:\w+:)?f[ >/]"), re.compile(r"<(?:\w+:)?v>([^<]+)")
_KIND = re.compile(r"\s+t=\"(\w+)\"")
_REPEATED = re.compile(
    r'<table:(table-row|table-cell|covered-table-cell)\b[^>]*?table:number-(rows|columns)-repeated="(\d+)"[^>]*?(/?)>'
)
_COMPUTED = re.compile(
    r"<table:table-cell\b(?=[^>]*\btable:formula=)([^>]*)(?:/>|(?<!/)>(.*?)</table:table-cell>)", re.S
)
_ERROR = re.compile(r"<text:p[^>]*>\s*(#[A-Z0-9/]{1,12}[!?]?|Err:\d{1,4})\s*</text:p>")
_NOT_KNOWN = "?"
_PICTURES = re.compile(r"(?:xl/media|Pictures)/.+")


def read(data: bytes) -> Content:
    """What stands in the cells. Raises Refused."""
    from python_calamine import CalamineError, load_workbook

    package, counted = Package(data), Counter[str]()
    data = _open_document(package, counted) if package.names(r"content\.xml") else _office(package, counted)
    counted["pictures"] = len(package.names(_PICTURES.pattern))
    try:
        book = load_workbook(io.BytesIO(data))
        sheets = [
            _rows(book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=MOST_ROWS), counted)
            for name in book.sheet_names[:MOST_SHEETS]
        ]
    except CalamineError:
        raise Refused("damaged") from None
    tables = [rows for rows in sheets if rows]
    answers = [rows for rows in tables if any(_is_header(row) for row in rows) or looks_so(",".join(rows[0]))]
    if answers:
        return Content(_as_csv(row for rows in answers for row in rows), "csv", lost=lost(counted))
    return Content("\n\n".join(map(_as_text, tables)), "markdown", lost=lost(counted))


def _office(package: Package, counted: Counter[str]) -> bytes:
    """The document without all that is no cell, once it is known how far its cells reach."""
    shown = dict[str, str]()
    for name in package.names(r"xl/worksheets/[^/]+\.xml"):
        xml = package.text(name)
        refuse_entities(xml[:1000])
        reach = [(_column(letters), int(row)) for letters, row in _CELL.findall(xml)]
        _within(max((row for _, row in reach), default=0), max((column for column, _ in reach), default=0))
        shown[name] = _FILLED.sub(lambda match: _office_cell(match, counted), xml)
    if not package.names(r"xl/workbook\.xml"):
        raise Refused("damaged")
    package.left *= 2
    return package.only(
        lambda name: name.endswith((".xml", ".rels")) and not name.startswith(("xl/media", "xl/drawings")), shown
    )


def _office_cell(match: re.Match[str], counted: Counter[str]) -> str:
    """A cell as it is; one with an error shows it, one whose formula nobody has computed a question mark: the reader passes both over."""
    space, attributes, inner = match.groups()
    kind, value = _KIND.search(attributes), _VALUE.search(inner)
    if kind is not None and kind[1] == "e":
        reason, text = "cell-errors", value[1] if value is not None else _NOT_KNOWN
    elif value is None and _FORMULA.search(inner):
        reason, text = "not-computed", _NOT_KNOWN
    else:
        return match[0]
    counted[reason] += 1
    return f'<{space}c{_KIND.sub("", attributes)} t="inlineStr"><{space}is><{space}t>{text}</{space}t></{space}is></{space}c>'


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _within(rows: int, columns: int) -> None:
    """Refuse what reaches further than anybody writes. Raises Refused."""
    if rows > MOST_ROWS or columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
        raise Refused("wide-sheet", f"{MOST_ROWS} × {MOST_COLUMNS}")


def _open_document(package: Package, counted: Counter[str]) -> bytes:
    """The document with its cells alone; rows and cells that stand for many stand for one, where they are empty."""
    if b"encryption-data" in package.part("META-INF/manifest.xml"):
        raise Refused("password")
    xml = package.text("content.xml")
    refuse_entities(xml[:1000])
    xml = _COMPUTED.sub(lambda match: _open_cell(match, counted), xml)
    package.left *= 2
    kept = ("mimetype", "META-INF/manifest.xml", "settings.xml", "styles.xml")
    return package.only(lambda name: name in kept, {"content.xml": _REPEATED.sub(_once, xml)})


def _open_cell(match: re.Match[str], counted: Counter[str]) -> str:
    """The same for LibreOffice, which keeps an error as an empty text that shows it."""
    attributes, error = match[1], _ERROR.search(match[2] or "")
    if error is not None:
        reason, text = "cell-errors", error[1]
    elif "office:value-type=" not in attributes:
        reason, text = "not-computed", _NOT_KNOWN
    else:
        return match[0]
    counted[reason] += 1
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def _once(match: re.Match[str]) -> str:
    """A row or a cell that stands for more than a few is one of the empty ones that fill up a sheet."""
    return (
        match[0]
        if int(match[3][:9]) <= MOST_COLUMNS // 10
        else re.sub(r'table:number-\w+-repeated="\d+"', "", match[0])
    )


def _rows(rows: Sequence[Sequence[object]], counted: Counter[str]) -> list[list[str]]:
    """The cells as they would be typed, without what is empty around them."""
    typed = [[_cell(cell, counted) for cell in row] for row in rows]
    columns = sorted({place for row in typed for place, cell in enumerate(row) if cell})
    return [[row[place] for place in columns] for row in typed if any(row)]


def _cell(value: object, counted: Counter[str]) -> str:
    match value:
        case bool():
            return str(value)
        case int():
            return str(value)
        case float():
            return _number(value)
        case datetime() | date() | time() | timedelta():
            counted["cell-errors"] += 1  # 1.2 that became the first of February: what was typed is not known any more
            return "?"
        case str():
            return " ".join(value.split())
    return ""


def _number(value: float) -> str:
    """A double by the fifteen digits that a spreadsheet keeps."""
    text = f"{value:.15g}"
    return text if "e" not in text or abs(value) < 1e-9 or abs(value) > 1e15 else f"{value:.20f}".rstrip("0")


def _is_header(row: Sequence[str]) -> bool:
    words = {cell.lower() for cell in row}
    return bool(words & TITLES_OF_QUANTITIES) and bool(words & TITLES_OF_ANSWERS)


def _as_csv(rows: Iterator[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _as_text(rows: Sequence[Sequence[str]]) -> str:
    """A table, a row a line; what stands alone in its row is a line of text."""
    return "\n".join(_line([cell for cell in row if cell], row) for row in rows)


def _line(filled: Sequence[str], row: Sequence[str]) -> str:
    return filled[0] if len(filled) == 1 else f"| {' | '.join(cell.replace('|', '∣') for cell in row)} |"
