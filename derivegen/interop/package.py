"""Packages of classroom software: files by their paths go in, the bytes of a zip come out, the same for the same files."""

from __future__ import annotations

import json
import zipfile
from base64 import b64encode
from collections.abc import Mapping
from io import BytesIO
from typing import Any

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The first day a zip knows: when a file was packed is nobody's business."""


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    """The package, its files in the order given."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path, LONG_AGO)
            entry.external_attr = 0o644 << 16
            package.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def embedded(html: str, files: Mapping[str, bytes]) -> str:
    """HTML with its pictures in it."""
    for name, content in files.items():
        html = html.replace(f'src="{name}"', f'src="data:image/svg+xml;base64,{b64encode(content).decode()}"')
    return html


def as_json(value: Any) -> str:
    """JSON as people read it."""
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
