"""A document in RTF in; its text out. Equations and pictures, of which pandoc reads none, are counted."""

from __future__ import annotations

import re

from derivegen.interop.handin.pages import lost
from derivegen.interop.handin.pandoc import blocks
from derivegen.interop.handin.refusal import Refused
from derivegen.interop.handin.typed import Typed
from derivegen.marking.read.content import Content

LARGEST = 10_000_000
_COUNTED = {"formulas": rb"\\moMath\b", "pictures": rb"\\pict\b", "objects": rb"\\object\b"}


def read(data: bytes) -> Content:
    """The document's text. Raises Refused."""
    if not data.lstrip().startswith(b"{\\rtf"):
        raise Refused("damaged")
    if len(data) > LARGEST:
        raise Refused("large-file", f"{LARGEST // 1_000_000} MB")
    typed = Typed()
    text = typed.text(blocks(data, "rtf"))
    counted = {reason: len(re.findall(pattern, data)) for reason, pattern in _COUNTED.items()}
    return Content(text, lost=lost({**counted, "formulas": counted["formulas"] - typed.formulas}))
