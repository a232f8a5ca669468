"""The command `serve`: the pages in a browser, until it is ended."""

from __future__ import annotations

import click

from derivegen.cli.sectioned import Sectioned


@click.command(cls=Sectioned)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen; 0.0.0.0 for other machines too.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 for any that is free.")
@click.option(
    "--workers", type=click.IntRange(1, 256), default=None, help="Processes that compute (default: one for each core)."
)
@click.option(
    "--rate",
    type=click.FloatRange(min=0),
    default=20.0,
    show_default=True,
    help="Requests a second of one client; 0 for no limit.",
)
def serve(host: str, port: int, workers: int | None, rate: float) -> None:
    """Explain, practise and check in a browser.

    Nothing that is typed is stored; the network lives in the address of the page.
    """
    from derivegen.classroom.crew import cores
    from derivegen.web.serving import serve as serve_at

    serve_at(host, port, workers or cores(), rate, click.echo)
