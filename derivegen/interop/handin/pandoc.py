"""A document in, with the name of its format; out comes what pandoc makes of it: its tree of blocks.

Pandoc runs as a process of its own with bounds on its time and memory, in its sandbox, in which it opens no file and fetches nothing.
"""

from __future__ import annotations

import json
import subprocess
from typing import Any

from derivegen.interop.handin.refusal import Refused

SECONDS = 20
MEMORY = "600m"


def blocks(data: bytes, form: str) -> list[Any]:
    """The blocks of a document. Raises Refused."""
    import pypandoc

    limits = ("+RTS", f"-M{MEMORY}", "-RTS")
    command = [str(pypandoc.get_pandoc_path()), *limits, "--sandbox", "-f", form, "-t", "json"]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise Refused("slow") from None
    if done.returncode:
        raise Refused("damaged")
    found = json.loads(done.stdout)["blocks"]
    return list(found)
