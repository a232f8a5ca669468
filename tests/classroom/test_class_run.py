"""Long work in slices: whole files, as many processes as wanted, and a run that was stopped goes on with the same bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from derivegen.classroom.crew import Workers
from derivegen.classroom.run import Made, Run, Step
from derivegen.errors import InputError, MissingPart


@dataclass(frozen=True)
class Some:
    """A slice of numbers."""

    key: str
    numbers: tuple[int, ...]

    @property
    def size(self) -> int:
        return len(self.numbers)


def slices(count: int, size: int = 2) -> list[Some]:
    parts = [tuple(range(start, min(start + size, count))) for start in range(0, count, size)]
    return [Some(f"slice-{part[0]}-{part[-1]}", part) for part in parts]


def squares(own: Some, log: Path | None = None) -> Made:
    """The files of a slice; who made it is written to the log."""
    if log is not None:
        with log.open("a") as file:
            file.write(f"{own.key} {os.getpid()}\n")
    return Made({f"out/{n}.txt": f"{n * n}\n".encode() for n in own.numbers}, tuple(f"line {n}" for n in own.numbers))


def broken(own: Some) -> Made:
    if own.numbers[0] == 4:
        raise InputError("no numbers for 4")
    return squares(own)


def done(folder: Path, work: Sequence[Some], workers: Workers | None = None, log: Path | None = None) -> list[Step]:
    return list(Run(folder, "out/.progress").steps(work, partial(squares, log=log), workers or Workers()))


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (folder / "out").glob("*.txt")}


WHOLE = {f"{n}.txt": f"{n * n}\n" for n in range(9)}
EVERYBODY = [Workers(), Workers(2)]


@pytest.mark.parametrize("workers", EVERYBODY, ids=repr)
def test_every_slice_is_made_once(tmp_path: Path, workers: Workers) -> None:
    steps = done(tmp_path, slices(9), workers, tmp_path / "log")
    assert contents(tmp_path) == WHOLE
    assert sorted(step.done for step in steps) == [0, *sorted(step.done for step in steps[1:])]
    assert steps[-1].done == 9 and steps[-1].again == 0 and steps[-1].bytes == sum(map(len, WHOLE.values()))
    made = [line.split() for line in (tmp_path / "log").read_text().splitlines()]
    assert len({key for key, _ in made}) == len(made) == 5
    assert (str(os.getpid()) in {pid for _, pid in made}) is (workers.jobs == 1)


def test_lines_come_in_the_order_of_the_slices(tmp_path: Path) -> None:
    run, work = Run(tmp_path, "out/.progress"), slices(9)
    list(run.steps(list(reversed(work)), squares, Workers()))
    assert list(run.lines(work)) == [f"line {n}" for n in range(9)]


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    done(tmp_path, slices(9)[:3])
    steps = done(tmp_path, slices(9), log=tmp_path / "log")
    assert [step.done for step in steps] == [6, 8, 9] and steps[-1].again == 6
    assert len((tmp_path / "log").read_text().splitlines()) == 2


@pytest.mark.parametrize("harm", ["gone", "cut", "record"])
def test_what_was_harmed_since_is_done_again(tmp_path: Path, harm: str) -> None:
    done(tmp_path, slices(9))
    if harm == "gone":
        (tmp_path / "out/4.txt").unlink()
    elif harm == "cut":
        (tmp_path / "out/4.txt").write_text("1")
    else:
        (tmp_path / "out/.progress/slice-4-5").write_text("{")
    assert done(tmp_path, slices(9))[0].done == 7
    assert contents(tmp_path) == WHOLE


def test_finishing_leaves_the_files_alone(tmp_path: Path) -> None:
    run = Run(tmp_path, "out/.progress")
    list(run.steps(slices(9), squares, Workers()))
    run.finish()
    assert contents(tmp_path) == WHOLE
    assert [path.name for path in (tmp_path / "out").iterdir() if path.name not in WHOLE] == []


@pytest.mark.parametrize("workers", EVERYBODY, ids=repr)
def test_a_mistake_of_the_user_ends_the_run_with_its_message(tmp_path: Path, workers: Workers) -> None:
    with pytest.raises(InputError, match="no numbers for 4"):
        list(Run(tmp_path, "out/.progress").steps(slices(9), broken, workers))
    assert done(tmp_path, slices(9), workers)[-1].done == 9
    assert contents(tmp_path) == WHOLE


def dying(own: Some) -> Made:
    if own.numbers[0] == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return squares(own)


def test_a_process_that_dies_ends_the_run_with_advice(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"--jobs 2: .* with fewer"):
        list(Run(tmp_path, "out/.progress").steps(slices(9), dying, Workers(2)))
    assert done(tmp_path, slices(9))[-1].done == 9
    assert contents(tmp_path) == WHOLE


SCRIPT = """
import sys, time
from pathlib import Path
sys.path.insert(0, {folder!r})
from test_class_run import Run, Workers, slices, squares
from functools import partial

def slowly(own):
    time.sleep(0.02)
    return squares(own)

if __name__ == "__main__":
    run = Run(Path(sys.argv[1]), "out/.progress")
    for step in run.steps(slices(60), slowly, Workers()):
        print(step.done, flush=True)
    run.write("out/all", (line.encode() for line in run.lines(slices(60))))
    run.finish()
"""


@pytest.mark.parametrize("after", [0, 7, 22])
def test_killed_and_started_again_it_gives_the_same_bytes(tmp_path: Path, after: int) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(folder=str(Path(__file__).parent)))
    command = [sys.executable, str(script)]
    subprocess.run([*command, str(tmp_path / "whole")], check=True, capture_output=True)
    killed = subprocess.Popen([*command, str(tmp_path / "killed")], stdout=subprocess.PIPE, text=True)
    assert killed.stdout is not None
    for _ in range(after + 1):
        killed.stdout.readline()
    time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    assert not (tmp_path / "killed/out/all").exists()
    again = subprocess.run([*command, str(tmp_path / "killed")], check=True, capture_output=True, text=True)
    assert int(again.stdout.split()[0]) >= 2 * after
    assert files(tmp_path / "killed") == files(tmp_path / "whole")


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# a full disk


@contextmanager
def small_files() -> Iterator[None]:
    """No file may be larger than 100 bytes: not even that which pytest's own output goes to, so for no longer than need be."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def larger(own: Some) -> Made:
    return Made({f"out/{n}.txt": b"x" * (200 if n == 6 else 50) for n in own.numbers}, ())


def test_a_full_disk_ends_with_what_is_done_and_what_to_do(tmp_path: Path) -> None:
    with small_files(), pytest.raises(InputError) as caught:
        list(Run(tmp_path, "out/.progress").steps(slices(9), larger, Workers()))
    message = str(caught.value)
    assert str(tmp_path) in message and "6 done" in message and "goes on from there" in message
    assert not (tmp_path / "out/6.txt").exists()
    assert [path.name for path in (tmp_path / "out/.progress").iterdir() if path.name.startswith("begun")] == []


def test_a_full_disk_at_the_end_is_told_too(tmp_path: Path) -> None:
    with small_files(), pytest.raises(InputError, match="goes on from there"):
        Run(tmp_path, "out/.progress").write("out/all", [b"x" * 200])
    assert not (tmp_path / "out/all").exists()


def test_a_folder_that_cannot_be_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(InputError, match="cannot write there"):
        done(tmp_path, slices(3))


# dask


def test_dask_needs_a_scheduler(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--scheduler"):
        done(tmp_path, slices(3), Workers(backend="dask"))


def test_without_dask_it_is_said_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingPart, match=r"derivegen\[dask\]"):
        done(tmp_path, slices(3), Workers(backend="dask", scheduler="tcp://127.0.0.1:1"))


def test_a_scheduler_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("derivegen.classroom.crew.SECONDS", 1)
    with pytest.raises(InputError, match=r"--scheduler tcp://127.0.0.1:1: no answer"):
        done(tmp_path, slices(3), Workers(backend="dask", scheduler="tcp://127.0.0.1:1"))


def test_a_scheduler_without_workers(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=None) as cluster,
        pytest.raises(InputError, match="no workers"),
    ):
        done(tmp_path, slices(3), Workers(backend="dask", scheduler=cluster.scheduler_address))


def test_a_dask_cluster_makes_the_same_files(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        workers = Workers(backend="dask", scheduler=cluster.scheduler_address)
        done(tmp_path, slices(9), workers, tmp_path / "log")
    assert contents(tmp_path) == WHOLE
    made = {line.split()[1] for line in (tmp_path / "log").read_text().splitlines()}
    assert made and str(os.getpid()) not in made


FORKED = """
import sys
from functools import partial
from pathlib import Path
from derivegen.classroom import crew
from test_class_run import slices, squares

made, forks = [], crew.forks()
assert forks == (sys.platform == "linux")
found = crew.Workers(2).results(partial(squares, log=Path(sys.argv[1])), slices(9), made.append, in_order=True)
assert [own.key for own, _ in found] == [own.key for own in slices(9)]
assert len(made) == forks
"""


def test_what_all_need_is_made_once_before_processes_are_forked(tmp_path: Path) -> None:
    """In a process without threads; the tests' own have some, and there processes are started anew."""
    command = [sys.executable, "-c", FORKED, str(tmp_path / "log")]
    folders = os.pathsep.join((str(Path(__file__).parent), str(Path(__file__).parents[2])))
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": folders})
    assert done.returncode == 0, done.stderr
    processes = {line.split()[1] for line in (tmp_path / "log").read_text().splitlines()}
    assert len(processes) in (1, 2) and str(os.getpid()) not in processes
