"""What is typed behind a command or an option goes in, begun; what it may become comes out, for the tab key. Whether it fits is said by
whoever reads it, with a better message than a list of choices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import click
from click.shell_completion import CompletionItem


class Word(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.5 alone
    """One of some words, or with `several` some of them, separated by commas; with `files` the name of a file, too."""

    name = "text"

    def __init__(self, words: Callable[[], Iterable[str]], several: bool = False, files: bool = False) -> None:
        self.words, self.several, self.files = words, several, files

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """What was typed, as it stands."""
        return value

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The words that begin so, behind those that are there."""
        before, comma, begun = incomplete.rpartition(",") if self.several else ("", "", incomplete)
        known = before.split(",")
        items = [
            CompletionItem(f"{before}{comma}{word}")
            for word in self.words()
            if word.startswith(begun) and word not in known
        ]
        return [*items, CompletionItem(incomplete, type="file")] if self.files else items


def _examples() -> Iterable[str]:
    from derivegen.network.file.examples import PREFIX, example_names

    return (PREFIX + name for name in example_names())


NET = Word(_examples, files=True)
"""A network file, or one that ships."""
