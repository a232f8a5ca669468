"""LaTeX source in, a PDF out, through the pdflatex or latexmk of this machine: in a folder of its own, without shell, within a time."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from derivegen.document.blocks import Document
from derivegen.errors import CheckFailed, MissingPart, NotCompiled
from derivegen.render.letterhead import logo_file

SECONDS = 180
MOST_RUNS = 4
HALT = "-halt-on-error"
PACKAGES = "texlive-latex-recommended texlive-pictures lmodern latexmk"
_ERROR = re.compile(r"^(?:! |(?:\./)?document\.tex:(\d+): )(.*)$", re.M)
_FILE = re.compile(r"File [`'](.+?)' not found")
_LETTER = re.compile(r"Unicode character (\S)")
_AGAIN = re.compile(r"Rerun to get|There were undefined references|Label\(s\) may have changed")


def latex_pdf(source: str, others: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """The PDF, the same bytes each time; `others` are files that the source names.
    Raises MissingPart where no engine is there, or it lacks a package or a letter of the text."""
    command = _command()
    with tempfile.TemporaryDirectory(prefix="derivegen-") as folder:
        (Path(folder) / "document.tex").write_text(source, encoding="utf-8")
        for name, content in others.items():
            (Path(folder) / name).write_bytes(content)
        for _ in range(MOST_RUNS):
            done, log = _run(command, Path(folder))
            if not done:
                raise _failure(log, source, lambda: _run([p for p in command if p != HALT], Path(folder))[1])
            if not _AGAIN.search(log):
                break
        return (Path(folder) / "document.pdf").read_bytes()


def _command() -> list[str]:
    """How LaTeX is started here. The file's identifier would else be made of the time and the folder's name."""
    safe = ["-no-shell-escape", "-interaction=nonstopmode", HALT, "-file-line-error"]
    if path := shutil.which("pdflatex"):
        return [path, *safe, "-jobname=document", r"\pdftrailerid{derivegen}\input{document.tex}"]
    if path := shutil.which("latexmk"):
        return [path, "-norc", "-pdf", *safe, "-usepretex=\\pdftrailerid{derivegen}", "document.tex"]
    raise MissingPart(
        "--engine latex: neither pdflatex nor latexmk is on the path; install them, on Debian and Ubuntu with "
        f"apt install {PACKAGES}, or leave the option out: --engine typst needs nothing more"
    )


def _run(command: Sequence[str], folder: Path) -> tuple[bool, str]:
    """One run: whether it came through, and its log. Raises CheckFailed where it does not end."""
    surroundings = os.environ | {
        "SOURCE_DATE_EPOCH": "0",
        "FORCE_SOURCE_DATE": "1",
        "openin_any": "p",
        "openout_any": "p",
        "max_print_line": "1000",
    }
    try:
        done = subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise CheckFailed(f"LaTeX did not come to an end within {SECONDS} seconds") from None
    log = folder / "document.log"
    text = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else done.stdout.decode(errors="replace")
    return done.returncode == 0, text


def _failure(log: str, source: str, on: Callable[[], str]) -> MissingPart | NotCompiled:
    """What the log's first error means for its reader; `on` goes on after errors, to the log of all of them."""
    error = _ERROR.search(log)
    said = "it wrote no log" if error is None else f"line {error[1]}: {error[2]}" if error[1] else error[2]
    if lacking := _FILE.search(said):
        return MissingPart(
            f"--engine latex: this TeX has no {lacking[1]}; install it, on Debian and Ubuntu with apt install {PACKAGES}"
        )
    if _LETTER.search(said):
        letters = dict.fromkeys(_LETTER.findall(on()))
        listed = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in letters)
        return MissingPart(
            f"--engine latex: pdflatex cannot set {listed}; leave the option out, --engine typst can, or write --to latex, "
            "choose a font that has them with \\setmainfont, and compile with lualatex or xelatex"
        )
    lines = source.splitlines()
    number = int(error[1]) if error is not None and error[1] else 0
    line = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    return NotCompiled(f"the LaTeX source does not compile: {said}", line)


def compiled(text: str, document: Document) -> bytes:
    """The PDF of a document's source."""
    return latex_pdf(text, logo_file(document.theme))
