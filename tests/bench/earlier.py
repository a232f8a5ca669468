"""An earlier build of ours beside today's: a commit goes in, its files in a folder come out, and commands that run either.

Builds are compared as whole processes with the same interpreter and the same packages, told apart by `PYTHONPATH` alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from tests.bench.timing import ROOT, Missing

BUILD = "a8aa37a"
"""The build that goals are set against."""
MAIN = "import sys; from derivegen.cli import main; main(sys.argv[1:])"


@lru_cache
def earlier() -> Path:
    """The files of that build. Raises Missing where the history of the checkout does not reach back so far."""
    done = subprocess.run(["git", "archive", BUILD, "derivegen", "templates"], cwd=ROOT, capture_output=True)
    if done.returncode:
        raise Missing(f"{BUILD} is not in this checkout's history")
    folder = Path(tempfile.mkdtemp(prefix="derivegen-"))
    with tarfile.open(fileobj=BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
    run(folder, "examples")  # its modules are compiled once, as those of an installed package are
    return folder


def run(build: Path, *arguments: str, limit: float | None = None, mistakes: bool = False) -> None:
    """One command of a build to its end; `mistakes` says that it may find some. Raises CalledProcessError, TimeoutExpired."""
    python(build, MAIN, *arguments, limit=limit, allowed=(0, 1) if mistakes else (0,))


def python(
    build: Path, program: str, *arguments: str, limit: float | None = None, allowed: tuple[int, ...] = (0,)
) -> bytes:
    """What a program prints that imports a build. Raises CalledProcessError, TimeoutExpired."""
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, cwd=build, timeout=limit, env=_surroundings(build))
    if done.returncode not in allowed:
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    return done.stdout


def _surroundings(build: Path) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(build)}
