"""Templates: their folder, a language's words, and the jinja2 environment of each format; one place that finds files, overrides first."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from derivegen.document.words import Words
from derivegen.errors import InputError
from derivegen.network.examples import templates_folder

SPOKEN = "spoken.toml"
"""The words formulas are read aloud with; every other file of a language's folder holds sentences."""


@dataclass(frozen=True, slots=True)
class Templates:
    """Where templates are looked for: the user's folder first, then those that ship."""

    override: Path | None = None

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders in the order they are searched. Raises InputError if the user's is not there."""
        if self.override is None:
            return (templates_folder(),)
        if not self.override.is_dir():
            raise InputError(
                f"--templates {self.override}: there is no such folder; name one that holds the files you changed"
            )
        return (self.override, templates_folder())

    def find(self, name: str) -> Path:
        """The first file of that name. Raises InputError if there is none."""
        for folder in self.folders:
            if (folder / name).is_file():
                return folder / name
        raise InputError(f"the template {name} is missing; looked in {', '.join(map(str, self.folders))}")

    def words(self, language: str) -> Words:
        """The sentences of a language. Raises InputError if there is no such language or its file is broken."""
        name = f"prose/{language}"
        files = [path for folder in reversed(self.folders) for path in sorted((folder / name).glob("*.toml"))]
        if not files:
            known = sorted(path.name for path in (templates_folder() / "prose").iterdir())
            raise InputError(f"language: there is no prose for {language!r}; there is {', '.join(known)}")
        sentences: dict[str, str] = {}
        for path in files:
            sentences |= self._table(path) if path.name != SPOKEN else {}
        return Words(sentences, name)

    def spoken(self, language: str) -> Mapping[str, str]:
        """The words formulas are read aloud with."""
        return self._table(self.find(f"prose/{language}/{SPOKEN}"))

    @staticmethod
    def _table(path: Path) -> dict[str, str]:
        try:
            return {key: str(value) for key, value in tomllib.loads(path.read_text(encoding="utf-8")).items()}
        except FileNotFoundError:
            return {}
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InputError(f"{path.name}: not readable as TOML: {error}") from None

    def page(
        self, name: str, escape: Callable[[str], str], filters: Mapping[str, Callable[..., Any]], **values: Any
    ) -> str:
        """A page filled in. Its delimiters are ((* *)) and ((( ))), which neither LaTeX nor Typst uses; `escape` makes users' text safe."""
        from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined, TemplateError
        from jinja2.sandbox import SandboxedEnvironment

        environment = SandboxedEnvironment(
            loader=ChoiceLoader([FileSystemLoader(folder) for folder in self.folders]),
            undefined=StrictUndefined,
            block_start_string="((*",
            block_end_string="*))",
            variable_start_string="(((",
            variable_end_string=")))",
            comment_start_string="((#",
            comment_end_string="#))",
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        environment.filters |= {"escape": escape, **filters}
        try:
            return str(environment.get_template(name).render(**values))
        except TemplateError as error:
            line = getattr(error, "lineno", None)
            raise InputError(f"template {name}{f', line {line}' if line else ''}: {error}") from None
