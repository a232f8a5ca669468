"""Takes the `[[kind]]` sections of a file; gives kinds of layers of one's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from derivegen.network.file.layer_sections import OwnKind
from derivegen.network.file.messages import Fault, shown
from derivegen.network.tables.layer_kinds import DENSE, LAYER_KINDS
from derivegen.network.tables.layer_texts import EXAMPLE, LayerKind, LayerText

_TAKES: Final = re.compile(r"(?:\*|[a-z]\w{0,3}\??)(?:\s*,\s*[a-z]\w{0,3}\??)*")


def own_kinds(sections: Sequence[OwnKind]) -> dict[str, LayerKind]:
    """The kinds by name. Raises Fault."""
    found: dict[str, LayerKind] = {}
    for number, section in enumerate(sections, 1):
        path = f"kind[{number}]"
        if section.name in (DENSE.name, *LAYER_KINDS, *found):
            raise Fault(f"{path}.name", shown(section.name), "a name that no kind has yet", "choose another name")
        found[section.name] = _kind(section, path)
    return found


def _kind(section: OwnKind, path: str) -> LayerKind:
    takes = re.sub(r"\s", "", section.takes)
    if not _TAKES.fullmatch(section.takes.strip()) or EXAMPLE in takes.replace("?", "").split(","):
        expected = f"small letters with commas between, and none of them {EXAMPLE}, which counts examples"
        raise Fault(f"{path}.takes", shown(section.takes), expected, 'write takes = "t,k"')
    other = any(re.search(r"\bother\[", right) for _, right in section.nodes)
    text = LayerText(
        takes,
        section.nodes,
        dict(section.axes),
        weights=tuple(section.parameters),
        outside=section.outside,
        other=takes if other else "",
    )
    start: dict[str, Any] = {left.partition("[")[0]: n for left, n in section.parameters.items() if n is not None}
    return LayerKind(section.name, (text,), start=start, loose=True)
