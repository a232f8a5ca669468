"""The reference pages of the documentation, made from schema, commands and tables: `python -m tests.reference` writes them anew."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from derivegen.cli.group import COMMANDS, Derivegen
from derivegen.mistakes.mistake import CATALOGUE
from derivegen.network.file.schema import json_schema
from derivegen.network.tables import activations, conventions, forms, layer_kinds, losses, notations, optimizers
from derivegen.network.tables.layer_texts import LayerText
from derivegen.render.format import FORMATS, Format
from tests.calculus import edges

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "reference"
MADE = "<!-- made by python -m tests.reference; do not edit -->\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(map(_cell, row)) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _code(text: object) -> str:
    return f"`{text}`"


# the network file

SECTIONS = {
    "Data": "data",
    "Layer": "layer, dense",
    "KindLayer": "layer, of another kind",
    "OwnKind": "kind",
    "Graph": "graph",
    "Loss": "loss",
    "TrainingSection": "training",
    "Document": "document",
    "ThemeTable": "document.theme, as a table",
    "Exercise": "exercise",
    "Ask": "ask, a question",
    "LateWork": "late",
    "Activation": "activation, as a table",
    "Drawn": "numbers that are drawn",
    "ArrayFile": "numbers from a file",
    "OwnNotation": "notation, one's own",
    "PublishedValue": "published, as a table",
}


def anchor(heading: str) -> str:
    """How a heading is linked to."""
    kept = "".join(letter for letter in heading.lower() if letter.isalnum() or letter in " -_")
    return kept.replace(" ", "-")


def holds(node: Mapping[str, Any]) -> str:
    """What a key may hold, in words."""
    ways = node.get("anyOf") or node.get("oneOf")
    if ways is not None:
        said = [holds(way) for way in ways if way.get("type") != "null"]
        return " or ".join(dict.fromkeys(said))
    if "$ref" in node:
        heading = SECTIONS[node["$ref"].rpartition("/")[2]]
        return f"[{heading}](#{anchor(heading)})"
    if "enum" in node:
        return ", ".join(_code(f'"{word}"' if isinstance(word, str) else word) for word in node["enum"])
    if "const" in node:
        return _code("false") if node["const"] is False else _code(f'"{node["const"]}"')
    kind = node.get("type", "anything")
    if kind == "array":
        return f"list of {holds(node['items'])}" if node.get("items") else "list"
    if kind == "object":
        inside = node.get("additionalProperties")
        return f"table of {holds(inside)}" if inside else "table"
    if kind == "integer":
        return f"whole number from {node['minimum']}" if "minimum" in node else "whole number"
    return {"string": "text", "number": "number", "boolean": "`true` or `false`"}.get(kind, kind)


def _keys(model: Mapping[str, Any]) -> str:
    needed = model.get("required", ())
    rows = [
        (_code(key) + (", needed" if key in needed else ""), holds(node), node.get("description", ""))
        for key, node in model["properties"].items()
    ]
    return _table(("key", "holds", "is"), rows)


def network_file() -> str:
    """Every key of a network file."""
    schema = json_schema()
    parts = [
        "# The network file\n",
        "TOML, or JSON of the same shape. `derivegen schema` prints the JSON Schema of it; an editor that "
        "knows it completes the keys and marks "
        "what is wrong. No other keys are allowed, and a number is written as a number or as a fraction in "
        'quotes, `"1/3"`.\n',
        "## The whole\n",
        _keys(schema),
    ]
    missing = set(schema["$defs"]) - set(SECTIONS)
    assert not missing, f"sections of the schema without a heading here: {sorted(missing)}"
    for name, heading in SECTIONS.items():
        model = schema["$defs"][name]
        parts += [f"## {heading}\n", model.get("description", "") + "\n", _keys(model)]
    return "\n".join(parts)


# commands


def _option(option: click.Option) -> tuple[str, str, str]:
    names = ", ".join(_code(name) for name in (*option.opts, *option.secondary_opts))
    kind = option.type
    if isinstance(kind, click.Choice):
        takes = ", ".join(_code(choice) for choice in kind.choices)
    elif option.is_flag:
        takes = ""
    else:
        takes = {"integer": "whole number", "integer range": "whole number"}.get(kind.name, kind.name)
    return names, takes, option.help or ""


def commands() -> str:
    """Every command with its options."""
    group = Derivegen("derivegen")
    parts = [
        "# Commands\n",
        "`NET` is a network file or one that ships, as `example:article-004`. Exit codes: 0 all is well; 1 "
        "answers are wrong or missing, nothing of them could be read, or a line "
        "of ours did not pass its check; 2 a mistake in what was given, told in one message; 3 something "
        "is not installed, with what to do.\n",
    ]
    for name in COMMANDS:
        command = group.get_command(click.Context(group), name)
        assert command is not None
        context = click.Context(command, info_name=f"derivegen {name}")
        parts += [
            f"## derivegen {name}\n",
            f"```text\n{command.get_usage(context).removeprefix('Usage: ')}\n```\n",
            " ".join((command.help or "").split()) + "\n",
            _table(
                ("option", "takes", "is"), [_option(each) for each in command.params if isinstance(each, click.Option)]
            ),
        ]
    return "\n".join(parts)


# tables


def _formula(text: activations.Text) -> str:
    """A formula in the grammar of the file, its branches one after the other."""
    if isinstance(text, str):
        return _code(text)
    return "; ".join(_code(line) + (f" where {_code(when)}" if when else " elsewhere") for line, when in text)


def _settings(given: Mapping[str, Fraction]) -> str:
    return ", ".join(_code(f"{name} = {float(value):g}") for name, value in given.items())


def _others(also: Sequence[str]) -> str:
    return ", ".join(also)


def _activations() -> str:
    rows = [
        (
            _code(each.name),
            _formula(each.formula),
            _formula(each.slope) + (" by its own z" if each.kind == "coupled" else ""),
            _settings(each.parameters),
            _others(each.also),
        )
        for each in activations.ACTIVATIONS.values()
    ]
    return _table(("name", "a", "slope", "settings", "others call it"), rows)


def _losses() -> str:
    rows = [
        (
            _code(each.name),
            _formula(each.term) + (", over the outputs the mean" if each.outputs == "mean" else ""),
            "any" if each.kind == "unknown" else _formula(each.slope),
            "sum" if each.adds_up else "mean",
            _others(each.also),
        )
        for each in losses.LOSSES.values()
    ]
    return _table(("name", "term of one output", "slope by a", "over examples", "others call it"), rows)


def _averages() -> str:
    """Of which outputs and examples each library takes the mean."""
    words = {("mean", "mean"): "both", ("sum", "mean"): "examples"}
    rows = [
        (_code(who), own.cited, _code(name), _code(each.called), words[each.outputs, each.rows])
        for who, own in losses.AVERAGES.items()
        for name, each in own.losses.items()
    ]
    return _table(("`as`", "library", "name", "called there", "mean over"), rows)


def _penalties() -> str:
    rows = [
        (
            _code(key),
            _code(each.name),
            _code(each.strength),
            f"{_code(each.share)} times the sum of {_formula(each.term)}",
        )
        for key, each in losses.PENALTIES.items()
    ]
    return _table(("key", "what is added is called", "its strength", "what is added"), rows)


def _optimizers() -> str:
    """A row a form, those who share it named together."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for each in optimizers.OPTIMIZERS.values():
        for whose, form in each.forms.items():
            lines = "<br>".join(f"{_code(name)}: {_formula(text)}" for name, text, _ in form.lines)
            usual = "<br>".join(_code(f"{name} = {value}") for name, value in form.settings.items())
            rows.setdefault((_code(each.name), lines, _formula(form.change), usual), []).append(whose)
    head = ("optimizer", "as", "keeps", "adds to w", "usual settings")
    return _table(head, [(name, ", ".join(whose), *rest) for (name, *rest), whose in rows.items()])


def _settings_table() -> str:
    return _table(("setting", "letter", "is"), [(_code(n), s.letters[0], s.says) for n, s in forms.SETTINGS.items()])


def _schedules() -> str:
    rows = [
        (
            _code(name),
            _formula(each.rate),
            "<br>".join(_code(s if usual is None else f"{s} = {usual}") for s, usual in each.settings.items()),
        )
        for name, each in forms.SCHEDULES.items()
    ]
    return _table(("schedule", "rate of the update", "settings"), rows)


def _text_of(text: LayerText) -> str:
    nodes = () if callable(text.nodes) else text.nodes
    return "<br>".join(_code(f"{left} = {right}") for left, right in nodes)


def _kinds() -> str:
    rows = []
    for each in layer_kinds.LAYER_KINDS.values():
        plain = [
            text for text in each.texts if all(each.defaults.get(name) == value for name, value in text.when.items())
        ]
        plain.sort(key=lambda text: bool(text.other))  # alone, where it can be
        written = next((text for text in plain if not callable(text.nodes)), None)
        options = ", ".join(f"{_code(name)} {str(value).lower()}" for name, value in each.defaults.items())
        equations = "one number for each that enters" if written is None else _text_of(written)
        rows.append((_code(each.name), equations, options, _others(each.also)))
    return _table(("kind", "its equations", "options, and what they are if left out", "others call it"), rows)


def _notations() -> str:
    shown = ("x", "w", "b", "z", "a", "output", "delta", "loss")
    rows = [(_code(each.name), *(_code(each.patterns[key]) for key in shown)) for each in notations.NOTATIONS.values()]
    return _table(("name", *shown), rows)


def _formats() -> str:
    def row(each: Format) -> tuple[str, str, str]:
        return (
            _code(each.key),
            ", ".join(_code(use) for use in each.uses),
            f"{each.what}. Lost: {each.loses}" if each.loses else each.what,
        )

    return _table(("`--to`", "of", "is"), [row(each) for each in FORMATS if each.uses])


NAMES_IN_FORMULAS = """Formulas are in the grammar of the file: `z` is what enters a unit, `a` what it gives, `t` the target. Names
that others use are not accepted in their place, but the message says the right one."""
OF_AVERAGES = """`reduction` says how `[loss]` combines the examples, `outputs` how the outputs of each: `"sum"` or `"mean"`. `as` takes \
what a library takes if nothing is said:"""
OF_LOGARITHMS = """Where an output is 0 or 1 to the last digit, libraries part: PyTorch takes -100 for logarithms that are smaller, \
Keras moves outputs into 0.0000001 to 0.9999999 first and gives the derivative 0 beyond, and the loss here is refused or computed from z. \
To have Keras' for one output, write `formula = "-(t*ln(min(max(a, 1e-7), 1 - 1e-7)))"`. Keras' `categorical_crossentropy` divides outputs \
by their sum, which changes nothing beside softmax; its `kl_divergence` moves targets of 0 to 0.0000001 as well; its `hinge` takes a \
target of 0 for -1; scikit-learn prints half squares averaged over the outputs, and its steps go down their sum."""
OF_PENALTIES = (
    "What `[loss]` may have added, with `penalized` on the weights alone or on `all` parameters. It is not divided by the number of "
    "examples. Elsewhere: L2(λ) of Keras is λ times the sum of squares, without the half, so write 2λ; scikit-learn divides "
    "its alpha by the number of examples; `weight_decay` of an optimizer of PyTorch holds biases as well, and is under `training`."
)
OF_OPTIMIZERS = """`g` is the derivative by the parameter `w`, `rate` the learning rate, `t` the number of the update, from 1, `stage`
how many steps of a schedule are over, each `rate_steps` updates long. What is kept is worked out in the order in which it stands, and
is 0 at first."""
OF_KINDS = """What enters is called `below`. A letter with `?` stands only where the layer has it, `{b: …}` only where it has biases,
`{word: …}` only where it has that option; a capital letter is the size of the small one."""
OF_NOTATIONS = "`<l>` is the layer, `<j>` the unit, `<k>` the unit or input below, `<n>` a running number."


def tables() -> str:
    """What the file may name: activations, losses, optimizers, kinds of layers, notations, formats."""
    asked = ", ".join(f"{each.title} {each.version}" for each in forms.LIBRARIES.values() if each.title)
    sections = {
        "Activations": _activations(),
        "Losses": f"{_losses()}\n{OF_AVERAGES}\n\n{_averages()}\n{OF_LOGARITHMS}\n\n{OF_PENALTIES}\n\n{_penalties()}",
        "Optimizers": f"{OF_OPTIMIZERS}\n\nVersions that were asked: {asked}.\n\n{_optimizers()}\n{_schedules()}\n{_settings_table()}",
        "Kinds of layers": f"{OF_KINDS}\n\n{_kinds()}",
        "Notations": f"{OF_NOTATIONS}\n\n{_notations()}",
        "Formats": _formats(),
    }
    parts = [f"## {heading}\n\n{section}" for heading, section in sections.items()]
    return "\n".join(["# What there is to name\n", NAMES_IN_FORMULAS + "\n", *parts])


# mistakes and conventions


def mistakes() -> str:
    """Every misconception that is recognised, as teachers and students read it."""
    prose: dict[str, str] = {}
    for path in sorted((ROOT / "templates" / "prose" / "en").glob("*.toml")):
        prose |= tomllib.loads(path.read_text(encoding="utf-8"))
    parts = [
        "# Mistakes that are recognised\n",
        "A number that one of these leads to is named as that, on the scheme, in Moodle, on the page that "
        "checks itself and by `check`. The hint is "
        "what a student is told who asks for one.\n",
    ]
    stages = {"forward": "In the forward pass", "backward": "On the way back", "update": "In the step"}
    for stage, heading in stages.items():
        rows = []
        for each in CATALOGUE.values():
            if each.stage == stage:
                key = f"mistake.{each.identifier}"
                rows.append(
                    (_code(each.identifier), prose[f"{key}.name"], prose[f"{key}.teacher"], prose[f"{key}.hint"])
                )
        parts += [f"## {heading}\n", _table(("identifier", "mistake", "what was done", "hint"), rows)]
    return "\n".join(parts)


def _taken(kink: str, taken: conventions.Taken) -> str:
    """What a library takes, as the side's slope."""
    if isinstance(taken, Fraction):
        return str(taken)
    if isinstance(taken, tuple):
        return ", ".join(map(str, conventions.BENT[kink].slopes(taken)))
    first, other = (side.removeprefix("of ") for side in conventions.SIDES[kink].split(", "))
    return {"first": first, "other": other, "half": "half of both"}[taken]


def slopes_at_kinks() -> str:
    """What libraries take for a slope where there is none."""
    libraries = conventions.LIBRARIES.values()
    kinks = list(dict.fromkeys(kink for each in libraries for kink in each.rows))
    rows = [
        (
            each.cited,
            *(
                _taken(kink, each.rows[kink][0]) + (" *" if kink in each.without else "") if kink in each.rows else "–"
                for kink in kinks
            ),
        )
        for each in libraries
    ]
    return "\n".join(
        [
            "# Slopes at kinks\n",
            "At a kink a function has one slope on either side and none of its own; programs take different "
            "ones. Each entry was found by asking that "
            'version for the gradient there. `conventions = "NAME"` computes with a program\'s, `check` '
            "accepts any of them and says whose it is. "
            "A star: the program has not this function, and what stands for it was asked.\n",
            _table(("program", *map(_code, kinks)), rows),
            "Kinks of the last four, from left to right: "
            + "; ".join(
                f"`{name}` {_code(each.formula)} at {', '.join(map(str, each.knots))}"
                for name, each in conventions.BENT.items()
            )
            + ".\n",
            "## Beyond single kinks\n",
            "What the same versions return for ties of many, at bounds, and where a function has no derivative. `nan` is no "
            "number, and what was multiplied by it is none either.\n",
            _table(
                ("asked", "at", "answers", "derivegen"),
                (
                    (
                        each.asked,
                        each.at,
                        "<br>".join(f"{who}: {what}" for who, what in each.answers.items()),
                        each.house or "not in its formulas",
                    )
                    for each in edges.EDGES.values()
                ),
            ),
        ]
    )


PAGE = {
    "network-file.md": network_file,
    "commands.md": commands,
    "tables.md": tables,
    "mistakes.md": mistakes,
    "kinks.md": slopes_at_kinks,
}


def written(name: str) -> str:
    """The page of that name as it should stand."""
    return MADE + "\n" + PAGE[name]()


def main() -> None:
    """Write all pages anew."""
    PAGES.mkdir(parents=True, exist_ok=True)
    for name in PAGE:
        (PAGES / name).write_text(written(name), encoding="utf-8")
        print(f"docs/reference/{name}")


if __name__ == "__main__":
    main()
