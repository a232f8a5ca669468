"""The worked solution of a `[graph]` with index letters: what is given, forward member by member, backward family by family with the line
that is solved for the members it enters, a use of a shared parameter in full, and what each of its uses contributes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from derivegen.document.blocks import Block, Heading, Paragraph
from derivegen.document.pen import Pen
from derivegen.errors import InputError
from derivegen.formula.tree import Quantity
from derivegen.network.wanted import asked_for
from derivegen.solution.frame import brief
from derivegen.solution.indexed_at_once import at_once
from derivegen.solution.indexed_backward import IndexedBackward
from derivegen.solution.indexed_forward import equations, forward
from derivegen.solution.indexed_given import given
from derivegen.solution.indexed_matrices import matrix_blocks
from derivegen.solution.indexed_parameters import IndexedParameters, inputs
from derivegen.solution.indexed_questions import IndexedQuestions
from derivegen.solution.indexed_use import WorkedUse, worked_uses
from derivegen.solution.listing import listing_section
from derivegen.solution.tokens_picture import tokens_picture
from derivegen.solution.told import introduction
from derivegen.solution.unfolded_picture import unfolded_picture, use_picture
from derivegen.solution.update import training_section, update_section
from derivegen.solution.window_picture import window_picture

ASKED_FOR = 6
"""Updates worked in full where all is read in matrices; else one is, and a table has the others."""


def indexed_blocks(pen: Pen) -> Iterator[Block]:
    """The whole document."""
    if pen.graph.network.options.view == "matrix":
        yield from matrix_blocks(pen, ASKED_FOR)
        return
    backward = IndexedBackward(pen)
    parameters = IndexedParameters(pen, backward)
    questions = IndexedQuestions(pen)
    yield from introduction(pen)
    yield Heading(1, pen.say("given.title"))
    yield from given(pen)
    picture = unfolded_picture(pen)
    if picture is not None:
        yield picture
    yield Heading(1, pen.say("forward.title"))
    yield from equations(pen)
    yield from forward(pen)
    yield from _seen(pen, parameters.followed)
    yield Heading(1, pen.say("backward.title"))
    yield Paragraph(pen.say("graph.backward", root=Quantity(pen.graph.root)))
    yield from backward.rules({each for family, link in backward.pairs for each in (family.name, link.child)})
    name = parameters.followed
    if name is not None:
        for term in worked_uses(pen, name):
            yield from WorkedUse(pen, backward, name, term).blocks(parameters.letters, use_picture(pen, name, term))
    yield from backward.ledger()
    yield from backward.further()
    if name is not None and not brief(pen):
        yield from questions.idle(name, parameters.letters)
    yield from parameters.blocks()
    yield from at_once(pen, backward, _in_hand(pen, name))
    if not brief(pen):
        yield from questions.once(parameters.families)
        yield from inputs(pen, parameters)
    yield from update_section(pen, pen.graph.trained[:1])
    yield from training_section(pen, pen.trace.updates)
    if asked_for(pen.graph, "program"):
        yield from _program(pen)
    yield from questions.answered()


def _program(pen: Pen) -> Iterator[Block]:
    """The network as a program. Raises InputError where there is none to be read."""
    blocks = [*listing_section(pen)]
    if not blocks:
        raise InputError(
            "document.with: found program; expected a network with all its numbers, of at most 300 parameters that are all trained; likely "
            "fix: leave program out, or take --to npz for the numbers of a large one"
        )
    yield from blocks


def _seen(pen: Pen, followed: str | None) -> Iterator[Block]:
    """The pictures that hold numbers: a kernel on its window, tokens × tokens."""
    uses = worked_uses(pen, followed) if followed is not None else ()
    for picture in (window_picture(pen, followed, uses[0] if uses else None), tokens_picture(pen)):
        if picture is not None:
            yield picture


def _in_hand(pen: Pen, followed: str | None) -> Mapping[str, int]:
    """The steps at which rules are read with whole arrays: those of the use that was worked last."""
    uses = worked_uses(pen, followed) if followed is not None else ()
    return {letter: index for letter, index in uses[-1].at.items() if isinstance(index, int)} if uses else {}
