"""The parts of a Word file and its document go in; they come out with paper, page numbers and theme: letterhead, colour, font."""

from __future__ import annotations

import io
import re
import zipfile
from xml.sax.saxutils import escape

from derivegen.document.blocks import Document
from derivegen.network.theme import Theme
from derivegen.render.letterhead import HEIGHT, WIDEST, logo_picture
from derivegen.render.own_picture import signed

Parts = dict[str, bytes]
BODY, STYLES, FONTS = "word/document.xml", "word/styles.xml", "word/theme/theme1.xml"
SETTINGS, PROPERTIES = "word/settings.xml", "docProps/custom.xml"
KINDS, LINKS = "[Content_Types].xml", "word/_rels/document.xml.rels"
PAPERS = {"a4": (11906, 16838), "letter": (12240, 15840)}
"""Twentieths of a point."""
MARGIN = 1304
_EMU = 36000
"""Of Word's units of pictures in a millimetre."""
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_NAMES = f'xmlns:w="{_WORD}" xmlns:r="{_OFFICE}"'
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NUMBER = (
    '<w:p><w:pPr><w:jc w:val="center" /></w:pPr><w:r><w:fldChar w:fldCharType="begin" /></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="end" /></w:r></w:p>'
)
_HEADINGS = re.compile(r'<w:style [^>]*w:styleId="(?:Title|Heading\d)(?:Char)?".*?</w:style>', re.S)
_COLOUR = re.compile(r"<w:color [^>]*/>")
_TYPEFACE = re.compile(r'<a:latin typeface="[^"]*" panose="[^"]*"\s*/>')


def unpacked(data: bytes) -> Parts:
    """The parts of a file."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: Parts) -> bytes:
    """A file of those parts, all of one date."""
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            part = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            part.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(part, content)
    return result.getvalue()


def dressed(parts: Parts, document: Document) -> Parts:
    """The parts, as the document is to look."""
    theme, made = document.theme, dict(parts)
    if theme.accent:
        made[STYLES] = _coloured(made[STYLES].decode(), theme.accent[1:].upper()).encode()
    if theme.font:
        made[FONTS] = _TYPEFACE.sub(f'<a:latin typeface="{escape(theme.font)}" />', made[FONTS].decode()).encode()
    made["word/footer1.xml"] = f"{_XML}<w:ftr {_NAMES}>{_NUMBER}</w:ftr>".encode()
    asked = [("footer", "default", "footer1.xml")]
    if theme.letterhead:
        made |= _letterhead(theme, (PAPERS[document.paper][0] - 2 * MARGIN))
        asked += [("header", "first", "header1.xml"), ("footer", "first", "footer1.xml")]
    return made | _joined(made, document, asked)


def _coloured(styles: str, colour: str) -> str:
    """Title and headings in the colour."""

    def one(style: re.Match[str]) -> str:
        bare = _COLOUR.sub("", style[0])
        return re.sub(r"(<w:sz )", f'<w:color w:val="{colour}" />\\1', bare, count=1)

    return _HEADINGS.sub(one, styles)


def _letterhead(theme: Theme, width: int) -> Parts:
    """The head of the first page, with the file of its picture."""
    rule = f'<w:pBdr><w:bottom w:val="single" w:sz="8" w:space="4" w:color="{(theme.accent or "#808080")[1:].upper()}" /></w:pBdr>'
    picture, parts = "", Parts()
    if theme.logo is not None:
        ending, data = logo_picture(theme.logo)
        wide = theme.logo.width_at(HEIGHT, WIDEST)
        picture = _picture(
            round(wide * _EMU), round(wide * theme.logo.height / theme.logo.width * _EMU), theme.header or "Logo"
        )
        link = f'<Relationship Id="rIdLogo" Type="{_OFFICE}/image" Target="media/logo.{ending}" />'
        parts[f"word/media/logo.{ending}"] = signed(data) if ending == "png" else data
        parts["word/_rels/header1.xml.rels"] = _links(link)
    text = f'<w:r><w:tab /><w:t xml:space="preserve">{escape(theme.header)}</w:t></w:r>' if theme.header else ""
    text = text if picture else text.replace("<w:tab />", "")
    tabs = f'<w:tabs><w:tab w:val="right" w:pos="{width}" /></w:tabs>'
    head = f"<w:p><w:pPr>{rule}{tabs}</w:pPr>{picture}{text}</w:p>"
    return parts | {"word/header1.xml": f"{_XML}<w:hdr {_NAMES}>{head}</w:hdr>".encode()}


def _links(inside: str) -> bytes:
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{_XML}<Relationships xmlns="{space}">{inside}</Relationships>'.encode()


def _picture(wide: int, high: int, said: str) -> str:
    """A picture in a line of text."""
    alt = escape(said, {'"': "&quot;"})
    size = f'cx="{wide}" cy="{high}"'
    shape = f'<a:xfrm><a:off x="0" y="0" /><a:ext {size} /></a:xfrm><a:prstGeom prst="rect"><a:avLst /></a:prstGeom>'
    named = f'id="9001" name="logo" descr="{alt}"'
    return (
        f'<w:r><w:drawing><wp:inline xmlns:wp="{_DRAWING}/wordprocessingDrawing"><wp:extent {size} /><wp:docPr {named} />'
        f'<a:graphic xmlns:a="{_DRAWING}/main"><a:graphicData uri="{_DRAWING}/picture"><pic:pic xmlns:pic="{_DRAWING}/picture">'
        f"<pic:nvPicPr><pic:cNvPr {named} /><pic:cNvPicPr /></pic:nvPicPr>"
        f'<pic:blipFill><a:blip r:embed="rIdLogo" /><a:stretch><a:fillRect /></a:stretch></pic:blipFill>'
        f"<pic:spPr>{shape}</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def _joined(parts: Parts, document: Document, asked: list[tuple[str, str, str]]) -> Parts:
    """The parts that name the others: kinds, links, and the section with its paper."""
    files = {file: kind for kind, _, file in asked}
    kinds = [
        f'<Override PartName="/word/{file}" ContentType="{_MAIN}.{kind}+xml" />' for file, kind in files.items()
    ] + [
        f'<Override PartName="/{name}" ContentType="image/{"jpeg" if name.endswith("jpg") else "png"}" />'
        for name in parts
        if name.startswith("word/media/logo.")
    ]
    links = [
        f'<Relationship Id="rIdLook{kind}" Type="{_OFFICE}/{kind}" Target="{file}" />' for file, kind in files.items()
    ]
    named = "".join(
        f'<w:{kind}Reference w:type="{pages}" r:id="rIdLook{kind}" />' for kind, pages, _ in sorted(asked, reverse=True)
    )
    wide, high = PAPERS[document.paper]
    sides = " ".join(f'w:{side}="{MARGIN}"' for side in ("top", "right", "bottom", "left"))
    paper = f'<w:pgSz w:w="{wide}" w:h="{high}" /><w:pgMar {sides} w:header="600" w:footer="600" w:gutter="0" />' + (
        "<w:titlePg />" if document.theme.letterhead else ""
    )
    body = parts[BODY].decode().replace("<w:sectPr>", f"<w:sectPr>{named}", 1)
    return {
        KINDS: parts[KINDS].decode().replace("</Types>", "".join(kinds) + "</Types>").encode(),
        LINKS: parts[LINKS].decode().replace("</Relationships>", "".join(links) + "</Relationships>").encode(),
        BODY: body.replace("</w:sectPr>", f"{paper}</w:sectPr>", 1).encode(),
    }
