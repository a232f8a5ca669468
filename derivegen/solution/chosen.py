"""Which sections a page has: what a file or a command asks for goes in with the names there are; the names wanted come out, in their
order."""

from __future__ import annotations

from collections.abc import Collection

from derivegen.errors import InputError
from derivegen.network.file.messages import nearest, shown
from derivegen.network.network import Options


def chosen(options: Options, every: Collection[str], usual: Collection[str]) -> tuple[str, ...]:
    """Of every section there is, those asked for alone, or the usual ones and those asked for beside them. Raises InputError for a name
    that is none."""
    for key, names in (("sections", options.sections), ("with", options.extra)):
        for name in names or ():
            if name not in every:
                likely = nearest(name, every)
                fix = f'write "{likely}"' if likely else "leave it out"
                raise InputError(
                    f"document.{key}: found {shown(name)}; expected some of {', '.join(every)}; likely fix: {fix}"
                )
    wanted = {*options.sections} if options.sections is not None else {*usual, *(options.extra or ())}
    return tuple(name for name in every if name in wanted)
