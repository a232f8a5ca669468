"""Second derivatives as a network of their own: a network and a parameter, or a direction of parameters, go in; one whose output is that
first derivative, or their sum along the direction, comes out. What solves, asks and checks any network does so with its derivatives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from derivegen.calculus import twice
from derivegen.calculus.chain import derive
from derivegen.document.press import Press, press
from derivegen.errors import InputError
from derivegen.interop.models.bring import load
from derivegen.network.file.load import opened
from derivegen.network.graph import build
from derivegen.network.names import parse_derivative
from derivegen.network.network import Network
from derivegen.notation.asked import canonical
from derivegen.notation.spelling import symbol_of
from derivegen.records import replace
from derivegen.render.environment import Templates
from derivegen.work import work_on

Opened = Network | str | Path | Mapping[str, Any]


def second(network: Opened, of: str | Mapping[str, Any], **options: Any) -> Network:
    """A network whose output is ∂L/∂`of`, or the sum of numbers times the ∂L/∂name: differentiated by the parameters it is a row of the
    Hessian, or the Hessian times a vector. As text a sum is "w11 = 1, w12 = -2". `options` are those of `solve`. Raises InputError."""
    own = opened(network, **options)
    with work_on(own.source):
        made = press(build(own), Templates())
        asked = _direction(of) if isinstance(of, str) else of
        named = {canonical(made.graph, made.notation, name): by for name, by in asked.items()}
        alone = isinstance(of, str) and "=" not in of
        found = twice.second_order(derive(made.graph), next(iter(named)) if alone else named)
    shown = {
        key: getattr(own.options, key) for key in ("digits", "significant", "language", "paper", "author", "course")
    }
    about = {key: value for key, value in shown.items() if value is not None} | {
        "intro": made.words.plain("second.intro")
    }
    file = {**found.file, "title": made.words.plain("second.title", title=own.title), "document": about}
    stem = f"{own.stem}-second"
    try:
        written = load({**file, "notation": {"symbols": dict(_symbols(made, found.names))}}, label=own.source)
        press(build(written), made.templates)
    except InputError:  # where two would look alike, names are shown as they are
        return replace(load(file, label=own.source), stem=stem)
    return replace(written, stem=stem)


def hessian(network: Opened) -> dict[str, dict[str, float]]:
    """Every second derivative by two parameters, a row for each. Raises InputError."""
    own = opened(network)
    with work_on(own.source):
        return twice.in_doubles(twice.hessian(derive(build(own))))


def _direction(text: str) -> dict[str, Fraction]:
    """w11 = 1, w12 = -2; of a name alone 1. Raises InputError."""
    found: dict[str, Fraction] = {}
    for each in re.split(r",(?![^\[{]*[\]}])", text):
        name, _, number = (part.strip() for part in each.partition("="))
        try:
            found[name] = Fraction(number or 1)
        except (ValueError, ZeroDivisionError):
            expected = 'a name, or name = number: "w11 = 1, w12 = -2"'
            raise InputError(f"second derivatives: found {each.strip()!r}; expected {expected}") from None
    return found


def _symbols(made: Press, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """How each is written: as in the network, a first derivative as g with what it is by below."""
    for plain, name in names.items():
        pair = parse_derivative(name)
        own = symbol_of(made.notation, name if pair is None else pair[1])
        letter, below = (own.base, own.sub) if pair is None else ("g", own.base + own.sub)
        yield plain, letter + (f"_{{{below}}}" if below else "") + (f"^{{{own.sup}}}" if own.sup else "")
