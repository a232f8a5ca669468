"""Writing: a folder and the files' contents go in; all of them are written, or none is."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from derivegen.errors import InputError

FOLDER = "figures"
"""The folder of a document's figures, where nothing else is said."""


def write_all(directory: Path, files: Sequence[tuple[str, bytes]]) -> tuple[Path, ...]:
    """Each file first under a temporary name beside its place, then all moved into place. Raises InputError if the folder cannot
    be written or the disk is full; what was begun is removed."""
    begun: list[tuple[str, Path]] = []
    try:
        for name, content in files:
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".derivegen-")
            begun.append((temporary, path))
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.chmod(temporary, 0o644)
        for temporary, path in begun:
            os.replace(temporary, path)
    except OSError as error:
        for temporary, _ in begun:
            Path(temporary).unlink(missing_ok=True)
        raise InputError(
            f"-o {directory}: cannot write there: {error.strerror or error}; choose another folder with -o", about="-o"
        ) from None
    return tuple(path for _, path in begun)
