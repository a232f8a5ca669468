"""Where results are wanted goes in, with their formats; the one file they are for comes out, if it is one."""

from __future__ import annotations

from pathlib import Path

from derivegen.errors import InputError
from derivegen.render.format import Format, Use, of_ending


def is_file(output: str, use: Use) -> bool:
    """Whether the place is a file by its ending, and no folder of such a name."""
    return bool(of_ending(Path(output).suffix[1:], use)) and not Path(output).is_dir()


def one_file(output: str, formats: tuple[Format, ...], use: Use) -> Path | None:
    """The file that one format is written to; None where the place is a folder. Raises InputError where the ending is of another format."""
    if not is_file(output, use):
        return None
    fitting = of_ending(Path(output).suffix[1:], use)
    if len(formats) != 1 or formats[0] not in fitting:
        raise InputError(
            f"-o {output}: one file takes one format, that of its ending; say --to {fitting[0].key}, or name a folder"
        )
    return Path(output)
