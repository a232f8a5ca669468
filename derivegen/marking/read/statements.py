"""A student's working in; statements out: chains of equalities, each side read as a formula, and the places that could not be read."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import count

from derivegen.calculus.numbers.roots import delta_name
from derivegen.formula.tree import Formula, Quantity, Sum
from derivegen.marking.judge.shown import shown
from derivegen.marking.read.apart import with_working_apart
from derivegen.marking.read.beside_output import beside_output
from derivegen.marking.read.chains import MOST_SIDES, Chain, chains, check, relation_of, without_left
from derivegen.marking.read.definitions import MOST_DEFINED, definition, letter_of_known, named_value
from derivegen.marking.read.headed import StandsUnder, stands_under, under
from derivegen.marking.read.lined import LinedText
from derivegen.marking.read.meant import (
    change_meant,
    changed,
    epoch_of,
    first_epochs,
    headed,
    meant,
    unit_in_front,
    unit_of,
)
from derivegen.marking.read.own_functions import OwnFunction
from derivegen.marking.read.reader import TypedReader
from derivegen.marking.read.regions import Kind, Page, Region, notebook_text, states
from derivegen.marking.read.statement import Side, Statement, Unread, ends_with_name, is_mixed, is_named, named, stepped
from derivegen.marking.read.tidied import with_points
from derivegen.marking.read.typed_tokens import typed_tokens
from derivegen.marking.read.unreadable import Ambiguous, Unreadable
from derivegen.network.names import from_shell, is_delta
from derivegen.notation.typed_names import Names
from derivegen.records import replace

MOST_CHARACTERS, MOST_LINES, MOST_STATEMENTS = 500_000, 20_000, 1_000
MOST_IN_NOTEBOOK = 3_000_000
"""Characters of a notebook, most of which are pictures."""
MOST_WORKING = 50_000
"""Characters of lines and displays with a relation in them: so many are read in a second whatever they hold."""
_NOTHING = re.compile(
    r"[\s$`&*_.…?]*+(?:---|\Z|[^\s\d.,+\-−–(\\]|\\(?:[dt]?frac\s*\{\s*(?:\\partial|∂|d)|(?:wide)?hat\b)[^=≈\n]{1,90}[=≈])"
)
"""What follows a blank place: no number, no sign of one, no formula but the next one asked for."""
LONGEST_HEADING = 60
_SAYS = re.compile(r"[^\W\d_]{2}")
"""A word."""
_HEADING = re.compile(r"[^=≈\d]*:\s*")


def read_working(text: str, names: Names, kind: Kind) -> tuple[Statement | Unread, ...]:
    """Everything the text states, in its order. Never raises: what cannot be read is listed."""
    if kind == "notebook" and len(text) <= MOST_IN_NOTEBOOK:
        try:
            text = notebook_text(text)
        except ValueError:
            return (Unread(1, 1, text.partition("\n")[0][:80], "no-notebook"),)
    if len(text) > MOST_CHARACTERS:
        return (Unread(1, 1, "", "long-file", {"most": str(MOST_CHARACTERS)}),)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.count("\n") > MOST_LINES:
        return (Unread(MOST_LINES + 1, 1, "", "many-lines", {"most": str(MOST_LINES)}),)
    return tuple(_Working(text, names, kind).read())


class _Working(LinedText):
    """The reading of one text."""

    def __init__(self, text: str, names: Names, kind: Kind) -> None:
        super().__init__(text, names, kind)
        self.last: int | None = None
        self.went_on = False
        self.heading, self.under, self.unit = "", StandsUnder(), ""
        self.own: dict[str, OwnFunction] = {}
        self.values: dict[str, Formula | None] = {}
        self.terms = count(1)

    def read(self) -> list[Statement | Unread]:
        """All statements and unread places."""
        shown, left = self._page(), MOST_WORKING
        if self._has_points:
            shown = replace(shown, text=with_points(shown.text))
        for region in shown.regions:
            before = len(self.found)
            if states(shown.text, region):
                left -= region.end - region.start
                if before >= MOST_STATEMENTS or left < 0:
                    self._unread(_too_much(region, left))
                    break
                self._region(region, shown)
            else:
                self._headed(region, shown)
            gone_on = self.went_on or len(self.found) > before
            if not gone_on and not region.display and self._says_something(region, shown):
                self.last = None
            self.went_on = False
        return self.found

    def _headed(self, region: Region, shown: Page) -> None:
        """Note a line of few words, under which statements stand."""
        text = shown.text[region.start : region.end].strip()
        if text and not region.display:
            self.under = under(text + ":", self.names.graph) or StandsUnder()
            self.heading = text if len(text) <= LONGEST_HEADING else ""

    def _region(self, region: Region, shown: Page) -> None:
        line, column = self.place(region.start)
        indent, typed = max(_indent(self.lines[line - 1]), column - 1), self.text[region.start : region.end]
        self.unit = unit_in_front(typed, self.names)
        self.under = stands_under(typed, self.names.graph, self.under, indent)
        tokens = typed_tokens(shown.text, region.start, region.end, self._comma(shown.text, region.start))
        for chain in chains(tokens, shown, self.names, region.end):
            self._chain(chain, shown.text)
        if _HEADING.fullmatch(shown.text, region.start, region.end):
            self._headed(region, shown)

    def _says_something(self, region: Region, shown: Page) -> bool:
        """Whether a line is one of text, after which no statement goes on, and no remark beside one."""
        return bool(shown.text[region.start : region.end].strip()) and not self._is_aside(region.start)

    def _is_aside(self, at: int) -> bool:
        """Whether a line only remarks on the statement before: it stands in brackets, or further in than that began."""
        line, _ = self.place(at)
        text = self.lines[line - 1]
        known = self.found[self.last] if self.last is not None else None
        return known is not None and (_indent(text) > known.column or text.lstrip().startswith(("[", "(")))

    def _chain(self, chain: Chain, text: str) -> None:
        """One chain; of one in which a number changes on the way, each part."""
        changes, waiting = self.names.graph.network.training.learning_rate is not None, [chain]
        while waiting:
            one = waiting.pop()
            if changes and (at := one.at_change):
                waiting += reversed(one.halves(at))
            else:
                self._whole(one, text)

    def _whole(self, chain: Chain, text: str) -> None:
        """A chain as a new statement or the end of the one before."""
        arrow = chain.relations[0].text == "→"
        if not chain.sides[0] and not (arrow and (self.last is None or not chain.goes_on)):
            self._continue(chain, text)
            return
        if not chain.sides[0]:
            return
        if defined := definition(chain, text, self.names, self.own):
            self.own |= dict((defined,))
            self.last = None
            return
        try:
            check(chain, self.names)
            statement = self._statement(chain, text)
        except Unreadable as problem:
            self.last = len(self.found)
            self._unread(problem)
            return
        if statement is not None:
            self.last = len(self.found)
            self.found.append(statement)

    def _continue(self, chain: Chain, text: str) -> None:
        known = self.found[self.last] if self.last is not None else None
        if chain.goes_on and isinstance(known, Unread):
            return
        if not chain.goes_on or not isinstance(known, Statement) or len(chain.sides) > MOST_SIDES:
            self._unread(without_left(chain))
            return
        sides = tuple(self._side(chain, text, n, known.quantity or "")[0] for n in range(1, len(chain.sides)))
        signs = tuple(relation_of(token.text) for token in chain.relations)
        if "→" in signs and any(map(is_named, sides)):
            return
        assert self.last is not None
        self.found[self.last] = replace(known, sides=known.sides + sides, relations=known.relations + signs)
        self.went_on = True

    def _statement(self, chain: Chain, text: str) -> Statement | None:
        """The statement a chain makes; None where an arrow leads to no number. Raises Unreadable if nothing is to be made of it."""
        chain = with_working_apart(chain, text, self.names)
        line, column = self.place(chain.sides[0][0].at)
        read = [self._side(chain, text, 0)]
        about = named(read[0][0].formula) or ""
        read += [self._side(chain, text, n, about) for n in range(1, len(chain.sides))]
        relations = tuple(relation_of(token.text) for token in chain.relations)
        if ends_with_name([side for side, _ in read]) and set(relations) <= {"=", "≈"}:
            read, relations = [read[-1], *read[:-1]], (relations[-1], *relations[:-1])
        sides, problems = tuple(side for side, _ in read), [problem for _, problem in read]
        if "→" in relations and (any(map(is_named, sides[1:])) or not is_named(sides[0])):
            return None  # what becomes of a number is no equality
        candidates = problems[0].readings if isinstance(problems[0], Ambiguous) else ()
        if problems[0] is not None and not candidates:
            if self._has_own_name(chain, text, sides):
                return self._statement(chain.without_first(), text)
            raise problems[0]
        if len(sides) == 2 and sides[1].problem == "empty" and self._is_blank(text, chain.ends[1]):
            return None
        quantity = None if is_mixed(sides) else named(sides[0].formula)
        if quantity is None and not candidates and None not in problems[1:]:
            raise next(problem for problem in problems[1:] if problem is not None)
        if quantity is not None:
            sign = chain.relations[0].text
            before = self.lines[line - 1][: column - 1]
            self._counted(quantity, before, sides[-1].formula)
            told = quantity
            quantity = changed(quantity, self.names) if chain.changed else None
            quantity = quantity or meant(told, sign, before, self._first_epochs, self.names)
            if quantity is None:
                candidates = (told, self.names.derivative("loss", told))
            if quantity == told and self.heading:
                quantity = self._under_heading(told, sides, before)
            sides = (sides[0], stepped(sides, sign), *sides[2:])
            quantity = quantity and self._derivative_meant(quantity, sides[0].text)
            quantity = quantity and change_meant(quantity, sides[0].text, sides[1].text, self.names)
        return Statement(quantity, candidates, sides, relations, line, column, self.lines[line - 1])

    def _has_own_name(self, chain: Chain, text: str, sides: tuple[Side, ...]) -> bool:
        """Whether a chain begins with a name of the text's own for what comes next, and states more of that: g = dL/dw = …,
        e = y − t = 0.4. What such a name stands for is noted."""
        if len(sides) > 2 and len(chain.sides[0]) == 1 and named(sides[1].formula):
            return True
        own = named_value(chain, text, sides) if len(self.values) < MOST_DEFINED else None
        if own is None:
            return False
        self.values |= dict((own,))
        return len(sides) > 2 and own[1] is not None and is_named(sides[1])

    def _derivative_meant(self, quantity: str, typed: str) -> str:
        """Of a δ under its canonical name the derivative that it is."""
        same = self.names.notation.entry.delta_sign > 0 and self.names.graph.network.rows == 1
        if same and is_delta(quantity) and is_delta(from_shell(typed)):
            return delta_name(self.names.graph, quantity)
        return quantity

    def _is_blank(self, text: str, at: int) -> bool:
        """Whether nobody has answered: no number follows, not even further down."""
        return _NOTHING.match(text, at) is not None

    @cached_property
    def _first_epochs(self) -> dict[str, int]:
        return dict(first_epochs(self.lines))

    def _under_heading(self, name: str, sides: tuple[Side, ...], before: str) -> str:
        """A parameter under a heading such as "new weights" or "gradients", where its number is not the given one."""
        formula = sides[-1].formula
        given, number = self.names.graph.givens.get(name), shown(formula) if formula is not None else None
        if number is None or (given is not None and number.equals(float(given))):
            return name
        starts = sides[1].formula if len(sides) > 2 else None
        starts = starts.terms[0] if isinstance(starts, Sum) else starts
        told = shown(starts) if starts is not None else None
        old = starts == Quantity(name) or (told is not None and given is not None and told.equals(float(given)))
        return headed(name, self.heading, not old and _SAYS.search(before) is None, self.names)

    def _counted(self, quantity: str, before: str, formula: Formula | None) -> None:
        """Note where a text counts its epochs from 1 and means the first update: what it has of a parameter is not what is given."""
        word = epoch_of(before, 1)
        if not word or self._first_epochs.get(word) != 1 or formula is None:
            return
        given, number = self.names.graph.givens.get(quantity), shown(formula)
        if given is not None and number is not None and not number.meets(float(given)):
            self._first_epochs[word] = 0

    def _side(self, chain: Chain, text: str, n: int, about: str = "") -> tuple[Side, Unreadable | None]:
        """One side of a chain, of working for a quantity if that is known, and why it was not read if so."""
        tokens, end = chain.sides[n], chain.ends[n]
        start = tokens[0].at if tokens else end
        typed = self.text[start : start + len(text[start:end].rstrip())]
        shown = " ".join(typed.replace("$", " ").replace("&", " ").split()).rstrip(" .,;:`")
        line, column = self.place(start)
        try:
            if not tokens and chain.word_after is not None and n == len(chain.sides) - 1:
                raise Unreadable("unknown-name", chain.word_after.at, name=chain.word_after.text)
            reader = TypedReader(text, tokens, self.names, end, unit_of(about) or self.unit)
            reader.own, reader.values, reader.under = self.own, self.values, self.under
            reader.counted = reader.counted or chain.counts_updates
            reader.letter, reader.terms = letter_of_known(chain.sides[0], self.names), self.terms
            return Side(shown, beside_output(reader) if n else reader.whole(), column, "", line), None
        except Unreadable as problem:
            line, column = self.place(min(problem.position, len(text)))
            readings = ", ".join(problem.readings) if isinstance(problem, Ambiguous) else ""
            return Side(shown, None, column, problem.key, line, {"readings": readings, **problem.values}), problem

    def _unread(self, problem: Unreadable) -> None:
        line, column = self.place(problem.position)
        source = self.lines[line - 1] if line <= len(self.lines) else ""
        self.found.append(Unread(line, column, source, problem.key, problem.values))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _too_much(region: Region, left: int) -> Unreadable:
    """Why nothing is read from a region on."""
    too_many = Unreadable("many-statements", region.start, most=str(MOST_STATEMENTS))
    return Unreadable("too-much", region.start) if left < 0 else too_many
