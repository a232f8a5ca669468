"""A PNG of ours in; the same with a word in it that says whose it is out, by which it is known again in a document that comes back.

Word, LibreOffice and pandoc keep a picture's bytes; of its name, its title and its description each loses another.
"""

from __future__ import annotations

import struct
import zlib

_HEADER = 33
"""Bytes of the signature and the first chunk, which has to be the first."""
_WORD = b"Software\0derivegen"
_CHUNK = struct.pack(">I", len(_WORD)) + b"tEXt" + _WORD + struct.pack(">I", zlib.crc32(b"tEXt" + _WORD))
HEAD = _HEADER + len(_CHUNK)
"""Bytes by which it is known."""


def signed(png: bytes) -> bytes:
    """The picture with the word behind its header."""
    return png[:_HEADER] + _CHUNK + png[_HEADER:]


def is_own(head: bytes) -> bool:
    """Whether a file that begins so is a picture of ours."""
    return head[_HEADER:HEAD] == _CHUNK
