"""A table whose rows count the units of a layer, or the places of an index letter, goes in: | 1 | 0.15 | 0.54 | under | unit | z | h |;
what each of its columns may say of each row comes out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from derivegen.marking.read.cells import Cell, Grid
from derivegen.marking.read.function_words import ACTIVATION
from derivegen.marking.read.symbols import IMPLIED
from derivegen.notation.typed_names import Names
from derivegen.notation.vocabulary import bare

_INDEXED = re.compile(r"(?P<base>[A-Za-z]{1,8})_?\{?(?P<letter>[a-z])\}?")
Members = tuple[tuple[str, ...], ...]
"""Of each row the quantities that a column may mean."""


def counted(head: Sequence[Cell], body: Grid, names: Names) -> list[Members]:
    """What each column says of the rows, () where its title says nothing; nothing where rows do not count, or no title says so."""
    if not body or any(row[0].bare != str(number) for number, row in enumerate(body, 1)):
        return []
    found = [_members(cell.bare, head[0].bare, len(body), names) for cell in head]
    return found if any(found[1:]) else []


def _members(title: str, letter: str, count: int, names: Names) -> Members:
    """The units of each layer that has so many, or a family at each place."""
    graph, indexed = names.graph, _INDEXED.fullmatch(title.strip("$ "))
    bases, of = list[str](), ""
    if indexed is not None and indexed["letter"] == letter.strip("$ "):
        bases = [indexed["base"]]
    elif graph.layered:
        of = next((said for word in title.split() if (said := of_unit(word)) not in ("", "t")), "")
        bases = [f"{of}[{layer.number}]" for layer in graph.stack if of and graph.widths[layer.number] == count]
    each = [[names.canonical(f"{base}[{number}]") for base in bases] for number in range(1, count + 1)]
    found = tuple(tuple(name for name in row if name) for row in each)
    return found if of or all(found) else ()


def of_unit(title: str) -> str:
    """Which number of a unit stands in a column: z, a, t or delta; "" where it does not say so."""
    word = bare(title)
    found = IMPLIED.get(title.strip("$ ")) or IMPLIED.get(word.replace(" ", "_"))
    return found or ("a" if word in ACTIVATION else "")
