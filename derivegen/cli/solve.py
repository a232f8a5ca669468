"""The command `solve`: a network goes in, its worked solution comes out as files or on standard output."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from derivegen.cli.options import BODIES, body_options, document_options, told
from derivegen.cli.place import one_file
from derivegen.cli.sectioned import Sectioned
from derivegen.cli.terminal import quietly, say, show
from derivegen.cli.typed import NET, Word
from derivegen.errors import InputError, MissingPart, printable
from derivegen.render.format import FIGURES, PDF, Format, chosen, listed, offered

if TYPE_CHECKING:
    from derivegen.api import Solution
    from derivegen.network.network import Network


ENGINES = tuple(PDF.engines)


def _programs() -> Iterable[str]:
    from derivegen.solution.elsewhere import PROGRAMS

    return PROGRAMS


@click.command(cls=Sectioned)
@click.argument("net", type=NET)
@click.option(
    "--to",
    type=Word(lambda: (form.key for form in offered("solve")), several=True),
    default=PDF.key,
    show_default=True,
    help=f"Formats, separated by commas: {listed('solve')}.",
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
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    show_default=True,
    help="What makes the PDF; latex needs pdflatex or latexmk.",
)
@body_options
@click.option(
    "--figures",
    type=click.Choice([*FIGURES]),
    default=None,
    help="The figures alone, as files of this kind, and nothing else.",
)
@click.option(
    "--program",
    type=Word(_programs, several=True),
    default=None,
    help="Programs that find the derivatives, and nothing else, separated by commas: numpy,torch,jax,keras,tinygrad.",
)
@click.option(
    "--second",
    default=None,
    help='Second derivatives: those of dL/dNAME, a row of the Hessian, or along "w11 = 1, w12 = -2", the Hessian times a vector.',
)
@document_options
@quietly
def solve(
    net: str, to: str, output: str, engine: str, body: bool, figures: str | None, program: str | None, **options: Any
) -> None:
    """Write the worked solution of NET."""
    formats = chosen(to, "solve")
    if program is None:
        check_formats(formats, output, engine, body)
    from derivegen.api import solve as solve_network

    of = options.pop("second")
    solution = solve_network(net if of is None else _once_more(net, of), **told(options))
    if program is not None:
        _write_programs(solution, [each.strip() for each in program.split(",")], output)
    elif figures is None:
        write_or_show(solution, formats, output, body=body, engine=engine)
    else:
        _say(_write_figures(solution, figures, output))


def _once_more(net: str, of: str) -> Network:
    from derivegen.twice import second

    return second(net, of)


def write_or_show(solution: Solution, formats: tuple[Format, ...], output: str, **how: Any) -> None:
    """The document on standard output, or as files, whose paths are said; `how` is what `Solution.files` takes more."""
    if output == "-":
        show(solution.content(formats[0].key, body=how.get("body", False)), formats[0])
    elif (file := one_file(output, formats, "solve")) is not None:
        keys = [form.key for form in formats]
        _say(solution.write(file.parent, keys, file.stem, file=file.name, **how)[:1])
    else:
        _write(solution, formats, output, **how)


def _say(paths: tuple[Path, ...]) -> None:
    for path in paths:
        say(printable(str(path)))


def check_formats(formats: tuple[Format, ...], output: str, engine: str = ENGINES[0], body: bool = False) -> None:
    """Refuse what cannot be made before anything is computed."""
    if output == "-" and (len(formats) != 1 or formats[0].binary):
        texts = ", ".join(form.key for form in offered("solve") if not form.binary)
        raise InputError(f"-o -: standard output takes one text format; say --to and one of {texts}")
    if engine != ENGINES[0] and PDF not in formats:
        keys = ",".join(form.key for form in formats)
        raise InputError(f"--engine {engine}: it makes the PDF, and --to {keys} asks for none; add pdf")
    whole = [form.key for form in formats if not form.body]
    if body and whole:
        raise InputError(f"--body: {', '.join(whole)} has no body alone; there are {', '.join(BODIES)}")


def _write(solution: Solution, formats: tuple[Format, ...], output: str, **how: Any) -> None:
    """Write the formats and name their files. One that does not suit this network, or that this machine cannot make, keeps none of the
    others back; what is said of it comes last."""
    from derivegen.render.files import write_all

    files: dict[str, bytes] = {}
    refused: list[InputError | MissingPart] = []
    for form in formats:
        try:
            files |= solution.files([form.key], **how)
        except (InputError, MissingPart) as error:
            refused.append(error)
    written = write_all(Path(output), list(files.items()))
    _say(tuple(path for path in written if path.parent == Path(output)))
    if refused:
        said = "; ".join(dict.fromkeys(map(str, refused)))
        raise InputError(said) if any(isinstance(error, InputError) for error in refused) else MissingPart(said)


def _write_programs(solution: Solution, libraries: list[str], output: str) -> None:
    """The programs into their folder; each is run where its library is installed, and what came of that is said."""
    from derivegen.render.files import write_all
    from derivegen.solution.program.libraries import tried

    if output == "-" and len(libraries) > 1:
        raise InputError("-o -: standard output takes one program; say --program and one library")
    codes = {library: solution.program(library) for library in libraries}
    if output == "-":
        return click.echo(codes[libraries[0]], nl=False)
    for library, code in codes.items():
        said = tried(library, code)
        (path,) = write_all(Path(output), [(f"{solution.network.stem}-{library}.py", code.encode())])
        say(f"{printable(str(path))}: {said}")
    return None


def _write_figures(solution: Solution, form: str, output: str) -> tuple[Path, ...]:
    """The figures into their folder."""
    from derivegen.render.files import write_all

    if output == "-":
        raise InputError("--figures: they are several files; name a folder with -o")
    return write_all(Path(output) / f"{solution.network.stem}-figures", list(solution.figures(form).items()))
