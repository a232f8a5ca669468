"""Takes the name of a network that ships; gives the path of its file. Also finds the folder of templates."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from derivegen.errors import InputError

PREFIX: Final = "example:"


def templates_folder() -> Path:
    """The templates: inside the installed package, or beside the package in a checkout."""
    package = Path(__file__).resolve().parents[2]
    installed = package / "_templates"
    return installed if installed.is_dir() else package.parent / "templates"


def languages() -> tuple[str, ...]:
    """The languages there is prose in, by their codes, sorted."""
    return tuple(sorted(path.name for path in (templates_folder() / "prose").iterdir() if path.is_dir()))


def any_language() -> str:
    """The languages as the choice they are, for help and descriptions."""
    *others, last = languages()
    return f"{', '.join(others)} or {last}"


def example_names() -> tuple[str, ...]:
    """The networks that ship, sorted."""
    return tuple(sorted(path.stem for path in (templates_folder() / "examples").glob("*.toml")))


def example_path(name: str) -> Path:
    """The file of the example of this name; `example:` in front does no harm."""
    name = name.removeprefix(PREFIX)
    if name not in example_names():
        from derivegen.network.file.messages import suggestion  # the list alone needs none

        hint = suggestion(name, example_names())
        raise InputError(
            f'{PREFIX}{name}: found "{name}"; expected a network that ships; likely fix: {hint}', PREFIX + name
        )
    return templates_folder() / "examples" / f"{name}.toml"
