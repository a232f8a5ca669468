"""The chains of a derivative: its name goes in, the terms it is worked out from come out, step by step or with upstream
derivatives written out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from derivegen.calculus.chain import Derivation
from derivegen.errors import Symbolic
from derivegen.formula.tree import ONE, Formula, Quantity, names_in
from derivegen.network.names import derivative, parse_derivative
from derivegen.rounding.orders import EVERY_ORDER

LONGEST = 16
"""Factors up to which a chain is written out; of longer ones the rest stays the upstream derivative it is."""


class Part(NamedTuple):
    """A factor of a chain: how it reads, and whether it is a derivative that can be written out in its turn."""

    name: str
    reading: Formula
    opens: bool = False


Chain = tuple[Part, ...]


def _names(chains: Sequence[Chain]) -> tuple[tuple[tuple[str, bool], ...], ...]:
    """What tells chains apart; the slope of the loss has one name as it stands and written out."""
    return tuple(tuple((part.name, part.opens) for part in chain) for chain in chains)


class Chains:
    """The chains of the derivatives of one network; what is `fixed`, because somebody has a value for it, is not written out."""

    def __init__(self, derivation: Derivation, fixed: Collection[str]) -> None:
        self.derivation, self.graph = derivation, derivation.graph
        self._fixed = fixed
        self._steps: dict[str, tuple[Chain, ...]] = {}

    def written_out(self, name: str) -> Iterator[Sequence[Chain]]:
        """The chain with upstream derivatives written out: those of one term all, those that are sums so many deep, as long as there
        are no more terms than anybody writes."""
        before = _names(self.of(name))
        for sums in range(EVERY_ORDER):
            chains = [out for each in self.of(name) for out in self._opened(each, sums)]
            now = _names(chains)
            if len(chains) > EVERY_ORDER or (sums and now == before):
                return
            if now != before:
                yield chains
            before = now

    def _opened(self, chain: Chain, sums: int, left: int = LONGEST) -> list[Chain]:
        """One term with what can be written out in place of it, and again."""
        place = next((n for n, part in enumerate(chain) if part.opens and part.name not in self._fixed), None)
        if place is None or left == 0:
            return [chain]
        inner = self.of(chain[place].name)
        fewer = sums - (len(inner) > 1)
        if fewer < 0:
            return [chain]
        longer = ((*chain[:place], *each, *chain[place + 1 :]) for each in inner)
        return [out for each in longer for out in self._opened(each, fewer, left - 1)]

    def of(self, name: str) -> tuple[Chain, ...]:
        """The terms of the step of a derivative; factors 1 are left out."""
        if name not in self._steps:
            self._steps[name] = tuple(
                tuple(part for part in chain if part.reading != ONE) for chain in self._stepped(name)
            )
        return self._steps[name]

    def _stepped(self, name: str) -> Iterator[Chain]:
        pair = parse_derivative(name)
        assert pair is not None
        if pair[0] == "loss" or pair[0].startswith("loss@"):
            for term in self._of_root(pair[0])[name].terms:
                yield tuple(Part(part.name, part.reading, part.role == "upstream") for part in term.factors)
        elif self.derivation.local(*pair) is not None:
            yield (Part("", self.local(name)),)
        else:
            yield from self._through(*pair)

    def _of_root(self, root: str) -> Derivation:
        row = root.partition("@")[2]
        if not row or self.derivation.row is not None:
            return self.derivation
        return self.derivation.of_row(int(row) if row.isdigit() else row)

    def _through(self, of: str, by: str) -> Iterator[Chain]:
        """A derivative over several links: by everything `of` is computed from directly, times what that feels of `by`."""
        formula = self.graph[of].formula
        parents = dict.fromkeys(names_in(formula)) if formula else {}
        for parent in parents:
            local = self.derivation.local(of, parent)
            if local is not None:
                rest = derivative(parent, by)
                yield Part(local.name, local.reading), Part(rest, Quantity(rest), opens=True)

    def local(self, name: str) -> Formula:
        """How a derivative over one edge reads."""
        pair = parse_derivative(name)
        factor = self.derivation.local(*pair) if pair is not None else None
        if factor is None:
            raise Symbolic(name)
        return factor.reading
