"""A document that is a zip of parts in; its parts out, within limits of their number and of what they grow to.

Nothing is unpacked before it is known how large it becomes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping

from derivegen.interop.handin.refusal import Refused

MOST_PARTS = 2_000
MOST_BYTES = 60_000_000
"""Of all parts that are read, unpacked."""
LARGEST_PART = 20_000_000
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How files of Word before 2007 begin, and those of later ones with a password."""


class Package:
    """The parts of a document. Raises Refused where it is damaged, has a password or grows beyond the limits."""

    def __init__(self, data: bytes) -> None:
        if data.startswith(OLD_OFFICE):
            raise Refused("password" if b"E\0n\0c\0r\0y\0p\0t" in data else "old-office")
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise Refused("damaged") from None
        parts = self.zip.infolist()
        if len(parts) > MOST_PARTS:
            raise Refused("many-parts", str(MOST_PARTS))
        if any(part.flag_bits & 1 for part in parts):
            raise Refused("password")
        self.sizes = {part.filename: part.file_size for part in parts}
        self.left = MOST_BYTES

    def names(self, pattern: str) -> list[str]:
        """The parts whose whole names fit a pattern."""
        return [name for name in self.sizes if re.fullmatch(pattern, name)]

    def part(self, name: str) -> bytes:
        """One part; nothing if it is not there."""
        if name not in self.sizes:
            return b""
        self.left -= self.sizes[name]
        if self.sizes[name] > LARGEST_PART or self.left < 0:
            raise Refused("grows", f"{MOST_BYTES // 1_000_000} MB")
        try:
            return self.zip.read(name)  # at most as many bytes as it says it has: else its sum is wrong
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
            raise Refused("damaged") from None
        except Exception as error:  # zlib.error, which is no part of what zipfile says it raises
            raise Refused("damaged") from error

    def head(self, name: str, count: int) -> bytes:
        """How one part begins, nothing if it is not there; no more of it is unpacked."""
        if name not in self.sizes:
            return b""
        try:
            with self.zip.open(name) as part:
                return part.read(count)
        except Exception:  # what is no picture any more is none of ours
            return b""

    def text(self, name: str) -> str:
        """One part of XML."""
        return self.part(name).decode("utf-8", "replace")

    def only(self, wanted: Callable[[str], bool], instead: Mapping[str, str] | None = None) -> bytes:
        """The same document with the wanted parts alone, without pictures, macros and what is embedded; `instead` stands for some."""
        result = io.BytesIO()
        with zipfile.ZipFile(result, "w") as package:
            for name in self.sizes:
                if instead is not None and name in instead:
                    package.writestr(name, instead[name])
                elif wanted(name) and not name.endswith("/"):
                    package.writestr(name, self.part(name))
        return result.getvalue()


def refuse_entities(xml: str) -> None:
    """XML of documents declares nothing; what does is meant to grow or to fetch. Raises Refused."""
    if re.search(r"<!(?:DOCTYPE|ENTITY)", xml[:100_000]):
        raise Refused("damaged")
