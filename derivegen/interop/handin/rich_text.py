"""A document in RTF in; its text out. Equations and pictures, of which pandoc reads none, are counted."""

from __future__ import annotations

import re
from collections import Counter

from derivegen.interop.handin.pages import lost
from derivegen.interop.handin.pandoc import blocks
from derivegen.interop.handin.refusal import Refused
from derivegen.interop.handin.typed import Typed
from derivegen.marking.read.content import Content
from derivegen.render.own_picture import HEAD, is_own

LARGEST = 10_000_000
_FORMULAS = (rb"\\moMath\b", rb"\\mmath\b")
"""LibreOffice writes a short equation as a picture alone, in a group that says what it is."""
_PICTURE = re.compile(rb"\\pict\b")
_FOR_SOMETHING = re.compile(
    rb"\\(?:nonshppict|mmath|mmathPict|result)\b[^\\]{0,40}(?:\\\*\s{0,4}\\shppict[^\\]{0,10})?\Z"
)
"""What stands before a picture that shows an equation, an object, or another picture once more."""
_BYTES = re.compile(
    rb"\\pngblip\b(?:\\[a-z]{1,32}-?\d{0,9}\s{0,4}){0,20}\s{0,4}((?:[0-9a-fA-F]{2}\s{0,4}){1,%d})" % HEAD
)
_BRACE = re.compile(rb"\\[\\{}]|([{}])")


def read(data: bytes) -> Content:
    """The document's text. Raises Refused."""
    if not data.lstrip().startswith(b"{\\rtf"):
        raise Refused("damaged")
    if len(data) > LARGEST:
        raise Refused("large-file", f"{LARGEST // 1_000_000} MB")
    typed = Typed()
    text = typed.text(blocks(_closed(data), "rtf"))
    counted = Counter({"formulas": max(len(re.findall(pattern, data)) for pattern in _FORMULAS) - typed.formulas})
    counted["pictures"] = sum(_is_foreign(data, match) for match in _PICTURE.finditer(data))
    counted["objects"] = len(re.findall(rb"\\object\b", data))
    return Content(text, lost=lost(counted))


def _closed(data: bytes) -> bytes:
    """The document with all its groups closed: LibreOffice leaves one open at each equation in a line, and pandoc then reads nothing."""
    braces = Counter(match[1] for match in _BRACE.finditer(data))
    return data + b"}" * (braces[b"{"] - braces[b"}"])


def _is_foreign(data: bytes, match: re.Match[bytes]) -> bool:
    """Whether a picture stands for itself and is not one of ours."""
    if _FOR_SOMETHING.search(data[max(0, match.start() - 60) : match.start()].rstrip(b"{")) is not None:
        return False
    begun = _BYTES.search(data, match.end(), match.end() + 2_000)
    return begun is None or not is_own(bytes.fromhex(begun[1].decode()))
