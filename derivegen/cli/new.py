"""The command `new`: a path goes in, a commented network file comes out there, or that of a model of another library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from derivegen.cli.sectioned import Sectioned
from derivegen.cli.terminal import quietly, say
from derivegen.errors import InputError, printable


@click.command(cls=Sectioned)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "source",
    default=None,
    help="Start from a network that ships, as example:xor, or from a model: .safetensors .npz .keras .h5 .onnx .skops, numpy code (.py).",
)
@click.option(
    "--inputs",
    default=None,
    help="Of a model: rows such as [[0.5, 1.0]], or a .npy or .csv file, laid out as the model has them.",
)
@click.option("--targets", default=None, help="Of a model: rows such as [[1.0]], or a .npy or .csv file.")
@click.option("--loss", default=None, help="Of a model: the name of a loss.")
@click.option("--activations", default=None, help="Of arrays alone: what is taken of each layer's z, as tanh,linear.")
@click.option("--layers", default=None, help="Of arrays alone: a network file of the layers, without their numbers.")
@click.option("--weights-as", default=None, help='Of arrays alone: "units x inputs" or "inputs x units".')
@quietly
def new(file: Path, source: str | None, **options: Any) -> None:
    """Write a commented network file to start from. No file is ever replaced."""
    if file.exists():
        raise InputError(f"{file}: there is a file of that name already; choose another name, nothing was changed")
    from derivegen.render.files import write_all

    for path in write_all(file.parent, _files(file, source, options)):
        say(printable(str(path)))


def _files(file: Path, source: str | None, options: dict[str, Any]) -> list[tuple[str, bytes]]:
    from derivegen.interop.models.formats import is_model
    from derivegen.network.file.examples import PREFIX, example_path, templates_folder

    given = {key: value for key, value in options.items() if value is not None}
    if source is not None and not source.startswith(PREFIX) and (given or is_model(source) or Path(source).suffix):
        from derivegen.interop.models.bring import written_beside

        return written_beside(file, source, given)
    if given:
        option = next(iter(given)).replace("_", "-")
        raise InputError(f"--{option}: found no model it could be of; expected --from and a model; take it out")
    start = templates_folder() / "new.toml" if source is None else example_path(source)
    return [(file.name, start.read_bytes())]
