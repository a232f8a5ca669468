"""The words a network file may use are those of the tables, and knowing them costs no heavy import."""

from __future__ import annotations

import subprocess
import sys

from derivegen.network.file import schema
from derivegen.notation.table import NOTATIONS


def test_the_files_notations_are_the_tables() -> None:
    assert set(schema.NOTATIONS) == set(NOTATIONS)


def test_loading_the_schema_imports_no_algebra() -> None:
    code = "import sys, derivegen.network.file.schema as s; sys.exit(bool({'sympy', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
