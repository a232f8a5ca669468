"""A pen goes in; a section comes out that shows the network as a program a reader can run, and what it printed when it was run here."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from itertools import chain

from derivegen.calculus.numbers import sides
from derivegen.calculus.numbers.batches import batches
from derivegen.calculus.numbers.evaluate import Trace, in_run
from derivegen.calculus.numbers.layer_numbers import numbers_after
from derivegen.calculus.numbers.training import train
from derivegen.calculus.seams import seams
from derivegen.document.blocks import Block, Heading, Listing, Paragraph
from derivegen.document.pen import Pen
from derivegen.errors import CheckFailed
from derivegen.network.graph import Graph
from derivegen.notation.notation import Notation
from derivegen.solution.program.drawn import Drawn, drawn
from derivegen.solution.program.layers import Layers
from derivegen.solution.program.own_graph import OwnGraph
from derivegen.solution.program.run import SLACK, check, output, steady
from derivegen.solution.program.setting import Setting
from derivegen.solution.program.text import (
    NUDGE,
    TINY,
    Parts,
    Program,
    Remarks,
    Rhythm,
    Shown,
    all_names,
    program,
    spec_for,
    with_width,
)
from derivegen.solution.program.under_letters import UnderLetters

MOST_LITERALS = 60
"""Lines of data and parameters; a longer program is no reading."""
MOST_PARAMETERS = 300
MOST_NODES = 120
"""Quantities of a `[graph]`, each of which has a line forward and one backward."""
MOST_STEPS = 200
"""Updates the program makes; with arrays some thirty milliseconds, since it is run twice."""
MOST_LINES = 25
"""Lines printed on the way."""
FAR = SLACK / 10
"""How far two runs may come apart, relatively, and still print the same."""
TO_THE_EYE = 1e-5
"""The part of a number that its printed digits may show."""


def listing_section(pen: Pen) -> Iterator[Block]:
    """The program and its output; nothing where not every number is known or the program would be too long. Raises CheckFailed if it prints
    anything but the Trace's numbers."""
    steps = min(max(len(pen.trace.updates) - 1, 0), MOST_STEPS)
    made = program_of(pen, steps)
    if made is None:
        return
    trace = pen.trace.exactly
    printed = output(made)
    if not steady(made, printed):
        steps = steady_steps(trace, steps)
        made = program_of(pen, steps) or made
        printed = output(made)
    try:
        check(made, printed, trace)
    except CheckFailed:
        if _on_a_kink(trace, steps):
            return  # whose doubles are on one of its sides
        raise
    yield Heading(1, pen.say("listing.title"))
    yield from _opening(pen, made, steps)
    yield Listing(pen.say("listing.caption"), made.code, printed)


def _opening(pen: Pen, made: Program, steps: int) -> Iterator[Block]:
    derivative, loss, by = _example(made)
    about = {"derivative": derivative, "loss": loss, "by": by, "numpy": "np." in made.code}
    trained = len(pen.trace.updates) > 1
    yield Paragraph(pen.say("listing.opening", **about, count=steps if trained else 0, shown=_shows_derivatives(made)))
    if trained and steps < len(pen.trace.updates) - 1:
        yield Paragraph(pen.say("listing.fewer", made=steps, count=len(pen.trace.updates) - 1))
    if pen.trace.rounding.carry == "rounded":
        yield Paragraph(pen.say("listing.unrounded"))


def _shows_derivatives(made: Program) -> bool:
    return any(isinstance(part, Shown) and (part.name or "").startswith("dloss") for part in made.printed)


def is_long(graph: Graph) -> bool:
    """Whether a program would be too long to be read: of a graph without index letters each quantity has lines of its own."""
    return len(graph.parameters) > MOST_PARAMETERS or (not graph.indexed and graph.size > MOST_NODES)


def writer_of(
    trace: Trace, rhythm: Rhythm, notation: Notation, found: Mapping[str, Drawn]
) -> Layers | UnderLetters | OwnGraph:
    """What writes the program of a network. `trace` carries no rounding on."""
    if trace.graph.stack:
        return Layers(Setting(trace, notation, found), rhythm)
    return UnderLetters(trace, rhythm) if trace.graph.indexed else OwnGraph(trace, rhythm)


def program_of(pen: Pen, steps: int, most: int = MOST_LITERALS) -> Program | None:
    """The program of a network that makes so many updates, with so many lines of data and parameters at most; not yet run."""
    if not pen.trace.complete or is_long(pen.graph):
        return None
    found = drawn(pen.graph)
    if found is None or not pen.trace.doubles_suffice or not all(math.isfinite(u.loss) for u in pen.trace.updates):
        return None
    trace = pen.trace.exactly
    parts = _parts(pen, trace, found, steps)
    if parts is None or len(parts.data) + len(parts.parameters) > most:
        return None
    names = list(all_names(parts))
    spec = with_width(trace, spec_for(trace, names), names) if names else ""
    made = program(parts, _remarks(pen), spec)
    return None if any(_lost(trace, part.name) for part in made.printed if isinstance(part, Shown)) else made


def _lost(trace: Trace, name: str | None) -> bool:
    """Whether doubles come to another number than is printed: a small one that is left of two near 1, as the slope of tanh at 15, one that
    a long run has carried away, or what is left of a sum that is 0."""
    if name is None:
        return False
    true = trace.number(name)
    if "#" in name:
        found = in_run(trace.updates, name)
        return bool(abs(found - true) > max(SLACK / 2 * abs(true), trace.rounding.unit(true) / 2))
    found = float(trace.floats[name])
    return found != true and abs(found - true) > TO_THE_EYE * abs(true)


def steady_steps(trace: Trace, steps: int) -> int:
    """How many updates hold when the start is moved by a last digit: with too long a rate a run doubles every difference, and no two
    machines agree for long."""
    if len(trace.updates) < 2:
        return steps
    start = {name: trace.number(name) * (1 + NUDGE) for name in trace.graph.parameters}
    moved = train(trace.derivation, start, steps)
    pairs = enumerate(zip(moved, trace.updates, strict=False))
    apart = (step for step, (one, other) in pairs if abs(one.loss - other.loss) > FAR * (abs(other.loss) + TINY))
    return max(1, next(apart, steps + 1) - 1)


def _parts(pen: Pen, trace: Trace, found: Mapping[str, Drawn], steps: int) -> Parts | None:
    training = pen.graph.network.training
    every = training.every * max(1, -(-steps // (training.every * MOST_LINES)))
    counted = f"{{step:{len(str(steps))}d}}" if steps > 9 else "{step}"
    words = _in_a_string(pen.words.plain("listing.step", step="@")).replace("@", counted)
    return writer_of(trace, Rhythm(steps, every, words), pen.notation, found).parts()


def _remarks(pen: Pen) -> Remarks:
    count = len(batches(pen.graph))
    say = pen.words.plain
    return Remarks(
        say("listing.data"),
        say("listing.parameters"),
        say("listing.forward"),
        say("listing.batch") if count > 1 else "",
        say("listing.backward"),
        say("listing.update"),
        say("listing.zero"),
    )


def _example(made: Program) -> tuple[str, str, str]:
    """The name of the last derivative in a program, and of what by what it is."""
    found = re.findall(r"^ *(d([A-Za-z]\w*?)_d(\w+)) = ", made.code, re.M)
    derivative, loss, by = found[-1] if found else ("", "", "")
    return derivative, loss, by


def _in_a_string(words: str) -> str:
    """Words as they may stand between the quotes of an f-string."""
    return " ".join(re.sub(r"[\\{}\"]", " ", words).split())


def _on_a_kink(trace: Trace, steps: int) -> bool:
    """Whether anything stands on a kink in an update that a program makes."""
    formulas = (member.formula for member in trace.graph.members() if member.formula is not None)
    bent = [seam for formula in formulas for seam in seams(formula)]
    runs = (numbers_after(trace.derivation, update) for update in trace.updates[: steps + 1]) if bent else ()
    return any(sides.equal(numbers, seam) for numbers in chain([trace.floats], runs) for seam in bent)
