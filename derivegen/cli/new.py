"""The command `new`: a path goes in, a commented network file comes out there."""

from __future__ import annotations

from pathlib import Path

import click

from derivegen.errors import InputError, printable


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--from", "source", default=None, help="Start from a network that ships, as example:xor.")
def new(file: Path, source: str | None) -> None:
    """Write a commented network file to start from; never replaces a file."""
    from derivegen.network.file.examples import example_path, templates_folder

    if file.exists():
        raise InputError(f"{file}: there is a file of that name already; choose another name, nothing was changed")
    start = templates_folder() / "new.toml" if source is None else example_path(source)
    from derivegen.render.files import write_all

    write_all(file.parent, [(file.name, start.read_bytes())])
    click.echo(printable(str(file)))
