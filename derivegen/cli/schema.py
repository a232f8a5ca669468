"""The command `schema`: the JSON Schema of the network file comes out."""

from __future__ import annotations

import click


@click.command()
def schema() -> None:
    """Print the JSON Schema of the network file, for editors."""
    import json

    from derivegen.network.file.schema import json_schema

    click.echo(json.dumps(json_schema(), indent=1, ensure_ascii=False))
