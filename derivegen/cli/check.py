"""The command `check`: a network or a class and answers go in, what was found comes out as files or on standard output."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from derivegen.cli.options import CONVENTIONS, LANGUAGE, NOTATION, WHOSE, told
from derivegen.cli.place import one_file
from derivegen.cli.sectioned import Sectioned
from derivegen.cli.terminal import WRONG, is_quiet, progress_bar, quietly, say, show, stop
from derivegen.cli.typed import NET, Word
from derivegen.errors import InputError, printable
from derivegen.network.file.examples import PREFIX, any_language
from derivegen.render.format import TEXT, Format, listed, offered

if TYPE_CHECKING:
    from derivegen.classroom.checks import Checked, Checking

NETWORKS = (".toml", ".json")
"""How files of networks and classes end."""
NOTHING_READ = (
    "derivegen: nothing of this could be read, so nothing was judged. What is read are lines such as 'dL/dw2 = -0.131' and tables of"
    " quantity,answer; 'derivegen names {net}' prints the names"
)


@click.command(cls=Sectioned)
@click.argument("net", type=NET)
@click.argument("answers", nargs=-1, required=True)
@click.option(
    "--to",
    type=Word(lambda: (form.key for form in offered("check")), several=True),
    default=TEXT.key,
    show_default=True,
    help=f"Formats, separated by commas: {listed('check')}.",
)
@click.option(
    "--for",
    "reader",
    type=click.Choice(["student", "teacher"]),
    default=None,
    help="Who reads it (default: the student; of json and csv the teacher).",
)
@click.option(
    "--hint",
    type=click.IntRange(0, 4),
    default=None,
    help="What a student is told: 0 right or not, 1 where, 2 what kind, 3 the rule, 4 the line done right.",
)
@click.option("--variant", default="", help="Whose sheet it is where nothing says so: the code at its foot.")
@click.option(
    "--accept-open",
    is_flag=True,
    help="Give the marks of answers that could not be read or decided, in place of leaving them open.",
)
@click.option(
    "-o",
    "--output",
    default="-",
    show_default="standard output",
    help="Folder; FILE.md with one format and one submission.",
)
@click.option(
    "--into", default=None, help="The gradebook a platform exported: written to the folder with the marks in it."
)
@click.option(
    "--gradebook",
    "profile",
    type=click.Choice(["moodle", "canvas", "blackboard", "brightspace", "plain"]),
    default=None,
    help="Which platform that is (default: told by its header).",
)
@click.option("--column", default=None, help="Which of its columns gets the marks, as HW 1 (1234).")
@click.option("--jobs", type=click.IntRange(min=1), default=None, help="Processes (default: one for each core).")
@click.option(
    "--notation", type=NOTATION, default=None, help="The notation answers are written in, if not that of NET."
)
@click.option(CONVENTIONS, default=None, **WHOSE)
@click.option("--language", type=LANGUAGE, default=None, help=f"Language of the feedback: {any_language()}.")
@click.option("--templates", default=None, help="A folder of templates that override those that ship.")
@quietly
def check(net: str, answers: tuple[str, ...], to: str, output: str, jobs: int | None, **options: Any) -> None:
    """Check ANSWERS, worked by hand, against NET.

    NET is a network file or the exercises.json of a class; ANSWERS are files, folders, - or one line of working.
    The exit code is 1 where something is wrong or missing, or nothing could be read.
    """
    turned = next(filter(_is_network, answers), None)
    if turned is not None and not _may_be_network(net):
        raise InputError(f"{net}: the network comes first, the answers behind it; write derivegen check {turned} {net}")
    from derivegen.classroom.checks import checking

    into, profile, column = (options.pop(name) for name in ("into", "profile", "column"))
    _check_into(into, profile, column, output)
    what = checking(net, to=to, **told(options))
    _check_place(what.formats, output)
    groups = what.groups(answers)
    several = len(groups) > 1 or any(os.path.isdir(answer) for answer in answers)
    found = _with_bar(what.checked(groups, jobs), len(groups))
    _give(what, found, output, several or len(found) != 1)
    if into is not None:
        _fill(what, found, Path(into), Path(output), profile or "", column or "")
    if len(found) == 1 and not several and not found[0].read:
        stop(NOTHING_READ.format(net=printable(net)), WRONG)
    if any(each.fails for each in found):
        sys.exit(WRONG)


def _may_be_network(word: str) -> bool:
    path = Path(word)
    return word.startswith(PREFIX) or path.suffix.lower() in NETWORKS or (path.is_file() and not path.suffix)


def _is_network(word: str) -> bool:
    return word.startswith(PREFIX) or (Path(word).suffix.lower() == ".toml" and Path(word).is_file())


def _check_into(into: str | None, profile: str | None, column: str | None, output: str) -> None:
    """Refuse what is about a gradebook where there is none, or no folder for it."""
    if into is None and (profile or column):
        raise InputError("--gradebook, --column: they are about the gradebook of a platform; name its file with --into")
    if into is not None and output == "-":
        raise InputError(f"--into {into}: the file with the marks in it needs a folder; name one with -o")
    if into is not None and Path(into).resolve().parent == Path(output).resolve():
        raise InputError(f"--into {into}: it lies in the folder of -o and would be replaced; name another folder")


def _fill(what: Checking, found: list[Checked], into: Path, output: Path, profile: str, column: str) -> None:
    """Write the gradebook of a platform with the marks in it."""
    from derivegen.render.files import write_all

    try:
        data = into.read_bytes()
    except OSError as error:
        raise InputError(f"--into {into}: cannot be read ({error.strerror}); name the exported gradebook") from None
    filled = what.filled(found, data, into.name, profile, column)
    for said in filled.said:
        click.echo(printable(said), err=True)
    for file in write_all(output, [(into.name, filled.content)]):
        say(printable(str(file)))


def _check_place(formats: tuple[Format, ...], output: str) -> None:
    """Refuse what cannot be put where it is wanted before anything is marked."""
    if output == "-" and (len(formats) != 1 or formats[0].binary):
        raise InputError(
            f"--to {','.join(form.key for form in formats)}: standard output takes one text format; name a folder with -o"
        )


def _with_bar(found: Iterator[Checked], total: int) -> list[Checked]:
    """All that comes, with a bar on a terminal that shows how far it is."""
    bar = progress_bar(total) if total > 1 else None
    made = []
    for each in found:
        made.append(each)
        if bar is not None:
            bar.update(1)
    if bar is not None:
        bar.render_finish()
    return made


def _give(what: Checking, found: list[Checked], output: str, several: bool) -> None:
    """Print what was found, or write it and name the files."""
    from derivegen.classroom.check_files import files, one_text
    from derivegen.render.files import write_all

    if output == "-" and is_quiet():
        return
    if output == "-":
        show(one_text(what, found, several), what.formats[0])
        return
    place = one_file(output, what.formats, "check")
    if place is not None:
        paths = write_all(place.parent, [(place.name, one_text(what, found, several))])
    else:
        paths = write_all(Path(output), list(files(what, found, several)))
    for file in paths:
        if file.parent == Path(output) or not several:
            say(printable(str(file)))
