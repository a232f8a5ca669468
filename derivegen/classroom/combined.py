"""PDFs go in; one with all their pages comes out, for the printer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

MOST = 250
"""Documents in one file: of a large class several files are made, so that memory and printer hold them."""


def combined(paths: Sequence[Path], right_hand: bool) -> Iterator[tuple[str, bytes]]:
    """The files, and what tells their names apart ("" if one is enough). Each document begins on a right-hand page if that is wanted."""
    starts = range(0, len(paths), MOST)
    for number, start in enumerate(starts, 1):
        yield f"-{number}" if len(starts) > 1 else "", _one(paths[start : start + MOST], right_hand)


def _one(paths: Sequence[Path], right_hand: bool) -> bytes:
    from pypdf import PdfWriter

    writer = PdfWriter()
    for path in paths:
        writer.append(path, import_outline=False)
        if right_hand and len(writer.pages) % 2:
            writer.add_blank_page()
    # every document brings the same fonts
    writer.compress_identical_objects()
    content = BytesIO()
    writer.write(content)
    return content.getvalue()
