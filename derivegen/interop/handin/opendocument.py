"""A text of LibreOffice in; its text out, equations as LaTeX. Pictures and equations that pandoc passes over are counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape

from derivegen.exercise.pages.fields import BLANK
from derivegen.interop.handin.packed import Package, refuse_entities
from derivegen.interop.handin.pages import lost
from derivegen.interop.handin.pandoc import blocks
from derivegen.interop.handin.pictures import in_open_document
from derivegen.interop.handin.refusal import Refused
from derivegen.interop.handin.typed import Typed
from derivegen.marking.read.content import Content

_PARTS = re.compile(r"mimetype|META-INF/manifest\.xml|(?:[^/]+/)?(?:content|styles|meta|settings)\.xml")
_OBJECT = re.compile(r"<draw:object[ >]")
_OWN = re.compile(r'(<draw:object\b[^>]*? xlink:href="[^"/]*(?:/[^"/]+)*)/"')
_REMARK = re.compile(r"<office:annotation[ >]")
_MATH = re.compile(r"<(?:math:|\w+:)?math[ >]")
_MASTER = re.compile(r"<style:(?:header|footer)[ >].*?</style:(?:header|footer)>", re.S)
_PAGE_NUMBER = re.compile(r"<text:page-(number|count)[ >].*?</text:page-\1>", re.S)
_PARAGRAPH = re.compile(r"<text:(?:p|h)[ >].*?</text:(?:p|h)>", re.S)

_KINDS = "text-input|(?:user-field|variable)-(?:get|set|input)|expression|conditional-text|drop-down|meta|meta-field|sequence-ref"
_FIELD = re.compile(rf"</?(?:text:(?:{_KINDS})|loext:content-control)(?: [^<>]*)?>(?:{BLANK}+(?=</))?")
"""What pandoc 3.9 passes over with the text in it: fields. A form of ours is filled with strokes where nobody typed."""


def read(data: bytes) -> Content:
    """The document's text. Raises Refused."""
    package = Package(data)
    if b"encryption-data" in package.part("META-INF/manifest.xml"):
        raise Refused("password")
    content = package.text("content.xml")
    if not content:
        raise Refused("damaged")
    for name in package.names(r"(?:[^/]+/)?(?:content|styles)\.xml"):
        refuse_entities(package.text(name)[:1000].replace("<!DOCTYPE math:math PUBLIC", ""))
    package.left *= 2
    typed = Typed()
    whole = {
        "content.xml": _FIELD.sub("", _OWN.sub(r'\1"', content))
    }  # pandoc follows "Object 1", not "Object 1/" as it writes itself
    text = typed.text(blocks(package.only(lambda name: _PARTS.fullmatch(name) is not None, whole), "odt"))
    counted = Counter(typed.left_out)
    formulas = sum(_MATH.search(package.text(name)) is not None for name in package.names(r"[^/]+/content\.xml"))
    counted["formulas"] = formulas - typed.formulas
    counted["pictures"] = in_open_document(package, content)
    counted["objects"] = len(_OBJECT.findall(content)) - formulas
    counted["remarks"] = len(_REMARK.findall(content))
    edges = "\n".join(line for edge in _MASTER.findall(package.text("styles.xml")) for line in _lines(edge))
    return Content("\n\n".join(filter(None, (text, edges))), lost=lost(counted))


def _lines(xml: str) -> Iterator[str]:
    for paragraph in _PARAGRAPH.findall(xml):
        text = unescape(re.sub(r"<[^<>]*>", "", _PAGE_NUMBER.sub("", paragraph))).strip()
        if text:
            yield text
