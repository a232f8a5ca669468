"""Takes a network file (path, `example:NAME` or a dict); gives the Network, or one InputError that says why not."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from derivegen.errors import InputError, said_of
from derivegen.network.file.assemble import assemble, checked_notation, options
from derivegen.network.file.examples import example_names, example_path, templates_folder
from derivegen.network.file.messages import Fault
from derivegen.network.file.schema import Document, NetworkFile, keys
from derivegen.network.file.source import label_of, read_source, read_text
from derivegen.network.network import Network
from derivegen.records import fields, replace

Read = TypeVar("Read", bound=BaseModel)

_BETWEEN = re.compile(r",(?![^\[]*\])")
"""A comma that stands between names, not between the indices of one."""


def load(
    source: str | os.PathLike[str] | Mapping[str, Any], *, base: Path | None = None, label: str | None = None
) -> Network:
    """The network of a file. Array files are looked up in `base`, by default the folder of the network file; messages call the file
    `label`, by default as it was named. Raises InputError."""
    file = label_of(source) if label is None else label
    with faults_of(file):
        read = read_source(source, base)
        return translated(replace(assemble(_validated(NetworkFile, read.raw), read.stem, read.base), source=file))


def load_text(text: str, label: str = "network") -> Network:
    """The network of a file's text, as load gives it; it may name no other files. Raises InputError."""
    with faults_of(label):
        read = read_text(text)
        return translated(replace(assemble(_validated(NetworkFile, read.raw), read.stem, read.base), source=label))


def opened(network: Network | str | os.PathLike[str] | Mapping[str, Any], **options: object) -> Network:
    """The network, or that of a file, with keys of `[document]` and the notation overridden by what is given. Raises InputError."""
    own = network if isinstance(network, Network) else load(network)
    return with_options(own, **options) if options else own


@contextmanager
def faults_of(label: str) -> Iterator[None]:
    """Faults of a file as messages that name it. Raises InputError."""
    with said_of(label):
        try:
            yield
        except Fault as problem:
            raise InputError(problem.sentence(label), label) from None


def _validated(model: type[Read], raw: dict[str, Any]) -> Read:
    """What was typed, as that model has it. Raises Fault, in words that are needed only then."""
    try:
        return model.model_validate(raw)
    except ValidationError as problem:
        from derivegen.network.file.translate import first_fault

        raise first_fault(problem, raw) from None


def with_options(network: Network, **chosen: object) -> Network:
    """The network with keys of `[document]` and the notation overridden; an option that is None was not given."""
    given = {key: _as_in_file(key, value) for key, value in chosen.items() if value is not None}
    with said_of(network.source):
        try:
            return translated(_overridden(network, given))
        except Fault as problem:
            raise InputError(problem.sentence("options")) from None


def _as_in_file(key: str, value: object) -> object:
    """A comma-separated text as the list it stands for, a tuple as a list."""
    if key in ("wrt", "assume", "sections", "only", "with", "extra") and isinstance(value, str):
        return [part.strip() for part in _BETWEEN.split(value) if part.strip()]
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else value


def _overridden(network: Network, given: dict[str, object]) -> Network:
    for key in given:
        if key != "notation" and key not in {*keys(Document), *Document.model_fields}:
            from derivegen.network.file.translate import unknown_key

            raise unknown_key(key, key, Document)
    if "notation" in given:
        file = _validated(NetworkFile, {"notation": given.pop("notation")})
        network = replace(network, notation=checked_notation(network, file))
    section = _validated(Document, given)
    made = options(network, section, Path(), path="")
    changed = {each.name: value for each in fields(made) if (value := getattr(made, each.name)) is not None}
    dropped = {"digits": "significant", "significant": "digits"}
    cleared = {dropped[k]: None for k in changed if k in dropped}
    return replace(network, options=replace(network.options, **(cleared | changed)))


# title, introduction and story of a shipped example in the language of its pages; what somebody has written instead stays

TOLD = ("intro", "story")
OWN = "en"
"""The language of the examples' own files."""


def translated(network: Network) -> Network:
    """The network with its example's title, introduction and story in the language of its pages, as far as these are said in it."""
    if network.options.language is None or network.stem not in example_names():
        return network
    said = _by_language(network.stem)
    wanted = said.get(network.options.language, {})
    title = wanted.get("title")
    if title and network.title in _ever("title", said):
        network = replace(network, title=title)
    for key in TOLD:
        if key in wanted and getattr(network.options, key) in _ever(key, said):
            told: dict[str, Any] = {key: wanted[key]}
            network = replace(network, options=replace(network.options, **told))
    return network


def _ever(what: str, said: Mapping[str, Mapping[str, str]]) -> set[str]:
    """What an example says, in any language."""
    return {each[what] for each in said.values() if what in each}


@cache
def _by_language(name: str) -> Mapping[str, Mapping[str, str]]:
    """Title and introduction of an example by language."""
    own = _table(example_path(name))
    said = {path.stem: _table(path).get(name, {}) for path in (templates_folder() / "examples/said").glob("*.toml")}
    return {OWN: {"title": own["title"], **own.get("document", {})}, **said}


@cache
def _table(path: Path) -> Mapping[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
