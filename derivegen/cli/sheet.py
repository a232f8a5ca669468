"""The command `sheet`: a network goes in, sheets, keys and marking schemes for a class come out as files."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from derivegen.cli.options import document_options, told
from derivegen.cli.place import is_file
from derivegen.cli.sectioned import Sectioned
from derivegen.cli.terminal import STOPPED, progress_bar, quietly, say, stop
from derivegen.cli.typed import NET, Word
from derivegen.errors import InputError, printable
from derivegen.render.format import PDF, listed, offered

if TYPE_CHECKING:
    from derivegen.classroom.run import Step


@click.command(cls=Sectioned)
@click.argument("net", type=NET)
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
    type=Word(lambda: (form.key for form in offered("sheet")), several=True),
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
@quietly
def sheet(
    net: str, to: str, output: str, kinds: tuple[str, ...], combined: bool, right_hand: bool, **options: Any
) -> None:
    """Write exercise sheets on NET for a class. Answer keys and marking schemes come with them."""
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
            say(f"--to {form.key}: lost: {form.loses}", err=True)
    sheets = sheets_on(net, kinds=",".join(kinds) or None, **told(options))
    say(sheets.announced(formats), err=True)
    workers = Workers(jobs or (cores() if len(sheets) > 1 else 1), backend, scheduler)
    steps = sheets.steps(output, to, workers=workers, together=combined, right_hand=right_hand)
    follow(steps, len(sheets), workers.jobs if workers.backend == "processes" else 1)
    for folder in ("students", "teacher"):
        say(printable(str(Path(output) / folder)))


def _check_folder(output: str) -> None:
    several = "a sheet, its key and its scheme are several files"
    if output == "-":
        raise InputError(f"-o -: {several}; name a folder")
    if is_file(output, "sheet"):
        raise InputError(f"-o {output}: {several}; name a folder, and formats with --to")


LONG, LARGE = 60, 10**9
"""A run of more seconds or bytes than that is announced."""


# how far a long run is, on standard error


def follow(steps: Iterator[Step], total: int, jobs: int) -> None:
    """Do the steps and show on standard error how far they are: a bar on a terminal, else a line if it takes long."""
    start, done, announced, bar = time.monotonic(), 0, False, None
    try:
        for step in steps:
            for said in filter(None, (step.said, step.hard)):
                say(said, err=True)
            if step.done == step.again and step.again > 0:
                say(f"{step.again} of {total} were done before; going on from there", err=True)
            elif step.bytes and not announced:
                _announce(step, total, (time.monotonic() - start) / jobs)
                announced, bar = True, progress_bar(total)
            if bar is not None:
                bar.update(step.done - bar.pos)
            done = step.done
    except KeyboardInterrupt:
        stop(f"\nderivegen: stopped with {done} of {total} done; say the same again and it goes on from there", STOPPED)
    finally:
        if bar is not None:
            bar.render_finish()


def _announce(step: Step, total: int, seconds: float) -> None:
    """What a long run takes, judged by its first slice."""
    each = step.done - step.again
    left = (total - step.done) * seconds / each
    size = (total - step.done) * step.bytes / each
    if left > LONG or size > LARGE:
        say(
            f"{total} students: about {_duration(left)} and {_size(size)}; "
            "you may stop it, the same command goes on from there",
            err=True,
        )


def _duration(seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return f"{round(hours / 24)} days"
    return f"{hours} h {rest} min" if hours else f"{minutes} min"


def _size(size: float) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{max(1, round(size / 1e6))} MB"
