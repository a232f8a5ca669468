"""How much memory a user's own template may take: a block of code goes in, MemoryError comes out of it before the machine has none left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from derivegen.network.file.values import taken_memory

MOST: Final = 10**9
"""Bytes that one page or sentence may take beside what the program has already."""


@contextmanager
def limited(wanted: bool = True) -> Iterator[None]:
    """What is done inside may not take more memory than that, where the system can be told so. Raises MemoryError."""
    taken = taken_memory() if wanted else None
    if taken is None:
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = taken + MOST
    allowed = (limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY)
    resource.setrlimit(resource.RLIMIT_AS, (min((most, *allowed)), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
