"""The words a network file may use are those of the tables, and knowing them costs no heavy import."""

from __future__ import annotations

import subprocess
import sys


def test_loading_the_schema_imports_no_algebra() -> None:
    code = "import sys, derivegen.network.file.schema as s; sys.exit(bool({'sympy', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
