"""The update rule of a training: an optimizer, whose form of it, and its settings go in; the formulas that are left of it come out.

What a setting of 0 takes away is taken away here, once: momentum without dampening has no factor 1 − 0, and what keeps nothing any more is
no quantity. Pages, steps and programs are made of what is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Final

from derivegen.formula.tree import ZERO, Formula, Negative, Number, Product, Quantity, names_in, put_in, transform
from derivegen.network.simplified import simplified
from derivegen.network.tables.activations import Text, formula_of
from derivegen.network.tables.forms import BOOKS, CONSTANTS, LIBRARIES, SCHEDULES, SETTINGS, Form, Lines
from derivegen.network.tables.optimizers import OPTIMIZERS
from derivegen.network.walks import reached
from derivegen.records import dataclass, field

GRADIENT: Final = Quantity("g")
PARAMETER: Final = Quantity("w")
RATE: Final = Quantity("rate")
COUNT: Final = Quantity("t")
STAGE: Final = Quantity("stage")
"""How many steps of a schedule are over, each as many updates as `LASTS` is set to."""
LASTS: Final = "rate_steps"
SCHEDULED: Final = "eta"
"""What a schedule makes of the rate."""
GATHERED: Final = "G"
"""What the derivatives of several batches come to together."""
SQUARES: Final = Quantity("squares")
"""The sum of the squares of all derivatives, of whatever parameter."""
LENGTH: Final = "nu"
"""The length of the gradient, by which all derivatives are shortened together."""
CLIPPED: Final = "clip_norm"
"""What the length is held to, and what else is added to it."""
BESIDE: Final = "clip_epsilon"
SHARED: Final = frozenset((SCHEDULED, LENGTH))
"""What is the same for every parameter."""
_ANY: Final = {COUNT: "61", STAGE: "59"}
"""The grammar takes constants for exponents, and the number of the update is one, whichever: these stand for what hangs on it while a text
is read."""

Settings = tuple[tuple[str, Fraction], ...]
"""What is set otherwise than usual, by name."""


@dataclass(frozen=True)
class Rule:
    """The formulas of one training. `lines` work out one quantity after the other: in them "m" is what the update before has left of m and
    "m'" what this one makes of it. `change` is added to a parameter, `starts` is what is kept before the first update, `settings` are the
    numbers they use, `reasons` the keys of why each line is there, and `differs` is the key of the sentence about them."""

    lines: tuple[tuple[str, Formula], ...]
    change: Formula
    starts: Mapping[str, Formula]
    settings: Mapping[str, Fraction]
    reasons: Mapping[str, str] = field(default_factory=dict)
    differs: str | None = None

    @cached_property
    def kept(self) -> tuple[str, ...]:
        """What is handed from update to update."""
        return tuple(name for name, _ in self.lines if name in self._used)

    @cached_property
    def worked_out(self) -> frozenset[str]:
        """What the lines work out."""
        return frozenset(name for name, _ in self.lines)

    @cached_property
    def counts(self) -> bool:
        """Whether it depends on how many updates there were."""
        return self.uses(COUNT) or self.uses(STAGE)

    def uses(self, quantity: Quantity) -> bool:
        """Whether it stands in a line or in the change."""
        return quantity.name in self._used

    @cached_property
    def _used(self) -> frozenset[str]:
        trees = (*(tree for _, tree in self.lines), self.change)
        return frozenset(name for tree in trees for name in names_in(tree))

    @cached_property
    def is_plain(self) -> bool:
        """Whether it is gradient descent and nothing else: the loss then falls by about the rate times the square of the gradient."""
        return not self.lines and self.change == _plain()

    @cached_property
    def factors(self) -> tuple[Formula, ...]:
        """The factors of the change, its sign with the first; of a sum itself alone."""
        body = self.change.body if isinstance(self.change, Negative) else self.change
        first, *rest = body.factors if isinstance(body, Product) else (body,)
        return (Negative(first) if isinstance(self.change, Negative) else first, *rest)


@lru_cache(maxsize=1)
def _plain() -> Formula:
    return _read(OPTIMIZERS[next(iter(OPTIMIZERS))].forms[BOOKS].change)


@lru_cache(maxsize=256)
def rule_of(
    optimizer: str,
    library: str | None = None,
    settings: Settings = (),
    schedule: str | None = None,
    gathered: Fraction = Fraction(1),
) -> Rule:
    """The rule, by a derivative taken so many times; of a schedule every setting that has no usual value is set."""
    form = form_of(optimizer, library)
    clipping = LIBRARIES[library or BOOKS].clipping
    usual = {**clipping.settings, **form.settings, **(SCHEDULES[schedule].settings if schedule else {})}
    values = {name: Fraction(text) for name, text in usual.items() if text is not None} | dict(settings)
    lines, change = _whole(form, library or BOOKS, values, schedule)
    if gathered != 1:
        lines, change = _gathered(lines, change, gathered)
    gone = {name: Number(str(value)) for name, value in values.items() if not value or SETTINGS[name].switch}
    values |= {name: Fraction(text) for name, (_, text) in CONSTANTS.items()}
    left, found = _resolved([(name, put_in(_read(text), gone)) for name, text, _ in lines], put_in(_read(change), gone))
    starts = {name: simplified(put_in(_read(text), gone)) for name, text in form.starts.items()}
    rule = Rule(tuple(left), found, starts, {})
    used = {*rule._used, *(part for name in rule.kept if name in starts for part in names_in(starts[name]))}
    used |= {LASTS} if rule.uses(STAGE) else set()
    own = {name: value for name, value in values.items() if name in used}
    reasons = {name: reason for name, _, reason in lines}
    kept = {name: starts.get(name, ZERO) for name in rule.kept}
    return Rule(rule.lines, rule.change, kept, own, reasons, form.differs)


def form_of(optimizer: str, library: str | None) -> Form:
    """How a library computes an optimizer; the textbook's if none is named."""
    return OPTIMIZERS[optimizer].forms[library or BOOKS]


def settings_of(optimizer: str, library: str | None, schedule: str | None = None) -> tuple[str, ...]:
    """What may be set."""
    own = dict.fromkeys((*form_of(optimizer, library).settings, *(SCHEDULES[schedule].settings if schedule else ())))
    if LIBRARIES[library or BOOKS].decay is not None:
        own["weight_decay"] = None
    return (*own, "clip_value", *LIBRARIES[library or BOOKS].clipping.settings, CLIPPED)


def _whole(form: Form, library: str, values: Mapping[str, Fraction], schedule: str | None) -> tuple[Lines, str]:
    """The lines with those that every optimizer may have before them: the rate by a schedule, a derivative that is cut off or all
    of them shortened, and what holds the parameters short."""
    before: list[tuple[str, Text, str]] = []
    change, rename, rate = form.change, GRADIENT.name, RATE.name
    if schedule:
        rate = SCHEDULED
        before.append((rate, SCHEDULES[schedule].rate, "scheduled"))
    if values.get("clip_value"):
        rename = "gbar"
        cut = (("clip_value", "g > clip_value"), ("-clip_value", "g < -clip_value"), ("g", None))
        before.append((rename, cut, "clipped"))
    if values.get(CLIPPED):
        rename = "gbar"
        before += [(LENGTH, "sqrt(squares)", "length"), (rename, LIBRARIES[library].clipping.shortened, "shortened")]
    if values.get("weight_decay") and "weight_decay" not in form.settings:
        if LIBRARIES[library].decay == "coupled":
            before.append(("ghat", f"{rename} + weight_decay*w", "decayed"))
            rename = "ghat"
        else:
            change = f"{change} - rate*(weight_decay*w)"

    names = {RATE.name: rate, GRADIENT.name: rename}
    own = ((name, _renamed(text, names), reason) for name, text, reason in form.lines)
    return (*before, *own), str(_renamed(change, names))


def _gathered(lines: Lines, change: str, times: Fraction) -> tuple[Lines, str]:
    """The lines by so many times the derivative, and before them the one that works it out."""
    names = {GRADIENT.name: GATHERED, SQUARES.name: f"({times})^2*{SQUARES.name}"}
    first = (GATHERED, f"{times}*{GRADIENT.name}", "added-up" if times > 1 else "averaged")
    return (first, *((name, _renamed(text, names), why) for name, text, why in lines)), str(_renamed(change, names))


def _renamed(text: Text, names: Mapping[str, str]) -> Text:
    """A text of the table with other names."""
    if isinstance(text, str):
        return re.sub(r"\b\w+\b", lambda word: names.get(word[0], word[0]), text)
    return tuple(
        (str(_renamed(branch, names)), None if when is None else str(_renamed(when, names))) for branch, when in text
    )


def _read(text: Text) -> Formula:
    """A text of the table, with the number of the update as a quantity, and that of the schedule's steps."""
    numbers = {Number(stands): quantity for quantity, stands in _ANY.items()}

    def marked(part: str) -> str:
        for quantity, stands in _ANY.items():
            part = re.sub(rf"\b{quantity.name}\b", stands, part)
        return part

    whole: Text = marked(text) if isinstance(text, str) else tuple((marked(b), w and marked(w)) for b, w in text)
    return transform(formula_of(whole, {}), lambda part: numbers.get(part) if isinstance(part, Number) else None)


def _resolved(lines: list[tuple[str, Formula]], change: Formula) -> tuple[list[tuple[str, Formula]], Formula]:
    """Lines and change with everything worked out before it put in as such: as "m'", or, of what keeps nothing and is no more than a name
    or a number, or kept something before a setting was 0, as itself; without lines that nothing uses."""
    known: dict[str, Formula] = {}
    written: list[tuple[str, Formula]] = []
    names = {name for name, _ in lines}
    for name, tree in lines:
        own = simplified(put_in(tree, known))
        keeps = name in names_in(own) or _read_before(name, lines)
        was_kept = name in names_in(tree)
        if not keeps and (isinstance(own, Number | Quantity) or was_kept):
            known[name] = own
        else:
            written.append((name, own))
            known[name] = Quantity(f"{name}'")
    last = simplified(put_in(change, known))
    return _of_use(written, last, names), last


def _read_before(name: str, lines: list[tuple[str, Formula]]) -> bool:
    """Whether a line above the one of that name uses what the update before has left of it."""
    for other, tree in lines:
        if other == name:
            return False
        if name in names_in(tree):
            return True
    return False


def _of_use(lines: list[tuple[str, Formula]], change: Formula, names: set[str]) -> list[tuple[str, Formula]]:
    """The lines that the change depends on, in this update or a later one."""
    formulas = dict(lines)

    def read(tree: Formula) -> Iterator[str]:
        every = (name.removesuffix("'") for name in names_in(tree))
        return (name for name in every if name in names and name in formulas)

    needed = reached(read(change), lambda name: read(formulas[name]))
    return [(name, tree) for name, tree in lines if name in needed]
