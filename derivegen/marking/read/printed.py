"""What a program prints, beside the names it is asked for: a text in; the same text, in as many characters, with each such name as the left
side of a statement out: >>> z1 and print(z1) above an array, a number behind the sign of a comment.
"""

from __future__ import annotations

import re

_NUMBER = r"[-−+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_LIST = r"(?:(?:np\.|torch\.)?(?:array|tensor|matrix)\(|\[)"
_OUT = r"(?P<out>Out ?\[\d{0,4}\]:[ \t]*(?:\n[ \t]*)?)?"
_PRINTED = re.compile(
    r"^(?P<lead>[ \t]*(?:>>>|In ?\[\d{0,4}\]:)[ \t]*(?:print\()?|[ \t]*print\(|)"
    r"(?P<name>[A-Za-zα-ωΑ-Ω]\w{0,12}(?:\[\d[\d, ]{0,8}\]){0,3}(?:\.grad)?)(?P<behind>\)?[ \t]*)$"
    rf"(?P<gap>(?:\n[ \t]*(?:`{{3}}\w{{0,12}})?[ \t]*)*\n[ \t]*){_OUT}(?=(?P<list>{_LIST})|{_NUMBER}[ \t]*$)",
    re.M,
)
_COMMENT = re.compile(
    r"(?<=[\w)\]'])(?P<space>[ \t]+)(?P<sign>(?:\#|//)[ \t]*(?:[=≈→~]|->|==)?)"
    rf"(?=[ \t]*(?:{_NUMBER}|\[[-−+\d.eE,; \[\]]{{3,300}}\])[ \t]*$)",
    re.M,
)


def with_what_is_printed(text: str) -> str:
    """The text with names that are printed, and what is noted behind a line of a program, as statements."""
    if "#" in text or "//" in text:
        text = _COMMENT.sub(lambda found: found["space"] + "=".ljust(len(found["sign"])), text)
    return _PRINTED.sub(_stated, text) if "[" in text or ">>>" in text or "print(" in text else text


def _stated(match: re.Match[str]) -> str:
    """The name and a sign of relation before a list, or before a number that was asked for."""
    lead, name = match["lead"] or "", match["name"]
    if not lead.strip() and not match["list"]:
        return match[0]
    gap = len(match["gap"] + (match["out"] or "")) - 1
    return " " * len(lead) + name + " " * len(match["behind"]) + "=" + " " * gap
