"""An archive in; that it is to be unpacked first, out: what is in it may be anybody's."""

from __future__ import annotations

from derivegen.marking.read.content import Content, refused


def read(_: bytes) -> Content:
    """That it is an archive."""
    return refused("archive")
