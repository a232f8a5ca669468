"""The formats, a record each: a format's name in, all that is known of it out, or the sentence that refuses it.

A new document format is a record here, a writer (a module of this room with `write`) and a folder of templates; nothing else names it.
Imports nothing heavy: `--help` lists the formats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Literal, Protocol, cast

from derivegen.errors import InputError
from derivegen.records import dataclass, field
from derivegen.render.software import SOFTWARE

if TYPE_CHECKING:
    from derivegen.document.blocks import Document
    from derivegen.render.pages import Asked, Page, Solved

Use = Literal["solve", "sheet", "check"]
MODELS = "derivegen.interop.models."
EVERYWHERE: tuple[Use, ...] = ("solve", "sheet", "check")
ON_PAPER: tuple[Use, ...] = ("solve", "sheet")


class Writer(Protocol):
    """A module that writes a document as text; and, where a file of another kind is made of that text, the one that makes it."""

    def write(self, asked: Asked) -> Page:
        """The text, with the formulas read back from it."""

    def compiled(self, text: str, document: Document) -> bytes:
        """The file that is made of the text of an inscribed document. Raises MissingPart, CheckFailed."""

    def escape(self, text: str) -> str:
        """People's text as the format shows it."""


class DataWriter(Protocol):
    """A module that writes the results of a solution for scripts."""

    def written(self, solved: Solved) -> bytes:
        """The file."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its name, the ending of its files, what it is, and which commands have it.

    `writer` is the module of this room that writes it, "" where the command that has it makes it itself. `engines` are the text formats a
    file is made of, the usual one first, by the name of what makes it; `compiler` the module that makes it of this one's text. `binary`: it
    is no text. `data`: it is no document but results for scripts, of many submissions one file. `body`: its body can stand alone.
    `figures`: its figures are files beside it. `filled`: pages of a class can be filled in, with words as they are or `escaped`.
    """

    key: str
    ending: str
    what: str
    uses: tuple[Use, ...] = ()
    writer: str = ""
    engines: Mapping[str, str] = field(default_factory=dict, hash=False)
    compiler: str = ""
    binary: bool = False
    data: bool = False
    body: bool = False
    figures: bool = False
    filled: Literal["", "plain", "escaped"] = ""
    projected: bool = False
    """Whether it is for showing to a room: what is for teachers alone is not made in it."""
    terminal: bool = False
    """Whether it is for reading on a terminal, in the terminal's own letters."""
    platform: str = ""
    """The module of `interop/` that writes it, where it is questions for classroom software."""
    loses: str = ""
    """What does not come through in it, in one sentence."""
    screen: str = ""
    """What its files are named by, where there is one a sheet that is worked on a screen."""
    sheet: bool = False
    """Whether it is the summary of a network on one sheet, not its worked solution."""
    pointed: bool = False
    """Whether parts of the network can be pointed at in it, and are answered."""
    model: str = ""
    """The module of `interop/models/` that writes it, where it is a model for another library."""

    logo: bool = False
    """Whether the logo of a theme is a file beside its own."""

    @property
    def last_ending(self) -> str:
        """The ending behind the last point."""
        return self.ending.rpartition(".")[2]

    def source(self, engine: str = "") -> Format:
        """The text format that it is made of."""
        if not self.engines:
            return self
        return named(self.engines[engine] if engine else next(iter(self.engines.values())))

    def writes(self) -> Writer:
        """What writes it."""
        return cast(Writer, _module(self.writer))

    def compiles(self) -> Writer:
        """What makes a file of its text."""
        return cast(Writer, _module(self.compiler))

    def writes_data(self) -> DataWriter:
        """What writes the results of a solution in it."""
        return cast(DataWriter, import_module(MODELS + self.model) if self.model else _module(self.writer))


PDF = Format(
    "pdf", "pdf", "the document on paper, tagged for screen readers (PDF/UA-1); `--engine latex` makes it with `latexmk` or `pdflatex` "
    "instead",
    EVERYWHERE, engines={"typst": "typst", "latex": "latex"}, binary=True,
)  # fmt: skip
TEXT = Format("text", "txt", "for a terminal", EVERYWHERE, "text_page", terminal=True)
JSON = Format(
    "json", "json", "every number, formula and route for scripts; of a network of more than 1 500 quantities the loss, the outputs, what "
    "`--wrt` names and the shapes",
    EVERYWHERE, "json_page", data=True,
)  # fmt: skip
CSV = Format("csv", "csv", "the findings as a table", ("check",), data=True)
PLATFORMS = tuple(
    Format(one.key, one.ending, one.what, ("sheet",), platform=one.key, loses=one.loses) for one in SOFTWARE
)
"""Classroom software: of a class one file, or some."""
SELFCHECK = Format(
    "selfcheck", "html", "one HTML file per sheet that tells right from wrong as answers are typed", ("sheet",),
    screen="selfcheck",
)  # fmt: skip
FORM = Format(
    "form", "pdf", "a PDF per sheet with a field for each answer, to be filled in on a screen and handed in; `check` reads it by the names "
    "of the fields",
    ("sheet",), binary=True, engines={"typst": "typst"}, screen="form",
)  # fmt: skip
FORM_HTML = Format(
    "form-html", "html", "the same as a page that saves the answers as the CSV file to be handed in, without a server",
    ("sheet",), screen="form",
)  # fmt: skip
FORM_DOCX = Format(
    "form-docx", "docx", "the same as a Word document, in which nothing but the answers can be changed; needs "
    '`pip install "derivegen[docx]"`',
    ("sheet",), binary=True, engines={"docx": "docx"}, screen="form",
)  # fmt: skip
ON_SCREEN = (SELFCHECK, FORM, FORM_HTML, FORM_DOCX)
"""Of each sheet one file, to be worked on a screen; there is no key in them."""
IN_NOTEBOOKS = Format("md-inline", "md", "a page in a notebook, figures inside", (), "inline_page", body=True)
FORMATS = (
    PDF,
    Format(
        "slides", "slides.pdf", "16:9, one idea a slide",
        ON_PAPER, "slides_page", compiler="typst_page", binary=True, projected=True,
    ),
    Format(
        "md", "md", "Markdown for GitHub, figures as SVG beside it",
        EVERYWHERE, "markdown", body=True, figures=True, filled="plain",
    ),
    Format(
        "md-pandoc", "pandoc.md", "Markdown with `$` and `$$` for Jupyter, Pandoc, MkDocs, Quarto, figures as SVG beside it",
        ON_PAPER, "pandoc_page", body=True, figures=True, filled="plain",
    ),
    Format(
        "latex", "tex", "an article; needs `texlive-latex-recommended texlive-pictures lmodern` (and `latexmk`) to be compiled",
        ON_PAPER, "latex_page", compiler="latex_engine", body=True, filled="escaped", logo=True,
    ),
    Format(
        "html", "html", "one file, whole without scripts: MathML, figures inside, light and dark, printable; of a small network, click a "
        "weight or unit for its derivation, or step through the calculation",
        EVERYWHERE, "html_page", body=True, filled="plain", pointed=True,
    ),
    Format("html-plain", "plain.html", "the same without any script", ("solve",), "html_plain_page", body=True),
    Format(
        "ipynb", "ipynb", "a notebook whose cells compute each step with numpy and assert the printed number",
        ON_PAPER, "notebook_page",
    ),
    Format(
        "summary", "summary.pdf", "a small network with every number on one sheet, A4 or letter",
        ("solve",), "summary_page", compiler="typst_page", binary=True, sheet=True,
    ),
    Format("summary-svg", "summary.svg", "the same as a picture", ("solve",), "summary_picture", sheet=True),
    Format(
        "docx", "docx", 'Word with native equations; needs `pip install "derivegen[docx]"`',
        ON_PAPER, "docx_page", compiler="docx_page", binary=True,
    ),
    TEXT,
    JSON,
    Format(
        "npz", "npz", "every array of values and derivatives, `w[1]`, `z[1]`, `dloss/dw[1]`, units × inputs and units × examples, for "
        "`numpy.load`",
        ("solve",), "npz_page", binary=True, data=True,
    ),
    Format(
        "safetensors", "safetensors", "the parameters as a state dict of PyTorch, in double precision, with the layers in its head; needs "
        '`pip install "derivegen[import-torch]"`',
        ("solve",), binary=True, data=True, model="safetensors_out",
        loses="data, training and pages; the loss stands in the head, which other programs do not read",
    ),
    Format(
        "onnx", "onnx", "the network from rows to outputs as a graph of ONNX, in single precision, for runtimes; needs "
        '`pip install "derivegen[import-onnx]"`',
        ("solve",), binary=True, data=True, model="onnx_out",
        loses="data, loss, training and pages",
    ),
    CSV,
    *PLATFORMS,
    *ON_SCREEN,
    Format("typst", "typ", "what a PDF is made of", (), "typst_page", compiler="typst_page", filled="plain"),
    IN_NOTEBOOKS,
)  # fmt: skip
"""In the order they are listed; those without a use are asked for in Python alone."""
FIGURES = {"svg": "svg", "pdf": "pdf", "tikz": "tex"}
"""How a figure can be written alone, and the endings of the files."""
_NAMED = {form.key: form for form in FORMATS}


def named(key: str) -> Format:
    """The format of that name that a solution can have. Raises InputError."""
    if key not in _NAMED or _NAMED[key].uses == ("sheet",):
        raise InputError(unknown(key, "solve"), "--to")
    return _NAMED[key]


def recorded(key: str) -> Format:
    """The format of that name, whatever command has it."""
    return _NAMED[key]


def offered(use: Use) -> tuple[Format, ...]:
    """Those of a command."""
    return tuple(form for form in FORMATS if use in form.uses)


def listed(use: Use) -> str:
    """Their names."""
    return ", ".join(form.key for form in offered(use))


def chosen(to: str | Sequence[str], use: Use) -> tuple[Format, ...]:
    """The formats somebody asks a command for, each once. Raises InputError."""
    words = to.split(",") if isinstance(to, str) else to
    keys = tuple(dict.fromkeys(word.strip() for word in words if word.strip()))
    known = {form.key: form for form in offered(use)}
    for key in keys:
        if key not in known:
            raise InputError(unknown(key, use), "--to")
    if not keys:
        raise InputError(f"--to: no format named; there are {listed(use)}", "--to")
    return tuple(known[key] for key in keys)


def unknown(key: str, use: Use) -> str:
    """The sentence for a format that a command has not."""
    other = _NAMED.get(key)
    if other is not None and other.uses == ("sheet",):
        return f"--to {key}: this is for exercise sheets; write derivegen sheet, or take one of {listed(use)}"
    return f"--to {key}: there is no such format; there are {listed(use)}"


def of_ending(ending: str, use: Use) -> tuple[Format, ...]:
    """The formats whose files have that last ending."""
    return tuple(form for form in offered(use) if ending and form.last_ending == ending)


def _module(name: str) -> object:
    return import_module(f"derivegen.render.{name}")
