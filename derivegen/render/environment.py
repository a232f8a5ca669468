"""Templates: their folder, a language's words, and the jinja2 environment of each format; one place that finds files, overrides first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from derivegen.errors import CheckFailed, InputError, NotCompiled
from derivegen.network.file.examples import languages, templates_folder
from derivegen.records import dataclass
from derivegen.render.overrides import checked
from derivegen.render.sentences import places, read, table

if TYPE_CHECKING:
    from derivegen.document.words import Words

SPOKEN = "spoken.toml"
"""The words formulas are read aloud with; every other file of a language's folder holds sentences."""
ENGLISH = "en"
"""The language every sentence is written in first."""


@dataclass(frozen=True, slots=True)
class Templates:
    """Where templates are looked for: the user's folder first, then those that ship."""

    override: Path | None = None

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders in the order they are searched. Raises InputError if the user's is not there, or holds what nothing reads."""
        if self.override is None:
            return (templates_folder(),)
        if not self.override.is_dir():
            raise InputError(
                f"--templates {self.override}: there is no such folder; name one that holds the files you changed",
                about="--templates",
            )
        checked(self.override)
        return (self.override, templates_folder())

    def find(self, name: str) -> Path:
        """The first file of that name. Raises InputError if there is none."""
        for folder in self.folders:
            if (folder / name).is_file():
                return folder / name
        raise InputError(f"the template {name} is missing; looked in {', '.join(map(str, self.folders))}", about=name)

    def has(self, language: str) -> None:
        """Raises InputError for a language there is no prose for."""
        if not self._prose(language, "*.toml"):
            raise InputError(f"language: there is no prose for {language!r}; there is {', '.join(languages())}")

    def words(self, language: str) -> Words:
        """The sentences of a language; one that is not translated yet is said in English. Raises InputError if there is no such language or
        its file is broken."""
        from derivegen.document.words import Words

        self.has(language)
        sentences: dict[str, str] = {}
        found: dict[str, str] = {}
        for path in self._prose(language, "*.toml"):
            if path.name != SPOKEN:
                text = read(path)
                sentences |= table(path, text)
                found |= places(path, text)
        english = None if language == ENGLISH else partial(self.words, ENGLISH)
        return Words(sentences, f"prose/{language}", found, self.override is not None, english)

    def spoken(self, language: str) -> Mapping[str, str]:
        """The words formulas are read aloud with. Raises InputError if a file is broken, and where a word is missing."""
        words = _Spoken()
        for path in self._prose(language, SPOKEN):
            words |= table(path, read(path))
            words.file = path
        return words

    def _prose(self, language: str, pattern: str) -> list[Path]:
        """The files of a language, those that ship first."""
        return [
            path for folder in reversed(self.folders) for path in sorted((folder / "prose" / language).glob(pattern))
        ]

    def place_of(self, line: str) -> str:
        """The user's file, and its line, in which that line of a page stands; "" if there is none."""
        for path in sorted(self.override.rglob("*.jinja")) if self.override and line.strip() else ():
            for number, own in enumerate(read(path).splitlines(), 1):
                if own.strip() == line.strip():
                    return f"{path}, line {number}: "
        return ""

    @contextmanager
    def blamed(self, what: str = "") -> Iterator[None]:
        """Where the user has templates of their own, they are to blame for what went wrong, not derivegen. Raises InputError then."""
        try:
            yield
        except CheckFailed as error:
            if self.override is None:
                raise
            place = self.place_of(error.line) if isinstance(error, NotCompiled) else ""
            raise InputError(f"--templates {self.override}: {place}{what}{error}", "--templates") from None

    def page(
        self, name: str, escape: Callable[[str], str], filters: Mapping[str, Callable[..., Any]], **values: Any
    ) -> str:
        """A page filled in. Its delimiters are ((* *)) and ((( ))), which neither LaTeX nor Typst uses; `escape` makes users' text safe."""
        from jinja2 import FunctionLoader, StrictUndefined, TemplateError
        from jinja2.sandbox import SandboxedEnvironment

        from derivegen.document.room import limited
        from derivegen.document.template_fault import RAISED, fault
        from derivegen.render.compiled import COMPILED

        environment = SandboxedEnvironment(
            loader=FunctionLoader(self._source),
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
            bytecode_cache=COMPILED,
            optimized=False,  # nothing of one page's filters in what is compiled for all
        )
        environment.filters |= {"escape": escape, **filters}
        try:
            with limited(self.override is not None):
                return str(environment.get_template(name).render(**values))
        except (TemplateError, *RAISED) as error:
            if self.override is None and not isinstance(error, TemplateError):
                raise
            found = fault(error)
            where = f"{found.file or name}, line {found.line}" if found.line else name
            raise InputError(f"template {where}: {found.what}", where) from None

    def _source(self, name: str) -> tuple[str, str, Callable[[], bool]] | None:
        """A template's text and file, as jinja2 asks for them."""
        for folder in self.folders:
            if (folder / name).is_file():
                return read(folder / name), str(folder / name), lambda: True
        return None


class _Spoken(dict[str, str]):
    """Words by name; a name that is not there is the mistake of the file they were read from."""

    file: Path | str = SPOKEN

    def __missing__(self, word: str) -> str:
        raise InputError(f"{self.file}: the word {word!r} is missing", str(self.file))
