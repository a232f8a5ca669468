"""What a solution is made of: the sections a page may have, each under the name it is asked for by, in their order. A pen goes in, the
blocks of the wanted ones come out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType

from derivegen.calculus.verified import Verified
from derivegen.document.blocks import Block, Heading, Note
from derivegen.document.pen import Pen
from derivegen.network.graph import Graph
from derivegen.records import dataclass
from derivegen.solution.at_once import at_once
from derivegen.solution.backward import Backward
from derivegen.solution.chosen import chosen as among
from derivegen.solution.errata import errata
from derivegen.solution.forward import forward_lines
from derivegen.solution.frame import algorithm, brief, definitions, gradient_vector, opening
from derivegen.solution.general_rules import general_rules
from derivegen.solution.graph_pictures import flow_pictures
from derivegen.solution.hessian import hessian_section
from derivegen.solution.kinks import kink_notes
from derivegen.solution.ledger import ledger
from derivegen.solution.listing import listing_section
from derivegen.solution.marked import MarkedChains
from derivegen.solution.passed_over import PassedOver
from derivegen.solution.plan import plan
from derivegen.solution.questions import LessonQuestions
from derivegen.solution.remember import remember
from derivegen.solution.rows import general_loss, rows_section
from derivegen.solution.slopes import slope_lines
from derivegen.solution.step import achieved, step
from derivegen.solution.told import close
from derivegen.solution.update import run_section


@dataclass(frozen=True)
class Lesson:
    """What the sections of one solution share: the pen, what is worked in full, how the numbers were checked."""

    pen: Pen
    names: tuple[str, ...]
    verified: Verified
    checked: Note | None = None

    @cached_property
    def chains(self) -> MarkedChains:
        """The derivatives in full, with what has been found on the way."""
        backward = Backward(self.pen, PassedOver(self.pen, self.names))
        return MarkedChains(self.pen, backward, explained=not brief(self.pen), questions=self.questions)

    @cached_property
    def questions(self) -> LessonQuestions | None:
        """What is asked on the way; nothing in a brief page, or where the answers are left out."""
        return LessonQuestions(self.pen) if not brief(self.pen) and "answers" in chosen(self.pen.graph) else None

    @property
    def several(self) -> bool:
        """Whether there are several examples."""
        return self.pen.graph.network.rows != 1


Write = Callable[[Lesson], Iterator[Block]]


@dataclass(frozen=True, slots=True)
class Writer:
    """A section: what writes it, and whether it stands in a page of which nothing else is said, in a brief one too."""

    write: Write
    usual: bool = True
    brief: bool = True


def _forward(told: Lesson) -> Iterator[Block]:
    yield from general_loss(told.pen, told.names)
    yield from forward_lines(told.pen, told.names)


def _slopes(told: Lesson) -> Iterator[Block]:
    yield Heading(1, told.pen.say("slopes.title"))
    yield from slope_lines(told.pen)


def _rows(told: Lesson) -> Iterator[Block]:
    if told.several:
        yield from rows_section(told.pen, told.names, told.chains.readings)


def _step(told: Lesson) -> Iterator[Block]:
    yield from step(told.pen, told.names)
    yield from achieved(told.pen)
    if told.questions is not None:
        yield from told.questions.most()


def _matrix(told: Lesson) -> Iterator[Block]:
    yield from at_once(told.pen)


def _training(told: Lesson) -> Iterator[Block]:
    if len(told.pen.trace.updates) != 2:
        yield from run_section(told.pen, told.pen.trace.updates)


def _answers(told: Lesson) -> Iterator[Block]:
    if told.questions is not None:
        yield from told.questions.answered()


def _checks(told: Lesson) -> Iterator[Block]:
    if told.checked is not None:
        yield told.checked
    yield from kink_notes(told.pen, told.verified)


def _flow(told: Lesson) -> Iterator[Block]:
    yield from flow_pictures(told.pen) or ()


SECTIONS: Mapping[str, Writer] = MappingProxyType(
    {
        "plan": Writer(lambda told: plan(told.pen)),
        "sought": Writer(lambda told: opening(told.pen), usual=False, brief=False),
        "forward": Writer(_forward),
        "slopes": Writer(_slopes, brief=False),
        "links": Writer(lambda told: general_rules(told.pen), usual=False, brief=False),
        "backward": Writer(lambda told: told.chains.section(told.names)),
        "rules": Writer(lambda told: remember(told.pen)),
        "ledger": Writer(lambda told: ledger(told.pen, told.chains.worked, told.chains.backward.named)),
        "flow": Writer(_flow, usual=False, brief=False),
        "gradient": Writer(lambda told: gradient_vector(told.pen), usual=False, brief=False),
        "examples": Writer(_rows),
        "hessian": Writer(lambda told: hessian_section(told.pen), usual=False, brief=False),
        "step": Writer(_step),
        "matrix": Writer(_matrix, usual=False, brief=False),
        "algorithm": Writer(lambda told: algorithm(told.pen), usual=False, brief=False),
        "training": Writer(_training, brief=False),
        "close": Writer(lambda told: close(told.pen), brief=False),
        "words": Writer(lambda told: definitions(told.pen), usual=False, brief=False),
        "program": Writer(lambda told: listing_section(told.pen), usual=False, brief=False),
        "symbols": Writer(lambda told: iter(()), usual=False, brief=False),  # at the end, when all else is known
        "published": Writer(lambda told: errata(told.pen)),
        "answers": Writer(_answers, brief=False),
        "checks": Writer(_checks),
    }
)
"""By the name that a file or a command asks for it by, in their order."""


def chosen(graph: Graph) -> tuple[str, ...]:
    """The names of the sections that a page has, in their order. Raises InputError for a name that is none."""
    options = graph.network.options
    brief = options.detail == "brief"
    usual = [name for name, each in SECTIONS.items() if (each.brief if brief else each.usual)]
    return among(options, SECTIONS, [*usual, *(["matrix"] if options.view == "both" else [])])


def in_sections(told: Lesson) -> Iterator[Block]:
    """The blocks of the wanted sections."""
    for name in chosen(told.pen.graph):
        yield from SECTIONS[name].write(told)
