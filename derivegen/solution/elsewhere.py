"""A press, numbers and the name of a library go in; the same network as a program in that library comes out, which finds the derivatives
by itself and holds them to those of the document."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from derivegen.calculus.conventions import of_libraries
from derivegen.calculus.numbers.evaluate import Trace
from derivegen.document.pen import Pen, pen_over
from derivegen.document.press import Press
from derivegen.errors import InputError
from derivegen.records import replace
from derivegen.solution.listing import MOST_NODES, MOST_PARAMETERS, MOST_STEPS, program_of
from derivegen.solution.program.dialects import DIALECTS
from derivegen.solution.program.drawn import Drawn, drawn
from derivegen.solution.program.layers import Layers
from derivegen.solution.program.libraries import Comments, program_in
from derivegen.solution.program.own_graph import OwnGraph
from derivegen.solution.program.setting import Setting, members_of
from derivegen.solution.program.text import Parts, Rhythm
from derivegen.solution.program.under_letters import UnderLetters

OURS = "numpy"
PROGRAMS = (OURS, *DIALECTS)
"""What a program may be asked for in."""
MOST_LITERALS = 600
"""Lines of data and parameters; it is no reading, but still a program."""
ONCE = Rhythm(0, 1, "")
"""Nothing is trained: the derivatives are what both have."""


def program_elsewhere(press: Press, trace: Trace, library: str) -> str:
    """The program. Raises InputError where the network has none."""
    pen, trace = pen_over(press, trace), trace.exactly
    if library not in PROGRAMS:
        raise InputError(f"--program: found {library!r}; expected one of {', '.join(PROGRAMS)}")
    lettered = not pen.graph.layered and pen.notation.lettered
    many = len(pen.graph.parameters) > MOST_PARAMETERS or (
        not pen.graph.layered and not lettered and pen.graph.size > MOST_NODES
    )
    found = None if many or not trace.complete else drawn(pen.graph)
    if found is None:
        why = "of so many quantities" if many else "with symbols"
        raise InputError(
            f"--program {library}: found a network {why}; expected numbers (such as {{ seed = 1 }}), and not too many"
        )
    if library == OURS:
        listing = program_of(pen, min(max(len(trace.updates) - 1, 0), MOST_STEPS), MOST_LITERALS)
        if listing is None:
            raise InputError(f"--program {library}: there is none of this network; see --with program")
        return listing.code + "\n"
    if lettered:
        made = UnderLetters(replace(trace, updates=trace.updates[:1]), ONCE).elsewhere()
    else:
        made = _parts(pen, replace(trace, updates=trace.updates[:1]), found)
    if made is None:
        raise InputError(f"--program {library}: the loss does not hang on every parameter")
    parts, loss, expected = made
    _check_kinks(trace, library)
    if len(parts.data) + len(parts.parameters) > MOST_LITERALS:
        raise InputError(f"--program {library}: more than {MOST_LITERALS} lines of numbers; take a smaller network")
    return program_in(DIALECTS[library], parts, loss, expected, _comments(pen, DIALECTS[library].title))


def _check_kinks(trace: Trace, library: str) -> None:
    """Raises InputError where the library takes another slope at a kink than the document, so that its derivatives are others."""
    graph, bends = trace.graph, DIALECTS[library].bends
    for others, numbers in of_libraries(trace.derivation):
        if all(each.name != bends for each in others):
            continue
        for name in graph.parameters if graph.layered or graph.lettered else graph.sought:
            derivative = trace.derivation.name_of(name)
            if not math.isclose(float(numbers[derivative]), trace.gradients[name], rel_tol=1e-9, abs_tol=1e-12):
                said = f"{DIALECTS[library].title} takes another slope at a kink, so that {derivative} is another"
                raise InputError(f'--program {library}: {said}; take its own slopes with conventions = "{bends}"')


def _comments(pen: Pen, title: str) -> Comments:
    """The remarks inside the program."""
    say = pen.words.plain
    return Comments(
        say("listing.data"),
        say("listing.parameters"),
        say("listing.arrays", library=title),
        say("listing.forward"),
        say("listing.derivatives", library=title),
        say("listing.document"),
    )


def _parts(pen: Pen, trace: Trace, found: Mapping[str, Drawn]) -> tuple[Parts, str, dict[str, Any]]:
    """The parts of our own listing, what it calls the loss, and the derivatives by variable."""
    gradients = trace.gradients
    if not pen.graph.layered:
        graph = OwnGraph(trace, ONCE)
        given = {*trace.graph.names("input"), *trace.graph.parameters}
        sought = [name for name in trace.graph.families if name in given and name in {*trace.graph.sought}]
        return graph.parts(), graph.names[trace.graph.root], {graph.names[name]: gradients[name] for name in sought}
    setting = Setting(trace, pen.notation, found)
    layers = Layers(setting, ONCE)
    expected: dict[str, Any] = {}
    for family in setting.parameters:
        rows = [[None if name is None else gradients[name] for name in row] for row in members_of(family)]
        single = len(family.axes) < 2
        expected[setting.names[family.name]] = rows[0][0] if setting.scalar else rows[0] if single else rows
    return layers.parts(), setting.names["loss"], expected
