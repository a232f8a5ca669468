"""The commands. Nothing heavy is imported before a command needs it, so that --help answers at once."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from derivegen.errors import CheckFailed, InputError, MissingPart, printable, said_of

if TYPE_CHECKING:
    from derivegen.api import Solution
    from derivegen.classroom.checks import Checked, Checking
    from derivegen.classroom.run import Step

Command = TypeVar("Command", bound=Callable[..., Any])
DONE, WRONG, FAULT, MISSING, STOPPED = 0, 1, 2, 3, 130


class Derivegen(click.Group):
    """The group of commands; turns our exceptions into one message and the exit code of the interface."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """What reaches nobody, --help too, is said in one line; what a terminal cannot show is spelled out."""
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        try:
            return super().main(*args, **extra)
        except OSError as error:
            _to_nowhere()
            where = "standard output" if error.filename is None else printable(error.filename)
            _stop(f"derivegen: {where}: cannot write there: {error.strerror or error}", FAULT)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            if sys.stdout is not None:
                sys.stdout.flush()
            return result
        except InputError as error:
            _stop(f"derivegen: {error}", FAULT)
        except MissingPart as error:
            _stop(f"derivegen: {error}", MISSING)
        except CheckFailed as error:
            _stop(f"derivegen: a line did not pass its check, so nothing was written. Please report this: {error}", 1)
        except BrokenPipeError:
            # the reader has seen enough
            _to_nowhere()
            sys.exit(DONE)


def _to_nowhere() -> None:
    """What is still in the buffer goes nowhere, or Python would complain on its way out."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show(content: bytes, form: str) -> None:
    """A document on standard output: text for reading as the terminal has it, all else byte for byte as in a file."""
    click.echo(content.decode() if form == "text" else content, nl=False)


def _stop(message: str, code: int) -> None:
    click.echo(message, err=True)
    sys.exit(code)


def _version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Print the version; of a checkout that is not installed there is none."""
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("derivegen")
        except PackageNotFoundError:
            number = "(not installed)"
        click.echo(f"derivegen, version {number}")
        context.exit()


@click.group(cls=Derivegen, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version and exit."
)
def main() -> None:
    """Back-propagation by hand: worked solutions of small networks, every line checked by machine.

    NET is a network file (TOML or JSON) or one that ships, as example:article-004.
    """


def _document_options(command: Command) -> Command:
    """The keys of [document] and the notation as options."""
    choices: list[tuple[str, dict[str, Any]]] = [
        ("--wrt", {"help": "What to work in full, as w.1.2.3,b.1.2 (quote brackets: 'w[1][2][3]')."}),
        ("--notation", {"help": "indexed, plain, superscript, rows, numbered, layers, nielsen or net-out."}),
        ("--digits", {"type": int, "help": "Decimals (default 4)."}),
        ("--significant", {"type": int, "help": "Significant digits instead of decimals."}),
        (
            "--carry",
            {"type": click.Choice(["exact", "rounded"]), "help": "Carry full values, or each value as printed."},
        ),
        ("--detail", {"type": click.Choice(["brief", "standard", "full"]), "help": "How much is worked line by line."}),
        (
            "--view",
            {
                "type": click.Choice(["units", "matrix", "both"]),
                "help": "Unit by unit, by matrices, or both.",
            },
        ),
        ("--language", {"help": "Language of the prose: en or de."}),
        ("--paper", {"type": click.Choice(["a4", "letter"]), "help": "Paper of the PDF."}),
        ("--style", {"type": click.Choice(["light", "print"]), "help": "In colours, or without any for printing."}),
        ("--assume", {"help": "Assumptions that settle symbolic kinks, as 'z.1.1 > 0'."}),
        ("--author", {"help": "Who wrote it."}),
        ("--course", {"help": "For which course."}),
        ("--date", {"help": "The date to print."}),
        ("--intro", {"help": "A paragraph of your own at the beginning."}),
        ("--translate", {"help": "A second notation: a table gives every symbol in both."}),
    ]
    for name, settings in reversed(choices):
        command = click.option(name, default=None, **settings)(command)
    return command


@main.command()
@click.argument("net")
@click.option(
    "--to",
    default="pdf",
    show_default=True,
    help="Formats, separated by commas: pdf, slides, md, md-pandoc, latex, html, ipynb, docx, text, json, npz.",
)
@click.option(
    "-o",
    "--output",
    default="output",
    show_default=True,
    help="Folder; FILE.pdf with one format; - for standard output.",
)
@click.option("--templates", default=None, help="A folder of templates that override those that ship.")
@click.option(
    "--engine",
    type=click.Choice(["typst", "latex"]),
    default="typst",
    show_default=True,
    help="What makes the PDF; latex needs pdflatex or latexmk.",
)
@click.option("--body", is_flag=True, help="The body alone, of md, md-pandoc, latex (for \\input) or html.")
@click.option(
    "--figures",
    type=click.Choice(["svg", "pdf", "tikz"]),
    default=None,
    help="The figures alone, as files of this kind, and nothing else.",
)
@_document_options
def solve(
    net: str,
    to: str,
    output: str,
    templates: str | None,
    engine: str,
    body: bool,
    figures: str | None,
    **options: Any,
) -> None:
    """Write the worked solution of NET."""
    formats = [form.strip() for form in to.split(",") if form.strip()]
    _check_formats(formats, output, engine, body)
    from derivegen.api import solve as solve_network

    solution = solve_network(
        net, templates=templates, **{key: value for key, value in options.items() if value is not None}
    )
    if figures is not None:
        paths = _write_figures(solution, figures, output)
    elif output == "-":
        _show(solution.text(formats[0], body=body).encode(), formats[0])
        return
    else:
        paths = _write(solution, formats, output, body=body, engine=engine)
    for path in paths:
        click.echo(printable(str(path)))


def _check_formats(formats: list[str], output: str, engine: str, body: bool) -> None:
    """Refuse what cannot be made before anything is computed."""
    from derivegen.render.formats import BINARY, FORMATS, WITH_BODY, unknown_format

    for form in formats:
        if form not in FORMATS:
            raise InputError(unknown_format(form))
    if not formats:
        raise InputError(f"--to: no format named; there are {', '.join(FORMATS)}")
    if output == "-" and (len(formats) != 1 or formats[0] in BINARY):
        raise InputError("-o -: standard output takes one text format; say --to text, --to md, --to latex or --to json")
    if engine == "latex" and "pdf" not in formats:
        raise InputError(f"--engine latex: it makes the PDF, and --to {','.join(formats)} asks for none; add pdf")
    whole = [form for form in formats if form not in WITH_BODY]
    if body and whole:
        raise InputError(f"--body: {', '.join(whole)} has no body alone; there are {', '.join(WITH_BODY)}")


def _write(solution: Solution, formats: list[str], output: str, **how: Any) -> tuple[Path, ...]:
    from derivegen.render.formats import FORMATS

    path, ending = Path(output), Path(output).suffix[1:]
    endings = [each.rpartition(".")[2] for each in FORMATS.values()]
    if ending and ending in endings and not path.is_dir():
        if len(formats) != 1 or FORMATS[formats[0]].rpartition(".")[2] != ending:
            raise InputError(f"-o {output}: one file takes one format; say --to {_format_of(ending)}, or name a folder")
        return solution.write(path.parent, formats, path.stem, file=path.name, **how)[:1]
    written = solution.write(path, formats, **how)
    return tuple(file for file in written if file.parent == path)


def _write_figures(solution: Solution, form: str, output: str) -> tuple[Path, ...]:
    """The figures into their folder."""
    from derivegen.render.files import write_all

    if output == "-":
        raise InputError("--figures: they are several files; name a folder with -o")
    return write_all(Path(output) / f"{solution.network.stem}-figures", list(solution.figures(form).items()))


def _format_of(ending: str) -> str:
    from derivegen.render.formats import FORMATS

    return next(form for form, own in FORMATS.items() if own == ending)


@main.command()
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
    default="pdf",
    show_default=True,
    help="Formats, separated by commas: those of solve, moodle and selfcheck.",
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
@_document_options
def sheet(
    net: str,
    to: str,
    kinds: tuple[str, ...],
    jobs: int | None,
    backend: str,
    scheduler: str | None,
    combined: bool,
    right_hand: bool,
    output: str,
    **options: Any,
) -> None:
    """Write exercise sheets on NET for a class, with keys and marking schemes."""
    _check_folder(output)
    if scheduler is not None and backend != "dask":
        raise InputError(f"--scheduler {scheduler}: it is for --backend dask; write that too")
    if right_hand and not combined:
        raise InputError("--right-hand: it is about the PDF of all sheets; write --combined too")
    from derivegen.classroom.run import Workers, cores
    from derivegen.classroom.sheets import checked_formats
    from derivegen.classroom.sheets import sheet as sheets_on

    formats = checked_formats(to.split(","), combined)
    given = {key: value for key, value in options.items() if value is not None}
    sheets = sheets_on(net, kinds=",".join(kinds) or None, **given)
    workers = Workers(jobs or cores(), "dask" if backend == "dask" else "processes", scheduler)
    steps = sheets.steps(output, formats, workers=workers, together=combined, right_hand=right_hand)
    _follow(steps, len(sheets), workers.jobs if backend == "processes" else 1)
    for folder in ("students", "teacher"):
        click.echo(printable(str(Path(output) / folder)))


def _check_folder(output: str) -> None:
    from derivegen.render.formats import FORMATS

    endings = [each.rpartition(".")[2] for each in FORMATS.values()]
    if output == "-":
        raise InputError("-o -: a sheet, its key and its scheme are several files; name a folder")
    if Path(output).suffix[1:] in endings and not Path(output).is_dir():
        raise InputError(
            f"-o {output}: a sheet, its key and its scheme are several files; name a folder, and formats with --to"
        )


LONG, LARGE = 60, 10**9
"""A run of more seconds or bytes than that is announced."""


def _follow(steps: Iterator[Step], total: int, jobs: int) -> None:
    """Do the steps and show on standard error how far they are: a bar on a terminal, else a line if it takes long."""
    start, done, announced, bar = time.monotonic(), 0, False, None
    try:
        for step in steps:
            if step.said:
                click.echo(step.said, err=True)
            if step.done == step.again and step.again > 0:
                click.echo(f"{step.again} of {total} were done before; going on from there", err=True)
            elif step.bytes and not announced:
                _announce(step, total, (time.monotonic() - start) / jobs)
                announced, bar = True, _bar(total)
            if bar is not None:
                bar.update(step.done - bar.pos)
            done = step.done
    except KeyboardInterrupt:
        _stop(
            f"\nderivegen: stopped with {done} of {total} done; say the same again and it goes on from there", STOPPED
        )
    finally:
        if bar is not None:
            bar.render_finish()


def _bar(total: int) -> Any:
    return click.progressbar(length=total, file=sys.stderr, show_pos=True) if sys.stderr.isatty() else None


def _announce(step: Step, total: int, seconds: float) -> None:
    """What a long run takes, judged by its first slice."""
    each = step.done - step.again
    left = (total - step.done) * seconds / each
    size = (total - step.done) * step.bytes / each
    if left > LONG or size > LARGE:
        click.echo(
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


@main.command()
@click.argument("net")
@click.option("--notation", default=None, help="The notation whose symbols are shown.")
@click.option("--translate", default=None, help="A second notation, its symbols in a column of their own.")
def names(net: str, notation: str | None, translate: str | None) -> None:
    """List every quantity of NET: canonical name, symbol, value; with --translate the second symbol behind the first."""
    from derivegen.api import solve as solve_network
    from derivegen.formula.print.plain import plain

    solution = solve_network(net, **({"notation": notation} if notation else {}))
    trace, notations = solution.trace, [solution.notation]
    if translate is not None:
        from derivegen.notation.notation import choose

        with said_of(solution.network.source):
            notations.append(choose(solution.graph, translate))
    derivation = solution.derivation
    for name in (*solution.graph.names(), *derivation.targets(), *derivation.by_data()):
        symbols = "\t".join(plain(each.symbol(name)) for each in notations)
        number = ""
        with suppress(InputError):  # a derivative by a target may have none where the loss has
            number = trace.text(name) if trace.known(name) else ""
        click.echo(f"{name}\t{symbols}\t{number}".rstrip())


@main.command()
def examples() -> None:
    """List the networks that ship; example:NAME works wherever NET does."""
    import tomllib

    from derivegen.network.file.examples import example_names, example_path

    for name in example_names():
        title = tomllib.loads(example_path(name).read_text(encoding="utf-8")).get("title", "")
        click.echo(f"example:{name}\t{title}")


@main.command()
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


@main.command()
def schema() -> None:
    """Print the JSON Schema of the network file, for editors."""
    import json

    from derivegen.network.file.schema import json_schema

    click.echo(json.dumps(json_schema(), indent=1, ensure_ascii=False))


@main.command()
@click.argument("net")
@click.argument("answers", nargs=-1, required=True)
@click.option(
    "--to",
    default="text",
    show_default=True,
    help="Formats, separated by commas: text, md, html, pdf, json, csv.",
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
    "-o",
    "--output",
    default="-",
    show_default="standard output",
    help="Folder; FILE.md with one format and one submission.",
)
@click.option("--jobs", type=click.IntRange(min=1), default=None, help="Processes (default: one for each core).")
@click.option("--notation", default=None, help="The notation answers are written in, if not that of NET.")
@click.option("--language", default=None, help="Language of the feedback: en or de.")
@click.option("--templates", default=None, help="A folder of templates that override those that ship.")
def check(net: str, answers: tuple[str, ...], to: str, output: str, jobs: int | None, **options: Any) -> None:
    """Check ANSWERS, worked by hand, against NET.

    NET is a network file or the exercises.json of a class; ANSWERS are files, folders, - or one line of working.
    The exit code is 1 where something is wrong or missing.
    """
    from derivegen.classroom.checks import checking
    from derivegen.classroom.run import cores

    told = {key: value for key, value in options.items() if value is not None}
    what = checking(net, to=to.split(","), **told)
    _check_place(what.formats, output)
    groups = what.groups(answers)
    several = len(groups) > 1 or any(os.path.isdir(answer) for answer in answers)
    found = _with_bar(what.checked(groups, jobs or cores()), len(groups))
    _give(what, found, output, several or len(found) != 1)
    if any(each.fails for each in found):
        sys.exit(WRONG)


def _check_place(formats: tuple[str, ...], output: str) -> None:
    """Refuse what cannot be put where it is wanted before anything is marked."""
    if output == "-" and (len(formats) != 1 or formats[0] == "pdf"):
        raise InputError(f"--to {','.join(formats)}: standard output takes one text format; name a folder with -o")


def _with_bar(found: Iterator[Checked], total: int) -> list[Checked]:
    """All that comes, with a bar on a terminal that shows how far it is."""
    bar = _bar(total) if total > 1 else None
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
    from derivegen.classroom.checks import ENDINGS, files, one_text
    from derivegen.render.files import write_all

    if output == "-":
        _show(one_text(what, found, several), what.formats[0])
        return
    path = Path(output)
    if path.suffix[1:] in ENDINGS.values() and not path.is_dir():
        if len(what.formats) != 1 or ENDINGS[what.formats[0]] != path.suffix[1:]:
            raise InputError(
                f"-o {output}: one file takes one format, that of its ending; name a folder, or change --to"
            )
        paths = write_all(path.parent, [(path.name, one_text(what, found, several))])
    else:
        paths = write_all(path, list(files(what, found, several)))
    for file in paths:
        if file.parent == path or not several:
            click.echo(printable(str(file)))


if __name__ == "__main__":
    main()
