"""A folder of templates of one's own, before anything is made of it: what in it nothing would read is refused, since its writer takes it to
be read."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from derivegen.errors import InputError
from derivegen.network.file.examples import templates_folder
from derivegen.network.file.messages import suggestion
from derivegen.render.sentences import places, read

READ = frozenset([".css", ".jinja", ".js", ".svg", ".toml"])
"""Endings of files that pages are made of; notes may lie beside them."""


@cache
def checked(folder: Path) -> None:
    """Every file of the folder is one that ships, or is named in one of the folder's own; every sentence one that pages say. Raises
    InputError."""
    ours = templates_folder()
    files = [path for path in sorted(folder.rglob("*")) if path.suffix in READ and path.is_file()]
    named = "".join(read(path) for path in files if path.suffix == ".jinja")
    for path in files:
        own = path.relative_to(folder)
        if own.parts[0] == "prose" and len(own.parts) == 3:  # prose/en/page.toml
            _said(path, named)
        elif not (ours / own).is_file() and own.as_posix() not in named:
            known = (each.relative_to(ours).as_posix() for each in ours.rglob(f"*{path.suffix}"))
            raise InputError(
                f"{path}: no page is made of this file, which needs name and folder of the one it stands for; "
                + suggestion(own.as_posix(), known, "take it out"),
                str(path),
            )


def _said(path: Path, named: str) -> None:
    """Every key of a file of sentences is one of ours, in whichever file, or one that a template of the folder says."""
    known = {key for each in (templates_folder() / "prose" / "en").glob("*.toml") for key in places(each, read(each))}
    for key, place in places(path, read(path)).items():
        if key not in known and key not in named:
            raise InputError(f"{place}: no page says {key!r}; {suggestion(key, known, 'take it out')}", str(path))
