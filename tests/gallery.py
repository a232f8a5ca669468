"""`python -m tests.gallery` writes every shipped example into output/gallery/: for visitors, and `test_gallery.py` holds the code to it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import derivegen
from derivegen.formats import FORMATS as ENDINGS
from derivegen.network.examples import example_names

GALLERY = Path(__file__).resolve().parents[1] / "output" / "gallery"
FORMATS = ("pdf", "md", "latex", "json")
ALL_FORMATS = ("pdf", "slides", "html", "md", "md-pandoc", "latex", "ipynb", "docx", "text", "json")
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


def formats(example: str) -> tuple[str, ...]:
    """The formats an example is shown in: the articles in all of them."""
    return ALL_FORMATS if example.startswith("article-") else FORMATS


def files(example: str) -> Iterator[tuple[str, bytes]]:
    """The files of one example, by their path inside its folder."""
    return derivegen.solve(f"example:{example}").files(formats(example))


def index() -> str:
    """The page that links them."""
    lines = [
        "# Gallery",
        "",
        f"Every example that ships, as `derivegen solve example:NAME` writes it; made by `{COMMAND}`.",
        "",
    ]
    lines += ["| network | solution |", "| --- | --- |"]
    for name in example_names():
        title = derivegen.load(f"example:{name}").title.replace("|", r"\|")
        links = (f"[{LABELS[form]}]({name}/{name}.{ENDINGS[form]})" for form in formats(name))
        lines.append(f"| {title} (`{name}`) | {' · '.join(links)} |")
    return "\n".join(lines) + "\n"


def page() -> bytes:
    """The picture in the README: the page of article 000 on a weight of the first layer."""
    import typst

    source = derivegen.solve("example:article-000").text("typst")
    pages = typst.Compiler().compile(source.encode(), format="png", ppi=100.0)
    assert isinstance(pages, list)
    return pages[6]


def main() -> None:
    """Write the gallery anew; folders of examples that are no more go."""
    GALLERY.mkdir(parents=True, exist_ok=True)
    for folder in GALLERY.iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)
    for example in example_names():
        for name, content in files(example):
            path = GALLERY / example / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        print(f"output/gallery/{example}/")
    (GALLERY / "page.png").write_bytes(page())
    (GALLERY / "README.md").write_text(index(), encoding="utf-8")


if __name__ == "__main__":
    main()
