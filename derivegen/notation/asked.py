"""Names of quantities as people type them go in, with a graph and its notation; the canonical names come out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from derivegen.errors import InputError
from derivegen.network.graph import Graph
from derivegen.notation.notation import Notation
from derivegen.notation.typed_names import Names

_BY = re.compile(r"[d∂]\w*(?:\[\d+\])*\s*/\s*[d∂](.+)")
"""A derivative, of which what it is taken by is asked for."""
_BETWEEN = re.compile(r",(?![^\[]*\])(?![^{]*\})")
"""A comma that stands between names, not between the indices of one."""
_BRACED = str.maketrans("", "", "{}\\ ")


def canonical(graph: Graph, notation: Notation, typed: str) -> str:
    """The name of a quantity for `w5`, `w_{12}` or `dE/dw5`, in the notation chosen or, where it has no such name, in another; what names
    nothing stays as it was typed, for whoever refuses it. Raises InputError for what may name several quantities."""
    plain = typed.translate(_BRACED)
    names = Names(graph, notation)
    by = _BY.fullmatch(plain)
    for text in (plain, by[1] if by is not None else ""):
        known = text in graph.families or graph.locate(text) is not None
        found = () if known or not text else names.identifier(text)
        if len(found) > 1:
            raise InputError(f'"{typed}" may be {" or ".join(found)}; write which')
        if found:
            return found[0]
    return typed


def canonical_all(graph: Graph, notation: Notation, typed: str | Sequence[str]) -> tuple[str, ...]:
    """The same of several, or of a text with commas between them."""
    several = _BETWEEN.split(typed) if isinstance(typed, str) else typed
    return tuple(canonical(graph, notation, each.strip()) for each in several if each.strip())
