"""Takes pydantic's errors; gives the one fault to report, in our words and with the path as the user would write it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from derivegen.network.also_called import KEYS, name_here
from derivegen.network.file import layer_sections, schema, theme_section
from derivegen.network.file.layer_options import keys_of
from derivegen.network.file.messages import FAULT, Fault, nearest, shown
from derivegen.network.tables.activations import USUAL
from derivegen.network.tables.layer_kinds import LAYER_KINDS
from derivegen.network.tables.losses import LOSSES, usual_loss

SECTIONS: Final[dict[str, type[BaseModel]]] = {
    "": schema.NetworkFile,
    "data": schema.Data,
    "layer": layer_sections.Layer,
    "kind": layer_sections.OwnKind,
    "graph": schema.Graph,
    "loss": schema.Loss,
    "training": schema.TrainingSection,
    "document": schema.Document,
    "exercise": schema.Exercise,
}
TABLES: Final[dict[str, type[BaseModel]]] = {
    "<drawn>": layer_sections.Drawn,
    "<file>": layer_sections.ArrayFile,
    "<kind>": layer_sections.KindLayer,
    "activation": layer_sections.Activation,
    "notation": schema.OwnNotation,
    "theme": theme_section.ThemeTable,
    "published": schema.PublishedValue,
    "ask": schema.Ask,
}
EXAMPLES: Final = {
    "units": "units = 2",
    "nodes": 'nodes = [["q", "x + y"], ["f", "q * z"]]',
    "output": 'output = "f"',
    "seed": "{ seed = 3, scale = 0.1 }",
    "file": '{ file = "w.npz", key = "W1" }',
    "value": '{ value = "0.0260", where = "page 3" }',
    "language": 'language = "en"',
    "symbol": 'symbol = "g"',
    "steps": "steps = 60",
    "batch_size": "batch_size = 1",
    "accumulate": "accumulate = 2",
    "shuffle": "shuffle = 1",
    "every": "every = 5",
    "digits": "digits = 4",
    "significant": "significant = 3",
    "columns": "columns = 3",
    "first_row": "first_row = 0",
    "blanks": "blanks = 2",
}
KINDS: Final = {
    "int_type": ("a whole number", "write it without quotes and without a point"),
    "int_from_float": ("a whole number", "write it without a point"),
    "string_type": ("text in quotes", "put it in quotes"),
    "bool_type": ("true or false", "write true or false without quotes"),
    "list_type": ("a list", "put it in brackets"),
    "dict_type": ("a table", "write names with their values"),
    "string_too_short": ("some text", "write it or take the key out"),
    "string_too_long": ("text of at most 2000 characters", "shorten it"),
    "string_unicode": ("text", "take out what is not text"),
    "int_parsing_size": ("a whole number of ordinary size", "write fewer digits"),
}
RANGES: Final = {
    "digits": "a whole number from 0 to 15",
    "steps": f"a whole number from 0 to {schema.MOST_STEPS}",
    "significant": "a whole number from 1 to 15",
    "seed": "a whole number from 0 to 4294967295",
    "shuffle": "a whole number from 0 to 4294967295",
}
BOUNDS: Final = {
    "greater_than_equal": ("at least", "ge"),
    "less_than_equal": ("at most", "le"),
    "greater_than": ("above", "gt"),
    "less_than": ("below", "lt"),
}


def first_fault(error: ValidationError, raw: dict[str, Any]) -> Fault:
    """The fault to report: an unknown key first, a missing one last, since a misspelling explains it."""
    ranks = {"extra_forbidden": 0, "missing": 2}
    details = error.errors(include_url=False)
    return _fault(min(details, key=lambda d: ranks.get(d["type"], 1)), raw)


_TAGS: Final = ("<typed>", "<drawn>", "<file>", "<word>", "<table>", "<dense>", "<kind>")


def path_of(loc: Iterable[int | str]) -> str:
    """`("layer", 1, "weights", "<drawn>", "seed")` → `layer[2].weights.seed`."""
    text = ""
    for part in loc:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        elif not _is_tag(part):
            text += f".{part}" if text else part
    return text


def _is_tag(part: int | str) -> bool:
    return isinstance(part, str) and part in _TAGS


def _fault(detail: ErrorDetails, raw: dict[str, Any]) -> Fault:
    kind, loc, ctx, path = detail["type"], detail["loc"], detail.get("ctx", {}), path_of(detail["loc"])
    if kind == FAULT:
        return Fault(path + ctx["at"], ctx["found"], ctx["expected"], ctx["fix"] + _one_hot_hint(path, ctx, raw))
    if kind == "extra_forbidden":
        return unknown_key(path, str(loc[-1]), model_at(loc[:-1]))
    if kind == "missing":
        return _missing(path, str(loc[-1]))
    found = shown(detail["input"])
    if kind == "literal_error":
        return _word(path, detail["input"], str(ctx["expected"]))
    if kind in BOUNDS:
        return _out_of_range(path, found, str(loc[-1]), BOUNDS[kind][0], ctx[BOUNDS[kind][1]])
    if kind in ("model_type", "model_attributes_type"):
        return _section(path, found, loc)
    if kind == "list_type" and loc == ("layer",):
        return Fault(path, "one [layer] table", "a list of layers", "write [[layer]] with two brackets")
    if kind == "string_pattern_mismatch":
        return Fault(path, found, "a short code", f"write it as in {EXAMPLES.get(str(loc[-1]), 'the documentation')}")
    expected, fix = KINDS.get(kind, ("another kind of value", "see `derivegen schema`"))
    example = EXAMPLES.get(str(loc[-1]))
    return Fault(path, found, expected, f"write {example}" if example and kind.startswith("int") else fix)


def _out_of_range(path: str, found: str, key: str, words: str, limit: object) -> Fault:
    expected = RANGES.get(key, f"a whole number of {words} {limit}")
    return Fault(path, found, expected, f"write {EXAMPLES.get(key, f'a number of {words} {limit}')}")


def model_at(loc: tuple[int | str, ...]) -> type[BaseModel]:
    """The section of the file that a location lies in."""
    model = SECTIONS.get(str(loc[0]) if loc else "", schema.NetworkFile)
    for part in loc:
        model = TABLES.get(str(part), model)
    return model


def unknown_key(path: str, key: str, model: type[BaseModel]) -> Fault:
    """A key nobody knows: the nearest one here, or the section it belongs to."""
    known = schema.keys(model)
    meant = name_here(key, KEYS) or key
    called = f"{key} is called {meant} here" if meant != key else ""
    homes = [name for name, section in SECTIONS.items() if meant in schema.keys(section) and section is not model]
    close = nearest(key, known)
    if key in ("slope", "alpha") and model is layer_sections.Layer:
        fix = f'it stands beside the activation: activation = {{ name = "…", {key} = … }}'
    elif model is layer_sections.Layer and (kinds := [e.name for e in LAYER_KINDS.values() if key in keys_of(e)]):
        fix = f'take it out, or say which kind of layer it is: kind = "{kinds[0]}"'
    elif meant in known:
        fix = f"{called}: write {meant} = …"
    elif homes:
        place = _header(homes[0]) if homes[0] else "the top of the file, above the first section"
        fix = f"{called} and belongs in {place}" if called else f"it belongs in {place}"
    elif close is not None:
        fix = f'did you mean "{close}"?'
    else:
        fix = "take it out"
    return Fault(path, f'the unknown key "{shown(key)[1:-1]}"', f"one of {', '.join(known)}", fix)


def _header(section: str) -> str:
    return "[[layer]]" if section == "layer" else f"[{section}]"


def _missing(path: str, key: str) -> Fault:
    return Fault(path, "nothing", f"the key {key}", f"write {EXAMPLES.get(key, key + ' = …')}")


def _word(path: str, found: object, expected: str) -> Fault:
    words = expected.replace("'", '"')
    known = [word.strip('"') for word in words.replace(" or ", ", ").split(", ")]
    close = nearest(found, known) if isinstance(found, str) else None
    return Fault(path, shown(found), words, f'did you mean "{close}"?' if close else f'write "{known[0]}"')


def _section(path: str, found: str, loc: tuple[int | str, ...]) -> Fault:
    name = str(loc[0])
    header = "[[layer]]" if name == "layer" else f"[{path}]"
    example = (
        f'write [loss] and under it name = "{usual_loss(USUAL)}"' if path == "loss" else f"write {header} and keys"
    )
    return Fault(path, found, "a table with keys", example)


def _one_hot_hint(path: str, ctx: dict[str, Any], raw: dict[str, Any]) -> str:
    """Whole numbers in a flat list are class numbers where the loss is cross_entropy."""
    loss = raw.get("loss")
    name = loss.get("name") if isinstance(loss, dict) else None
    known = LOSSES.get(name) if isinstance(name, str) else None  # an array has no one truth value
    if path != "data.targets" or known is None or known.targets != "shares":
        return ""
    return "; class numbers become one-hot rows: class 1 of 3 is [1, 0, 0]" if "flat" in str(ctx["found"]) else ""
