"""A document of a program whose files nothing here reads in; as what it is to be saved, out."""

from __future__ import annotations

from derivegen.marking.read.content import Content, refused


def read(_: bytes) -> Content:
    """That it is to be saved as something else."""
    return refused("save-as")
