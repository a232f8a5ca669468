"""QTI 3.0: a student's questions go in one after the other; a package of items and a test comes out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from derivegen.interop import qti, qti_package
from derivegen.interop.platform import About, File
from derivegen.interop.written import MathmlWriter, QuizPage

WRITER, PICTURE, WHOLE = MathmlWriter, "{}", False
VERSION: Final = qti_package.Version(
    "qti-",
    "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
    "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1",
    "QTI Package",
    "3.0.0",
    "imsqti_item_xmlv3p0",
    "imsqti_test_xmlv3p0",
)


def piece(made: QuizPage) -> str:
    """One student's items."""
    return qti.piece(made, VERSION)


def files(pieces: Iterable[str], about: About) -> Iterator[File]:
    """The package of a class."""
    yield from qti_package.files(pieces, about, VERSION)
