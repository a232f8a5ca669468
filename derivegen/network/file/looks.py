"""Takes the keys of `[document]` about looks; gives the Theme, its file read and its logo checked before any work."""

from __future__ import annotations

import re
import struct
import tomllib
import zlib
from base64 import b64decode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from derivegen.network.file.messages import Fault, nearest, shown
from derivegen.network.file.source import NOWHERE
from derivegen.network.theme import LEAST_CONTRAST, PLAIN, WHITE, Logo, Theme, contrast, readable
from derivegen.records import fields

LARGEST_LOGO: Final = 200_000
LARGEST_THEME: Final = 20_000
MOST_PIXELS: Final = 4000
LONGEST_LINE: Final = 200
FLATTEST: Final = 12.0
"""How many times as wide as high, or as high as wide, a logo may be."""
KEYS: Final = tuple(each.name for each in fields(Theme))
KINDS: Final = "a PNG, JPEG or SVG picture"
EMBEDDED: Final = "data:image/"
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}")
_FONT = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{0,58}[A-Za-z0-9]")
_PNG = b"\x89PNG\r\n\x1a\n"
_SIZE = re.compile(r"\s*([0-9.]+)\s*(?:px|pt|mm|cm|in)?\s*")
_STRANGE_SVG = re.compile(
    rb"<!DOCTYPE|<!ENTITY|<script\b|\bon[a-z]+\s*=|<foreignObject\b|@import|href\s*=\s*[\"'](?!#|data:image/)|url\(\s*[\"']?(?!#)",
    re.I,
)


def theme_of(chosen: Mapping[str, Any], base: Path, before: Theme | None, path: str) -> Theme | None:
    """The theme: its file or table, and over it the keys that stand alone; `before` is what it was without them. Raises Fault."""
    alone = {key: value for key in ("logo", "header", "accent", "font") if (value := chosen.get(key)) is not None}
    if chosen.get("theme") is None and not alone:
        return before
    theme = before or PLAIN
    if (named := chosen.get("theme")) is not None:
        theme = theme.with_(
            _from_file(named, base, f"{path}theme") if isinstance(named, str) else _made(named, base, f"{path}theme.")
        )
    return theme.with_(_made(alone, base, path))


def _from_file(name: str, base: Path, path: str) -> Theme:
    table = _table(name, base, path)
    at = f"{path}, in {name}: "
    for key in table:
        if key not in KEYS:
            close = nearest(key, KEYS)
            fix = f'did you mean "{close}"?' if close else "take it out"
            raise Fault(at + key, f'the unknown key "{shown(key)[1:-1]}"', f"one of {', '.join(KEYS)}", fix)
        if not isinstance(table[key], str) or not table[key].strip():
            raise Fault(at + key, shown(table[key]), "text in quotes", "put it in quotes, or take the key out")
    return _made(table, (base / name).parent, at)


def _table(name: str, base: Path, path: str) -> dict[str, Any]:
    data = _read(name, base, path, LARGEST_THEME, "a theme file", f"a theme has the keys {', '.join(KEYS)}")
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Fault(path, f'bytes in "{name}" that are not UTF-8', "UTF-8 text", "save the file as UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as problem:
        fix = 'write lines such as accent = "#7a1f2b"'
        raise Fault(path, f'text in "{name}" that is not TOML ({problem})', "TOML", fix) from None


def _made(table: Mapping[str, str], base: Path, path: str) -> Theme:
    """The theme of checked keys."""
    values: dict[str, Any] = {key: _line(value, path + key) for key, value in table.items() if key != "logo"}
    if accent := values.get("accent"):
        values["accent"] = _accent(accent, f"{path}accent")
    if (font := values.get("font")) and not _FONT.fullmatch(font):
        raise Fault(
            f"{path}font",
            shown(font),
            "the name of a font family, in letters, digits, spaces and hyphens",
            'write font = "Libertinus Serif"',
        )
    logo = table.get("logo")
    return Theme(**values, logo=None if logo is None else _logo(logo, base, f"{path}logo"))


def _line(text: str, path: str) -> str:
    one = " ".join(text.split())
    if len(one) > LONGEST_LINE:
        raise Fault(path, f"{len(one)} characters", f"at most {LONGEST_LINE}, which fit into a line", "shorten it")
    return one


def _accent(text: str, path: str) -> str:
    """The colour as #rrggbb, one that letters can be read in."""
    if not _COLOUR.fullmatch(text):
        raise Fault(
            path,
            shown(text),
            "a colour as in style sheets",
            'write accent = "#7a1f2b": red, green and blue, two digits each',
        )
    colour = text.lower() if len(text) == 7 else "#" + "".join(digit * 2 for digit in text[1:].lower())
    reached = contrast(colour, WHITE)
    if reached < LEAST_CONTRAST:
        found = f"{text}, whose contrast on white is {reached:.1f}"
        raise Fault(
            path, found, f"at least {LEAST_CONTRAST}, or headings cannot be read", f'write "{readable(colour, WHITE)}"'
        )
    return colour


# logos


def _logo(name: str, base: Path, path: str) -> Logo:
    if name.startswith(EMBEDDED):
        data = _unpacked(name, path)
        called = "the embedded picture"
    else:
        fix = f"save it smaller: {LARGEST_LOGO // 1000} kB are enough for a page"
        data, called = _read(name, base, path, LARGEST_LOGO, KINDS, fix), shown(name)
    logo = checked_logo(data)
    if isinstance(logo, str):
        raise Fault(
            path, f"{called}, {logo}", f"{KINDS} of at most {MOST_PIXELS} pixels a side", "save it again as PNG"
        )
    return logo


def _unpacked(text: str, path: str) -> bytes:
    try:
        data = b64decode(text.partition(";base64,")[2], validate=True)
    except ValueError:
        data = b""
    if not 0 < len(data) <= LARGEST_LOGO:
        found = "an embedded picture that is empty, broken or too large"
        raise Fault(path, found, f"base64 of at most {LARGEST_LOGO} bytes", "name the picture's file instead")
    return data


def _read(name: str, base: Path, path: str, most: int, what: str, fix: str) -> bytes:
    if base == NOWHERE:
        raise Fault(
            path,
            f"the file {shown(name)}",
            "none, since no file is read here",
            "take it out, or use derivegen on a machine of your own",
        )
    try:
        with (base / name).open("rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else "it is not a path"
        raise Fault(
            path,
            f"{shown(name)}, which cannot be read ({reason})",
            what,
            "check the path; it begins at the folder of the file it stands in",
        ) from None
    if len(data) > most:
        raise Fault(path, f"{shown(name)} of more than {most // 1000} kB", f"at most {most // 1000} kB", fix)
    return data


def checked_logo(data: bytes) -> Logo | str:
    """The logo, or what is wrong with it."""
    if data.startswith(_PNG):
        return _png(data)
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    return _svg(data) if b"<svg" in data[:4000] else "which is neither of these"


def _png(data: bytes) -> Logo | str:
    try:
        chunks = list(_chunks(data))
        width, height = struct.unpack(">II", chunks[0][1][:8])
    except (struct.error, IndexError):
        return "which is broken"
    kinds = [kind for kind, _ in chunks]
    if kinds[0] != b"IHDR" or kinds[-1] != b"IEND" or b"IDAT" not in kinds:
        return "which is broken"
    return _measured(data, "png", width, height)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The parts of a PNG whose checksums hold, up to the first that does not."""
    place = len(_PNG)
    while place + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        kind, content = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        if data[place + 8 + length : place + 12 + length] != struct.pack(">I", zlib.crc32(kind + content)):
            return
        yield kind, content
        place += 12 + length


def _jpeg(data: bytes) -> Logo | str:
    place = 2
    while place + 9 < len(data) and data[place] == 0xFF and b"\xff\xd9" in data[-64:]:
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return _measured(
                data, "jpeg", int.from_bytes(data[place + 7 : place + 9]), int.from_bytes(data[place + 5 : place + 7])
            )
        place += 2 + length
    return "which is broken"


def _svg(data: bytes) -> Logo | str:
    """A drawing that asks for nothing outside itself and runs nothing."""
    from xml.etree import ElementTree as ET

    if found := _STRANGE_SVG.search(data):
        return f"an SVG with {found[0].decode(errors='replace')[:20]}, which is not taken"
    try:
        root = ET.fromstring(data)
    except ET.ParseError:
        return "an SVG that is broken"
    box = root.get("viewBox", "").replace(",", " ").split()
    sizes = box[2:] if len(box) == 4 else [_length(root.get("width")), _length(root.get("height"))]
    try:
        width, height = map(float, sizes)
    except ValueError:
        return "an SVG without viewBox"
    return _measured(data, "svg", width, height)


def _length(text: str | None) -> str:
    found = _SIZE.fullmatch(text or "")
    return found[1] if found else ""


def _measured(data: bytes, kind: Any, width: float, height: float) -> Logo | str:
    if not (0 < width < float("inf") and 0 < height < float("inf")):
        return "which has no size"
    if kind != "svg" and max(width, height) > MOST_PIXELS:
        return f"which is {width} × {height} pixels"
    if max(width / height, height / width) > FLATTEST:
        return f"which is more than {FLATTEST:g} times as long as wide"
    return Logo(data, kind, float(width), float(height))
