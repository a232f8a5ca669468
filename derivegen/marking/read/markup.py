"""A page in HTML in; the same page out with its formulas as they are typed: MathML, pictures that keep their LaTeX, text raised or lowered.

Where a formula keeps the LaTeX it was made of, that is taken, and what only shows it once more is left out. Every step is a search from
left to right, so that no page takes long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

MOST_IN_FORMULA = 20_000
_PART = re.compile(r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]{0,20})(?P<rest>[^<>]{0,2000})>|(?P<text>[^<]+)|<")
_PICTURE = re.compile(r"<img\b[^<>]{0,4000}>", re.I)
_EQUATION = re.compile(
    r"data-(?:equation-content|latex|tex)=\"(?P<own>[^\"<>]{1,2000})\"|\balt=\"LaTeX: ?(?P<alt>[^\"<>]{1,2000})\"", re.I
)
_SET_AS_PICTURE = re.compile(r"\bclass=\"[^\"<>]{0,200}(?:tex|math|equation|formula)", re.I)
_ALTERNATIVE = re.compile(r"\balt=\"(?P<alt>[^\"<>]{1,2000})\"", re.I)
_SCRIPT = re.compile(r"<script\b[^<>]{0,200}\btype=\"math/tex[^<>]{0,200}>(?P<tex>[^<]{1,5000})</script>", re.I)
_RAISED = re.compile(r"<sup>(?P<text>[^<>]{1,40})</sup>", re.I)
_LOWERED = re.compile(r"<sub>(?P<text>[^<>]{1,40})</sub>", re.I)
_FRACTION = re.compile(r"<sup>(?P<top>\d{1,6})</sup>\s{0,3}(?:/|⁄|&frasl;)\s{0,3}<sub>(?P<bottom>\d{1,6})</sub>", re.I)
_SHOWN_TWICE = re.compile(r"<span class=\"katex-html\"", re.I)
_SPAN = re.compile(r"<(/?)span\b", re.I)


def with_formulas(text: str) -> str:
    """The page with its formulas as text."""
    if "<math" in text:
        text = "".join(_without_math(text))
    if "math/tex" in text:
        text = _SCRIPT.sub(r" $\g<tex>$ ", text)
    if "<img" in text:
        text = _PICTURE.sub(_picture, text)
    if "<su" in text:
        text = _FRACTION.sub(r"(\g<top>/\g<bottom>)", text)
        text = _LOWERED.sub(r"_{\g<text>}", _RAISED.sub(_raised, text))
    return text


def _raised(match: re.Match[str]) -> str:
    inner = match["text"].strip()
    return f"^{inner}" if re.fullmatch(r"\d|T|['′]", inner) else f"^{{{inner}}}" if inner.isalpha() else f"^({inner})"


def _picture(match: re.Match[str]) -> str:
    found = _EQUATION.search(match[0])
    if found is not None:
        return f" ${found['own'] or found['alt']}$ "
    said = _ALTERNATIVE.search(match[0]) if _SET_AS_PICTURE.search(match[0]) else None
    return match[0] if said is None else f" ${said['alt'].strip().strip('$')}$ "


def _without_math(text: str) -> Iterator[str]:
    """The text with each formula in MathML as it is typed, and without its second showing."""
    at = 0
    while (start := text.find("<math", at)) >= 0:
        end = text.find("</math>", start)
        if end < 0 or end - start > MOST_IN_FORMULA:
            break
        yield text[at:start]
        yield f" {_formula(text[start:end])} "
        at = _behind_second(text, end + len("</math>"))
    yield text[at:]


def _behind_second(text: str, at: int) -> int:
    """The place behind what shows a formula once more for the eye."""
    match = _SHOWN_TWICE.search(text, at, at + 200)
    if match is None:
        return at
    depth = 0
    for span in _SPAN.finditer(text, match.start(), match.start() + 4 * MOST_IN_FORMULA):
        depth += -1 if span[1] else 1
        if not depth:
            return span.end() + 1
    return at


def _formula(math: str) -> str:
    """MathML as it is typed; its LaTeX where it has it."""
    tex = re.search(r"<annotation encoding=\"application/x-tex\">([^<]{1,5000})</annotation>", math)
    if tex is not None:
        return f"${unescape(tex[1])}$"
    stack: list[tuple[str, list[str]]] = [("math", [])]
    for part in _PART.finditer(math):
        if part["text"]:
            stack[-1][1].append(unescape(part["text"]).strip())
        elif part["name"] and part["end"]:
            if len(stack) > 1:
                name, children = stack.pop()
                stack[-1][1].append(_typed(name, [child for child in children if child]))
        elif part["name"] and not (part["rest"] or "").endswith("/"):
            stack.append((part["name"].lower(), []))
    shown = " ".join(child for _, children in stack for child in children).replace("\u2061", "").replace("\u2062", "")
    return re.sub(r"(?<=\w) (?=\()", "", " ".join(shown.split()))


def _typed(name: str, parts: list[str]) -> str:
    """One element with its children as they are typed."""
    if len(parts) == 2 and name in ("mfrac", "msup", "msub"):
        left, right = parts
        return {"mfrac": f"\\frac{{{left}}}{{{right}}}", "msup": f"{left}^({right})", "msub": f"{left}_{{{right}}}"}[
            name
        ]
    if len(parts) == 3 and name == "msubsup":
        return f"{parts[0]}_{{{parts[1]}}}^({parts[2]})"
    if name == "msqrt":
        return f"sqrt({' '.join(parts)})"
    if len(parts) == 2 and name == "mover" and parts[1] in ("^", "ˆ", "\u0302"):
        return f"\\hat{{{parts[0]}}}"
    return " ".join(parts) if name in ("mrow", "math", "semantics", "mstyle") else "".join(parts)
