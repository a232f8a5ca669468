"""Fields in a browser: a page with signs where answers go, and its fields, go in; the page with something to type into comes out."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from derivegen.exercise.pages.fields import FormField
from derivegen.render.html_page import escape


def with_fields(text: str, fields: Iterable[FormField]) -> str:
    """The page with its fields, each with a place for what is said of the answer."""
    for place, each in enumerate(fields):
        text = text.replace(each.sign, _field(place, each))
    return text


def _field(place: int, own: FormField) -> str:
    links = f'id="a{place}" aria-label="{escape(own.name)}" aria-describedby="m{place}"'
    if own.letters:
        options = "".join(f"<option>{each}</option>" for each in own.letters)
        box = f'<select {links}><option value="">–</option>{options}</select>'
    elif own.high:
        box = f'<textarea {links} rows="2" cols="{own.width}" spellcheck="false"></textarea>'
    else:
        plain = 'type="text" autocomplete="off" autocapitalize="off" spellcheck="false"'
        box = f'<input {plain} size="{own.width}" {links}>'
    return f'<span class="answer">{box}<output id="m{place}" for="a{place}"></output></span>'


def as_script(data: dict[str, Any]) -> str:
    """JSON inside a page."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def allowed(script: str) -> str:
    """What a page says of the one script that may run in it."""
    return b64encode(sha256(script.encode()).digest()).decode()
