"""What a program prints, beside the names it is asked for: a text in; the same text, in as many characters, with each such name as the left
side of a statement out: >>> z1 and print(z1) above an array, a number behind the sign of a comment.
"""

from __future__ import annotations

import re

_NUMBER = r"[-−+]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][-+]?\d+)?"
_LIST = r"(?:(?:np\.|torch\.)?(?:array|tensor|matrix)\(|\[)"
_OUT = r"(?P<out>Out ?\[\d{0,4}\]:[ \t]*(?:\n[ \t]*)?)?"
_PRINTED = re.compile(
    r"^(?P<lead>[ \t]*(?:>>>|In ?\[\d{0,4}\]:)[ \t]*(?:print\()?|[ \t]*print\(|)"
    r"(?P<name>[A-Za-zα-ωΑ-Ω]\w{0,12}(?:\[\d[\d, ]{0,8}\]){0,3}(?:\.grad)?)(?P<behind>\)?[ \t]*=?[ \t]*)$"
    rf"(?P<gap>(?:\n[ \t]*+(?:`{{3}}\w{{0,12}}[ \t]*+)?){{1,5}}+){_OUT}(?=(?P<list>{_LIST})|{_NUMBER}[ \t]*$)",
    re.M,
)
_UNIT = re.compile(
    r"(?<=\d)[ \t]*(?:\[[ \t]*(?:[-–%°]|[A-Za-z]{1,4}(?:/[A-Za-z]{1,3})?)?[ \t]*\]|[€£¥✓✔✅☑])[ \t]*$", re.M
)
"""The unit of a number at the end of a line, [-], [V], €, or a tick."""
_REMARK = re.compile(r"(?<=[\d)\]])[ \t]+(?://|#|%%)[ \t]+(?=[^\W\d_])[^=≈\n]{0,200}$", re.M)
"""Words behind the sign of a comment, after a number."""
_COMMENT = re.compile(
    r"(?<=[\w)\]'])(?P<space>[ \t]+)(?P<sign>(?:\#|//)[ \t]*(?:[=≈→~]|->|==)?)"
    rf"(?=[ \t]*(?:{_NUMBER}|\[[-−+\d.eE,; \[\]]{{3,300}}\])[ \t]*$)",
    re.M,
)


_NAME = r"[A-Za-zα-ωΑ-Ω]\w{0,12}"
_ASKED = re.compile(rf"^([ \t]*)print\(({_NAME})\)(?=[ \t]+=)", re.M)
"""A name that a line of a program prints, what comes behind the sign of a comment by now behind one of relation."""
_ROW = rf"{_NUMBER}(?:[ \t]+{_NUMBER}){{0,60}}[ \t]*(?:\n|\Z)"
_SESSION = re.compile(
    rf"^>[ \t]+(?:print\()?(?P<r>{_NAME})\)?[ \t]*\n(?:[ \t]+(?:\[,\d{{1,3}}\][ \t]*){{1,60}}\n)?"
    rf"(?P<of_r>(?:[ \t]*\[(?:\d{{1,3}},|\d{{1,3}})\][ \t]+{_ROW}){{1,60}})"
    rf"|^julia>[ \t]*(?P<julia>{_NAME})[ \t]*\n[ \t]*\d{{1,3}}(?:-element|[×x]\d{{1,3}})[^\n]{{0,60}}:[ \t]*\n"
    rf"(?P<of_julia>(?:[ \t]+{_ROW}){{1,60}})"
    rf"|^(?P<matlab>{_NAME})[ \t]*=[ \t]*\n(?:[ \t]*+\n){{1,3}}(?P<of_matlab>(?:[ \t]+{_ROW}){{1,60}})",
    re.M,
)
"""A name and the rows of numbers below it, as R, Julia and MATLAB print them."""


_ABOUT_TENSOR = re.compile(
    r",\s*(?:grad_fn=<\w{1,40}(?: object at \w{1,20})?>|dtype=[\w.]{1,20}|device='[\w:]{1,12}'|requires_grad=True)(?=[,)\s])"
)
"""What torch prints of a tensor behind its numbers."""
_LISTED = re.compile(
    r"^(?P<name>[ \t]*(?:grad(?:ient)?[ \t]+(?:of[ \t]+)?)?[A-Za-zα-ω][\w.]{0,24})(?::|[ \t](?=[ \t]*tensor\())(?P<gap>[ \t]*(?:\n[ \t]*)?)"
    r"(?=(?:torch\.|np\.)?(?:tensor|array)\(|\[[-−+\d.eE,;\s\[\]]{2,4000}\])",
    re.M,
)
"""A name and a colon before what a program prints of an array: W1.grad: tensor([...])."""


def with_what_is_printed(text: str) -> str:
    """The text with names that are printed, and what is noted behind a line of a program, as statements."""
    text = _ABOUT_TENSOR.sub(lambda found: " " * len(found[0]), text) if "=" in text else text
    text = _LISTED.sub(lambda found: f"{found['name']}={found['gap']}", text) if "[" in text or "(" in text else text
    text = text.replace("%*%", " @ ")
    if "#" in text or "//" in text:
        text = _COMMENT.sub(lambda found: found["space"] + "=".ljust(len(found["sign"])), text)
        text = _ASKED.sub(lambda found: f"{found[1]}      {found[2]} ", text)
        text = _REMARK.sub(lambda found: " " * len(found[0]), text)
    text = _UNIT.sub(lambda found: " " * len(found[0]), text)
    text = _SESSION.sub(_in_one_line, text)
    return _PRINTED.sub(_stated, text) if "[" in text or ">>>" in text or "print(" in text else text


def _stated(match: re.Match[str]) -> str:
    """The name and a sign of relation before a list, or before a number that was asked for."""
    lead, name = match["lead"] or "", match["name"]
    if not match["list"] and (not lead.strip() or "=" in match["behind"]):
        return match[0]
    gap = len(match["gap"] + (match["out"] or "")) - 1
    return " " * len(lead) + name + " " * len(match["behind"]) + "=" + " " * gap


def _in_one_line(match: re.Match[str]) -> str:
    """A name and its rows as a list or a matrix, in as many characters."""
    name = match["r"] or match["julia"] or match["matlab"]
    body = match["of_r"] or match["of_julia"] or match["of_matlab"]
    rows = [" ".join(re.sub(r"^[ \t]*\[[\d,]+\]", "", row).split()) for row in body.split("\n") if row.strip()]
    alone = len(rows) == 1 or not any(" " in row for row in rows) or re.search(r"^[ \t]*\[\d+\]", body)
    listed = f"[{' '.join(rows)}]" if alone else f"[{' '.join(f'[{row}]' for row in rows)}]"
    end = "\n" if match[0].endswith("\n") else ""
    said = f"{name}={listed}"
    return said.ljust(len(match[0]) - len(end)) + end if len(said) + len(end) <= len(match[0]) else match[0]
