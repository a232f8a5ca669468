"""A network goes in; it comes out with the title, introduction and story of the shipped example that it is, in the language of its pages.

What somebody has written instead stays as it is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from derivegen.network.file.examples import example_names, example_path, templates_folder
from derivegen.network.network import Network

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
