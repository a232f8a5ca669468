"""How many drawn examples a test tries: the usual number, or many more if DERIVEGEN_THOROUGH is set (see tests/thorough/README.md)."""

from __future__ import annotations

import os
from typing import TypeVar

THOROUGH = "DERIVEGEN_THOROUGH" in os.environ
Some = TypeVar("Some")


def times(usual: Some, many: Some) -> Some:
    """`usual` (how many, or which) whenever the tests run, `many` when somebody asks for it."""
    return many if THOROUGH else usual
