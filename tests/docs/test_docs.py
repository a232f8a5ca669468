"""The documentation says what is so: its examples are run, its reference is what the schema, the commands and the tables say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import reference
from tests.docs.pages import DOCS, run, written

HEADING = re.compile(r"^#+ (.*)$", re.M)
LINK = re.compile(r"\]\(([^)\s]+)\)")


@pytest.mark.parametrize("path", written(), ids=lambda path: str(path.relative_to(DOCS)))
def test_what_a_page_shows_is_what_happens(path: Path, tmp_path: Path) -> None:
    for typed in run(path, tmp_path):
        assert not typed.answered.startswith("derivegen: "), f"a page that fails: {typed.command}\n{typed.answered}"
        assert typed.agrees, f"{typed.command}\nprints\n{typed.answered}\nwhere the page has\n{typed.printed}"


@pytest.mark.parametrize("name", reference.PAGE)
def test_the_reference_is_what_the_tables_say(name: str) -> None:
    page = reference.PAGES / name
    assert page.read_text(encoding="utf-8") == reference.written(name), "python -m tests.reference writes it anew"


def test_every_link_leads_somewhere() -> None:
    root = DOCS.parent
    for path in (*written(), root / "README.md"):
        for link in LINK.findall(path.read_text(encoding="utf-8")):
            if link.startswith(("http", "mailto")):
                continue
            file, _, place = link.partition("#")
            target = path if not file else (path.parent / file).resolve()
            assert target.exists(), f"{path}: {link}"
            if place:
                headings = {reference.anchor(each) for each in HEADING.findall(target.read_text(encoding="utf-8"))}
                assert place in headings, f"{path}: {link}"


def test_every_page_is_reached_from_the_first() -> None:
    first, readme = (
        (DOCS / "index.md").read_text(encoding="utf-8"),
        (DOCS.parent / "README.md").read_text(encoding="utf-8"),
    )
    for path in written():
        place = path.relative_to(DOCS)
        assert place == Path("index.md") or f"\n{place.with_suffix('')}\n" in first, place
        assert place.parent == Path() or f"(docs/{place})" in readme, place


def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("sphinx")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", str(DOCS), str(tmp_path / "site")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=DOCS.parent)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site" / "index.html").exists()
