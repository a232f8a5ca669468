"""The command `names`: a network goes in, a line for every quantity comes out."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import click

from derivegen.cli.options import NOTATION, told
from derivegen.cli.sectioned import Sectioned
from derivegen.cli.typed import NET
from derivegen.errors import InputError, said_of


@click.command(cls=Sectioned)
@click.argument("net", type=NET)
@click.option("--notation", type=NOTATION, default=None, help="The notation whose symbols are shown.")
@click.option(
    "--translate", type=NOTATION, default=None, help="A second notation, its symbols in a column of their own."
)
def names(net: str, translate: str | None, **options: Any) -> None:
    """List every quantity of NET. A line has canonical name, symbol and value, with --translate the second symbol behind the first."""
    from derivegen.api import solve as solve_network
    from derivegen.formula.print.plain import plain

    solution = solve_network(net, **told(options))
    trace, notations = solution.trace, [solution.notation]
    if translate is not None:
        from derivegen.notation.choose import choose

        with said_of(solution.network.source):
            notations.append(choose(solution.graph, translate))
    derivation = solution.derivation
    for name in (*solution.graph.names(), *derivation.targets(), *derivation.by_data()):
        symbols = "\t".join(plain(each.symbol(name)) for each in notations)
        number = ""
        with suppress(InputError):  # a derivative by a target may have none where the loss has
            number = trace.text(name) if trace.known(name) else ""
        click.echo(f"{name}\t{symbols}\t{number}".rstrip())
