"""Network files to which something happened: solved, or refused with one message that names the file. `tests/thorough` tries 20 000."""

from __future__ import annotations

from pathlib import Path

import pytest

import derivegen
from tests.mutated import outcome, write

LOADED, SOLVED = 200, 12


def test_no_file_ends_in_a_traceback(tmp_path: Path) -> None:
    refused = 0
    for seed in range(LOADED):
        path = write(tmp_path, seed)
        try:
            derivegen.load(path)
        except derivegen.InputError as error:
            refused += 1
            assert str(error).startswith(f"{path}: ") and "\n" not in str(error)
        path.unlink()
    assert LOADED / 5 < refused < LOADED  # the mutations are neither all harmless nor all deadly


@pytest.mark.parametrize("first", [20_000])
def test_what_can_be_read_is_solved_or_refused_by_name(tmp_path: Path, first: int) -> None:
    found = [outcome(tmp_path, seed) for seed in range(first, first + SOLVED)]
    assert [each.wrong for each in found if each.wrong] == []
    assert any(each.solved for each in found)
