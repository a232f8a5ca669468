"""The command `explain`: a network and the name of a quantity go in, the derivation of one derivative comes out, on the terminal first."""

from __future__ import annotations

from typing import Any

import click

from derivegen.cli.options import body_options, options_of_one, told
from derivegen.cli.sectioned import Sectioned
from derivegen.cli.solve import check_formats, write_or_show
from derivegen.cli.terminal import quietly
from derivegen.cli.typed import NET, Word
from derivegen.render.format import TEXT, chosen, listed, offered


@click.command(cls=Sectioned)
@click.argument("net", type=NET)
@click.argument("name")
@click.option(
    "--to",
    type=Word(lambda: (form.key for form in offered("solve")), several=True),
    default=TEXT.key,
    show_default=True,
    help=f"Formats, separated by commas: {listed('solve')}.",
)
@click.option("-o", "--output", default="-", show_default="standard output", help="Folder; FILE.pdf with one format.")
@click.option("--templates", default=None, help="A folder of templates that override those that ship.")
@body_options
@options_of_one
@quietly
def explain(net: str, name: str, to: str, output: str, body: bool, **options: Any) -> None:
    """Show how one derivative of NET comes about. It is that of the loss by NAME, as w5, 'dE/dw5' or w.1.2.3."""
    formats = chosen(to, "solve")
    check_formats(formats, output, body=body)
    from derivegen.api import explain as explain_one

    write_or_show(explain_one(net, name, **told(options)), formats, output, body=body)
