"""The JSON Schema of the network file goes in; what can stand at each place of it comes out: of a table its keys, of a key its words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Offers = dict[str, dict[str, list[str]]]
"""By the path of a table ("", "layer", "layer.activation"): its keys, each with its words, none where it is no choice of words."""


def offers(schema: Mapping[str, Any]) -> Offers:
    """All of them."""
    found = Offers()
    waiting: list[tuple[str, Any]] = [("", schema)]
    for path, table in waiting:
        keys = found.setdefault(path, {})
        for key, part in table.get("properties", {}).items():
            forms = list(_forms(part, schema))
            words = [word for form in forms for word in _words(form) if isinstance(word, str)]
            keys[key] = list(dict.fromkeys([*keys.get(key, ()), *words]))
            waiting += [(f"{path}.{key}".strip("."), form) for form in forms if "properties" in form]
    return found


def _words(form: Mapping[str, Any]) -> tuple[Any, ...]:
    return *form.get("enum", ()), *form.get("examples", ()), *([form["const"]] if "const" in form else ())


def _forms(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Everything that a part can be: what it names, its choices, what a list of it holds."""
    if "$ref" in part:
        part = schema["$defs"][part["$ref"].rpartition("/")[2]]
    yield part
    for each in (*part.get("anyOf", ()), *part.get("oneOf", ()), *([part["items"]] if "items" in part else ())):
        yield from _forms(each, schema)
