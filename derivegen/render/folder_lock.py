"""One process at a time in a folder: a file goes in; while it is held nobody else can hold it, on this machine or on one that shares the
folder. The operating system lets go of it when its process ends, however that ends, so a run that was killed blocks nobody.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_TAKEN = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)


class Taken(Exception):
    """Another process holds it; says which, as far as that is known."""


@contextmanager
def held(path: Path) -> Iterator[None]:
    """The file is held meanwhile, and gone behind, with every folder that was made for it and is empty. Raises Taken, OSError."""
    made = [folder for folder in path.parents if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    file = _opened(path)
    try:
        os.ftruncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
        yield
    finally:
        path.unlink(missing_ok=True)  # while it is still held: whoever opened it meanwhile sees that it is another one
        os.close(file)
        with suppress(OSError):
            for folder in made:
                folder.rmdir()


def _opened(path: Path) -> int:
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(file)
        except OSError as error:
            owner = _read(file)
            os.close(file)
            if error.errno in _TAKEN:
                raise Taken(f"process {owner}" if owner else "another process") from None
            raise
        if _is_still_there(file, path):
            return file
        os.close(file)  # its last holder took it away between our two steps


def _is_still_there(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


def _read(file: int) -> str:
    try:
        return os.read(file, 20).decode("ascii", "replace").strip()
    except OSError:
        return ""


try:
    import fcntl

    def _lock(file: int) -> None:
        """Raises OSError where another process holds it; a file system without locks is used without."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.ENOTSUP, errno.EINVAL, errno.ENOSYS):
                raise

except ImportError:  # Windows

    def _lock(file: int) -> None:
        """Raises OSError where another process holds it."""
        import msvcrt

        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
