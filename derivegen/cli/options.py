"""A command goes in; it comes out with the options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import click

from derivegen.cli.typed import Word
from derivegen.network.file.examples import any_language, languages
from derivegen.network.tables.notations import NOTATIONS
from derivegen.render.format import offered

Command = TypeVar("Command", bound=Callable[..., Any])
CONVENTIONS = "--conventions"


def _sections() -> Iterable[str]:
    from derivegen.solution.sections import SECTIONS

    return SECTIONS


def _whose() -> Iterable[str]:
    from derivegen.network.tables.conventions import LIBRARIES

    return LIBRARIES


NOTATION, LANGUAGE, SECTIONS = Word(lambda: NOTATIONS), Word(languages), Word(_sections, several=True)
WHOSE: Mapping[str, Any] = {
    "type": Word(_whose),
    "help": "Whose slopes are taken at kinks: torch, jax, tensorflow, tfjs, tinygrad, ….",
}
DOCUMENT: Sequence[tuple[str, Mapping[str, Any]]] = (
    ("--wrt", {"help": "What to work in full, as w.1.2.3,b.1.2 (quote brackets: 'w[1][2][3]')."}),
    ("--example", {"type": int, "help": "Which of several examples to follow, counted from 1."}),
    ("--notation", {"type": NOTATION, "help": f"How quantities are called: {', '.join(NOTATIONS)}."}),
    ("--digits", {"type": int, "help": "Decimals (default 4)."}),
    ("--significant", {"type": int, "help": "Significant digits instead of decimals."}),
    (
        "--numbers",
        {
            "type": click.Choice(["decimals", "fractions"]),
            "help": "How numbers that are short fractions are shown: 0.3333 or 1/3.",
        },
    ),
    ("--carry", {"type": click.Choice(["exact", "rounded"]), "help": "Carry full values, or each value as printed."}),
    ("--detail", {"type": click.Choice(["brief", "standard", "full"]), "help": "How much is worked line by line."}),
    ("--only", {"type": SECTIONS, "help": "The page has these sections and nothing else, as backward,rules."}),
    ("--with", {"type": SECTIONS, "help": "Sections beyond the usual ones: slopes, program, words, …."}),
    ("--view", {"type": click.Choice(["units", "matrix", "both"]), "help": "Unit by unit, by matrices, or both."}),
    ("--language", {"type": LANGUAGE, "help": f"Language of the prose: {any_language()}."}),
    ("--paper", {"type": click.Choice(["a4", "letter"]), "help": "Paper of the PDF."}),
    ("--style", {"type": click.Choice(["light", "print"]), "help": "In colours, or without any for printing."}),
    ("--assume", {"help": "Assumptions that settle symbolic kinks, as 'z.1.1 > 0'."}),
    ("--author", {"help": "Who wrote it."}),
    ("--course", {"help": "For which course."}),
    ("--date", {"help": "The date to print."}),
    ("--intro", {"help": "A paragraph of your own at the beginning."}),
    ("--story", {"help": "What inputs and answer mean, in a paragraph at the beginning."}),
    ("--theme", {"help": "A file with a look of your own: logo, header, accent, font, course, author."}),
    ("--logo", {"help": "A picture at the head: PNG, JPEG or SVG."}),
    ("--header", {"help": "The line at the head, such as the school."}),
    ("--accent", {"help": "The colour of headings, rules and boxes, as '#7a1f2b'."}),
    ("--font", {"help": "The font of the text, as 'Libertinus Serif'."}),
    (CONVENTIONS, WHOSE),
    ("--translate", {"type": NOTATION, "help": "A second notation: a table gives every symbol in both."}),
)
"""The options that are keys of `[document]`, and what click is told of each."""
ABOUT_PAGES = ("--wrt", "--detail", "--only", "--with", "--view", "--intro", "--story")
"""Those that choose what a page holds."""


def told(options: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the options that were written."""
    return {key: value for key, value in options.items() if value is not None}


BODIES = tuple(form.key for form in offered("solve") if form.body)


def body_options(command: Command) -> Command:
    """What is said of a part of somebody's page."""
    deeper = "How many levels lower its headings stand, -1 to 3: 1 makes \\section a \\subsection and ## a ###."
    command = click.option("--deeper", type=int, default=None, help=deeper)(command)
    of = f"The body alone, of {', '.join(BODIES[:-1])} or {BODIES[-1]}, for \\input or another page."
    return click.option("--body", is_flag=True, help=of)(command)


def document_options(command: Command) -> Command:
    """The keys of [document] and the notation as options."""
    return _with_options(command, DOCUMENT)


def options_of_one(command: Command) -> Command:
    """Those of them that are about one derivative as about a whole page."""
    return _with_options(command, [each for each in DOCUMENT if each[0] not in ABOUT_PAGES])


def _with_options(command: Command, options: Sequence[tuple[str, Mapping[str, Any]]]) -> Command:
    for name, settings in reversed(options):
        command = click.option(name, default=None, **settings)(command)
    return command
