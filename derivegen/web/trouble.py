"""Why there is no page goes in, a page that says it comes out."""

from __future__ import annotations

from derivegen.web.form import Answer
from derivegen.web.show import filled
from derivegen.web.words import words_of


def trouble(what: str, language: str, status: int, up: str = "") -> Answer:
    """The page: `what` is one of our words, or a message as it is; `up` leads from where it stands to where the others do."""
    said = words_of(language).get(what.removeprefix("web."), "") if what.startswith("web.") else ""
    return Answer(
        filled("trouble.html", language, said=said, message="" if said else what, up=up).encode(), status=status
    )
