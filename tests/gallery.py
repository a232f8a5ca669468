"""`python -m tests.gallery` writes every shipped example into output/gallery/: for visitors, and `test_gallery.py` holds the code to it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import derivegen
from derivegen.network.examples import example_names

GALLERY = Path(__file__).resolve().parents[1] / "output" / "gallery"
FORMATS = ("md", "latex", "pdf", "json")
COMMAND = "python -m tests.gallery"


def files(example: str) -> Iterator[tuple[str, bytes]]:
    """The files of one example, by their path inside its folder."""
    return derivegen.solve(f"example:{example}").files(FORMATS)


def index() -> str:
    """The page that links them."""
    lines = ["# Gallery", "", "Written by `derivegen solve example:NAME --to pdf,md,latex,json`.", ""]
    lines += ["| network | solution |", "| --- | --- |"]
    for name in example_names():
        title = derivegen.load(f"example:{name}").title.replace("|", r"\|")
        links = {"PDF": "pdf", "Markdown": "md", "LaTeX": "tex", "JSON": "json"}
        lines.append(f"| {title} | {' · '.join(f'[{word}]({name}/{name}.{end})' for word, end in links.items())} |")
    return "\n".join(lines) + "\n"


def page() -> bytes:
    """The picture in the README: the page of article 000 on a weight of the first layer."""
    import typst

    source = derivegen.solve("example:article-000").text("typst")
    pages = typst.Compiler().compile(source.encode(), format="png", ppi=100.0)
    assert isinstance(pages, list)
    return pages[4]


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
