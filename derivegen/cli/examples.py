"""The command `examples`: a line for every network that ships comes out."""

from __future__ import annotations

import click


@click.command()
def examples() -> None:
    """List the networks that ship. Their names stand wherever NET does."""
    import tomllib

    from derivegen.network.file.examples import example_names, example_path

    for name in example_names():
        title = tomllib.loads(example_path(name).read_text(encoding="utf-8")).get("title", "")
        click.echo(f"example:{name}\t{title}")
