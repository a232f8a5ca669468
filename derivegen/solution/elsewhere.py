"""A press, numbers and the name of a library go in; the same network as a program in that library comes out, which finds the derivatives
by itself and holds them to those of the document."""

from __future__ import annotations

import math

from derivegen.calculus.conventions import of_libraries
from derivegen.calculus.numbers.evaluate import Trace
from derivegen.document.pen import Pen, pen_over
from derivegen.document.press import Press
from derivegen.errors import InputError
from derivegen.records import replace
from derivegen.solution.listing import MOST_STEPS, is_long, program_of, writer_of
from derivegen.solution.program.dialects import DIALECTS
from derivegen.solution.program.drawn import drawn
from derivegen.solution.program.libraries import Comments, program_in
from derivegen.solution.program.text import Rhythm

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
    many = is_long(pen.graph)
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
    made = writer_of(replace(trace, updates=trace.updates[:1]), ONCE, pen.notation, found).elsewhere()
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
        for name in graph.parameters if graph.indexed else graph.sought:
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
