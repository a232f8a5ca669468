"""Twenty thousand network files to which something happened, in one process: solved, or refused with one message that names the file.

DERIVEGEN_MUTANTS says how many, DERIVEGEN_MUTANTS_FROM from which seed on.
"""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest

from tests.mutated import outcome

COUNT = int(os.environ.get("DERIVEGEN_MUTANTS", "20000"))
FIRST = int(os.environ.get("DERIVEGEN_MUTANTS_FROM", "0"))
SECONDS, BYTES = 2, 500 * 10**6


def memory() -> int:
    """The most bytes this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def test_every_file_is_solved_or_refused_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    solved, wrong, slow, large = 0, [], [], []
    most = memory()
    for seed in range(FIRST, FIRST + COUNT):
        found = outcome(tmp_path, seed)
        solved += found.solved
        if found.wrong:
            wrong.append(f"{seed}: {found.wrong}")
        if found.seconds > SECONDS:
            slow.append(f"{seed}: {found.seconds:.1f} s")
        if memory() > max(most, BYTES):
            large.append(f"{seed}: {memory() // 10**6} MB")
        most = max(most, memory())
        if (seed - FIRST) % 500 == 499:
            with capsys.disabled():
                print(
                    f"{seed - FIRST + 1} files: {solved} solved, {seed - FIRST + 1 - solved} refused or wrong; {wrong} {slow} {large}"
                )
    assert (wrong, slow, large) == ([], [], [])
