"""The command `sheet`: a network goes in, sheets, keys and marking schemes for a class come out as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from derivegen.cli.options import document_options, told
from derivegen.cli.place import is_file
from derivegen.cli.progress import follow
from derivegen.errors import InputError, printable
from derivegen.render.format import PDF, listed


@click.command()
@click.argument("net")
@click.option("--count", type=int, default=None, help="How many sheets, each with other numbers (default 1).")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed gives everybody other numbers.")
@click.option("--roster", default=None, help="A CSV file with a line for each student, in place of --count.")
@click.option("--id", "id_column", default=None, help="The roster's column of ids (id, ID number, SIS User ID).")
@click.option("--vary", default=None, help="inputs,weights,biases,targets: what differs; or nothing. Default: all.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    help="Questions: values, blanks, symbolic, order, find-error, choice, table, update; several with commas.",
)
@click.option(
    "--to",
    default=PDF.key,
    show_default=True,
    help=f"Formats, separated by commas: {listed('sheet')}.",
)
@click.option("--jobs", type=click.IntRange(min=1), default=None, help="Processes (default: one for each core).")
@click.option(
    "--backend",
    type=click.Choice(["processes", "dask"]),
    default="processes",
    show_default=True,
    help="Who works: processes of this machine, or the workers of a dask scheduler.",
)
@click.option("--scheduler", default=None, help="Address of the dask scheduler, as tcp://host:8786.")
@click.option("--combined", is_flag=True, help="Also one PDF of all sheets and one of all keys, for printing.")
@click.option("--right-hand", is_flag=True, help="In these every sheet begins on a right-hand page.")
@click.option("-o", "--output", default="output", show_default=True, help="Folder; gets students/ and teacher/.")
@click.option("--templates", default=None, help="A folder of templates that override those that ship.")
@document_options
def sheet(
    net: str, to: str, output: str, kinds: tuple[str, ...], combined: bool, right_hand: bool, **options: Any
) -> None:
    """Write exercise sheets on NET for a class, with keys and marking schemes."""
    _check_folder(output)
    jobs, backend, scheduler = (options.pop(name) for name in ("jobs", "backend", "scheduler"))
    if scheduler is not None and backend != "dask":
        raise InputError(f"--scheduler {scheduler}: it is for --backend dask; write that too")
    if right_hand and not combined:
        raise InputError("--right-hand: it is about the PDF of all sheets; write --combined too")
    from derivegen.classroom.crew import Workers, cores
    from derivegen.classroom.sheets import checked_formats
    from derivegen.classroom.sheets import sheet as sheets_on

    formats = checked_formats(to, combined)
    for form in formats:
        if form.loses:
            click.echo(f"--to {form.key}: lost: {form.loses}", err=True)
    sheets = sheets_on(net, kinds=",".join(kinds) or None, **told(options))
    click.echo(sheets.announced(formats), err=True)
    workers = Workers(jobs or (cores() if len(sheets) > 1 else 1), backend, scheduler)
    steps = sheets.steps(output, to, workers=workers, together=combined, right_hand=right_hand)
    follow(steps, len(sheets), workers.jobs if workers.backend == "processes" else 1)
    for folder in ("students", "teacher"):
        click.echo(printable(str(Path(output) / folder)))


def _check_folder(output: str) -> None:
    several = "a sheet, its key and its scheme are several files"
    if output == "-":
        raise InputError(f"-o -: {several}; name a folder")
    if is_file(output, "sheet"):
        raise InputError(f"-o {output}: {several}; name a folder, and formats with --to")
