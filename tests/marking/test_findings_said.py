"""What is said of findings: every sentence with every part of what it can speak of known and not known, in both languages."""

from __future__ import annotations

import ast
import re
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
from jinja2 import nodes
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import SandboxedEnvironment

import derivegen
from derivegen.api import solve
from derivegen.classroom.check import check
from derivegen.document.pen import pen_over
from derivegen.marking.findings import FACTS, Finding, Place
from derivegen.marking.pages.talk import Talk
from derivegen.render.environment import Templates

CHECK = Path(derivegen.__file__).parent / "marking"
LANGUAGES = ("en", "de")
GAPS = re.compile(r"‘’|„“|\s[.,;!?](?!\w)|\(\)|  |: \.")
"""What a sentence shows in which something is missing."""


@cache
def parsed(language: str) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """For each reason what its sentence speaks of, and of that what it asks for before it says it."""
    found = {}
    for key, sentence in Templates().words(language).sentences.items():
        if key.startswith("finding."):
            tree = SandboxedEnvironment().parse(sentence)
            tests = [each.test for each in tree.find_all((nodes.If, nodes.CondExpr))]
            asked = {name.name for test in tests for name in (*test.find_all(nodes.Name), test) if _is_name(name)}
            found[key.removeprefix("finding.")] = frozenset(find_undeclared_variables(tree)), frozenset(asked)
    return found


def _is_name(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Name)


@cache
def feedback(language: str) -> Talk:
    solved = solve("example:article-004", language=language)
    return Talk(pen_over(solved.press, solved.trace), "teacher")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_whole_whatever_is_known(language: str) -> None:
    for reason, (spoken, asked) in parsed(language).items():
        assert spoken <= set(FACTS), reason
        for count in range(len(asked) + 1):
            for known in combinations(sorted(asked), count):
                values = dict.fromkeys((spoken - asked) | set(known), "7")
                said = feedback(language).message(Finding(None, "unread", Place(), reason=reason, values=values))
                assert said and not GAPS.search(said), (reason, known, said)


def test_whoever_gives_a_reason_knows_what_its_sentence_always_says() -> None:
    named = []
    for file in [each for each in CHECK.parent.glob("**/*.py") if each.name != "findings.py"]:
        found = tuple(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
        texts = {node.value for node in found if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        named.append(texts | {node.arg for node in found if isinstance(node, ast.keyword) and node.arg})
    for reason, (spoken, asked) in parsed("en").items():
        given = "count-" if reason.startswith("count-") else reason.removeprefix("file.")
        own = {"said"} if reason.startswith("file.") else set()  # what a reader of documents says
        own |= spoken if reason.startswith("arithmetic-") else set()  # the slips are numbered
        assert any(given in texts and spoken - asked <= texts | own for texts in named), reason


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_sentence_speaks_of_is_the_same_in_both_languages(language: str) -> None:
    assert {reason: spoken for reason, (spoken, _) in parsed(language).items()} == {
        reason: spoken for reason, (spoken, _) in parsed("en").items()
    }


def test_a_wrong_number_explained_by_one_behind_it_is_said_so() -> None:
    found = check("example:article-004", "dL/dh = -0.09033; dL/dy = -0.3011").findings
    assert [(each.verdict, each.reason) for each in found] == [("wrong", "from-printed"), ("wrong", "unexplained")]


def test_what_stands_behind_words_of_so_many_updates_is_the_value_after_them() -> None:
    text = "After 60 epochs the loss is L = 0.0000 and y = 0.6000. Nach zwei Schritten ist w1 = 0.40159."
    found = check("example:article-004", text).findings
    assert [(each.quantity, each.verdict) for each in found] == [
        ("loss#60", "undecided"),
        ("a[2][1]#60", "right"),
        ("w[1][1][1]#2", "right"),
    ]


def test_a_new_value_is_left_open_where_nothing_is_updated() -> None:
    (found,) = check("example:graph-product", "z_new = -4.3").findings
    assert (found.verdict, found.reason) == ("undecided", "no-number")
