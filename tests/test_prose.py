"""Sentences: every key the code asks for is there, and every key that is there is asked for."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import get_args

import derivegen
from derivegen.calculus.conventions import Convention
from derivegen.calculus.links import Role
from derivegen.exercise.kinds.kind import KINDS, Kind
from derivegen.interop.h5p import SAID as H5P
from derivegen.interop.handin.kinds import HANDINS
from derivegen.interop.models.differing import REASONS
from derivegen.marking.findings import Verdict
from derivegen.marking.read.unreadable import REASONS as UNREAD
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.network.family import PARAMETERS
from derivegen.network.file.examples import templates_folder
from derivegen.network.tables.activations import ACTIVATIONS
from derivegen.network.tables.forms import SCHEDULES
from derivegen.network.tables.losses import LOSSES, PENALTIES
from derivegen.network.tables.optimizers import OPTIMIZERS
from derivegen.render.form_page import WORDS as FORM
from derivegen.render.selfcheck_page import WORDS as SELF_CHECK

FILES = [file for file in sorted((templates_folder() / "prose/en").glob("*.toml")) if file.name != "spoken.toml"]
TABLES = [tomllib.loads(file.read_text(encoding="utf-8")) for file in FILES]
SENTENCES = {key: text for table in TABLES for key, text in table.items()}
PACKAGE = Path(derivegen.__file__).parent
ROLES = {role.replace(" ", "-") for role in get_args(Role)} - {"upstream", "share", "rate", "old-value"}
RULES = set(re.findall(r'"([a-z]+(?:-[a-z]+)?)"', (PACKAGE / "calculus/rules.py").read_text(encoding="utf-8")))
RULES |= {"function", "chain"}  # written there with the function's name behind: "function:tanh"
GATES = {name for name, entry in ACTIVATIONS.items() if entry.kind == "gate"}
PUT_TOGETHER = {
    "activation": {*ACTIVATIONS, "formula"},
    "loss": {*LOSSES, "formula"},
    "slope": {reason for table in (ACTIVATIONS, LOSSES) for entry in table.values() for _, reason in entry.lines},
    "reason.slope": {*ACTIVATIONS, "formula"},
    "reason": ROLES,
    "check.remark": {"delta-sign", "loss-factor", "late-unknown"},
    "reason.numbers": ROLES,
    "table": {"z", "a", "output"},
    "rule": RULES,
    "rule-name": RULES,
    "others": set(PARAMETERS),
    **{part: {"title"} for part in ("key", "scheme", "screen")},
    "sheet": {"title", *(name for name, kind in KINDS.items() if type(kind).sheet is Kind.sheet)},
    "moodle": {name for name, kind in KINDS.items() if kind.posing == "alone"},
    "h5p": H5P,
    "scorm": {"opening", "waiting", "reported", "alone"},
    "selfcheck": {"title", "opening", "all", "no-script", *SELF_CHECK},
    "form": {"opening", "page", "formula", *FORM},
    "selfcheck.label": {"number", "value", "formula", "letter", "line", "order"},
    **{f"sheet.{kind}": {"title"} for kind in KINDS},
    "scheme.rule": {"method", "follow-through", "rounding", "unread"},
    "working": {"bias", "gate", "input", "loss-slope", "slope", "weight"},
    "variants.rejected": {
        *("undefined", "too-large", "small", "symmetric", "saturated", "dead", "borderline", "tie"),
        *("same-answer", "mistakes-coincide"),
    },
    "suits": set(LOSSES),
    "errata": {
        "carried",
        "from-printed",
        "from-rounded",
        "cut",
        "sign",
        "double",
        "half",
        "other",
        "old",
        "last-digit",
    },
    "backward.kinds": {
        *(
            "loss",
            "output",
            "loss-slope",
            "value",
            "sum",
            "slope",
            "weighted",
            "below",
            "between",
            "weight",
            "multiplies",
        )
    },
    "finding": {
        *("biases-kept", "convention", "difference", "formula-of-another", "number-unplaced"),
        *UNREAD,
        *get_args(Convention),
        *("rounded", "operands", "fewer-digits", "followed", "carried-zero", "too-few-digits", "no-number"),
        *("given-copied", "missing", "mistake", "mistakes", "last-digit", "sign", "point-moved", "digits-swapped"),
        *("factor", "other-quantity", "unexplained", "relation", "relation-untold", "formula", "formula-untold"),
        *("says-itself", "other-choice", "no-choice", "not-all-lines", "line-too-early", "shapes"),
        *("carried", "cut", "from-printed", "from-rounded", "old-value", "printed-operands"),
        *("supposed", "program-arrays", "which-row", "rounded-coarsely", "arithmetic", "arithmetic-as"),
        *("stands-for", "stands-near", "no-quantity", "too-coarse", "sign-of", "factor-missing", "factor-extra"),
        "term-missing",
        *("two-values", "epochs", "interval", "rate-differs", "log-base", "step-added", "power-for-index"),
        *("index-for-power", "wrong-variable", "sizes", "count-layers", "count-hidden-layers"),
        *(f"count-{kind}" for kind in ("parameters", "weights", "biases", "input", "hidden", "output")),
    },
    "check.verdict": set(get_args(Verdict)),
    "check.kind": {"forward", "backward", "update", "digits", *(ROLES - {"upstream"}), "share", "rate", "old-value"},
    "check.rule": {"digits", "forward", "backward", "update", "optimizer"},
    "check.list": {"right", "follow_through", "missing"},
    "check": {"given", "expected", "is", "marks"},
    "finding.file": {
        *("no-variant", "unknown-kind", "no-file", "no-access", "large-file", "not-utf8", "empty-file", "no-table"),
        *("other-quiz", "report-without-text"),
        *(
            "failed",
            "name",
            "slow",
            "part-missing",
            "damaged",
            "password",
            "old-office",
            "many-parts",
            "grows",
            "many-pages",
        ),
        *("wide-sheet", "picture", "only-pictures", "archive", "save-as", "two-students", "other-student"),
        *(reason for kind in HANDINS for reason in kind.loses),
    },
    "against": {*REASONS, *get_args(Convention)},
    "class": {"student", "place", "why"},
    "class.third": {"easy", "middle", "hard"},
    "mistake": {f"{identifier}.{part}" for identifier in CATALOGUE for part in ("name", "says", "hint", "teacher")},
    "optimizer": {
        *OPTIMIZERS,
        *(f"differs.{form.differs}" for entry in OPTIMIZERS.values() for form in entry.forms.values() if form.differs),
        *(
            f"reason.{reason}"
            for reason in (
                "added",
                "new",
                "start",
                "clipped",
                "added-up",
                "averaged",
                "length",
                "shortened",
                "decayed",
                "scheduled",
            )
        ),
        *(f"schedule.{name}" for name in SCHEDULES),
        *(
            f"reason.{reason}"
            for entry in OPTIMIZERS.values()
            for form in entry.forms.values()
            for _, _, reason in form.lines
        ),
    },
    "indexed.penalty": {*PENALTIES},
    "definition": {
        f"{word}{end}"
        for word in (
            *("rate", "batch", "iteration", "epoch", "norm"),
            *("forward", "back-propagation", "gradient", "descent"),
        )
        for end in ("", ".means")
    },
    "glossary": {
        "x",
        "t",
        "w",
        "b",
        "shared-b",
        "theta",
        "z",
        "a",
        "output",
        "sigmoid",
        "ln",
        "array",
        "transpose",
        "hadamard",
    },
}
"""The keys that are put together in the code, f"rule.{…}", by their beginning."""


def keys_in_code() -> set[str]:
    """Every text of the package that could be a key."""
    found = set()
    for file in sorted(PACKAGE.glob("**/*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_no_sentence_stands_twice() -> None:
    assert len(SENTENCES) == sum(map(len, TABLES))


def test_every_sentence_is_used() -> None:
    asked = keys_in_code() | {f"{start}.{end}" for start, ends in PUT_TOGETHER.items() for end in ends}
    assert not sorted(set(SENTENCES) - asked)


def test_every_key_in_code_has_its_sentence() -> None:
    asked = set()
    for file in sorted(PACKAGE.glob("**/*.py")):
        calls = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
        said = [
            call.args[0]
            for call in calls
            if isinstance(call.func, ast.Attribute) and call.func.attr in ("say", "plain") and call.args
        ]
        asked |= {key.value for key in said if isinstance(key, ast.Constant)}
    assert len(asked) > 80
    assert not sorted(asked - set(SENTENCES))


def test_every_name_of_a_table_has_its_sentence() -> None:
    needed = {f"{start}.{end}" for start in ("activation", "loss", "slope", "mistake") for end in PUT_TOGETHER[start]}
    assert not sorted(needed - set(SENTENCES))
