"""Why a document is not read, raised wherever that is found out."""

from __future__ import annotations

from derivegen.marking.read.content import Problem


class Refused(Exception):
    """The document is not read; `problem` says why."""

    def __init__(self, reason: str, said: str = "") -> None:
        super().__init__(reason)
        self.problem = Problem(reason, said)
