"""QTI 2.1: a student's questions go in one after the other; a package of items and a test comes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from derivegen.interop import qti, qti_package
from derivegen.interop.platform import About, File
from derivegen.interop.written import MathmlWriter, QuizPage

WRITER, PICTURE, WHOLE = MathmlWriter, "{}", False
VERSION: Final = qti_package.Version(
    "",
    "http://www.imsglobal.org/xsd/imsqti_v2p1",
    "http://www.imsglobal.org/xsd/imscp_v1p1",
    "QTIv2.1 Package",
    "1.0.0",
    "imsqti_item_xmlv2p1",
    "imsqti_test_xmlv2p1",
)


def piece(made: QuizPage) -> str:
    """One student's items."""
    return qti.piece(made, VERSION)


def files(pieces: Iterable[str], about: About) -> Iterator[File]:
    """The package of a class."""
    yield from qti_package.files(pieces, about, VERSION)
