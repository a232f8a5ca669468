"""How many drawn examples a test tries: the usual number, or many more if DERIVEGEN_THOROUGH is set (see tests/thorough/README.md)."""

from __future__ import annotations

import os

THOROUGH = "DERIVEGEN_THOROUGH" in os.environ


def times(usual: int, many: int) -> int:
    """`usual` whenever the tests run, `many` when somebody asks for it."""
    return many if THOROUGH else usual
