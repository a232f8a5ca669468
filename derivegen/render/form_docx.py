"""A Word document to be filled in: the file of a document with signs where answers go, and its fields, go in; the file with a field for
each answer comes out.

A field is a content control for plain text (ISO/IEC 29500-1, 17.5.2): LibreOffice 7.4 keeps the titles of these and of no other kind, and
no tags. What stands in it in grey goes as soon as somebody types. Nothing else of the document can be changed (17.15.1.29), so that all
else in what is handed back is print.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from xml.sax.saxutils import escape, quoteattr

from derivegen.errors import NotCompiled
from derivegen.exercise.pages.fields import BLANK, VARIANT, FormField
from derivegen.render.docx_look import BODY, PROPERTIES, SETTINGS, packed, unpacked

_PROTECTED = '<w:documentProtection w:edit="forms" w:enforcement="1" />'
_AFTER_IT = "<w:defaultTabStop"
_KIND = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
"""Of properties that somebody made (22.3)."""
_RUN = r'<w:r>(?P<look><w:rPr>(?:(?!</w:r>).)*?</w:rPr>)?<w:t(?: xml:space="preserve")?>(?P<before>[^<]*){}(?P<after>[^<]*)</w:t></w:r>'
_ROOT = re.compile(r" ?/>$|></Properties>$")
_GREY = '<w:rPr><w:color w:val="767676" /></w:rPr>'


def form_docx(data: bytes, own: Iterable[FormField], code: str) -> bytes:
    """The file; `code` is that of the variant. Raises NotCompiled."""
    parts = unpacked(data)
    body, settings = parts[BODY].decode(), parts[SETTINGS].decode()
    for place, each in enumerate(own):
        put = partial(_around, _control(place, each))
        body, found = re.subn(_RUN.format(each.sign), put, body)
        if found != 1:
            raise NotCompiled("the Word document has an answer without its field")
    protected = settings.replace(_AFTER_IT, f"{_PROTECTED}{_AFTER_IT}", 1)
    told = _ROOT.sub(rf">{_property(code)}</Properties>", parts[PROPERTIES].decode())
    return packed(parts | {BODY: body.encode(), SETTINGS: protected.encode(), PROPERTIES: told.encode()})


def _property(code: str) -> str:
    return f'<property fmtid="{_KIND}" pid="2" name="{VARIANT}"><vt:lpwstr>{escape(code)}</vt:lpwstr></property>'


def _around(control: str, run: re.Match[str]) -> str:
    """The run with the control in the place of the sign."""
    before, after = (_run(run[key], run["look"] or "") if run[key] else "" for key in ("before", "after"))
    return f"{before}{control}{after}"


def _control(place: int, own: FormField) -> str:
    lines = ' w:multiLine="1"' if own.high else ""
    named = f'<w:alias w:val={quoteattr(own.name)} /><w:id w:val="{place + 1}" />'
    empty = _run(BLANK * own.width, _GREY)
    return f"<w:sdt><w:sdtPr>{named}<w:showingPlcHdr /><w:text{lines} /></w:sdtPr><w:sdtContent>{empty}</w:sdtContent></w:sdt>"


def _run(text: str, look: str) -> str:
    return f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>'
