"""What each use of a shared parameter contributes to its derivative, in a table, and the sum."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from derivegen.calculus.chain import Derivation as Derived
from derivegen.calculus.steps import Term, varying
from derivegen.document.blocks import Block, Derivation, Items, Paragraph, Prose, Table
from derivegen.errors import InputError
from derivegen.exercise.asking import Asking, answers
from derivegen.exercise.exercise import Question
from derivegen.exercise.kinds.kind import Kind
from derivegen.exercise.pages.solved import results, solved
from derivegen.exercise.pages.work import Fielded, Sheet, answer_part, part
from derivegen.formula.tree import Number, Quantity, Value, total
from derivegen.network.asked import Question as Asked
from derivegen.network.names import parse_derivative
from derivegen.solution.uses import product_of

MOST_USES = 9
"""Uses of a parameter that are asked for one by one."""
Cells = tuple[Prose, Prose, Prose]


class Uses(Kind):
    """A line for each use of one parameter: what came back there, what it is multiplied by, and the product, which is asked for; then the
    sum."""

    posing = "text"
    keeps = True

    def usually(self, asking: Asking) -> int:
        return 3 if any(self.default(asking)) else 0

    def default(self, asking: Asking) -> Iterator[str]:
        """A parameter of those asked about that is used several times: one that the file names, else the last."""
        named = asking.network.options.wrt or ()
        shared = [each for each in asking.wanted if _uses(asking.derivation, asking.derivation.name_of(each))]
        yield from map(asking.derivation.name_of, [each for each in shared if each in named][:1] or shared[-1:])

    def question(self, asking: Asking, number: int, of: Sequence[str], asked: Asked) -> Question:
        terms = _uses(asking.derivation, of[0])
        if not terms:
            raise InputError(
                f"exercise.ask[{number}].of: {of[0]} is no sum over 2 to {MOST_USES} uses of one parameter; name one that is, "
                "or ask by values"
            )
        names = (*map(product_of, terms), of[0])
        return Question(number, self.name, answers(number, names))

    def sheet(self, work: Sheet, question: Question) -> Iterator[Block]:
        labels = {answer.quantity: f"{part(answer)})" for answer in question.answers}
        yield from self._asking(work, question)
        yield _table(work, question, lambda term: ((), (), (labels[product_of(term)],)), to_write=True)
        yield Items((answer_part(work, question.answers[-1]),))

    def screen(self, screen: Fielded, question: Question) -> Iterator[Block]:
        asked = {answer.quantity: answer for answer in question.answers}
        yield from self._asking(screen.work, question)
        yield _table(screen.work, question, lambda term: ((), (), (screen.field(asked[product_of(term)]),)))
        yield screen.parts(question.answers[-1:])

    def key(self, work: Sheet, question: Question, shown: set[str]) -> Iterator[Block]:
        """The working up to what came back, the table, and the sum."""
        last, terms = question.answers[-1].quantity, _terms(work, question)
        yield from solved(work, [term.factors[0].name for term in terms], shown)
        yield _table(work, question, _filled)
        shown.add(last)
        summed = total(*(Value(product_of(term)) for term in terms))
        lines = work.pen.rows(Quantity(last), [(summed, work.pen.say("indexed.sum-of-uses")), (Value(last), ())])
        yield Derivation(work.pen.followed(tuple(lines)))
        yield results(work, question)

    @staticmethod
    def _asking(work: Sheet, question: Question) -> Iterator[Block]:
        pair = parse_derivative(question.answers[-1].quantity)
        assert pair is not None
        letters = [Quantity(letter) for letter in varying(_terms(work, question))]
        root = Quantity(work.pen.graph.root)
        yield Paragraph(work.pen.say("sheet.uses", name=Quantity(pair[1]), letters=letters, root=root))


def _uses(derivation: Derived, name: str) -> tuple[Term, ...]:
    """The uses of a parameter of a graph with index letters, where there are several and not too many."""
    pair = parse_derivative(name)
    found = derivation.graph.locate(pair[1]) if pair is not None and derivation.graph.lettered else None
    if found is None or not found[0].is_parameter:
        return ()
    terms = derivation[name].terms
    told = all(term.factors[0].role == "upstream" and term.link is not None for term in terms)
    return terms if told and 1 < len(terms) <= MOST_USES else ()


def _terms(work: Sheet, question: Question) -> tuple[Term, ...]:
    return work.pen.chain[question.answers[-1].quantity].terms


def _filled(term: Term) -> Cells:
    return (Value(term.factors[0].name),), (Value(term.factors[-1].name),), (Value(product_of(term)),)


def _table(work: Sheet, question: Question, cells: Callable[[Term], Cells], to_write: bool = False) -> Table:
    """A line for each use, begun with the numbers of the letters that tell them apart, or with what they are uses in."""
    pen, terms = work.pen, _terms(work, question)
    letters = varying(terms)
    several = len({term.link for term in terms}) > 1
    header = (
        *((pen.say("indexed.used-in"),) if several else ()),
        *((Quantity(letter),) for letter in letters),
        pen.say("indexed.came", root=Quantity(pen.graph.root)),
        pen.say("indexed.times"),
        pen.say("indexed.contributes"),
    )
    rows = tuple((*_head(term, letters, several), *cells(term)) for term in terms)
    return Table(pen.say("sheet.uses.caption"), header, rows, to_write=to_write, heads=len(letters) + several)


def _head(term: Term, letters: Sequence[str], several: bool) -> Iterator[Prose]:
    pair = parse_derivative(term.factors[-1].name)
    if several and pair is not None:
        yield (Quantity(pair[0]),)
    yield from ((Number(str(term.at[letter])),) for letter in letters)


KIND = Uses()
