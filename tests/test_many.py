"""Pages filled in from patterns are those that are printed one by one; so is what honest work may come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from derivegen.calculus.numbers.rounding import Rounding
from derivegen.classroom.many import Pages, Ready
from derivegen.classroom.sheet import Work
from derivegen.classroom.sheets import Sheets, sheet
from derivegen.classroom.student_files import FOLDERS
from derivegen.exercise.exercise import Variant
from derivegen.exercise.texts import Many
from derivegen.mistakes.outcomes import mistaken_name
from derivegen.render.filled import LONGEST_WORD
from derivegen.render.format import FORMATS
from derivegen.rounding.reach import Reaching, reached_by_all
from derivegen.rounding.reached import Reached
from tests.often import times

EXAMPLES = ("article-000", "article-004", "relu-kink", "softmax-2-3-2", "xor")
FILLED = tuple(form.key for form in FORMATS if form.filled)
STUDENTS, TOGETHER = times(3, 5), times(4, 12)
"""How many have their pages filled; how many hulls are found together."""
FORMS = {"article-004": FILLED} | {
    name: times(forms, FILLED)
    for name, forms in {
        "article-000": ("latex", "md-pandoc"),
        "relu-kink": ("html",),
        "softmax-2-3-2": ("md",),
        "xor": ("typst",),
    }.items()
}
"""The shortest pages in every format, the longer ones in some."""


@cache
def works(example: str, count: int = STUDENTS) -> tuple[Work, ...]:
    return tuple(sheet(f"example:{example}", count=count, seed=3).works())


def filled(some: Sequence[Work], forms: Sequence[str]) -> Sequence[Ready]:
    accepted = [{name: work.accepted(name) for name in work.variant.answers} for work in some]
    keys = [(part, form) for part in FOLDERS for form in forms]
    pages = Pages(some[0].exercises)
    found = pages.filled([work.variant for work in some], [work.student for work in some], accepted, keys)
    assert found is not None
    return found


@pytest.mark.parametrize("example", EXAMPLES)
def test_filled_pages_are_those_printed_one_by_one(example: str) -> None:
    some, forms = works(example), FORMS[example]
    for work, ready in zip(some, filled(some, forms), strict=True):
        assert all(form == "latex" for _, form in {*product(FOLDERS, forms)} - {*ready.pages}), (
            "its lines may be too long"
        )
        for (part, form), page in ready.pages.items():
            assert page == work.text(part, form), (work.student.identity, part, form)


def test_whole_numbers_have_patterns_of_their_own() -> None:
    """2 (1 − x), but 0.5 · (1 − x): students of one slice have the one or the other."""
    net = {
        "graph": {"inputs": {"x": 2, "y": 0.5}, "nodes": {"a": "x * (1 - y)", "f": "a^2"}, "output": "f"},
        "exercise": {"ask": [{"kind": "blanks", "of": ["dloss/dx"]}]},
    }
    net["exercise"]["ask"][0]["of"] = ["df/dx"]  # type: ignore[index]
    some = list(sheet(net, count=4, vary=["nothing"]).works())
    other = [
        replace(work, variant=replace(work.variant, givens={**work.variant.givens, "x": Fraction(1, 4)}))
        for work in some
    ]
    mixed = [*some[:2], *other[2:]]
    assert [work.printed("x") for work in mixed] == ["2", "2", "0.25", "0.25"]
    patterns = Pages(some[0].exercises)
    found = patterns.filled([w.variant for w in mixed], [w.student for w in mixed], [{}] * 4, [("key", "md")])
    assert found is not None
    for work, ready in zip(mixed, found, strict=True):
        assert ready.pages.get(("key", "md"), work.text("key", "md")) == work.text("key", "md")
    assert ("key", "md") in found[0].pages


def test_long_and_odd_words_change_nothing_around_them() -> None:
    some = works("article-004")
    named = [replace(work, student=replace(work.student, name="x" * 20 * place)) for place, work in enumerate(some)]
    for work, ready in zip(named, filled(named, ("html",)), strict=True):
        assert all(page == work.text(part, form) for (part, form), page in ready.pages.items())
        assert bool(ready.pages) == (len(work.student.name) <= LONGEST_WORD)


@pytest.mark.parametrize("example", EXAMPLES)
def test_texts_are_those_of_each_trace(example: str) -> None:
    some = works(example)
    many = Many(some[0].exercises.right, [work.variant for work in some], some[0].exercises.rounding)
    names = [*some[0].variant.answers, *map(mistaken, some[0].variant.wrong.items())]
    for work, texts in zip(some, many.texts([name for name in names if name]), strict=True):
        for name, (text, _) in texts.items():
            assert text == work.trace.text(name), (work.student.identity, name)


def mistaken(wrong: tuple[str, Mapping[str, float]]) -> str:
    """What one of the mistakes makes of a quantity; nothing where none is made."""
    quantity, made = wrong
    return mistaken_name(quantity, next(iter(made))) if made else ""


# ------------------------------------------------------------------------------------------------------------- the hulls


def by_itself(work: Work, rounding: Rounding) -> Reaching:
    givens = {name: float(number) for name, number in work.variant.givens.items()}
    return Reaching(work.exercises.derivation, rounding, givens=givens)


def together(variants: Sequence[Variant], work: Work, rounding: Rounding) -> dict[str, list[Reached]]:
    givens = {name: [float(each.givens[name]) for each in variants] for name in variants[0].givens}
    names = [*work.variant.answers, "loss'"]
    return dict(reached_by_all(work.exercises.derivation, rounding, givens, names))


@pytest.mark.parametrize("rounding", [Rounding(4), Rounding(significant=3)], ids=str)
@pytest.mark.parametrize("example", EXAMPLES)
def test_hulls_of_many_are_those_of_each(example: str, rounding: Rounding) -> None:
    some = works(example, TOGETHER)
    found = together([work.variant for work in some], some[0], rounding)
    for place, work in enumerate(some):
        alone = by_itself(work, rounding)
        for name, hulls in found.items():
            assert hulls[place] == alone[name], (work.student.identity, name)


def test_entries_with_zeros_and_closed_gates_among_others() -> None:
    some = works("relu-kink", 12)
    variants = [work.variant for work in some]
    for place, name in enumerate(variants[0].givens):
        variants[place % 12] = replace(
            variants[place % 12],
            givens={**variants[place % 12].givens, name: variants[0].givens[name] * 0 + place % 3 - 1},
        )
    found = together(variants, some[0], Rounding(3))
    for place, variant in enumerate(variants):
        alone = by_itself(replace(some[0], variant=variant), Rounding(3))
        assert all(hulls[place] == alone[name] for name, hulls in found.items())


def test_where_somebodys_cannot_be_found_each_is_found_alone() -> None:
    some = works("article-004")
    givens = {name: [float(work.variant.givens[name]) for work in some] for name in some[0].variant.givens}
    source = {"inputs": {"x": 1.0}, "nodes": {"f": "ln(x)"}, "output": "f"}
    own = sheet({"graph": source}, count=1, vary=["inputs"]).exercises
    with pytest.raises(Exception, match="logarithm"):
        list(reached_by_all(own.derivation, Rounding(4), {"x": [2.0, -1.0]}, ["f"]))
    assert dict(reached_by_all(some[0].exercises.derivation, Rounding(4), givens, [])) == {}


def test_the_loss_after_the_update_is_that_of_ones_own_numbers() -> None:
    for work in works("article-004"):
        own = Reaching(work.trace.derivation, Rounding(6))
        assert by_itself(work, Rounding(6))["loss'"] == own["loss'"]


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_slice_accepts_what_each_by_itself_would(example: str) -> None:
    from derivegen.classroom.slices import _accept

    own = sheet(f"example:{example}", count=STUDENTS, seed=3)
    some = list(Sheets(own.exercises, own.students).works())
    _accept(own.exercises, some)
    for work, alone in zip(some, works(example), strict=True):
        assert all(work.accepted(name) == alone.accepted(name) for name in work.variant.answers)


def test_a_maximum_with_another_winner_for_each_student(tmp_path: Path) -> None:
    net = {
        "data": {"inputs": [[1, 2, 0, -1, 3]], "targets": [[0.5]]},
        "layer": [
            {
                "kind": "conv",
                "size": 3,
                "channels": 2,
                "activation": "relu",
                "weights": {"seed": 1},
                "biases": {"seed": 2},
            },
            {"kind": "max_pool", "size": 2, "stride": 1},
            {"kind": "flatten"},
            {"units": 1, "weights": {"seed": 3}},
        ],
        "loss": {"name": "half_squared_error"},
    }
    sheet(net, kinds="values", count=3, seed=7).write(tmp_path, "md")
    assert len(list((tmp_path / "teacher").glob("*-key.md"))) == 3
