"""A solved network: its numbers, its derivation, its documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from derivegen.calculus.chain import Derivation
from derivegen.calculus.numbers.arrays import array_of, arrays_of
from derivegen.calculus.numbers.evaluate import Trace
from derivegen.calculus.steps import Step
from derivegen.calculus.verified import Verified
from derivegen.calculus.verify import verify
from derivegen.document.press import Press
from derivegen.errors import InputError
from derivegen.interop.models.bring import load as load
from derivegen.network.graph import Graph
from derivegen.network.members import Members
from derivegen.network.network import Network
from derivegen.notation.asked import Named, canonical, canonical_array, canonical_self
from derivegen.notation.notation import Notation
from derivegen.on_use import numpy
from derivegen.records import dataclass, replace
from derivegen.render.files import FOLDER
from derivegen.render.format import IN_NOTEBOOKS, PDF, TEXT, Format, chosen, named
from derivegen.work import work_on

if TYPE_CHECKING:
    from sympy import Expr

    from derivegen.again import Variants
    from derivegen.document.blocks import Document
    from derivegen.interop.models.agreement import Agreement
    from derivegen.render.pointed import Pointed
    from derivegen.render.printer import Printer
    from derivegen.solution.program.live import Live

MOST_FORMULAS = 60_000
"""Formulas of a document: each has a mark of its own in a written text, and there are no more marks."""


@dataclass(frozen=True)
class Solution:
    """A solved network: its numbers, its derivation, its documents."""

    press: Press
    derivation: Derivation
    trace: Trace
    checked: Verified | None = None
    """What was found when it was verified; None where that has not been done yet."""
    explained: str = ""
    """The one quantity by which the document shows the derivative, and nothing else; "" where it is the whole."""

    def __repr__(self) -> str:
        """What a terminal shows of it."""
        from derivegen.solution.terminal import at_a_glance

        return at_a_glance(self.trace, self.notation)

    @cached_property
    def verified(self) -> Verified:
        """What its derivatives were held to. Raises CheckFailed."""
        return verify(self.trace) if self.checked is None else self.checked

    @property
    def network(self) -> Network:
        """The network."""
        return self.graph.network

    @property
    def graph(self) -> Graph:
        """Its quantities."""
        return self.press.graph

    @property
    def notation(self) -> Notation:
        """What they are called."""
        return self.press.notation

    @property
    def values(self) -> Mapping[str, float]:
        """Every forward quantity by canonical name, found by any other too."""
        return Named(self.trace.values, self.named)

    @property
    def gradients(self) -> Mapping[str, float]:
        """∂loss by every quantity, keyed by the quantity; found by the name of either."""
        return Named(self.trace.gradients, self.named)

    @property
    def updated(self) -> Mapping[str, float]:
        """The parameters after one update, all digits carried on; empty without a learning rate."""
        updates = self.trace.exactly.updates
        if len(updates) < 2:
            return {}
        values = updates[1].values
        if isinstance(values, Members):
            arrays = {name: values.arrays[name] for name in values.arrays if self.graph.kind_of(name) != "activation"}
            return Named(Members(self.graph, arrays), self.named)
        return Named({name: values[name] for name in self.graph.parameters}, self.named)

    def named(self, typed: str) -> str:
        """The canonical name of a quantity or derivative typed as `check` reads it: w5, dE/dw5; what is none stays as it is."""
        if typed not in self._typed:
            self._typed[typed] = canonical(self.graph, self.notation, typed)
        return self._typed[typed]

    @cached_property
    def _typed(self) -> dict[str, str]:
        return {}

    def expr(self, name: str) -> Expr:
        """The sympy expression of a quantity or a derivative, one step deep. Raises InputError if there is none of that name."""
        name = canonical_self(self.graph, self.notation, name)
        return self.derivation[name].expr if self.graph.locate(name) is None else self.graph[name].expr

    def expressions(self, *kinds: str) -> Iterator[tuple[str, Expr]]:
        """The sympy expression of every derivative by name, one step deep, or of those by families of some kinds ("weight", "bias"); much
        faster than one by one."""
        from derivegen.calculus.expressions import expressions

        return expressions(self.derivation, *kinds)

    def step(self, name: str) -> Step:
        """How a derivative follows from others. Raises InputError if there is none of that name."""
        return self.derivation[canonical_self(self.graph, self.notation, name)]

    def array(self, name: str) -> numpy.ndarray[Any, Any]:
        """A whole array, units × inputs: "w[1]", "dloss/dw[1]", "z[2]" (with several rows, rows last); a weight that does not exist is 0.
        Raises InputError if there is none of that name or it has no numbers."""
        name = canonical_array(self.graph, self.notation, name)
        return array_of(self.derivation, self.trace.values, self.trace.gradients, name)

    def arrays(self) -> Mapping[str, numpy.ndarray[Any, Any]]:
        """Every array that has numbers, units × inputs: the values of each family, and the derivatives of the loss by it. Raises InputError
        if there is none."""
        if not self.trace.complete:
            raise InputError("there are no numbers to put into arrays: something was left symbolic; give every number")
        return arrays_of(self.derivation, self.trace.values, self.trace.gradients)

    @cached_property
    def document(self) -> Document:
        """The composed document, every line of it judged. Raises InputError, CheckFailed."""
        from derivegen.document.verify.text import at_most

        if not at_most(self._composed, MOST_FORMULAS):
            found = f"the document would hold more than {MOST_FORMULAS} formulas"
            raise InputError(f'{found}; ask for fewer derivatives (wrt), take detail = "brief", or --to json')
        self.lines  # noqa: B018 - judging is what makes it fit to be shown
        return self._composed

    @cached_property
    def summary(self) -> Document:
        """The network with all its numbers on one sheet, judged. Raises InputError, CheckFailed."""
        from derivegen.solution.summary import summary

        with work_on(self.network.source):
            return self.printer.judged(summary(self.trace, self.press))

    def _document_of(self, form: Format) -> Document:
        return self.summary if form.sheet else self.document

    @cached_property
    def _composed(self) -> Document:
        from derivegen.solution.solution import Results, compose

        with work_on(self.network.source):
            return compose(Results(self.trace, self.verified, self.explained), self.press)

    @cached_property
    def printer(self) -> Printer:
        """What prints its document."""
        from derivegen.render.printer import Printer

        return Printer(self.press, self.trace, self._cells)

    @cached_property
    def pointed(self) -> Pointed:
        """Its figure, of which any part can be pointed at, and what is said of each."""
        from derivegen.render.pointed import Pointed

        return Pointed(self.printer, bool(self.explained))

    def _cells(self, document: Document) -> Live:
        """The calculations as cells of a program."""
        from derivegen.solution.program.live import live

        return live(document, self.trace, self.notation, self.press.words)

    @cached_property
    def lines(self) -> int:
        """How many lines the judge has found true. Raises CheckFailed at the first that is not."""
        with work_on(self.network.source):
            return self.printer.judge.document(self._composed)

    @property
    def inscribed(self) -> Document:
        """The document with its notation and numbers put in."""
        return self.printer.inscribed(self.document)

    def text(self, form: str = TEXT.key, figures: str = FOLDER, body: bool = False) -> str:
        """The document in a text format (md, latex, text, json, …; typst is the PDF's source), read back and judged; with `body` the body
        alone. Of a format that is no text, that of which it is made. Raises InputError."""
        wanted = named(form)
        with work_on(self.network.source):
            if wanted.data:
                return self.content(form).decode()
            if wanted.pointed and not body:
                return self.pointed.page(self.document, wanted, figures)
            return self.printer.text(self._document_of(wanted), wanted.source(), figures, body)

    def pdf(self, engine: str = "") -> bytes:
        """The PDF, by typst or by the LaTeX of this machine. Raises MissingPart."""
        return self.content(PDF.key, engine=engine)

    def content(self, form: str, figures: str = FOLDER, body: bool = False, engine: str = "") -> bytes:
        """The document in any format. Raises InputError, MissingPart."""
        wanted = named(form)
        with work_on(self.network.source):
            if not wanted.data and not wanted.pointed:
                return self.printer.content(self._document_of(wanted), wanted, figures, body, engine)
            if wanted.pointed:
                return self.text(form, figures, body).encode()
            self.lines  # noqa: B018 - what is not judged is not written
            return wanted.writes_data().written(self)

    def figures(self, form: str = "svg") -> Mapping[str, bytes]:
        """The figures alone, by file name: svg, pdf or tikz. Raises InputError."""
        return self.printer.figures(self.document, form)

    def files(
        self, to: Sequence[str] | str, stem: str | None = None, file: str = "", body: bool = False, engine: str = ""
    ) -> Iterator[tuple[str, bytes]]:
        """The files as (name, content), one alone named `file`, figures in STEM-figures/. Raises InputError, MissingPart."""
        stem = stem or self.network.stem
        for form in chosen(to, "solve"):
            yield file or f"{stem}.{form.ending}", self.content(form.key, f"{stem}-figures", body, engine)
            if form.logo:
                from derivegen.render.letterhead import logo_file

                yield from logo_file(self.document.theme).items()
            if form.figures:
                yield from ((f"{stem}-figures/{key}", content) for key, content in self.figures().items())

    def write(
        self, directory: str | Path = "output", to: Sequence[str] | str = PDF.key, stem: str | None = None, **how: Any
    ) -> tuple[Path, ...]:
        """Write the files, whole or not at all; the paths of the documents. `how` is what `files` takes more. Raises InputError."""
        from derivegen.render.files import write_all

        return write_all(Path(directory), list(dict(self.files(to, stem, **how)).items()))

    def at(self, numbers: Mapping[str, Any] | None = None, /, **more: Any) -> Solution:
        """The same with other numbers by names as `check` reads them, `at(w5=0.3)`, `at({"w[2]": [[1, 2]]})`. Raises InputError."""
        from derivegen.again import with_numbers

        with work_on(self.network.source):
            given = {self.named(typed): value for typed, value in {**(numbers or {}), **more}.items()}
            press, derivation, trace = with_numbers(self.press, self.derivation, given)
        return replace(self, press=press, derivation=derivation, trace=trace, checked=None)

    def batch(self, many: Iterable[Mapping[str, Any]]) -> Variants[Solution]:
        """The same at each of several sets of numbers: solutions, made when one looks, and `array(name)`, an array at all of them."""
        from derivegen.again import Variants

        return Variants(self, many)

    def check_against(self, model: Any, gradients: Any = None, *, loss: Any = None) -> Agreement:
        """What agrees with a model of another library, what differs and why: a module of PyTorch or Equinox, a model of Keras, a tree of
        arrays, or arrays by the names used here. Derivatives are those it holds (`.grad`), or `gradients`, laid out as its arrays; with
        `loss`, of output and targets (PyTorch) or of the tree (JAX), they are found here. Raises InputError, MissingPart."""
        from derivegen.interop.models.against import against

        with work_on(self.network.source):
            return against(self, model, gradients, loss)

    def program(self, library: str) -> str:
        """The network as a program in numpy, torch, jax, keras or tinygrad, with these numbers. Raises InputError."""
        from derivegen.solution.elsewhere import program_elsewhere

        with work_on(self.network.source):
            return program_elsewhere(self.press, self.trace, library)

    def _repr_html_(self) -> str:
        """The page in a notebook, figures inside; of a network too large for a page what a terminal shows."""
        from derivegen.render.in_notebooks import PAGE, as_text

        try:
            return self.text(PAGE, body=True)
        except InputError as problem:
            return as_text(self, str(problem))

    def _repr_markdown_(self) -> str:
        """The page in a notebook that shows no HTML."""
        return self.text(IN_NOTEBOOKS.key)
