"""A model of Keras goes in as an object; its layers come out, read from its configuration and its arrays. Keras is not imported."""

from __future__ import annotations

import json
from operator import attrgetter
from typing import Any

from derivegen.interop.models.formats import ModelOptions
from derivegen.interop.models.keras_layers import layers_of
from derivegen.interop.models.model import Model


def fits(source: object) -> bool:
    """Whether an object is a model of Keras."""
    return (
        callable(getattr(source, "to_json", None))
        and hasattr(source, "layers")
        and callable(getattr(source, "get_weights", None))
    )


def read(source: Any, said: ModelOptions) -> Model:
    """The model. Raises InputError."""
    held = {layer.name: layer.get_weights() for layer in attrgetter("layers")(source)}
    config = json.loads(source.to_json())
    return layers_of(config, lambda name, place: held.get(name, []), config.get("compile_config"), said.shape)
