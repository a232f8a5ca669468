"""A document goes in; its relations that depend on numbers come out, or the same document with other relations in their places."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derivegen.document.blocks import Block, Derivation, Document, Item, Items, Prose, Row
from derivegen.formula.tree import Formula, Relation, values_in
from derivegen.records import replace

SIGNS: tuple[Relation, Relation] = ("=", "≈")
Sides = tuple[Formula, Formula]


def relations(document: Document) -> Iterator[Sides]:
    """Both sides of each, in order."""
    for block in document.blocks:
        if isinstance(block, Derivation):
            yield from _of_rows(block)
        elif isinstance(block, Items):
            for item in block.entries:
                yield from _of_prose(item.text)


def _of_rows(block: Derivation) -> Iterator[Sides]:
    before: Formula | None = None
    for row in block.rows:
        before = row.left if row.left is not None else before
        if before is not None and any(values_in(row.right)):
            yield before, row.right
        before = row.right


def _of_prose(text: Prose) -> Iterator[Sides]:
    for place in _places(text):
        before, behind = text[place - 1], text[place + 1]
        assert isinstance(before, Formula)
        assert isinstance(behind, Formula)
        yield before, behind


def _places(text: Prose) -> Iterator[int]:
    """Where in a sentence a relation stands between two formulas, of which the second has numbers."""
    for place in range(1, len(text) - 1):
        behind, before = text[place + 1], text[place - 1]
        between = text[place] in (f" {SIGNS[0]} ", f" {SIGNS[1]} ")
        if between and isinstance(before, Formula) and isinstance(behind, Formula) and any(values_in(behind)):
            yield place


def with_relations(document: Document, choose: Callable[[int], Relation]) -> Document:
    """The document with these relations in place of its own."""
    counted = iter(range(10**9))

    def row(own: Row) -> Row:
        return replace(own, relation=choose(next(counted))) if any(values_in(own.right)) else own

    def prose(text: Prose) -> Prose:
        at = {place: f" {choose(next(counted))} " for place in _places(text)}
        return tuple(at.get(place, run) for place, run in enumerate(text))

    def changed(block: Block) -> Block:
        if isinstance(block, Derivation):
            return replace(block, rows=tuple(map(row, block.rows)))
        if isinstance(block, Items):
            entries: tuple[Item, ...] = tuple(replace(item, text=prose(item.text)) for item in block.entries)
            return Items(entries)
        return block

    return replace(document, blocks=tuple(map(changed, document.blocks)))
