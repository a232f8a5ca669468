"""A Word document in; its text out, equations as LaTeX.

Pandoc reads equations (OMML) whole; how many the file has is counted beside it, so that none is lost unsaid. Pictures, remarks at the
margin and equations of Word before 2007, which are embedded objects, are left out and counted; text boxes, headers and footers, which
pandoc passes over, are read here. What was struck out with tracked changes is out, what was added is in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape

from derivegen.exercise.pages.fields import BLANK, VARIANT
from derivegen.interop.handin.packed import Package, refuse_entities
from derivegen.interop.handin.pages import lost, told
from derivegen.interop.handin.pandoc import blocks
from derivegen.interop.handin.pictures import in_word
from derivegen.interop.handin.refusal import Refused
from derivegen.interop.handin.typed import Typed
from derivegen.marking.read.content import Content

_PARTS = re.compile(r"\[Content_Types\]\.xml|_rels/\.rels|word/(?:_rels/)?[^/]+\.(?:xml|rels)|docProps/[^/]+\.xml")
_FORMULA = re.compile(r"<m:oMath[ >]")
_OBJECT = re.compile(r"<w:object[ >]")
_BOX = re.compile(r"<w:txbxContent[ >].*?</w:txbxContent>", re.S)
_FALLBACK = re.compile(r"<mc:Fallback[ >].*?</mc:Fallback>", re.S)
_REMARK = re.compile(r"<w:comment [^>]*w:id=.*?</w:comment>", re.S)
_DELETED = re.compile(r"<w:del [^>]*>.*?</w:del>", re.S)
_PAGE_NUMBER = re.compile(
    r"<w:instrText[^>]*>\s*(?:NUM)?PAGES?\b.*?<w:fldChar [^>]*end|<w:fldSimple [^>]*PAGE.*?</w:fldSimple>", re.S
)
_PARAGRAPH = re.compile(r"<w:p[ >].*?</w:p>", re.S)
_TEXT = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>|<w:tab/>|<w:br/>")

_CONTROL = re.compile(r"<w:sdt>\s*<w:sdtPr>(.*?)</w:sdtPr>.*?<w:sdtContent>(.*?)</w:sdtContent>\s*</w:sdt>", re.S)
_LABELLED = re.compile(r'<w:alias w:val="(\d{1,2}[a-z]?): ')
_EMPTY = re.compile(r'<w:showingPlcHdr(?: w:val="(?:true|1|on)")? ?/>')
_PROTECTED = re.compile(r'<w:documentProtection (?=[^>]*w:edit="forms")(?=[^>]*w:enforcement="(?:1|true|on)")')
_CODE = re.compile(rf'<property [^>]*name="{VARIANT}"[^>]*>\s*<vt:lpwstr>([^<]*)</vt:lpwstr>')
_AROUND = re.compile(r"</?w:(?:fldSimple|customXml|bdo|dir)(?: [^<>]*)?>|<w:customXmlPr>.*?</w:customXmlPr>", re.S)
"""What pandoc 3.9 passes over with all that is in it: fields in their short form, marks of another program, directions of writing."""


def read(data: bytes) -> Content:
    """The document's text. Raises Refused."""
    package = Package(data)
    parts = {
        name: _DELETED.sub("", _FALLBACK.sub("", package.text(name)))
        for name in package.names(r"word/document\d*\.xml")
    }
    main = "".join(parts.values())
    if not main:
        raise Refused("damaged")
    for name in package.names(r"word/[^/]+\.xml"):
        refuse_entities(package.text(name)[:1000])
    code = _CODE.search(package.text("docProps/custom.xml"))
    if code is not None and _PROTECTED.search(package.text("word/settings.xml")):
        return Content("\n".join((f"{VARIANT}: {unescape(code[1])}", *_typed_in(main))))
    package.left *= 2  # the parts are read once more
    typed = Typed()
    whole = {name: _AROUND.sub("", _answered(package.text(name))) for name in parts}
    text = typed.text(blocks(package.only(lambda name: _PARTS.fullmatch(name) is not None, whole), "docx"))
    boxes = "\n".join(line for box in _BOX.findall(main) for line in _lines(box) if line not in text)
    edges = "\n".join(
        line
        for name in package.names(r"word/(?:header|footer)\d*\.xml")
        for line in _lines(_PAGE_NUMBER.sub("<", package.text(name)))
    )
    counted = Counter(typed.left_out)
    counted["formulas"] = len(_FORMULA.findall(main)) - typed.formulas
    counted["pictures"] = sum(in_word(package, name, shown) for name, shown in parts.items())
    counted["objects"] += len(_OBJECT.findall(main))
    counted["remarks"] = len(_REMARK.findall(package.text("word/comments.xml")))
    return Content("\n\n".join(filter(None, (text, boxes, edges))), lost=lost(counted))


def _answered(body: str) -> str:
    """A body without the words that stand in a field until somebody types."""
    return _CONTROL.sub(lambda control: "" if _EMPTY.search(control[1]) else control[0], body)


def _typed_in(body: str) -> Iterator[str]:
    """The answers in our own form, in which nothing else can be changed."""
    for about, content in _CONTROL.findall(body):
        label, text = _LABELLED.search(about), "".join(_text(content)).strip(f"{BLANK} ")
        if label is not None and text and not _EMPTY.search(about):
            yield told(label[1], text)


def _lines(xml: str) -> Iterator[str]:
    """The text of each paragraph."""
    for paragraph in _PARAGRAPH.findall(xml):
        text = "".join(_text(paragraph)).strip()
        if text:
            yield text


def _text(xml: str) -> Iterator[str]:
    """Its pieces of text."""
    return (unescape(match[1]) if match[1] is not None else " " for match in _TEXT.finditer(xml))
