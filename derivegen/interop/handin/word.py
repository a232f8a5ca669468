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

from derivegen.interop.handin.packed import Package, refuse_entities
from derivegen.interop.handin.pages import lost
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
_PARAGRAPH = re.compile(r"<w:p[ >].*?</w:p>", re.S)
_TEXT = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>|<w:tab/>|<w:br/>")


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
    package.left *= 2  # the parts are read once more
    typed = Typed()
    text = typed.text(blocks(package.only(lambda name: _PARTS.fullmatch(name) is not None), "docx"))
    boxes = "\n".join(line for box in _BOX.findall(main) for line in _lines(box) if line not in text)
    edges = "\n".join(
        line for name in package.names(r"word/(?:header|footer)\d*\.xml") for line in _lines(package.text(name))
    )
    counted = Counter(typed.left_out)
    counted["formulas"] = len(_FORMULA.findall(main)) - typed.formulas
    counted["pictures"] = sum(in_word(package, name, shown) for name, shown in parts.items())
    counted["objects"] += len(_OBJECT.findall(main))
    counted["remarks"] = len(_REMARK.findall(package.text("word/comments.xml")))
    return Content("\n\n".join(filter(None, (text, boxes, edges))), lost=lost(counted))


def _lines(xml: str) -> Iterator[str]:
    """The text of each paragraph."""
    for paragraph in _PARAGRAPH.findall(xml):
        text = "".join(unescape(match[1]) if match[1] is not None else " " for match in _TEXT.finditer(paragraph))
        if text.strip():
            yield text.strip()
