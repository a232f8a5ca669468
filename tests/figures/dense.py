"""The links of a dense network, as tests draw them."""

from __future__ import annotations

from collections.abc import Container, Sequence

from derivegen.figures.figure import Link, Unit


def dense_links(
    widths: Sequence[int], loss: bool = False, missing: Container[tuple[Unit, Unit]] = ()
) -> tuple[Link, ...]:
    """All links between neighbouring columns of these widths (and into the loss) but the missing ones."""
    all_widths = [*widths, 1] if loss else list(widths)
    pairs = (
        ((column, k), (column + 1, j))
        for column in range(len(all_widths) - 1)
        for j in range(all_widths[column + 1])
        for k in range(all_widths[column])
    )
    return tuple(Link(*pair) for pair in pairs if pair not in missing)
