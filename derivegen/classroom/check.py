"""A network and a text go in: what somebody has worked out on it. Its marking comes out, as data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from derivegen.classroom.marking import Marker
from derivegen.document.press import press
from derivegen.errors import said_of
from derivegen.marking.findings import Marking
from derivegen.marking.read.files import typed_in
from derivegen.network.file.load import opened
from derivegen.network.graph import build
from derivegen.network.network import Network
from derivegen.render.environment import Templates


def check(network: Network | str | Path | Mapping[str, Any], text: str, **options: Any) -> Marking:
    """The marking of a working or an article (lines of text, Markdown, LaTeX, a notebook) or of a table of answers (CSV, JSON), read and
    judged as the command `check` reads and judges it; of a table of several students all their findings. `options` are the keys of
    [document], and `notation`. Raises InputError for a network that cannot be loaded, never for the text."""
    own = opened(network, **options)
    with said_of(own.source):
        made = press(build(own), Templates())
    found = Marker(made).markings((typed_in(text),))
    return found[0] if len(found) == 1 else Marking(tuple(finding for each in found for finding in each.findings))
