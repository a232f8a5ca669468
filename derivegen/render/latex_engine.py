"""LaTeX source in, a PDF out, through the pdflatex or latexmk of this machine: in a folder of its own, without shell, within a time."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from derivegen.errors import CheckFailed, MissingPart

SECONDS = 180
MOST_RUNS = 4
PACKAGES = "texlive-latex-recommended texlive-pictures lmodern latexmk"
_ERROR = re.compile(r"^(?:! |(?:\./)?document\.tex:(\d+): )(.*)$", re.M)
_FILE = re.compile(r"File [`'](.+?)' not found")
_LETTER = re.compile(r"Unicode character (\S)")
_AGAIN = re.compile(r"Rerun to get|There were undefined references|Label\(s\) may have changed")


def latex_pdf(source: str) -> bytes:
    """The PDF, the same bytes each time. Raises MissingPart where no engine is there, or it lacks a package or a letter of the text."""
    command = _command()
    with tempfile.TemporaryDirectory(prefix="derivegen-") as folder:
        (Path(folder) / "document.tex").write_text(source, encoding="utf-8")
        for _ in range(MOST_RUNS):
            if not _AGAIN.search(_run(command, Path(folder))):
                break
        return (Path(folder) / "document.pdf").read_bytes()


def _command() -> list[str]:
    """How LaTeX is started here. The file's identifier would else be made of the time and the folder's name."""
    safe = ["-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error"]
    if path := shutil.which("pdflatex"):
        return [path, *safe, "-jobname=document", r"\pdftrailerid{derivegen}\input{document.tex}"]
    if path := shutil.which("latexmk"):
        return [path, "-norc", "-pdf", *safe, "-usepretex=\\pdftrailerid{derivegen}", "document.tex"]
    raise MissingPart(
        "--engine latex: neither pdflatex nor latexmk is on the path; install them, on Debian and Ubuntu with "
        f"apt install {PACKAGES}, or leave the option out: --engine typst needs nothing more"
    )


def _run(command: Sequence[str], folder: Path) -> str:
    """One run; its log. Raises where it failed."""
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
    if done.returncode:
        raise _failure(text)
    return text


def _failure(log: str) -> MissingPart | CheckFailed:
    """What the log's first error means for its reader."""
    error = _ERROR.search(log)
    said = "it wrote no log" if error is None else f"line {error[1]}: {error[2]}" if error[1] else error[2]
    if lacking := _FILE.search(said):
        return MissingPart(
            f"--engine latex: this TeX has no {lacking[1]}; install it, on Debian and Ubuntu with apt install {PACKAGES}"
        )
    if letter := _LETTER.search(said):
        return MissingPart(
            f"--engine latex: pdflatex has no letter {letter[1]!r} (U+{ord(letter[1]):04X}); leave the option out, "
            "--engine typst has it, or write --to latex and compile with an engine and fonts of your own"
        )
    return CheckFailed(f"the LaTeX source does not compile: {said}")
