"""A graph, templates and a rounding go in; the press comes out: all that turns a thing about one network into a page, made once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from derivegen.calculus.numbers.rounding import Rounding
from derivegen.errors import InputError, said_of
from derivegen.formula.tree import Formula
from derivegen.network.graph import Graph
from derivegen.network.network import Options
from derivegen.network.theme import PLAIN
from derivegen.notation.choose import choose
from derivegen.notation.notation import Notation
from derivegen.records import dataclass, replace

if TYPE_CHECKING:
    from derivegen.document.blocks import Block, Document
    from derivegen.document.inscribe import Texts
    from derivegen.document.words import Words

DIGITS = 4
"""Decimals, where nothing is said."""


class AnyTemplates(Protocol):
    """Every sentence and every page, wherever they lie. What is missing or broken is an InputError that names the file."""

    @property
    def override(self) -> Path | None:
        """The user's own folder of them."""

    def has(self, language: str) -> None:
        """Raises InputError for a language there is no prose for."""

    def words(self, language: str) -> Words:
        """The sentences of a language."""

    def spoken(self, language: str) -> Mapping[str, str]:
        """The words formulas are read aloud with."""

    def find(self, name: str) -> Path:
        """The file of that name."""

    def page(
        self, name: str, escape: Callable[[str], str], filters: Mapping[str, Callable[..., Any]], **values: Any
    ) -> str:
        """A page filled in."""

    def blamed(self, what: str = "") -> AbstractContextManager[None]:
        """Where a user has templates of their own, these are to blame for what goes wrong inside."""


@dataclass(frozen=True)
class Press:
    """Notation, words, templates, language and rounding of all pages about one network; the numbers on them may be anybody's."""

    graph: Graph
    notation: Notation
    templates: AnyTemplates
    rounding: Rounding

    @property
    def options(self) -> Options:
        """What the network's file, or who calls, says of its pages."""
        return self.graph.network.options

    @property
    def language(self) -> str:
        """The language of the pages."""
        return self.options.language or "en"

    @cached_property
    def words(self) -> Words:
        """The sentences. Raises InputError if there is no such language."""
        with said_of(self.graph.network.source):
            return self.templates.words(self.language)

    @cached_property
    def spoken(self) -> Mapping[str, str]:
        """The words formulas are read aloud with."""
        return self.templates.spoken(self.language)

    @property
    def otherwise(self) -> str:
        """The word for the last of several cases."""
        return self.words.plain("word.otherwise")

    @property
    def decimal(self) -> str:
        """The decimal sign."""
        return self.words.plain("number.decimal")

    @property
    def colon(self) -> str:
        """What stands between a name and what is said of it."""
        return f"{self.words.plain('sign.colon')} "

    @property
    def semicolon(self) -> str:
        """What joins two sentences."""
        return f"{self.words.plain('sign.semicolon')} "

    def document(self, title: str, blocks: Iterable[Block], foot: str = "", numbered: bool = True) -> Document:
        """A document that looks as is wanted, with who wrote it and when."""
        from derivegen.document.blocks import Document

        options = self.options
        theme = options.theme or PLAIN
        style = options.style or "light"
        return Document(
            title,
            tuple(blocks),
            author=options.author or theme.author or "",
            course=options.course or theme.course or "",
            date=options.date or "",
            language=self.language,
            paper=options.paper or "a4",
            deeper=options.deeper or 0,
            foot=foot,
            numbered=numbered,
            style=style,
            colon=self.words.plain("sign.colon"),
            theme=replace(theme, accent=None) if style == "print" else theme,
        )

    def written(self, tree: Formula, texts: Texts) -> Formula:
        """A formula as it is printed, with these texts of its numbers."""
        from derivegen.document.inscribe import written

        return written(tree, self.notation, texts, self.decimal)

    def inscribed(self, document: Document, texts: Texts) -> Document:
        """A document with its notation and these texts of its numbers put in."""
        from derivegen.document.inscribe import inscribe

        return inscribe(document, self.notation, texts, self.decimal)


def press(graph: Graph, templates: AnyTemplates, rounding: Rounding | None = None) -> Press:
    """The press of a network; numbers are rounded as its options say, or otherwise if that is given. Raises InputError for a language there
    is no prose for, a notation that is none, or in which two quantities would look alike."""
    network = graph.network
    made = Press(graph, choose(graph, network.notation), templates, rounding or usual(network.options))
    with said_of(network.source):
        templates.has(made.language)
    return made


def usual(options: Options) -> Rounding:
    """How numbers are printed where only the options say something about it. Raises InputError for rounded numbers as fractions."""
    if options.numbers == "fractions" and options.carry == "rounded":
        raise InputError(
            'document.numbers: found fractions beside carry = "rounded"; a rounded number is a decimal, so leave one of the two out'
        )
    digits = DIGITS if options.digits is None else options.digits
    return Rounding(digits, options.significant, options.carry or "exact", options.numbers == "fractions")
