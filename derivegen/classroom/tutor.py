"""One student at work: a network and the lines typed so far go in; what is said of the last one, what can be found next and how it went
come out as prose.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Trace
from derivegen.classroom.marking import Marker
from derivegen.classroom.sheet import exercises
from derivegen.document.blocks import Prose
from derivegen.document.inscribe import written
from derivegen.document.pen import Pen, pen_over
from derivegen.document.press import press
from derivegen.errors import InputError, said_of
from derivegen.exercise.pages.steps import in_a_line
from derivegen.exercise.working import Line, working
from derivegen.formula.print.plain import plain
from derivegen.formula.tree import Compare, Formula, Quantity, Value
from derivegen.marking.findings import Finding, Marking
from derivegen.marking.pages.talk import DONE_RIGHT, WHERE, Talk
from derivegen.marking.read.files import typed_in
from derivegen.mistakes.also_mistaken import right_of
from derivegen.network.file.load import opened
from derivegen.network.graph import Graph, build
from derivegen.network.network import Network
from derivegen.network.restated import with_givens
from derivegen.notation.asked import canonical_all
from derivegen.records import dataclass, replace
from derivegen.render.environment import Templates

HAD = ("right", "rounding")
"""Verdicts on a value that somebody has."""
SAYS = {"right": "tutor.right", "rounding": "tutor.rounding", "follow_through": "tutor.follow-through"}
"""What is said of a value that was judged so."""
MOST_SOUGHT = 40
"""Derivatives that somebody works out in one sitting."""
COMMANDS = {
    "hint": "tutor.command.hint",
    "next": "tutor.command.next",
    "show": "tutor.command.show",
    "given": "tutor.command.given",
    "stop": "tutor.command.stop",
}
"""What else can be typed, each with the key of its word in a language."""


@dataclass(frozen=True)
class Tutor:
    """A student's working so far, on the network of a marker: the derivatives `sought`, the `lines` typed, the quantities whose lines were
    `shown`, how much is told of the last slip, how many hints have been asked for."""

    marker: Marker
    sought: tuple[str, ...]
    lines: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    hint: int = WHERE
    hints: int = 0

    # what the student does

    def typed(self, line: str) -> Tutor:
        """With a line more."""
        return replace(self, lines=(*self.lines, line), hint=WHERE)

    def asked(self) -> Tutor:
        """With one thing more told of the last slip; where there is none, nothing is told and no hint counted."""
        if not self.slips:
            return self
        return replace(self, hint=min(self.hint + 1, DONE_RIGHT), hints=self.hints + 1)

    def helped(self) -> Tutor:
        """With the next line shown."""
        line = self.next
        return self if line is None else replace(self, shown=(*self.shown, line.name))

    # where the student stands

    @cached_property
    def marking(self) -> Marking:
        """What is found in all lines together: a line is judged by those before it."""
        found = self.marker.markings((typed_in("\n".join(self.lines)),)) if self.lines else ()
        return found[0] if found else Marking(())

    @cached_property
    def found(self) -> frozenset[Formula]:
        """The quantities that the student has, found or shown, as they are called: a linear unit's z and a are one symbol."""
        whole = (each for each in self.marking.findings if each.equality is None and each.verdict in HAD)
        return frozenset(map(self._symbol, (*(each.quantity for each in whole if each.quantity), *self.shown)))

    @cached_property
    def steps(self) -> tuple[Line, ...]:
        """The lines that lead to what is sought, each after those it uses."""
        return working(right_of(self.pen.trace.floats), self.sought)

    @cached_property
    def next(self) -> Line | None:
        """The first line that is not found and uses nothing but what is given or found."""
        missing = {self._symbol(line.name) for line in self.steps} - self.found
        open_lines = (line for line in self.steps if self._symbol(line.name) in missing)
        return next((line for line in open_lines if not {*map(self._symbol, line.uses())} & missing), None)

    @property
    def done(self) -> bool:
        """Whether all that is sought is found."""
        return self.found >= {*map(self._symbol, self.sought)}

    @cached_property
    def slips(self) -> tuple[Finding, ...]:
        """What is wrong in the last line in which something is and that was not put right since, the line as a whole before its signs."""
        had = {each.quantity: each.place.line for each in self.marking.findings if each.verdict in HAD}
        wrong = [
            each
            for each in self.marking.findings
            if each.verdict == "wrong" and each.place.line > had.get(each.quantity, 0)
        ]
        last = max((each.place.line for each in wrong), default=0)
        return tuple(sorted((each for each in wrong if each.place.line == last), key=lambda each: each.equality or 0))

    # what is said

    @cached_property
    def pen(self) -> Pen:
        """What is written with: the student's own numbers in the notation of the network."""
        own = self.marker.press
        return pen_over(own, Trace(own.graph, derive(own.graph), own.rounding))

    @property
    def talk(self) -> Talk:
        """Who speaks of slips."""
        return Talk(self.pen, "student", self.hint)

    def opening(self) -> Iterator[Prose]:
        """What is given, what is sought, what else can be typed."""
        yield self.pen.say("tutor.given", given=list(self._given()))
        yield self.pen.say("tutor.task", sought=[Quantity(name) for name in self.sought])
        yield self.pen.say("tutor.words", **{name: self.command(name) for name in COMMANDS})

    def given(self) -> Prose:
        """The numbers once more."""
        return self.pen.say("tutor.given", given=list(self._given()))

    def reply(self) -> Iterator[Prose]:
        """What is said of the last line: of each quantity whether it is right; of the first slip as much as has been asked for."""
        yield from self._values(len(self.lines))
        if self.slips and self.slips[0].place.line == len(self.lines):
            yield from self.told()
        if self.done:
            yield self.pen.say("tutor.all-found")

    def verdict(self, number: int) -> str:
        """What a line is, the first of them being 1: wrong, open where something could not be judged or was not found, else right."""
        verdicts = {each.verdict for each in self._of(number)}
        if not verdicts or verdicts - {*SAYS, "wrong"}:
            return "wrong" if "wrong" in verdicts else "open"
        return "wrong" if "wrong" in verdicts else "right"

    def said_of(self, number: int) -> Iterator[Prose]:
        """What is said of any line, the first of them being 1: of what is wrong in it, where it is."""
        yield from self._values(number)
        wrong = sorted(
            (each for each in self._of(number) if each.verdict == "wrong"), key=lambda each: each.equality or 0
        )
        if wrong:
            yield self._where(wrong)

    def _of(self, number: int) -> list[Finding]:
        return [each for each in self.marking.findings if each.place.line == number]

    def _values(self, number: int) -> Iterator[Prose]:
        """Of each quantity of a line whether it is right; nothing of what is wrong."""
        own = self._of(number)
        if not own:
            yield self.pen.say("tutor.nothing")
        for finding in own:
            if finding.equality is None and finding.verdict in SAYS:
                yield self.pen.say(SAYS[finding.verdict], name=self._named(finding.quantity))
            elif finding.equality is None and finding.verdict != "wrong":
                yield from self.talk.sentences(finding) or (
                    self.pen.say("tutor.open", name=self._named(finding.quantity)),
                )

    def _where(self, slips: Sequence[Finding]) -> Prose:
        """Where a line goes wrong, the line as a whole before its signs."""
        signs = [each for each in slips if each.equality is not None]
        name = self._named(slips[0].quantity)
        return self.pen.say("tutor.slip", name=name, sign=bool(signs), count=signs[0].equality if signs else 0)

    def told(self) -> Iterator[Prose]:
        """What is told of the last slip: where it is, then with each hint what was not told before."""
        if not self.slips:
            yield self.pen.say("tutor.no-slip")
            return
        whole = self.slips[0]
        if self.hint == WHERE:
            yield self._where(self.slips)
            return
        before = {*Talk(self.pen, "student", self.hint - 1).helped(whole)}
        yield from (each for each in self.talk.helped(whole) if each not in before)
        line = self.talk.line(whole.quantity or "") if self.hint == DONE_RIGHT else None
        if line is not None:
            yield in_a_line(self.pen, line)

    def suggested(self) -> Prose:
        """What can be found next, and from what."""
        line = self.next
        if line is None:
            return self.pen.say("tutor.all-found")
        return self.pen.say(
            "tutor.next", name=Quantity(line.name), uses=[Quantity(name) for name in sorted(line.uses())]
        )

    def shown_last(self) -> Prose:
        """The line that was shown last, done right."""
        line = next((each for each in self.steps if self.shown and each.name == self.shown[-1]), None)
        return self.pen.say("tutor.all-found") if line is None else in_a_line(self.pen, line)

    def summary(self) -> Iterator[Prose]:
        """How many of the derivatives were found, how much help there was, which mistakes were made."""
        own = [name for name in self.sought if self._symbol(name) in self.found and name not in self.shown]
        yield self.pen.say(
            "tutor.summary", found=len(own), of=len(self.sought), shown=len(self.shown), hints=self.hints
        )
        made = dict.fromkeys(
            mistake
            for each in self.marking.findings
            if each.verdict == "wrong" and each.explanations
            for mistake in each.explanations[0].mistakes
        )
        names = [self.pen.words.plain(f"mistake.{mistake}.name") for mistake in made]
        yield (
            self.pen.say("tutor.mistakes", names=names)
            if names
            else self.pen.say("tutor.no-mistakes", wrong=bool(self.slips))
        )

    def command(self, name: str) -> str:
        """The word for one of COMMANDS in the language."""
        return self.pen.words.plain(COMMANDS[name])

    def text(self, prose: Prose) -> str:
        """A sentence as it stands on a terminal."""
        pen, decimal = self.pen, self.pen.press.decimal
        runs = (
            plain(written(run, pen.notation, pen.trace, decimal)) if isinstance(run, Formula) else run for run in prose
        )
        return "".join(runs).strip()

    def _given(self) -> Iterable[Formula]:
        graph = self.pen.graph
        names = [*graph.names("input"), *graph.names("target"), *graph.parameters, *graph.names("constant")]
        return (Compare(Quantity(name), "=", Value(name)) for name in names if name in graph.givens)

    def _symbol(self, name: str) -> Formula:
        return self.pen.notation.symbol(name)

    def _named(self, name: str | None) -> object:
        named = self.talk.named(name) if name else ()
        return named[0] if named else self.pen.words.plain("check.no-name")


def tutor(
    network: Network | str | Path | Mapping[str, Any],
    *,
    wrt: str | Sequence[str] | None = None,
    seed: int | None = None,
    templates: str | Path | None = None,
    **options: Any,
) -> Tutor:
    """Who follows a student on a network: its own numbers, or with a `seed` others that suit a hand. What is sought are the derivatives by
    `wrt`, by default by all that is trained or asked for. `options` are the keys of [document], and `notation`. Raises InputError."""
    own = opened(network, **options)
    if seed is not None:
        drawn = exercises(own, seed=seed)
        own = with_givens(own, next(iter(drawn.variants(["practice"]))).givens)
    with said_of(own.source):
        made = press(build(own), Templates(Path(templates) if templates else None))
        if wrt is not None:
            own = opened(own, wrt=canonical_all(made.graph, made.notation, wrt))
        derivation = derive(made.graph)
        sought = tuple(map(derivation.name_of, own.options.wrt or _usual(made.graph)))
        if not 0 < len(sought) <= MOST_SOUGHT:
            raise InputError(
                f"practise: {len(sought)} derivatives are sought; name 1 to {MOST_SOUGHT} of them with --wrt"
            )
        if not Trace(made.graph, derivation, made.rounding).complete:
            raise InputError(
                "practise: a number is missing, and without it nothing can be worked out; give every number"
            )
    return Tutor(Marker(made), sought)


def _usual(graph: Graph) -> tuple[str, ...]:
    return graph.trained if graph.layered else graph.sought
