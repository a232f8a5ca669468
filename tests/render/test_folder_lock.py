"""A lock in a folder: nobody else gets it, a process that was killed leaves none, and nothing of it stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from derivegen.render.folder_lock import Taken, held

HOLD = """
import sys, time
from pathlib import Path
from derivegen.render.folder_lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_one_at_a_time(tmp_path: Path) -> None:
    lock = tmp_path / "a/b/lock"
    with held(lock):
        with pytest.raises(Taken, match=f"process {os.getpid()}"), held(lock):
            pass
        assert lock.read_text() == f"{os.getpid()}\n"
    assert list(tmp_path.iterdir()) == []
    with held(lock):
        assert lock.exists()


def test_folders_that_were_there_or_hold_something_stay(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with held(tmp_path / "a/b/c/lock"):
        (tmp_path / "a/b/file").touch()
    assert sorted(path.name for path in (tmp_path / "a").rglob("*")) == ["b", "file"]


def test_another_process_and_one_that_is_killed(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    command = [sys.executable, "-c", HOLD, str(lock)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        with pytest.raises(Taken, match=f"process {other.pid}"), held(lock):
            pass
        other.send_signal(signal.SIGKILL)
        other.wait()
    assert lock.exists()
    with held(lock):
        assert lock.read_text() == f"{os.getpid()}\n"
    assert not lock.exists()


def test_a_lock_that_its_holder_takes_away_meanwhile_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between opening the file and locking it."""
    from derivegen.render import folder_lock

    lock, real = tmp_path / "lock", folder_lock._lock
    taken_away = [True]

    def late(file: int) -> None:
        if taken_away.pop() if taken_away else False:
            lock.unlink()
        real(file)

    monkeypatch.setattr(folder_lock, "_lock", late)
    with held(lock):
        assert lock.exists()
        with pytest.raises(Taken), held(lock):
            pass
