"""The theme of a document goes in; what each format needs of it comes out: its logo as source, file or address, its colours and fonts."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Literal

from derivegen.document.blocks import Document
from derivegen.errors import InputError, MissingPart
from derivegen.formula.print.typst import quoted
from derivegen.network.file.messages import nearest
from derivegen.network.theme import DARK, WHITE, Logo, Theme, mixed, readable

FONT = "New Computer Modern"
"""The font of pages whose teacher sets none, and of letters that another one lacks."""
HEIGHT, WIDEST = 14.0, 60.0
"""Millimetres a logo is high, and at most wide."""
PIXELS = 300.0
_WASH = 0.94
"""How much of the ground of boxes is white."""


def typst_look(document: Document, height: float = HEIGHT) -> dict[str, Any]:
    """What the templates of Typst are given; a logo is so many millimetres high."""
    theme = document.theme
    return {
        "fonts": quoted(FONT) if theme.font is None else f"({quoted(theme.font)}, {quoted(FONT)})",
        "logo": "" if theme.logo is None else typst_image(theme.logo, height),
        "wash": mixed(theme.accent, WHITE, _WASH) if theme.accent else "",
    }


def typst_image(logo: Logo, height: float = HEIGHT) -> str:
    """The logo as an expression; it says nothing that a screen reader has to read."""
    content = logo.data.decode("utf-8", "replace") if logo.kind == "svg" else ""
    data = quoted(content) if content else f"({','.join(map(str, logo.data))})"
    form = "jpg" if logo.kind == "jpeg" else logo.kind
    wide = logo.width_at(height, WIDEST * height / HEIGHT)
    return f'pdf.artifact(image(bytes({data}), format: "{form}", width: {wide:.2f}mm))'


def html_look(document: Document) -> dict[str, Any]:
    """What the templates of pages for a browser are given: the rules of a style sheet by light and dark, and the logo."""
    theme = document.theme
    accent = theme.accent
    return {
        "light": f"--accent: {accent}; --wash: {mixed(accent, WHITE, _WASH)};" if accent else "",
        "dark": f"--accent: {readable(accent, DARK)};" if accent else "",
        "font": f'"{theme.font}", ' if theme.font else "",
        "logo": "" if theme.logo is None else f"data:{theme.logo.mime};base64,{b64encode(theme.logo.data).decode()}",
        "alt": "" if theme.header else "Logo",
    }


def logo_svg(logo: Logo) -> str:
    """The logo as a drawing, whatever it was: a text, which any package of files can hold."""
    if logo.kind == "svg":
        return logo.data.decode("utf-8", "replace")
    size = f'width="{logo.width:g}" height="{logo.height:g}"'
    data = f"data:{logo.mime};base64,{b64encode(logo.data).decode()}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><image href="{data}" {size}/></svg>'


def logo_file(theme: Theme) -> Mapping[str, bytes]:
    """The logo as LaTeX can put it in, by the name it is known by there; nothing where there is none."""
    logo = theme.logo
    if logo is None:
        return {}
    if logo.kind == "svg":
        return {"derivegen-logo.pdf": _drawn(logo, "pdf")}
    return {f"derivegen-{logo.name}": logo.data}


def logo_picture(logo: Logo) -> tuple[str, bytes]:
    """The logo as a Word file can hold it, by its ending."""
    return ("png", _drawn(logo, "png")) if logo.kind == "svg" else ("jpg" if logo.kind == "jpeg" else "png", logo.data)


def _drawn(logo: Logo, form: Literal["pdf", "png"]) -> bytes:
    import typst

    source = f"#set page(width: auto, height: auto, margin: 0pt, fill: none)\n#{typst_image(logo)}"
    try:
        made = typst.Compiler(ignore_system_fonts=True).compile(source.encode(), format=form, ppi=PIXELS, timestamp=0)
    except typst.TypstError as error:
        raise undecodable(str(error)) from None
    assert isinstance(made, bytes)
    return made


def undecodable(said: str) -> InputError:
    """What to say of a logo that is no picture after all."""
    return InputError(
        f"document.logo: the picture cannot be decoded ({said[:100]}); save it again as PNG", "document.logo"
    )


def fonts_needed(font: str | None) -> bool:
    """Whether the fonts of this machine are needed for a theme's font, since it is not among those of the wheel. Raises MissingPart where
    it is not installed."""
    import typst

    if font is None or font in typst.Fonts(include_system_fonts=False).families():
        return False
    families = typst.Fonts().families()
    if font not in families:
        close = nearest(font, families)
        hint = f'; did you mean "{close}"?' if close else "; install it, or choose another one"
        raise MissingPart(f"document.font: this machine has no font family {font!r}{hint}")
    return True
