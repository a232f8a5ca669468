"""The parts of a document in; how many of the pictures it shows are none of our sheets out: a photo of working is one, and is not read.

A drawing with a pen on the screen and a chart are pictures too; what stands for an embedded object is counted with that.
"""

from __future__ import annotations

import posixpath
import re

from derivegen.interop.handin.packed import Package
from derivegen.render.own_picture import HEAD, is_own

_OBJECT = re.compile(r"<w:object[ >].*?</w:object>", re.S)
_SHOWN = re.compile(r'<(?:a:blip|v:imagedata)\b[^>]*?\br:(?:embed|link|id)="([^"]{1,200})"')
_DRAWN = re.compile(r"<(?:\w+:contentPart|c:chart|dgm:relIds)\b")
_RELATION = re.compile(r"<Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(r'\b(Id|Target)="([^"]*)"')
_OPEN_SHOWN = re.compile(r'<draw:image\b(?:[^>]*?\bxlink:href="([^"]*)")?[^>]*>')
_REPLACES = re.compile(r"(?:\./)?ObjectReplacements/")
_SECOND = re.compile(r"(?:/>|</draw:image>)\s*$")


def in_word(package: Package, part: str, shown: str) -> int:
    """Those of a part of a Word document; `shown` is what of it is shown."""
    folder, name = posixpath.split(part)
    relations = package.text(f"{folder}/_rels/{name}.rels")
    targets = {
        found["Id"]: found["Target"]
        for each in _RELATION.findall(relations)
        if {"Id", "Target"} <= (found := dict(_ATTRIBUTE.findall(each))).keys()
    }
    text = _OBJECT.sub("", shown)
    files = (_joined(folder, targets.get(each, "")) for each in _SHOWN.findall(text))
    return len(_DRAWN.findall(text)) + sum(not _is_ours(package, file) for file in files)


def in_open_document(package: Package, content: str) -> int:
    """Those of a text of LibreOffice; the second form of a picture, which stands behind the first, is none of its own."""
    shown = (
        match[1] or ""
        for match in _OPEN_SHOWN.finditer(content)
        if not _REPLACES.match(match[1] or "") and not _is_second(content, match.start())
    )
    return sum(not _is_ours(package, file.removeprefix("./")) for file in shown)


def _is_second(content: str, at: int) -> bool:
    before = content[max(0, at - 40) : at]
    return _SECOND.search(before) is not None and content.rfind("<draw:image", 0, at) > content.rfind(
        "<draw:frame", 0, at
    )


def _joined(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


def _is_ours(package: Package, file: str) -> bool:
    return is_own(package.head(file, HEAD))
