"""The worked solution of a `[graph]` with index letters: what is given, forward member by member, backward family by family with the line
that is solved for the members it enters, a use of a shared parameter in full, and what each of its uses contributes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType

from derivegen.document.blocks import Block, Heading, Paragraph
from derivegen.document.pen import Pen
from derivegen.errors import InputError
from derivegen.formula.tree import Quantity
from derivegen.network.wanted import asked_by_name
from derivegen.records import dataclass
from derivegen.solution.frame import brief
from derivegen.solution.indexed_at_once import at_once
from derivegen.solution.indexed_backward import IndexedBackward
from derivegen.solution.indexed_forward import equations, forward
from derivegen.solution.indexed_given import given
from derivegen.solution.indexed_parameters import IndexedParameters, inputs
from derivegen.solution.indexed_questions import IndexedQuestions
from derivegen.solution.indexed_use import WorkedUse, worked_uses
from derivegen.solution.listing import listing_section
from derivegen.solution.tokens_picture import tokens_picture
from derivegen.solution.told import introduction
from derivegen.solution.unfolded_picture import unfolded_picture, use_picture
from derivegen.solution.update import training_section, update_section
from derivegen.solution.window_picture import window_picture


@dataclass(frozen=True)
class Letters:
    """What the sections of one page share."""

    pen: Pen
    names: tuple[str, ...]
    """The sections that the page has."""

    @cached_property
    def backward(self) -> IndexedBackward:
        """The rules, each said once."""
        return IndexedBackward(self.pen)

    @cached_property
    def parameters(self) -> IndexedParameters:
        """The parameters, and the one whose uses are followed."""
        return IndexedParameters(self.pen, self.backward)

    @cached_property
    def questions(self) -> IndexedQuestions | None:
        """What is asked on the way; nothing in a brief page, or where the answers are left out."""
        return IndexedQuestions(self.pen) if not brief(self.pen) and "answers" in self.names else None


def _plan(told: Letters) -> Iterator[Block]:
    yield from introduction(told.pen)
    yield Heading(1, told.pen.say("given.title"))
    yield from given(told.pen)
    picture = unfolded_picture(told.pen)
    if picture is not None:
        yield picture


def _forward(told: Letters) -> Iterator[Block]:
    yield Heading(1, told.pen.say("forward.title"))
    yield from equations(told.pen)
    yield from forward(told.pen)
    yield from _seen(told.pen, told.parameters.followed)


def _backward(told: Letters) -> Iterator[Block]:
    pen, backward, name = told.pen, told.backward, told.parameters.followed
    yield Heading(1, pen.say("backward.title"))
    yield Paragraph(pen.say("graph.backward", root=Quantity(pen.graph.root)))
    yield from backward.rules({each for family, link in backward.pairs for each in (family.name, link.child)})
    letters = told.parameters.letters
    if name is not None:
        for term in worked_uses(pen, name):
            yield from WorkedUse(pen, backward, name, term).blocks(letters, use_picture(pen, name, term))
    yield from backward.ledger()
    yield from backward.further()
    if name is not None and told.questions is not None:
        yield from told.questions.idle(name, letters)


def _matrix(told: Letters) -> Iterator[Block]:
    yield from at_once(told.pen, told.backward, _in_hand(told.pen, told.parameters.followed))


def _inputs(told: Letters) -> Iterator[Block]:
    if told.questions is not None:
        yield from told.questions.once(told.parameters.families)
    if not brief(told.pen):
        yield from inputs(told.pen, told.parameters)


def _answers(told: Letters) -> Iterator[Block]:
    if told.questions is not None:
        yield from told.questions.answered()


SECTIONS: Mapping[str, Callable[[Letters], Iterator[Block]]] = MappingProxyType(
    {
        "plan": _plan,
        "forward": _forward,
        "backward": _backward,
        "parameters": lambda told: told.parameters.blocks(),
        "matrix": _matrix,
        "inputs": _inputs,
        "step": lambda told: update_section(told.pen, told.pen.graph.trained[:1]),
        "training": lambda told: training_section(told.pen, told.pen.trace.updates),
        "program": lambda told: _program(told.pen),
        "answers": _answers,
    }
)
"""By the name that a file or a command asks for it by, in their order."""


def _program(pen: Pen) -> Iterator[Block]:
    """The network as a program. Raises InputError where there is none to be read, if it is asked for by its name."""
    blocks = [*listing_section(pen)]
    if not blocks and asked_by_name(pen.graph, "program"):
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
