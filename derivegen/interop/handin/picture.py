"""A picture in; that it cannot be read, and what to do, out. Handwriting is not guessed at: a number misread is an answer changed."""

from __future__ import annotations

from derivegen.marking.read.content import Content, refused


def read(_: bytes) -> Content:
    """That it is a picture."""
    return refused("picture")
