"""What lies on the desk: a form goes in; the text of the network after what the visitor did to it, the network or what is wrong with it,
and the controls that write the text come out.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from derivegen.errors import InputError
from derivegen.network.file.as_file import network_file
from derivegen.network.file.examples import example_names, example_path, languages
from derivegen.network.file.load import load_text, opened
from derivegen.network.file.messages import shown
from derivegen.network.file.reshaped import MOST_LAYERS, MOST_UNITS, Shape, reshaped, shape_of, typed_out
from derivegen.network.graph import build
from derivegen.network.network import Network
from derivegen.network.restated import givens, with_givens
from derivegen.network.tables.activations import ACTIVATIONS
from derivegen.network.tables.losses import LOSSES
from derivegen.notation.choose import choose
from derivegen.records import replace
from derivegen.render.environment import Templates
from derivegen.web.form import Sent

LABEL = "network"
START = "web/start.toml"
MOST_NUMBERS = 80
"""Numbers that have a field each; of more, the text of the file is the place to change them."""
_NUMBER = re.compile(r"[+-]?(?:\d{1,12}(?:[.,]\d{0,12})?|[.,]\d{1,12})(?:/\d{1,9})?")


class Desk(NamedTuple):
    """The text of the network, and the network; what is wrong with it or with what was typed into a field, and in which line."""

    text: str
    network: Network | None
    fault: str = ""
    line: int = 0
    table: Mapping[str, Any] | None = None

    def refused(self, error: Exception) -> Desk:
        """The desk with what is wrong with its network."""
        source = f"{self.network.source}: " if self.network else ""
        return self._replace(network=None, fault=str(error).removeprefix(source), line=0)

    @property
    def shape(self) -> Shape | None:
        """The shape that controls can change."""
        return None if self.table is None else shape_of(self.table)

    @property
    def loss(self) -> str:
        """The name of its loss."""
        return "" if self.table is None else str(self.table.get("loss", {}).get("name", ""))

    @property
    def numbers(self) -> Mapping[str, str]:
        """Every number that a field can hold by canonical name, as it is typed; nothing where there are too many."""
        found = {} if self.network is None else _in_fields(self.network)
        return found if len(found) <= MOST_NUMBERS else {}


def desk(form: Sent, language: str) -> Desk:
    """The desk after what was done: `do` says which of the controls counts."""
    text, fault = form.text("net").replace("\r\n", "\n"), ""
    try:
        match form.text("do"):
            case "example":
                name = form.text("example")
                text = example_path(name).read_text(encoding="utf-8") if name else start(language)
            case "shape" | "add" | "remove":
                text = _reshaped(text, form, language)
            case "numbers":
                text, fault = _renumbered(text, form)
        text = text if text.strip() else start(language)
        network = load_text(text, LABEL)
        table = network_file(network)
        return Desk(text, opened(_ours(network, table, language), **options(form, language)), fault, table=table)
    except InputError as error:
        message = str(error)
        return Desk(text, None, message.removeprefix(f"{LABEL}: "), line_of(text, message))


@lru_cache(maxsize=16)
def start(language: str) -> str:
    """The network that the desk begins with."""
    text = Templates().find(START).read_text(encoding="utf-8")
    shape = shape_of(network_file(load_text(text, LABEL)))
    assert shape is not None
    return f'title = "{_title(shape, language)}"\n{text}'


def _title(shape: Shape, language: str) -> str:
    """What a network is called that nobody has named: by its shape."""
    units = "–".join(str(each) for each in (shape.inputs, *(units for units, _ in shape.parts)))
    return Templates().words(language).plain("web.title", units=units)


def _ours(network: Network, table: Mapping[str, Any], language: str) -> Network:
    """The network; of one that nobody has named, or that ships, with what its words in another language are found by."""
    shape = shape_of(table)
    if shape is not None and network.title in _titles(shape):
        return replace(network, title=_title(shape, language))
    return replace(network, stem=_shipped().get(network.title, network.stem))


def _titles(shape: Shape) -> set[str]:
    return {_title(shape, language) for language in languages()}


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, str]:
    """The names of the examples by title, which says what a changed one no longer is."""
    return {tomllib.loads(example_path(name).read_text(encoding="utf-8"))["title"]: name for name in example_names()}


def options(form: Sent, language: str) -> dict[str, str]:
    """What the controls say of the page."""
    notation, numbers = form.text("notation"), form.text("numbers")
    return {
        "language": language,
        **({"notation": notation} if notation else {}),
        **({"numbers": "fractions"} if numbers else {}),
    }


def examples() -> Iterator[str]:
    """The examples that ship."""
    return iter(example_names())


def choices() -> Mapping[str, tuple[str, ...]]:
    """What the controls offer."""
    plain = tuple(name for name, entry in ACTIVATIONS.items() if not entry.parameters)
    return {"activations": plain, "losses": tuple(LOSSES)}


def _in_fields(network: Network) -> dict[str, str]:
    written = {name: typed(number) for name, number in givens(network).items()}
    return {name: text for name, text in written.items() if _NUMBER.fullmatch(text)}


def typed(number: Fraction | float) -> str:
    """A number as it stands in a field."""
    if isinstance(number, float):
        return f"{number:.6f}"
    decimal = f"{float(number):.12f}".rstrip("0").rstrip(".")
    return decimal if Fraction(decimal) == number else f"{number.numerator}/{number.denominator}"


def _read(name: str, text: str) -> Fraction:
    plain = text.strip().replace("\u2212", "-")
    if not _NUMBER.fullmatch(plain):
        raise InputError(f"{name}: found {shown(text)}; expected a number such as 0.5 or 1/3", name)
    top, _, bottom = plain.replace(",", ".").partition("/")
    if bottom and not int(bottom):
        raise InputError(f"{name}: found {shown(text)}; expected a number, and nothing is divided by 0", name)
    return Fraction(top) / Fraction(bottom or 1)


def _renumbered(text: str, form: Sent) -> tuple[str, str]:
    """The text with the numbers of the fields; where one of them is none, the text as it was, and what is wrong."""
    network = load_text(text, LABEL)
    before = {name: _read(name, text) for name, text in _in_fields(network).items()}
    given = {name: form.text(f"number:{name}") for name in before if form.all(f"number:{name}")}
    try:
        changed = {name: new for name, said in given.items() if (new := _read(name, said)) != before[name]}
    except InputError as error:
        return text, str(error)
    return typed_out(network_file(with_givens(network, changed))) if changed else text, ""


def _reshaped(text: str, form: Sent, language: str) -> str:
    """The text with the layers of the controls."""
    table = network_file(load_text(text, LABEL))
    before = shape_of(table)
    if before is None:
        return text
    units = [_size(each) for each in form.all("units")] or [units for units, _ in before.parts]
    names = [name if name in ACTIVATIONS else before.parts[0][1] for name in form.all("activation")]
    layers = list(zip(units, names, strict=False)) or list(before.parts)
    if form.text("do") == "add" and len(layers) < MOST_LAYERS:
        layers.insert(len(layers) - 1, (2, layers[0][1]))
    elif form.text("do") == "remove" and len(layers) > 1:
        del layers[-2]
    loss = form.text("loss")
    wanted = Shape(_size(form.text("inputs", str(before.inputs))), tuple(layers[:MOST_LAYERS]))
    made = reshaped(table, wanted, loss if loss in LOSSES else str(table["loss"].get("name")))
    if made.get("title") in _titles(before) | _shipped().keys():
        made["title"] = _title(wanted, language)
    return _in_a_notation(typed_out(made), typed_out({key: value for key, value in made.items() if key != "notation"}))


def _in_a_notation(text: str, without: str) -> str:
    """The text; without its notation where that has no names for what has come."""
    network = load_text(text, LABEL)
    try:
        choose(build(network), network.notation)
    except InputError:
        return without
    return text


def _size(text: str) -> int:
    return min(max(int(text), 1), MOST_UNITS) if text.isascii() and text.isdigit() and len(text) < 9 else 1


# the line of the text that a message is about

_LINE = re.compile(r"\bline (\d+)\b")
_PATH = re.compile(r"^[^:\n]*: ([A-Za-z_][\w.\[\]-]*)(?=[:,]| found)")
_PART = re.compile(r"([A-Za-z_][\w-]*)(?:\[(\d+)\])?")


def line_of(text: str, message: str) -> int:
    """The line, counted from 1, that is named, or that holds the key that is; 0 where neither is found."""
    if found := _LINE.search(message):
        return int(found[1])
    path = _PATH.search(message)
    return _of_path(text.splitlines(), _PART.findall(path[1])) if path else 0


def _of_path(lines: list[str], parts: list[tuple[str, str]]) -> int:
    """Where the last part of the path stands that can be found: the first word after that of the part before it."""
    found, start = 0, 0
    for name, number in parts:
        starts = re.compile(
            rf"\s*\[\[?\s*{re.escape(name)}\s*\]\]?|\s*\"?{re.escape(name)}\"?\s*=|.*[{{,]\s*{re.escape(name)}\s*="
        )
        places = [place for place, line in enumerate(lines[start:], start) if starts.match(line)]
        if not places:
            break
        wanted = int(number) - 1 if number and len(places) >= int(number) else 0
        start = places[wanted]
        found = start + 1
    return found
