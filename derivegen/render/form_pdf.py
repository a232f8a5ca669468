"""A PDF to be filled in: the Typst source of a document with signs where answers go, and its fields, go in; the PDF with a field for each
answer comes out.

Typst makes no fields, but links: it sets each sign as an empty box that is one, so that place, page and reading order are Typst's own, and
the annotation of the link is made a field (PDF 32000-1, 12.7.3), its tag a form's (14.8.4.4.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from derivegen.document.press import AnyTemplates
from derivegen.errors import NotCompiled
from derivegen.exercise.pages.fields import VARIANT, FormField
from derivegen.render.typst_page import pdf

TARGET = "field:"
_HIDDEN, _READ_ONLY, _MULTILINE, _COMBO = 1 << 1, 1, 1 << 12, 1 << 17
_WIDGET = {"/Type": "/Annot", "/Subtype": "/Widget"}
_LETTERS = "Helv"
"""The name by which fields ask for Helvetica, which every reader has."""
_SIZED = f"/{_LETTERS} 0 Tf 0 g"
"""Black, as large as the field allows and as small as the answer needs."""


def form_pdf(
    source: str, own: Iterable[FormField], code: str, templates: AnyTemplates, font: str | None = None
) -> bytes:
    """The PDF; `code` is that of the variant. Raises MissingPart, NotCompiled."""
    fields = tuple(own)
    boxes = templates.page("form/fields.typ.jinja", str, {}, fields=fields, target=TARGET)
    return _with_fields(pdf(boxes + source, font), fields, code)


def _with_fields(data: bytes, fields: Sequence[FormField], code: str) -> bytes:
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=BytesIO(data))
    root: Any = writer.root_object
    tags = dict(_tags(root["/StructTreeRoot"]["/ParentTree"]))
    made = dict[int, Any]()
    for page in writer.pages:
        for reference in page.get("/Annots", ()):
            link = reference.get_object()
            target = str(link.get("/A", {}).get("/URI", ""))
            if target.startswith(TARGET):
                place = int(target.removeprefix(TARGET))
                _become_field(link, fields[place])
                tags[link["/StructParent"]].update(_dictionary({"/S": "/Form"}))
                page.update(_dictionary({"/Tabs": "/S"}))  # from field to field in the order of the tags
                made[place] = reference
    if sorted(made) != list(range(len(fields))):
        raise NotCompiled("the Typst source has an answer without its field")
    writer.add_annotation(0, _variant(code))
    first: Any = writer.pages[0]
    variant = first["/Annots"][-1]
    root.update(_dictionary({"/AcroForm": _form([*(made[n] for n in sorted(made)), variant])}))
    content = BytesIO()
    writer.write(content)
    return content.getvalue()


def _tags(tree: Any) -> Iterator[tuple[int, Any]]:
    """The tags of annotations by the numbers that annotations know them by, from a tree of numbers (7.9.7)."""
    for kid in tree.get("/Kids", ()):
        yield from _tags(kid.get_object())
    numbers = tree.get("/Nums", ())
    for number, tag in zip(numbers[::2], numbers[1::2], strict=True):
        yield int(number), tag.get_object()


def _form(references: Iterable[Any]) -> Any:
    from pypdf.generic import ArrayObject

    helvetica = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica", "/Encoding": "/WinAnsiEncoding"}
    fonts = _dictionary({"/Font": _dictionary({f"/{_LETTERS}": _dictionary(helvetica)})})
    return _dictionary({"/Fields": ArrayObject(references), "/DR": fonts, "/DA": _text(_SIZED)})


def _variant(code: str) -> Any:
    """A field that nobody sees, with the code of the variant: by it `check` knows that all else on the pages was printed."""
    from pypdf.generic import ArrayObject, NumberObject

    nowhere = ArrayObject(NumberObject(0) for _ in range(4))
    flags = {"/F": NumberObject(_HIDDEN), "/Ff": NumberObject(_READ_ONLY), "/Rect": nowhere}
    return _dictionary({**_WIDGET, **flags, "/FT": "/Tx", "/T": _text(VARIANT), "/V": _text(code)})


def _become_field(link: Any, own: FormField) -> None:
    """The annotation of a link, as a field."""
    from pypdf.generic import ArrayObject, NumberObject

    for key in ("/A", "/Border", "/Contents"):
        link.pop(key, None)
    flags = _COMBO if own.letters else _MULTILINE if own.high else 0
    choices = {"/Opt": ArrayObject(map(_text, own.letters))} if own.letters else {}
    named = {"/T": _text(own.label), "/TU": _text(own.name), "/DA": _text(_SIZED)}
    kind = "/Ch" if own.letters else "/Tx"
    link.update(_dictionary({**_WIDGET, "/FT": kind, "/Ff": NumberObject(flags), **named, **choices}))


def _dictionary(values: Mapping[str, Any]) -> Any:
    """A dictionary of a PDF; plain texts are names."""
    from pypdf.generic import DictionaryObject, NameObject

    made = ((key, NameObject(value) if type(value) is str else value) for key, value in values.items())
    return DictionaryObject({NameObject(key): value for key, value in made})


def _text(text: str) -> Any:
    from pypdf.generic import TextStringObject

    return TextStringObject(text)
