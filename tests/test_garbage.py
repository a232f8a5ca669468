"""Work on one file: messages have its name, and the collector of garbage is left as it was."""

from __future__ import annotations

import gc

import pytest

from derivegen.errors import InputError
from derivegen.work import SELDOM, work_on


@pytest.mark.parametrize("usual", [(700, 10, 10), (0, 10, 10), (200_000, 20, 100)])
def test_garbage_is_looked_for_seldom_where_nobody_has_said_how_often(usual: tuple[int, int, int]) -> None:
    before = gc.get_threshold()
    gc.set_threshold(*usual)
    try:
        with pytest.raises(InputError, match=r"net\.toml: no"), work_on("net.toml"):
            inside = gc.get_threshold()
            raise InputError("no")
        assert inside == (SELDOM if usual[0] == 700 else usual)
        assert gc.get_threshold() == usual
    finally:
        gc.set_threshold(*before)
