"""A language goes in; every word that stands on the pages of the server and in no document comes out, ready to be put in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from derivegen.network.file.examples import languages
from derivegen.render.environment import ENGLISH, Templates
from derivegen.render.html_page import escape

WORDS = (
    *("web.explain", "web.practise", "web.check", "web.language", "web.skip", "web.views"),
    *("web.example", "web.own", "web.open", "web.notation", "web.notation.own", "web.view", "web.view.stage"),
    *("web.view.page", "web.view.matrix", "web.fractions", "web.show-it", "web.network", "web.inputs", "web.layer"),
    *("web.units", "web.activation", "web.loss", "web.add", "web.remove", "web.numbers", "web.numbers.of"),
    *(
        "web.targets",
        "web.constants",
        "web.others",
        "web.file",
        "web.file.hint",
        "web.offers",
        "web.take",
        "web.save",
        "web.link",
        "web.linked",
    ),
    *("web.fault", "web.line", "web.stage", "web.no-stage", "web.go", "web.other", "web.saving"),
    *("web.practise.what", "web.sought", "web.working", "web.your-line", "web.your-line.hint", "web.judge", "web.keys"),
    *("web.hint", "web.next", "web.show", "web.again", "web.again.new", "web.finish"),
    *("web.summary", "web.empty", "web.right", "web.wrong", "web.open-line", "web.help"),
    *("web.check.what", "web.answers", "web.answers.hint", "web.drop", "web.for", "web.student", "web.teacher"),
    *("web.told", "web.told.0", "web.told.1", "web.told.2", "web.told.3", "web.told.4", "web.mark", "web.found"),
    *("web.trouble", "web.back", "web.busy", "web.slow", "web.broken", "web.large", "web.often", "web.foreign"),
    *("web.lost", "web.memory", "web.defect"),
)
PAGES = (
    *("page.contents", "page.working", "page.printed", "page.walk.title", "page.walk.play", "page.walk.stop"),
    *("page.walk.back", "page.walk.next", "page.stage.steps", "page.stage.opening"),
)
_ASKED = re.compile(r"([a-z]{2,3})(?:-[a-z0-9-]+)?\s*(?:;[^,]*)?", re.I)


@lru_cache(maxsize=16)
def words_of(language: str) -> Mapping[str, str]:
    """The words by key, without what the key begins with."""
    words = Templates().words(language)
    found = {key.partition(".")[2]: escape(words.plain(key)) for key in (*WORDS, *PAGES)}
    return found | {"decimal": words.plain("number.decimal")}


def language_of(chosen: str, asked: str) -> str:
    """The language that was chosen; else the first that the browser asks for and there is; else English."""
    known = languages()
    wanted = (found[1].lower() for part in asked[:200].split(",") if (found := _ASKED.fullmatch(part.strip())))
    return chosen if chosen in known else next((each for each in wanted if each in known), ENGLISH)
