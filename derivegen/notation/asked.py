"""Names of quantities as people type them go in, with a graph and its notation; the canonical names come out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from derivegen.errors import InputError
from derivegen.network.graph import Graph
from derivegen.network.members import first_of
from derivegen.network.names import derivative, parse_derivative
from derivegen.notation.notation import Notation
from derivegen.notation.spelling import Spelling
from derivegen.notation.typed_names import Names
from derivegen.records import dataclass

_BY = re.compile(r"[d∂]\w*(?:\[\d+\])*\s*/\s*[d∂](.+)")
"""A derivative, of which what it is taken by is asked for."""
_BETWEEN = re.compile(r",(?![^\[]*\])(?![^{]*\})")
"""A comma that stands between names, not between the indices of one."""
_PRINTED = re.compile(
    r"(?P<base>[^\W\d_]+)(?:\^\(?(?P<above>\w{1,4})\)?(?:_(?P<below>[\w,]{1,9}))?|_(?P<sub>[\w,]{1,9})\^\(?(?P<sup>\w{1,4})\)?)"
)
"""A letter with marks above and below, in either order."""
_BRACED = str.maketrans("", "", "{}\\ ")


def canonical(graph: Graph, notation: Notation, typed: str) -> str:
    """The name of a quantity for `w5`, `w_{12}` or `dE/dw5`, in the notation chosen or, where it has no such name, in another; what names
    nothing stays as it was typed, for whoever refuses it. Raises InputError for what may name several quantities."""
    plain = typed.translate(_BRACED)
    names = Names(graph, notation)
    by = _BY.fullmatch(plain)
    for text in (plain, by[1] if by is not None else ""):
        known = text in graph.families or graph.locate(text) is not None
        found = () if known or not text else names.identifier(text) or _as_printed(names, text)
        if len(found) > 1:
            raise InputError(f'"{typed}" may be {" or ".join(found)}; write which')
        if found:
            return found[0]
    return typed


def _as_printed(names: Names, text: str) -> tuple[str, ...]:
    """A symbol with what stands above and below it: w^(1)_12, w_12^(1)."""
    match = _PRINTED.fullmatch(text)
    if match is None:
        return ()
    return names.resolve(Spelling(match["base"], match["below"] or match["sub"] or "", match["above"] or match["sup"]))


def canonical_all(graph: Graph, notation: Notation, typed: str | Sequence[str]) -> tuple[str, ...]:
    """The same of several, or of a text with commas between them."""
    several = _BETWEEN.split(typed) if isinstance(typed, str) else typed
    return tuple(canonical(graph, notation, each.strip()) for each in several if each.strip())


_WHOLE = re.compile(r"(?P<of>[d∂]\w+/[d∂])?W_?(?P<layer>\d{1,3})")


def canonical_array(graph: Graph, notation: Notation, typed: str) -> str:
    """The same where a whole array is asked for: W1 and dL/dW1 are all weights of the first layer, whatever the notation numbers."""
    match = _WHOLE.fullmatch(typed.translate(_BRACED))
    weights = f"w[{match['layer']}]" if match is not None else ""
    if match is not None and weights in graph.families:
        return derivative("loss", weights) if match["of"] else weights
    return canonical_self(graph, notation, typed)


def canonical_self(graph: Graph, notation: Notation, typed: str) -> str:
    """The same where a derivative is asked for itself, and not for what it is taken by."""
    by = _BY.fullmatch(typed.translate(_BRACED))
    found = canonical(graph, notation, typed)
    return derivative("loss", found) if by is not None and found != typed and parse_derivative(found) is None else found


@dataclass(frozen=True, eq=False)
class Named(Mapping[str, float]):
    """Numbers by canonical name that are found by every name that `named` reads, a derivative by what it is taken by."""

    numbers: Mapping[str, float]
    named: Callable[[str], str]

    def __getitem__(self, name: str) -> float:
        """The number. Raises KeyError where there is none of that name."""
        if name in self.numbers:
            return self.numbers[name]
        own = self.named(name)
        pair = parse_derivative(own)
        return self.numbers[own if pair is None else pair[1]]

    def __contains__(self, name: object) -> bool:
        try:
            return isinstance(name, str) and (name in self.numbers or self[name] is not None)
        except (KeyError, InputError):
            return False

    def __iter__(self) -> Iterator[str]:
        return iter(self.numbers)

    def __or__(self, other: Mapping[str, float]) -> dict[str, float]:
        return {**self.numbers, **other}

    def __ror__(self, other: Mapping[str, float]) -> dict[str, float]:
        return {**other, **self.numbers}

    def __len__(self) -> int:
        return len(self.numbers)

    def __repr__(self) -> str:
        return first_of(self.numbers)
