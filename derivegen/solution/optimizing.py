"""The step of an optimizer that is more than gradient descent: a pen goes in; what it keeps and adds, worked for one parameter in the first
two updates, and a table of all parameters come out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivegen.calculus.numbers.batches import batches
from derivegen.document.blocks import Block, Derivation, Heading, Paragraph, Prose, Table
from derivegen.document.pen import Line, Pen
from derivegen.document.tables import FEW, in_twos, parameter_tables
from derivegen.formula.tree import Compare, Formula, Product, Quantity, Sum, Value, transform
from derivegen.network.names import Moment, parse_derivative, parse_kept
from derivegen.network.rule import BESIDE, CLIPPED, GRADIENT, LASTS, LENGTH, SHARED, Rule
from derivegen.network.tables.forms import BOOKS, CONSTANTS, LIBRARIES
from derivegen.network.tables.optimizers import USUAL
from derivegen.notation.glyphs import kept_letter
from derivegen.records import replace

WORKED = 2
"""Updates that are worked line by line."""
MOST_SQUARES = 24
"""Derivatives whose squares are written out as a sum."""


def rule_of(pen: Pen) -> Rule:
    """What an update of the network keeps and adds."""
    return pen.graph.network.training.rule


def added(pen: Pen, derivative: Formula, dotted: bool = False) -> Formula:
    """What gradient descent adds to a parameter whose derivative this is, with dots between factors or side by side."""
    change = transform(rule_of(pen).change, lambda part: derivative if part == GRADIENT else None)
    return _with_dots(change) if dotted else change


def _with_dots(tree: Formula) -> Formula:
    """The formula with dots between the factors, which are derivatives and numbers."""

    def change(part: Formula) -> Formula | None:
        return Product(tuple(map(_with_dots, part.factors))) if isinstance(part, Product) else None

    return transform(tree, change)


def optimizer_section(pen: Pen, names: Sequence[str]) -> Iterator[Block]:
    """The rule with its settings, the first of these parameters in the first two updates, the table of all."""
    yield Heading(1, pen.say("optimizer.title", optimizer=called(pen)))
    yield Paragraph((*_opening(pen), *_scheduled(pen), *_shortened(pen), *_whose(pen)))
    frozen = len(pen.graph.parameters) - len(pen.graph.trained)
    if frozen:
        yield Paragraph(pen.say("update.frozen", count=frozen))
    name = next((each for each in names if each in pen.graph.trained), pen.graph.trained[0])
    yield from _first(pen, name)
    if len(pen.trace.updates) > WORKED and not pen.trace.in_arrays:
        yield from _second(pen, name)
    if pen.trace.complete:
        yield from _all(pen)


def called(pen: Pen) -> str:
    """What the optimizer is called."""
    return pen.words.plain(f"optimizer.{pen.graph.network.training.optimizer}")


def called_unless_plain(pen: Pen) -> str:
    """What the optimizer is called; nothing where it is gradient descent and nothing else."""
    return "" if rule_of(pen).is_plain else called(pen)


def given_rule(pen: Pen, formulas: bool = False) -> Iterator[Block]:
    """The learning rate; of an optimizer that is more, all it is set to, and where that is asked for its formulas for one parameter."""
    if "rate" not in pen.graph.givens:
        return
    if rule_of(pen).is_plain:
        yield Paragraph(pen.say("given.rate", equation=Compare(Quantity("rate"), "=", Value("rate"))))
        return
    name = next(iter(pen.graph.trained), None)
    shown = Quantity(name) if formulas and name is not None else None
    yield Paragraph(pen.say("optimizer.given", optimizer=called(pen), settings=_settings(pen), parameter=shown))
    if shown is not None and name is not None:
        yield Derivation(tuple(row for formula in _formulas(pen, name) for row in pen.rows(*formula)))
    if _shortened(pen):
        yield Paragraph(_shortened(pen)[1:])


def _formulas(pen: Pen, name: str) -> Iterator[tuple[Formula, list[Line]]]:
    """The rule for one parameter, in symbols."""
    turn, rule = pen.trace.derivation.updating, rule_of(pen)
    for base in rule.kept:
        own = Moment(base, name)
        yield Quantity(str(own)), [(rule.starts[base], pen.say("optimizer.reason.start"))]
    for base, tree in rule.lines:
        own = Moment(base, name, primed=True)
        if base == LENGTH and len(pen.graph.trained) > MOST_SQUARES:
            continue
        yield (
            Quantity(str(own)),
            [(_with_dots(turn.put_in(name, tree)), pen.say(f"optimizer.reason.{rule.reasons[base]}"))],
        )
    change = Sum((Quantity(name), _with_dots(turn.put_in(name, rule.change))))
    yield Quantity(f"{name}'"), [(change, pen.say("optimizer.reason.new"))]


def _settings(pen: Pen) -> list[Formula]:
    return [pen.stated(name) for name in ("rate", *rule_of(pen).settings) if name not in CONSTANTS]


def _opening(pen: Pen) -> Prose:
    """What is kept from update to update, and what everything is set to."""
    rule = rule_of(pen)
    kept = [Quantity(str(Moment(base, pen.graph.trained[0]))) for base in rule.kept]
    usual = pen.graph.network.training.optimizer == USUAL
    return pen.say("optimizer.opening", optimizer=called(pen), usual=usual, kept=kept, settings=_settings(pen))


def _scheduled(pen: Pen) -> Prose:
    """How the rate goes from update to update."""
    schedule = pen.graph.network.training.schedule
    return () if schedule is None else (" ", *pen.say(f"optimizer.schedule.{schedule}", steps=Quantity(LASTS)))


def _shortened(pen: Pen) -> Prose:
    """That the whole gradient is held to a length."""
    settings, count = rule_of(pen).settings, len(pen.graph.trained)
    if CLIPPED not in settings:
        return ()
    limit, beside = Quantity(CLIPPED), Quantity(BESIDE) if BESIDE in settings else None
    return (" ", *pen.say("optimizer.shortened", count=count, limit=limit, beside=beside))


def _whose(pen: Pen) -> Prose:
    """Whose form it is, and how it differs from the textbook's."""
    rule, library = rule_of(pen), LIBRARIES[pen.graph.network.training.library or BOOKS]
    if not library.title:
        return ()
    said = {"library": library.title, "version": library.version}
    key = f"optimizer.differs.{rule.differs}" if rule.differs else "optimizer.same"
    return (" ", *pen.say(key, **said))


def _first(pen: Pen, name: str) -> Iterator[Block]:
    """The first update of a parameter, line by line."""
    rule, chain = rule_of(pen), pen.trace.derivation
    yield Paragraph(pen.say("optimizer.first", parameter=Quantity(name)))
    for base, tree in rule.lines:
        own = chain.updating.put_in(name, tree)
        yield _line(pen, str(Moment(base, name, primed=True)), own, f"optimizer.reason.{rule.reasons[base]}")
    yield _line(pen, f"D{name}", chain.updating.put_in(name, rule.change), "optimizer.reason.added")
    yield _line(pen, f"{name}'", Sum((Quantity(name), Quantity(f"D{name}"))), "optimizer.reason.new")


def _second(pen: Pen, name: str) -> Iterator[Block]:
    """The second update of a parameter, in which what is kept begins to tell."""
    rule, chain = rule_of(pen), pen.trace.derivation.numbered(WORKED)
    derivative = pen.stated(f"{chain.name_of(name)}#1")
    yield Paragraph(pen.say("optimizer.second", derivative=derivative, parameter=Quantity(f"{name}#1")))
    for base, tree in rule.lines:
        own = _moved_on(chain.updating.put_in(name, tree), name, chain.name_of(name))
        yield _line(pen, str(Moment(base, name, step=WORKED)), own, f"optimizer.reason.{rule.reasons[base]}")
    change = _moved_on(chain.updating.put_in(name, rule.change), name, chain.name_of(name))
    yield _line(pen, f"D{name}#2", change, "optimizer.reason.added")
    yield _line(pen, f"{name}#2", Sum((Quantity(f"{name}#1"), Quantity(f"D{name}#2"))), "optimizer.reason.new")


def _moved_on(tree: Formula, parameter: str, slope: str) -> Formula:
    """A formula of the first update as that of the second: what was new is #2, what was old is #1."""

    def change(part: Formula) -> Formula | None:
        if not isinstance(part, Quantity):
            return None
        if part.name.endswith("'"):
            return Quantity(f"{part.name[:-1]}#2")
        old = part.name in (parameter, slope) or (parse_kept(part.name) or parse_derivative(part.name)) is not None
        return Quantity(f"{part.name}#1") if old else part

    return transform(tree, change)


def _line(pen: Pen, name: str, formula: Formula, reason: str) -> Derivation:
    """name = formula = numbers = value; of a sum over very many parameters the value alone."""
    formula, kept = _with_dots(formula), parse_kept(name)
    if kept is not None and kept.base == LENGTH and len(pen.graph.trained) > MOST_SQUARES:
        return pen.derivation(Quantity(name), [(Value(name), pen.say(reason))])
    lines: list[Line] = [(formula, pen.say(reason))]
    if pen.trace.known(name):
        lines += [(pen.numbers(formula), ()), (Value(name), ())]
    return pen.derivation(Quantity(name), lines)


def _all(pen: Pen) -> Iterator[Block]:
    """Every parameter with its derivative, what the optimizer works out, and the new value; of many the new values."""
    rule, names = rule_of(pen), pen.graph.trained
    if len(names) > FEW:
        yield Paragraph(pen.say("update.others", count=len(names)))
        yield from in_twos(
            pen, parameter_tables(pen, "table.new-parameters", lambda name: (Value(name + "'" * (name in names)),))
        )
        return
    shown = [base for base, _ in rule.lines if base not in SHARED]
    header = (
        pen.say("table.parameter"),
        pen.say("table.gradient"),
        *((replace(kept_letter(base), primes=1),) for base in shown),
        pen.say("table.new"),
    )
    rows = tuple(
        (
            (Quantity(name),),
            (Value(pen.trace.derivation.name_of(name)),),
            *((Value(str(Moment(base, name, primed=True))),) for base in shown),
            (Value(f"{name}'"),),
        )
        for name in names
    )
    yield Table(pen.say("optimizer.table"), header, rows)


def one_update(pen: Pen) -> bool:
    """Whether there are updates by all examples at once, which a page can work out."""
    training = pen.graph.network.training
    return training.learning_rate is not None and bool(pen.graph.trained) and len(batches(pen.graph)) == 1
