"""`python -m tests.gallery` writes every shipped example into output/gallery/: for visitors, and `test_gallery.py` holds the code to it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import derivegen
from derivegen.api import Solution
from derivegen.classroom.sheet import Part
from derivegen.network.file.examples import example_names
from derivegen.render.format import named

GALLERY = Path(__file__).resolve().parents[1] / "output" / "gallery"
FORMATS = ("pdf", "md", "latex", "json")
ALL_FORMATS = ("pdf", "slides", "html", "md", "md-pandoc", "latex", "ipynb", "docx", "text", "json")
TOO_LARGE = (("softmax-2-3-2", "pdf"),)
"""What would make the committed files heavier than 8 MB; one command writes it."""
GERMAN_FORMATS = ("pdf", "html", "md")
LABELS = {
    "pdf": "PDF",
    "slides": "slides",
    "html": "HTML",
    "md": "Markdown",
    "md-pandoc": "Markdown for Pandoc",
    "latex": "LaTeX",
    "ipynb": "notebook",
    "docx": "Word",
    "text": "text",
    "json": "JSON",
}
COMMAND = "python -m tests.gallery"
SHEETS: dict[str, tuple[str, tuple[str, ...] | None]] = {
    "sheet-article-000": ("article-000", None),
    "sheet-rnn": ("rnn", None),
    "sheet-article-004": (
        "article-004",
        ("values", "blanks", "symbolic", "order", "find-error", "choice", "table", "update"),
    ),
}
"""Exercises: the network, and the kinds of questions."""
SHEET_FORMATS = ("pdf", "md")
PARTS: tuple[Part, ...] = ("sheet", "key", "scheme")
GERMAN = "article-000-de"
"""Article 000 in German."""


def names() -> tuple[str, ...]:
    """What the gallery shows: every example, and one of them in German."""
    return (*example_names(), GERMAN)


def solution(name: str) -> Solution:
    """One of them, solved."""
    if name != GERMAN:
        return derivegen.solve(f"example:{name}")
    return derivegen.solve(f"example:{name.removesuffix('-de')}", language="de")


def formats(name: str) -> tuple[str, ...]:
    """The formats one is shown in: the articles in all of them."""
    if name == GERMAN:
        return GERMAN_FORMATS
    if name.startswith("article-"):
        return ALL_FORMATS
    return tuple(form for form in FORMATS if (name, form) not in TOO_LARGE)


def files(name: str) -> Iterator[tuple[str, bytes]]:
    """The files of one, by their path inside its folder."""
    return solution(name).files(formats(name), stem=name)


def sheet_files(name: str, formats: tuple[str, ...] = SHEET_FORMATS) -> Iterator[tuple[str, bytes]]:
    """The exercise of one student: sheet, key and scheme."""
    network, kinds = SHEETS[name]
    (work,) = derivegen.sheet(f"example:{network}", count=1, seed=7, kinds=kinds).works()
    for part in PARTS:
        for form in formats:
            yield f"{name}-{part}.{named(form).ending}", work.content(part, form, f"{name}-figures")
    yield from ((f"{name}-figures/{key}", content) for key, content in work.exercises.figures.items())


def index() -> str:
    """The page that links them."""
    lines = [
        "# Gallery",
        "",
        f"Every example that ships, as `derivegen solve example:NAME` writes it, and one with `--language de`; made by `{COMMAND}`.",
        "",
    ]
    lines += ["| network | solution |", "| --- | --- |"]
    for name in names():
        title = solution(name).network.title if name == GERMAN else derivegen.load(f"example:{name}").title
        title = title.replace("|", r"\|")
        links = (f"[{LABELS[form]}]({name}/{name}.{named(form).ending})" for form in formats(name))
        lines.append(f"| {title} (`{name}`) | {' · '.join(links)} |")
    lines += ["", "Exercises, as `derivegen sheet example:NAME --seed 7` writes them for the first student.", ""]
    lines += ["| exercise | " + " | ".join(PARTS) + " |", "| --- | --- | --- | --- |"]
    for name, (network, kinds) in SHEETS.items():
        asked = f"`--kind {','.join(kinds)}`" if kinds else "what is asked if nothing is said"
        cells = [
            " · ".join(f"[{LABELS[form]}]({name}/{name}-{part}.{named(form).ending})" for form in SHEET_FORMATS)
            for part in PARTS
        ]
        lines.append(f"| `{network}`: {asked} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def page() -> bytes:
    """The picture in the README: the page of article 000 on a weight of the first layer."""
    import typst

    source = derivegen.solve("example:article-000").text("typst")
    pages = typst.Compiler().compile(source.encode(), format="png", ppi=100.0)
    assert isinstance(pages, list)
    return pages[3]


def _write(folder: str, some: Iterable[tuple[str, bytes]]) -> None:
    for name, content in some:
        path = GALLERY / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    print(f"output/gallery/{folder}/")


def main() -> None:
    """Write the gallery anew; folders of examples that are no more go."""
    GALLERY.mkdir(parents=True, exist_ok=True)
    for old in GALLERY.iterdir():
        if old.is_dir():
            shutil.rmtree(old)
    for folder in names():
        _write(folder, files(folder))
    for folder in SHEETS:
        _write(folder, sheet_files(folder))
    (GALLERY / "page.png").write_bytes(page())
    (GALLERY / "README.md").write_text(index(), encoding="utf-8")


if __name__ == "__main__":
    main()
