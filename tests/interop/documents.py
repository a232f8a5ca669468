"""Texts, cells and parts go in; documents made of them, small ones by hand, come out as bytes."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Mapping, Sequence

import pypandoc
import typst

SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def packed(parts: Mapping[str, str | bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of parts."""
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", how) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return result.getvalue()


def converted(markdown: str, to: str) -> bytes:
    """What pandoc makes of a text."""
    command = [pypandoc.get_pandoc_path(), "-f", "markdown", "-t", to, "-s", "-o", "-"]
    return subprocess.run(command, input=markdown.encode(), capture_output=True, check=True).stdout


def pdf(source: str) -> bytes:
    """What Typst makes of a text."""
    return typst.compile(source.encode())


def office(cells: Sequence[Sequence[str]]) -> bytes:
    """An Excel workbook: numbers as numbers; "=…" as a formula that nobody has computed, "#…" as an error."""
    rows = "".join(
        f'<row r="{y}">{"".join(_cell(text, x, y) for x, text in enumerate(row))}</row>'
        for y, row in enumerate(cells, 1)
    )
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return packed({
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        f'ContentType="{main}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{main}.worksheet+xml"/></Types>',
        "_rels/.rels": _relations("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{SHEETS}" xmlns:r="{RELATED}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="r"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEETS}"><sheetData>{rows}</sheetData></worksheet>',
    })  # fmt: skip


def _relations(kind: str, target: str) -> str:
    one = f'<Relationship Id="r" Type="{RELATED}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{PACKAGE}/relationships">{one}</Relationships>'


def _cell(text: str, x: int, y: int) -> str:
    place = f'r="{chr(65 + x)}{y}"'
    if text.startswith("="):
        return f"<c {place}><f>{text[1:]}</f></c>"
    if text.startswith("#"):
        return f'<c {place} t="e"><f>1/0</f><v>{text}</v></c>'
    if _is_number(text):
        return f"<c {place}><v>{text}</v></c>"
    return f'<c {place} t="inlineStr"><is><t>{text}</t></is></c>'


def open_document(cells: Sequence[Sequence[str]], repeated: int = 1) -> bytes:
    """A LibreOffice workbook; `repeated` is how many empty rows follow."""
    rows = "".join(f"<table:table-row>{''.join(map(_open_cell, row))}</table:table-row>" for row in cells)
    wide = '<table:table-cell table:number-columns-repeated="1024"/>'
    empty = f'<table:table-row table:number-rows-repeated="{repeated}">{wide}</table:table-row>'
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "calcext")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="S">'
        f"{rows}{empty}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return packed({"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content})


def _open_cell(text: str) -> str:
    if text.startswith("="):
        return f'<table:table-cell table:formula="of:{text}"/>'
    if text.startswith("#"):
        kind = 'office:value-type="string" office:string-value="" calcext:value-type="error"'
        return f'<table:table-cell table:formula="of:=1/0" {kind}><text:p>{text}</text:p></table:table-cell>'
    if _is_number(text):
        return f'<table:table-cell office:value-type="float" office:value="{text}"><text:p>{float(text):.1f}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
