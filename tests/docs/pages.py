"""Takes a page of the documentation; runs what stands in it as a reader would: files are made, commands typed, Python lines entered.

Of the fenced blocks, one whose first line names a file is that file; `console` holds commands behind
`$`, what is typed into them behind `>`, and what they answer, where a line … stands for any lines; `python` is run, a page's blocks one
after the other. All others are only shown.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from derivegen.cli.group import main

DOCS = Path(__file__).resolve().parents[2] / "docs"
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
_FILE = re.compile(r"^(?:#|<!--|//)\s*([\w./-]+\.\w+)(?:\s*-->)?\n")
PROMPT = "> "


@dataclass(frozen=True)
class Typed:
    """One command of a page, and what it answered there and now."""

    command: str
    printed: str
    answered: str

    @property
    def agrees(self) -> bool:
        """Whether it is the same but for what the page leaves out."""
        pattern = "\n".join(".*?" if line.strip() == "…" else re.escape(line) for line in self.printed.split("\n"))
        return re.fullmatch(pattern, self.answered, re.S) is not None


def blocks(path: Path) -> Iterator[tuple[str, str]]:
    """The fenced blocks of a page: language and text."""
    yield from _FENCE.findall(path.read_text(encoding="utf-8"))


def commands(text: str) -> Iterator[tuple[str, list[str], str]]:
    """Each command of a console block, what is typed into it, what it answers with that in it."""
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        command, _, answer = part.partition("\n")
        typed = [line.removeprefix(PROMPT) for line in answer.split("\n") if line.startswith(PROMPT)]
        yield command, typed, answer.rstrip("\n")


def answer(command: str, typed: list[str]) -> str:
    """What a terminal shows of a command: what it prints, and what is typed into it."""
    words = shlex.split(command)
    assert words[0] == "derivegen", f"a command of ours was expected: {command}"
    result = CliRunner().invoke(main, words[1:], input="".join(f"{line}\n" for line in typed) or None)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output.rstrip("\n")


def run(path: Path, folder: Path) -> list[Typed]:
    """Everything of a page, in a folder that is empty at first."""
    names: dict[str, Any] = {}
    found = []
    before = Path.cwd()
    os.chdir(folder)
    try:
        for language, text in blocks(path):
            named = _FILE.match(text)
            if language == "console":
                found += [Typed(command, printed, answer(command, typed)) for command, typed, printed in commands(text)]
            elif language == "python":
                printed = io.StringIO()
                with contextlib.redirect_stdout(printed):
                    exec(compile(text, str(path), "exec"), names)
                expected = "\n".join(line.partition("  # → ")[2] for line in text.split("\n") if "  # → " in line)
                found.append(Typed(text, expected, printed.getvalue().rstrip("\n")))
            elif named and language:
                Path(named[1]).parent.mkdir(parents=True, exist_ok=True)
                Path(named[1]).write_text(text[named.end() :], encoding="utf-8")
    finally:
        os.chdir(before)
    return found


def written() -> list[Path]:
    """Every page."""
    return sorted(DOCS.rglob("*.md"))
