"""The table of documents that can be handed in: for each its endings, what reads it, what that needs, and what of it can be lost.

To add a kind, add a file with a function from bytes to `Content` and a record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from derivegen.interop.handin.refusal import Refused
from derivegen.marking.read.content import Content, Reader, refused
from derivegen.records import dataclass

LARGEST = 30_000_000
"""Bytes of a document, most of which are its pictures."""
INSTALLED_BY = 'pip install "derivegen[handin]"'


@dataclass(frozen=True, slots=True)
class Handin:
    """A kind of document: what its files end with, the module that reads it (its function `read`), the packages that needs beside those
    derivegen always has, and what the reader may have to leave out, by the keys of the sentences that say so; `refused` is that of why
    none is read: handwriting is not guessed at, and what is in an archive may be anybody's."""

    endings: tuple[str, ...]
    module: str = ""
    needs: tuple[str, ...] = ()
    loses: tuple[str, ...] = ()
    refused: str = ""

    @property
    def lacking(self) -> bool:
        """Whether a package that reads it is not installed."""
        return not all(map(find_spec, self.needs))

    def __call__(self, path: Path) -> Content:
        """What a file says. Raises OSError."""
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
        return self.content(data)

    def content(self, data: bytes) -> Content:
        """What the bytes of a file say."""
        if len(data) > LARGEST:
            return refused("large-file", f"{LARGEST // 1_000_000} MB")
        if not data:
            return refused("empty-file")
        if self.refused:
            return refused(self.refused)
        if self.lacking:
            return refused("part-missing", INSTALLED_BY)
        read: Callable[[bytes], Content] = import_module(f"derivegen.interop.handin.{self.module}").read
        try:
            content = read(data)
        except Refused as error:
            return Content(problem=error.problem)
        except Exception:  # whatever a library meets in a file that is not as it should be, it is the file's fault
            return refused("damaged")
        return refused("empty-file") if content.problem is None and _is_empty(content) else content


def _is_empty(content: Content) -> bool:
    return not content.text.strip() and not content.lost


_PICTURES = (".png", ".jpg", ".jpeg", ".heic", ".heif", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".svg", ".avif")
_PROGRAMS = (".py", ".r", ".jl", ".m")
_OTHERS = (
    ".doc",
    ".dot",
    ".pages",
    ".wps",
    ".wpd",
    ".xls",
    ".xlsb",
    ".numbers",
    ".one",
    ".djvu",
    ".ps",
    ".eps",
    ".ppt",
)
_SLIDES = (".pptx", ".odp", ".key", ".epub", ".gdoc", ".gsheet", ".fodt", ".fods", ".dotx")
_OF_PAGES = ("pictures", "objects", "boxes", "remarks", "struck")
HANDINS = (
    Handin((".docx", ".docm"), "word", ("pypandoc",), ("formulas", *_OF_PAGES)),
    Handin((".odt", ".ott"), "opendocument", ("pypandoc",), ("formulas", *_OF_PAGES)),
    Handin((".rtf",), "rich_text", ("pypandoc",), ("formulas", "pictures", "objects")),
    Handin((".pdf",), "portable", ("pypdf",), ("pictures", "set-apart", "no-letters")),
    Handin(
        (".xlsx", ".xlsm", ".ods"), "spreadsheet", ("python_calamine",), ("pictures", "not-computed", "cell-errors")
    ),
    Handin(_PROGRAMS, "program"),
    Handin(_PICTURES, refused="picture"),
    Handin((".zip", ".7z", ".rar", ".gz", ".tar", ".tgz"), refused="archive"),
    Handin((*_OTHERS, *_SLIDES), refused="save-as"),
)
READERS: Mapping[str, Reader] = {ending: kind for kind in HANDINS for ending in kind.endings}
"""What reads a file that is no text, by its ending."""
