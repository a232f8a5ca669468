"""A program in; its text out, to be read. It is never run.

What a program computes is not known without running it: its lines of numbers, its remarks and what was pasted into it are read, as in a
notebook.
"""

from __future__ import annotations

from derivegen.marking.read.content import Content
from derivegen.marking.read.files import decoded


def read(data: bytes) -> Content:
    """The program as the only cell of a notebook, without the signs that begin remarks."""
    content = decoded(data)
    return content if content.problem is not None else Content("\n".join(map(_line, content.text.splitlines())), "text")


def _line(line: str) -> str:
    bare = line.lstrip()
    return line if not bare.startswith(("#", "//", "%")) else line[: len(line) - len(bare)] + bare.lstrip("#/%! '")
