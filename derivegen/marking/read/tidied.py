"""A text as somebody typed it in; the same text out, each character in its place, with what only decorates its formulas blanked and what
people write for one sign in that sign's place.
"""

from __future__ import annotations

import re
from itertools import islice

from derivegen.marking.read.function_words import FUNCTIONS
from derivegen.marking.read.words_behind import with_words_in_front
from derivegen.notation.vocabulary import (
    ABOUT_WORDS,
    DIGIT_WORDS,
    ERROR_WORDS,
    IS_WORDS,
    MEANT,
    NEW_WORDS,
    OF_WORDS,
    OLD_WORDS,
    QUESTION_WORDS,
    ROUNDED_WORDS,
    alternatives,
    is_ideographic,
)


def _said(words: frozenset[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_FRAMES = re.compile(
    r"\\(?:num|SI|si|fbox|framebox|underline|mathbf|boldsymbol|bm|textbf|boxed|ensuremath|displaystyle)(?=\s*\{\s*(?:[-−+\d.]|\\(?:underline|fbox|mathbf|num|boxed)\b))"
)
"""Commands around a number, which change nothing in it."""
_BOXED = re.compile(r"\\(?:boxed|fbox|framebox|underline|bbox(?:\[[^\[\]]{0,40}\])?|colorbox\s*\{\w{1,20}\})\s*\{")
_UNDER_BRACE = re.compile(r"(?<=\})_\{\\text\{[^{}]{0,40}\}\}")
"""The words below a brace."""
_RELATED = re.compile(r"\\mathrel\{(?P<sign>=|\\approx)\}")
_NUMBERING = re.compile(
    r"(?<=\s)(?<![-–—_.·…]\s)(?:[-–—_.·…] ?+){4,200}+[(\[]?\d{0,3}[a-z]?[)\]]?[ \t]{0,9}$|(?<=\s)\(\d{1,3}[a-z]?\)[ \t]{0,9}$",
    re.M,
)
"""--------- (4) at the end of a line."""
_BOX = re.compile(
    r"\\boxed\{\\phantom\{[^{}]{0,60}(?:\{[^{}]{0,60}\}[^{}]{0,60}){0,4}\}(?:\\text\{(?:\\?_)+\})?\}|\\text\{(?:\\?_)+\}|(?<!\w)\[(?:\\?_){2,40}\]"
    r"|(?<=\[)_{2,40}(?=[^\[\]_]{1,60}\])|(?<=[^_\s\[\]])_{2,40}(?=\])"
)
"""A box to write in, or what is left of it around what was written."""
_TWICE = re.compile(
    r"(?<!\\)\\(?=\\(?:cdot|times|frac|dfrac|tfrac|sigma|partial|delta|hat|approx|left|right|sqrt|ln|exp|sum|eta|alpha|text|quad|mathrm)\b)"
)
"""The first of two strokes before a command: an escape of whatever the text went through."""
_TWICE_SET = re.compile(r"^([ \t]*)\\(?=\\\[(?!\d))|\\(?=\\\][ \t]*$)", re.M)
"""The same before the brackets of a display in a line of its own."""
_LOOSE_MARK = re.compile(rf"(?<=[A-Za-z\d]),(?=(?:{_said(NEW_WORDS | OLD_WORDS)})\b[ \t]*[=≈:])", re.I)
"""The comma of w5,new."""
_BECOMES = re.compile(
    r"(?P<name>(?<![\w∂/])[A-Za-zα-ω]{1,5}_?\{?\d{1,3}\}?[ \t$`]{1,3})(?P<verb>(?:becomes|changes[ \t]to|wird[ \t]zu|wird|devient|"
    r"pasa[ \t]a|torna-se|passa[ \t]a|trở[ \t]thành|变为|变成))(?=[ \t$`]*[-−+–]?(?:\d|\.\d))"
)
"""A symbol and what it is said to become."""
_SHAPED = re.compile(
    r"\.(?:reshape\(-?\d{1,3}(?:, ?-?\d{1,3})?\)|(?:ravel|flatten|squeeze|detach|numpy|item|copy)\(\))"
)
"""What programs say of an array that changes none of its numbers."""
_LOST_SPACE = re.compile(r"(?<=\)),(?=(?P<rest>[(A-Za-zα-ω\\][^=≈,;\n]*)(?P<after>[=≈,;\n]|\Z))")
"""The comma that is left of \\, between two factors."""
_ABOUT = re.compile(r"(?<=[\w)}'])(\s+)~(?=\s*[-−]?\.?\d)")
_LABEL = re.compile(
    rf"^[ \t]*(?:\(?\d{{1,2}}[.]?[a-h][.)]|\(?[a-h]\)|(?:(?i:{alternatives(QUESTION_WORDS)})|Q)[ \t]*\d{{1,2}}[.]?[a-h]?[.):]"
    r"|\d{1,2}\.\d{1,2}\))(?=[ \t])|^[ \t]*\(\d{1,2}\)(?=[ \t]+[A-Za-zα-ω∂\\$][^=≈\n]{0,80}[=≈])",
    re.M,
)
"""What a line is numbered with: 1a), a), Question 1:"""
_TOTAL = re.compile(
    rf"(?P<error>{alternatives(ERROR_WORDS)})(?P<total>[ \t]+(?:totale?|function|funktion|fonction|función|função))(?=\s*[=≈:])",
    re.I,
)
"""A word behind the one it belongs to, as some languages have it: error total."""
_RESPECTING = re.compile(
    r"\b(?:respecto[ \t]+a|par[ \t]+rapport[ \t]+[àa]|em[ \t]+(?:rela[çc][ãa]o|ordem)[ \t]+a)(?=[ \t])", re.I
)
"""Spanish "respecto a w", French "par rapport à w", Portuguese "em relação a w": no quantity a stands before w."""
_ELIDED = re.compile(r"(?<![\w'’])[ld]['’](?=[aeiouyhàâéèêëîïôœ][a-zà-ÿœ]{2})", re.I)
"""French l' and d' before a word, which are no quantities."""
_ITEM = re.compile(r"^[ \t]*[-–*+][ \t]+(?=[^\d(\s=≈:;\n][^=≈:;\n]{0,60}[=≈:])", re.M)
"""What a line of a list begins with."""

_BARS = re.compile(r"\((?:[ \t]*[-−+]?\d[\d.,]{0,15}[ \t]*\|){1,60}[ \t]*[-−+]?\d[\d.,]{0,15}[ \t]*\)")
"""(0,42 | 0,34 | 0,24): the entries of a vector as German schools set them apart."""
_COMMA = re.compile(r"(?<![\w.,])(?P<whole>\d{1,9}),(?P<part>\d{1,15})(?![\w,]|\.\d)")
_GROUPED = re.compile(r"(?<![\w.,])[1-9]\d{0,2}(?:,\d{3})+(?![\w,]|\.\d)")
"""1,345: thousands set apart by commas."""
_BY_POINTS = re.compile(r"(?<![\w.,])[1-9]\d{0,2}(?:\.\d{3})+,\d+(?![\w.,])")
"""3.026,5: thousands set apart by points."""
_BY_COMMAS = re.compile(r"(?<![\w.,])[1-9]\d{0,2}(?:,\d{3})+\.\d+(?![\w.,])")
_POINT = re.compile(r"(?:[=≈+\-−*/·×:;]|\\approx|\\cdot|\\times)\s*\(*[-−]?\d*\.\d|\d\.\d+\s*[=≈+*/·×]")
_RELATION = re.compile("[=≈:]|approx")
_OPERATOR_BEFORE = re.compile(r"(?:[=≈+\-−*/·×:(→]|approx|cdot|times)\s*[-−]?$")
_OPERATOR_BEHIND = re.compile(r"\s*(?:[=≈+\-−*/·×;)→$&\\]|[.!?]?\s*$)", re.M)
_LIST_BEFORE = re.compile(r"[_^]\{[^{}]*$|\[[^\[\]]*$|\w\s*\($")
_SEVERAL = re.compile(r"^[^=≈]{0,60},[^=≈]{0,60}[=≈]")
LOOKED_BACK, LONGEST_BOX, MOST_BOXES = 80, 1000, 500


IN_SIGNS = sorted(word for words in MEANT.values() for word in words if is_ideographic(word))
_BEFORE_NAME = re.compile(
    rf"(?:{'|'.join(IN_SIGNS)})"
    r"(?=[ \t]*[$`]?[ \t]*(?:[A-Za-zα-ω∂]|\\(?:hat|frac|partial)\b))"
)
"""A word in signs right before the symbol it explains: 损失 L."""


_ASIDE = re.compile(
    rf"(?<=[\w'’}}\])])[ \t]+\((?:{alternatives(frozenset().union(*MEANT.values()))})\)(?=[ \t]*[=≈:])|"
    rf"(?<=[\w'’}}\])])[ \t]*[(（](?:{'|'.join(IN_SIGNS)})[)）](?=[ \t]*[=≈:：])",
    re.I,
)
"""What a symbol is, said behind it in brackets: L (loss) = 0.0259."""
_ROUNDED = re.compile(
    rf"(?<=[\d)\]}}])[ \t]*[(（\[](?:(?:\w{{1,12}}[ \t]+){{0,2}}\d{{1,2}}[ \t]*(?:{_said(DIGIT_WORDS)})|(?:{_said(ROUNDED_WORDS)}))[)）\]]",
    re.I,
)
"""To how many digits a number was rounded, said behind it: 0.574 (3 s.f.)."""
_COUNTED = (
    "times|steps?|more|less|larger|smaller|greater|higher|lower|units?|mal|größer|kleiner|fois|veces|vezes|lần|倍"
)
_CALLED = "|".join(sorted((re.escape(word) for word in FUNCTIONS if len(word) > 2), key=len, reverse=True)).replace(
    "i", "[iï]"
)
_IS = re.compile(
    r"(?P<name>(?<![\w∂/])(?:[A-Za-zα-ωŷ∂][\w∂]{0,8}/[A-Za-zα-ω∂][\w^{}()]{0,12}|[A-Za-zα-ωŷ]['′]?|(?:[A-Za-zα-ωŷ]{1,5}_?[\^{(]{0,2}\d"
    r"|(?:net|out)_?[a-z])[\w^{}(),]{0,10}['′]?)[ \t$`]{1,3})"
    rf"(?P<verb>(?:{alternatives(IS_WORDS)})(?:[ \t]+(?:{alternatives(ABOUT_WORDS)}))?)"
    rf"(?=[ \t$`]*[-−+–]?(?:\d+(?:[.,]\d+)?|\.\d+)(?!\w)(?!\s*(?:{_COUNTED})\b)"
    rf"|[ \t$`]*(?:\([-−]?\.?\d|(?i:{_CALLED})[ \t(])[^=≈\n]{{1,90}}[=≈])"
)
"""A symbol, a verb and a number, or what comes to one: w2 is −0.1308, h is sigmoid(z) = 0.5744."""


_APPLIED = re.compile(
    rf"(?P<sign>[=≈+*/·−-])(?P<called>[ \t]{{0,3}}(?:{_CALLED}))(?P<of>[ \t]+{alternatives(OF_WORDS)})"
    r"(?=[ \t]+(?:[A-Za-zα-ω]\w{0,8}|[-−]?\d[\d.,]{0,15})\s*[=≈+*/·)−-])",
    re.I,
)
"""A function, a word, and what it is of: h = sigmoid of z = 0.5744."""


def has_points(lines: list[str]) -> bool:
    """Whether numbers of working have a decimal point: one in brackets or in words may be that of a chapter."""
    if any(_BY_POINTS.search(line) for line in lines):
        return False
    if any(_BY_COMMAS.search(line) for line in lines):
        return True
    return any(_POINT.search(line) for line in lines if "." in line and _RELATION.search(line))


def with_points(text: str) -> str:
    """A text in which some numbers have a decimal point; those of the others that have a comma with a point too, or with its thousands
    set apart otherwise."""
    return _COMMA.sub(_with_point, _GROUPED.sub(_grouped, text))


def has_thousands(text: str) -> bool:
    """Whether all commas in numbers set thousands apart."""
    grouped = {match.start() for match in _GROUPED.finditer(text)}
    return bool(grouped) and all(match.start() in grouped for match in _COMMA.finditer(text))


def _grouped(match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    before = text[max(text.rfind("\n", 0, start) + 1, start - LOOKED_BACK) : start]
    alone = _OPERATOR_BEFORE.search(before) is not None and _OPERATOR_BEHIND.match(text, end) is not None
    listed = _LIST_BEFORE.search(before) or _SEVERAL.match(before)
    return match[0].replace(",", "'") if alone and not listed else match[0]


def _with_point(match: re.Match[str]) -> str:
    text, start, end = match.string, match.start(), match.end()
    line = max(text.rfind("\n", 0, start) + 1, start - LOOKED_BACK)
    before = text[line:start]
    if _LIST_BEFORE.search(before) or _SEVERAL.match(before) or text[start - 1 : start] + text[end : end + 1] == "()":
        return match[0]
    grouped = len(match["part"]) == 3 and match["whole"].lstrip("0")
    sure = match["whole"] == "0" or (len(match["part"]) > 1 and not grouped)
    between = _OPERATOR_BEFORE.search(before) is not None and _OPERATOR_BEHIND.match(text, end) is not None
    return match[0].replace(",", ".") if sure or (between and not grouped) else match[0]


def tidied(text: str, latex: bool) -> str:
    """The text without such decoration."""
    if "\\" in text:
        text = _UNDER_BRACE.sub(_blank, _FRAMES.sub(_blank, _TWICE.sub(" ", _TWICE_SET.sub(_blank, text))))
        text = _without_boxes(text)
        text = _RELATED.sub(lambda found: found["sign"].join((" " * len("\\mathrel{"), " ")), text)
    if "\\phantom" in text or "__" in text or "\\_" in text:
        text = _BOX.sub(_blank, text)
    text = _NUMBERING.sub(_blank, text)
    if "’" in text or "'" in text:
        text = _ELIDED.sub("  ", text)
    if any(word in text for word in ("respecto", "rapport", "em rel", "em ordem")):
        text = _RESPECTING.sub(lambda found: found[0][:-1] + " ", text)
    if not text.isascii():
        text = with_words_in_front(_BEFORE_NAME.sub(_blank, text))
    if "(" in text or "[" in text or "（" in text:
        text = _ROUNDED.sub(_blank, text)
    if "|" in text:
        text = _BARS.sub(lambda found: found[0].replace("|", ";"), text)
    text = _ASIDE.sub(_blank, _IS.sub(lambda found: found["name"] + "=".ljust(len(found["verb"])), text))
    text = _BECOMES.sub(lambda found: found["name"] + ":=".ljust(len(found["verb"])), text)
    if "(" in text and "." in text:
        text = _SHAPED.sub(_blank, text)
    text = _APPLIED.sub(lambda found: found["sign"] + " " * len(found["of"]) + found["called"], text)
    if any(word in text for word in ("total", "unktion", "unction", "onction", "unción", "unção")):
        text = _TOTAL.sub(lambda found: found["error"] + " " * len(found["total"]), text)
    if "," in text:
        text = _LOOSE_MARK.sub("_", text)
        text = _LOST_SPACE.sub(lambda found: " " if _is_factor(found["rest"]) else ",", text)
    if not latex:
        text = _LABEL.sub(_blank, _ABOUT.sub(r"\1≈", text))
    return text


def _without_boxes(text: str) -> str:
    """The text without the boxes and lines around whole statements."""
    letters = list(text)
    for box in islice(_BOXED.finditer(text), MOST_BOXES):
        end, depth = box.end(), 1
        while end < min(len(text), box.end() + LONGEST_BOX) and depth:
            depth += (text[end] == "{") - (text[end] == "}")
            end += 1
        if not depth and _RELATION.search(text, box.end(), end):
            letters[box.start() : box.end()] = " " * len(box[0])
            letters[end - 1] = " "
    return "".join(letters)


def without_items(text: str) -> str:
    """The text without the strokes that begin the lines of a list."""
    return _ITEM.sub(_blank, text)


def _is_factor(rest: str) -> bool:
    """Whether what stands behind a comma is a factor, and no name of which something is said next."""
    return re.search(r"[(*·/]", rest) is not None


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])
