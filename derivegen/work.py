"""Work on one file: its name goes in; inside, messages get the name, and garbage is looked for seldom.

Solving makes hundreds of thousands of small trees and numbers that stay until the page is written. Python's collector of cyclic garbage
would look through all of them again and again, for a fifth of the time that a large network takes.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from derivegen.errors import said_of

SELDOM = (50_000, 10, 10)
"""New objects before the youngest are looked through, and of those looks before the older ones are."""


@contextmanager
def work_on(file: str) -> Iterator[None]:
    """Say the file's name before messages, as `said_of` does; look for garbage seldom, where nobody has said how often."""
    usual = gc.get_threshold()
    mine = usual[0] and usual[0] < SELDOM[0]
    if mine:
        gc.set_threshold(*SELDOM)
    try:
        with said_of(file):
            yield
    finally:
        if mine:
            gc.set_threshold(*usual)
