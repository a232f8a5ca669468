"""The command `solve`: a network goes in, its worked solution comes out as files or on standard output."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from derivegen.cli.options import document_options, told
from derivegen.cli.terminal import show
from derivegen.errors import InputError, printable

if TYPE_CHECKING:
    from derivegen.api import Solution


@click.command()
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
@document_options
def solve(net: str, to: str, output: str, engine: str, body: bool, figures: str | None, **options: Any) -> None:
    """Write the worked solution of NET."""
    formats = [form.strip() for form in to.split(",") if form.strip()]
    _check_formats(formats, output, engine, body)
    from derivegen.api import solve as solve_network

    solution = solve_network(net, **told(options))
    if figures is not None:
        paths = _write_figures(solution, figures, output)
    elif output == "-":
        show(solution.text(formats[0], body=body).encode(), formats[0])
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
