"""Marking a great many simulated students: honest ones, ones with a mistake of the catalogue, ones with a slip of the pen.

By hand, over many more networks: `python -m tests.marking.test_mark_students 50`.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from random import Random

import pytest

from derivegen.calculus.chain import Derivation, derive
from derivegen.calculus.numbers.evaluate import Numbers, Symbolic
from derivegen.calculus.numbers.rounding import Rounding
from derivegen.errors import InputError
from derivegen.formula.tree import Formula, Negative, Number
from derivegen.marking.findings import Finding, Marking
from derivegen.marking.judge.shown import shown
from derivegen.marking.judge.task import Task
from derivegen.marking.marking import mark
from derivegen.marking.read.answers import Answer
from derivegen.mistakes.mistake import CATALOGUE, Mistake
from derivegen.mistakes.mistaken import MistakenNumbers, Right
from derivegen.mistakes.outcomes import same
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.network.network import Network
from derivegen.notation.choose import choose
from derivegen.rounding.reach import Reaching
from tests.mistakes.test_catalogue import NEEDS, REWRITING, Drawn, pool
from tests.often import times
from tests.rounding.honest import Habit, Student, honest_habit, random_network

FOUR = Rounding(4)
EXAMPLES = ("example:article-004", "example:article-000", "example:softmax-2-3-2")
HONEST, SLIPS, MISTAKEN, NETWORKS = times(10, 25), times(8, 30), times(20, 40), times(1, 2)
"""Sheets in the usual run."""


def number_of(text: str) -> Formula:
    return Negative(Number(text[1:])) if text.startswith("-") else Number(text)


def handed_in(task: Task, answers: dict[str, str]) -> Marking:
    rows = [
        Answer(name, (), name, text, number_of(text), line, 2) for line, (name, text) in enumerate(answers.items(), 2)
    ]
    return mark(task, rows)


def quantities(chain: Derivation) -> list[str]:
    graph = chain.graph
    forward = [name for name in graph.names() if graph[name].formula is not None]
    return [*forward, *chain.targets(), *(name + "'" for name in graph.trained)]


def sheet(seed: str) -> tuple[Task, Habit, Student, list[str], Random]:
    """A network, somebody's habit, the student who has it, what is asked in any order."""
    random = Random(seed)
    network = load(random.choice(EXAMPLES) if random.random() < 0.3 else random_network(random))
    chain, habit = derive(build(network)), honest_habit(random)
    names = random.sample(quantities(chain), len(quantities(chain)))
    task = Task(chain, choose(chain.graph, network.notation), digits_of(habit))
    return task, habit, Student(chain, habit, random, Numbers(chain)), names, random


def digits_of(habit: Habit) -> Rounding:
    return Rounding(significant=habit.digits) if habit.significant else Rounding(habit.digits)


def written(habit: Habit, value: float) -> str:
    text = f"{habit.rounded(value):.12g}"
    return text if "e" not in text else f"{habit.rounded(value):.16f}".rstrip("0")


# --------------------------------------------------------------------------------------------------------------- honest


def honest(seed: str) -> Iterator[Finding]:
    """What is wrong, or follows from what is, on an honest sheet."""
    task, habit, student, names, _ = sheet(seed)
    found = handed_in(task, {name: written(habit, student[name]) for name in names})
    return (each for each in found.findings if each.verdict not in ("right", "rounding", "undecided"))


@pytest.mark.parametrize("seed", range(HONEST))
def test_an_honest_student_is_never_wrong(seed: int) -> None:
    assert list(honest(f"0-{seed}")) == []


# ---------------------------------------------------------------------------------------------------------- a slip of the pen


def altered(text: str, random: Random) -> str | None:
    """The number with one of its digits another, not the last, which rounding can change too; None of one that shows too few."""
    places = [place for place, letter in enumerate(text) if letter.isdigit()]
    first = next((place for place in places if text[place] != "0"), len(text))
    places = [place for place in places if place >= first][:-1]
    if len(places) < 2:
        return None
    place = random.choice(places)
    return text[:place] + random.choice([each for each in "0123456789" if each != text[place]]) + text[place + 1 :]


def slipped(seed: str) -> tuple[Finding, Marking] | None:
    """What is found of the number in which somebody has written another digit, and went on with it."""
    task, habit, student, names, random = sheet(seed)
    right = Student(student.derivation, habit, Random(seed), student.right)
    for name in names:
        text = altered(written(habit, right[name]), random)
        if text is not None:
            student.paper[name] = float(text)
            answers = {each: written(habit, student[each]) for each in names} | {name: text}
            found = handed_in(task, answers)
            return next(each for each in found.findings if each.quantity == name), found
    return None


def test_an_altered_digit_is_wrong_and_nothing_else_is() -> None:
    found = [one for seed in range(SLIPS) if (one := slipped(f"0-{seed}")) is not None]
    assert sum(one.verdict == "wrong" and one.first for one, _ in found) >= 0.95 * len(found)
    wrong = [each for one, whole in found for each in whole.findings if each.verdict == "wrong" and each is not one]
    assert wrong == []


# ------------------------------------------------------------------------------------------------------------- mistakes


class StepByStep(Student):
    """Somebody who adds up no routes: with a mistake on the way they need not lead to the number of the steps."""

    def by_routes(self, chain_: Derivation, name: str) -> bool:
        return False


def mistaken(seed: str) -> tuple[bool, Marking, Mistake] | None:
    """Whether a mistake which somebody makes wherever it can be made, whose rounding is as honest as anybody's, is wrong at its line: the
    first number that nobody comes to without it, or one before that which the mistake changes. None where it shows nowhere."""
    task, habit, student, names, random = sheet(seed)
    right, reaching = Right(student.derivation, student.right), Reaching(student.derivation, digits_of(habit))
    in_order = sorted(names, key=lambda name: task.order(task.own(name)))
    for mistake in map(CATALOGUE.__getitem__, random.sample(REWRITING, len(REWRITING))):
        if all(right.rewritten(mistake, name) is None for name in names):
            continue
        derivation = right.with_mistakes([mistake])
        numbers = MistakenNumbers(derivation)
        wrong = StepByStep(derivation, habit, Random(seed), numbers)
        with suppress(Symbolic, InputError, ArithmeticError, ValueError):
            answers = {name: written(habit, wrong[name]) for name in names}
            telling = next((name for name in in_order if not reachable(reaching, name, answers[name])), None)
            if telling is not None:
                marking = handed_in(task, answers)
                first = next((each.quantity for each in marking.findings if each.first), None)
                changed = in_order[: in_order.index(telling) + 1]
                changed = [name for name in changed if not same(numbers[name], student.right[name])]
                return first in changed, marking, mistake
    return None


def reachable(reaching: Reaching, name: str, text: str) -> bool:
    """Whether honest work comes to the number, or may come to nearly any number."""
    hull, number = reaching[name], shown(number_of(text))
    assert number is not None
    return hull.wide(reaching.point(name)) or number.within(hull.low, hull.high)


def test_a_mistake_is_wrong_at_its_line_whatever_is_rounded() -> None:
    found = [told for seed in range(MISTAKEN) if (told := mistaken(f"0-{seed}")) is not None]
    assert sum(at_its_line for at_its_line, *_ in found) >= 0.95 * len(found)


def shows(right: float, wrong: float) -> bool:
    """Whether nobody can take the one for the other, rounded."""
    return not same(right, wrong) and abs(right - wrong) > max(4e-4, 0.03 * abs(right))


def with_mistake(mistake: Mistake, drawn: Drawn) -> tuple[Task, Marking, dict[str, float]] | None:
    """A sheet made with the mistake, four decimals; None where it does not show."""
    network, right, names = drawn
    numbers, values = MistakenNumbers(right.with_mistakes([mistake])), dict[str, float]()
    visible = False
    for name in names:
        try:
            value, truth = float(numbers[name]), float(right.numbers[name])
        except (Symbolic, InputError):
            continue
        if right.graph.givens.get(name) is None:
            values[name] = value
            visible = visible or shows(truth, value)
    if not visible:
        return None
    texts = {name: text for name, value in values.items() if "e" not in (text := FOUR.text(value))}
    task = sheet_of(network, right)
    return task, handed_in(task, texts), values


def sheet_of(network: Network, right: Right) -> Task:
    return Task(right.derivation, choose(right.graph, network.notation), FOUR)


def named(finding: Finding, mistake: Mistake, value: float) -> bool:
    """Whether the mistake is named, or another that leads to the same number."""
    alone = [each for each in finding.explanations if len(each.mistakes) == 1]
    return any(each.mistakes == (mistake.identifier,) or same(each.value, value) for each in alone)


def diagnosed(identifier: str, networks: int) -> Counter[str]:
    """On how many networks the mistake was found first, and what else was found."""
    mistake, counts = CATALOGUE[identifier], Counter[str]()
    for drawn in pool(json.dumps(NEEDS.get(identifier, {}))):
        if counts["networks"] == networks:
            break
        made = with_mistake(mistake, drawn) if any(drawn[1].reaches(mistake, name) for name in drawn[2]) else None
        if made is None:
            continue
        task, marking, values = made
        counts["networks"] += 1
        own = {task.own(name): value for name, value in values.items()}
        for each in marking.findings:
            if each.verdict == "follow_through":
                counts["follow through"] += 1
            elif each.verdict == "wrong" and each.quantity is not None:
                kind = "first" if each.first else "again"
                counts[
                    f"{kind} named" if named(each, mistake, own[task.own(each.quantity)]) else f"{kind} not named"
                ] += 1
                if not each.first and not made_unseen(mistake, drawn[1], each.quantity, values):
                    counts["wrong though it follows"] += 1
    return counts


def made_unseen(mistake: Mistake, right: Right, quantity: str, values: Mapping[str, float]) -> bool:
    """Whether a mistake is made in a quantity, or on the way to it in one that the student does not state, so that nothing follows."""
    return any(
        right.rewritten(mistake, name) is not None
        for name in right.cone(quantity, True, (mistake,))
        if name == quantity or name not in values
    )


@pytest.mark.parametrize("identifier", REWRITING)
def test_a_mistake_is_named_and_what_follows_from_it_is_right(identifier: str) -> None:
    found = diagnosed(identifier, NETWORKS)
    assert found["first named"] == found["networks"] == NETWORKS
    assert found["wrong though it follows"] == 0


def main(networks: int) -> None:
    """Print what is found on so many networks for each mistake, and on many honest and slipping students' sheets."""
    whole = Counter[str]()
    for identifier in REWRITING:
        whole += diagnosed(identifier, networks)
        print(identifier, dict(whole), flush=True)
    many = 20 * networks
    print("honest, but wrong", sum(bool(list(honest(f"0-{seed}"))) for seed in range(many)), "of", many)
    slips = [
        one.verdict == "wrong" and one.first
        for seed in range(many)
        if (found := slipped(f"0-{seed}"))
        for one in found[:1]
    ]
    print("altered digit", sum(slips), "of", len(slips))
    told = [one[0] for seed in range(many) if (one := mistaken(f"0-{seed}")) is not None]
    print("with a mistake", sum(told), "of", len(told))


if __name__ == "__main__":
    main(int(sys.argv[1]))
