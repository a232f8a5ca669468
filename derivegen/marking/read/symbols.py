"""A symbol as a person typed it: tokens in, a quantity or a whole array under its canonical name out.

symbol = letters marks* ("'" | "+" | "new")? ;  marks = below | above | "@" row ; or a canonical name, or a word as in a program.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from derivegen.formula.read.reading import Reader
from derivegen.formula.read.tokens import TYPED, FormulaError, Token
from derivegen.formula.tree import Array, Formula, Quantity
from derivegen.marking.read.typed_tokens import LOWERED, RAISED
from derivegen.notation.spelling import Spelling
from derivegen.notation.typed_names import NEW, OLD, Names
from derivegen.notation.vocabulary import NEW_WORDS, OLD_WORDS, bare

MOST_COUNTED = 14
"""Tokens of a symbol with its indices."""
IDENTIFIER = re.compile(r"[A-Za-zͰ-Ͽ](?:[A-Za-z0-9_Ͱ-Ͽ]*[A-Za-z0-9Ͱ-Ͽ])?")
_CANONICAL = re.compile(
    r"[A-Za-z]\w*(?:(?:\[\d{1,9}(?: ?, ?\d{1,9}){0,3}\])+|(?:\.\d{1,9}(?!\d))+)(?:@\w+)?'?(?:#\d+)?"
)
_INDEX = re.compile(r",\d+")
_MARKED = re.compile(r"(?P<rest>[\w,]*?)[,_(]*(?P<word>[^\W\d_]+)\)?")
IMPLIED = {
    **dict.fromkeys(("out", "output", "o", "a", "h", "y", "act"), "a"), **dict.fromkeys(("net", "z", "s", "sum", "in", "net_input"), "z"),
    **dict.fromkeys(("target", "t", "tgt", "label"), "t"), **dict.fromkeys(("δ", "delta"), "delta"),
}  # fmt: skip
"""Words that mean the unit a line is about where they have no index and no other meaning."""
COUNTING = ("t", "n", "k", "i", "τ", "m", "s")
"""Letters that count updates."""
OPENING = {"(": ")", "[": "]", "{": "}"}
REASONS = (
    "ambiguous-name", "unknown-name", "unknown-function", "unknown-command", "unexpected", "early-end", "empty", "exponent", "too-deep",
    "too-long", "long-number", "number-after-number", "powers", "nothing-before", "sum-sign", "no-notebook", "many-statements", "long-line",
    "long-file", "many-lines", "many-sides", "too-much",
)  # fmt: skip
"""The keys of all reasons why something is not read."""


class Unreadable(FormulaError):
    """What cannot be read: the key of the reason, where, and what the sentence about it needs."""

    def __init__(self, key: str, position: int, **values: str) -> None:
        super().__init__(key, position)
        self.key, self.values = key, values


class Ambiguous(Unreadable):
    """A name that several notations read differently, with the readings."""

    def __init__(self, position: int, name: str, readings: tuple[str, ...]) -> None:
        super().__init__("ambiguous-name", position, name=name)
        self.readings = readings


class SymbolReader(Reader):
    """The tokens of one side; `source` is what they were cut from."""

    def __init__(self, text: str, tokens: Sequence[Token], names: Names, end: int, unit: str = "") -> None:
        self.source, self.names = text, names
        self.tokens = [*tokens, Token("end", "", end)]
        self.at = self.depth = self.reached = self.written = 0
        self.between_bars = False
        self.counted = len(tokens) < MOST_COUNTED
        """Whether a whole number in brackets behind a parameter counts its updates: where the parameter is all there is on a side, or the
        left side does so."""
        self.unit = unit
        """The unit that a line is about, of which out and net are meant."""
        _check_size(self.tokens)

    def fail(self, message: str, token: Token | None = None) -> FormulaError:
        token = token or self.next
        key = message if message in REASONS else "unexpected" if token.text else "early-end"
        return Unreadable(key, token.at, found=token.text)

    def symbol(self) -> Formula:
        """A quantity with its index and its marks; words that run into one another are taken apart if all are names."""
        token = self.next
        whole = self._identifier_end(token)
        marked = self.source[whole : whole + 1]
        if marked and marked in "@_^" + RAISED + LOWERED:
            tree = self._marked() or self._identifier()
        else:
            tree = self._identifier() or self._marked()
        return self._split(token) if tree is None else self._updated(tree)

    def _identifier_end(self, token: Token) -> int:
        match = IDENTIFIER.match(self.source, token.at)
        return match.end() if match else token.at

    def _identifier(self) -> Formula | None:
        """A name as in a program or a canonical one, read in one piece."""
        token = self.next
        if token.kind != "name" or not self.source.startswith(token.text, token.at):
            return None
        for pattern in (_CANONICAL, IDENTIFIER):
            match = pattern.match(self.source, token.at, self.tokens[-1].at)
            if match is None or match.end() == token.at + len(token.text):
                continue
            found = self.names.identifier(match[0])
            if found:
                return self._taken(found, match[0], match.end())
        return None

    def _taken(self, found: tuple[str, ...], shown: str, end: int) -> Formula:
        token = self.next
        while self.next.kind != "end" and self.next.at < end:
            self.at += 1
        return self._leaf(found, shown, token)

    def _leaf(self, found: tuple[str, ...], shown: str, token: Token) -> Formula:
        if len(found) > 1:
            raise Ambiguous(token.at, shown, found)
        return Array(found[0]) if self.names.is_array(found[0]) else Quantity(found[0])

    def _marked(self) -> Formula | None:
        """A letter with what stands below, above and behind it. What stands above and is no index is left as an exponent."""
        token = self.next
        self.skip()
        sub, sup, row, before, new = "", "", "", None, False
        while True:
            here = self.at
            if not sub and (mark := self._below(token)):
                sub = mark
            elif not sup and (mark := self._above()):
                sup, before = mark, here
            elif self.next.text == "'" and self.peek() == "^" and not new:
                self.skip()
                new = True
            elif self.next.text == "@" and self._touches() and self._is_row(self.tokens[self.at + 1]):
                self.skip()
                row = self.skip().text
            else:
                break
        self.reached = self.next.at
        found = self._found(token, Spelling(token.text, sub, sup, row), before)
        return primed(found) if found is not None and new else found

    def _is_row(self, token: Token) -> bool:
        """Whether a row is named behind an @, and not the second factor of a product of matrices."""
        return (
            token.kind == "number"
            or (token.kind == "name" and token.text == self.names.notation.row_letter)
            or token.text == "r"
        )

    def _found(self, token: Token, typed: Spelling, before: int | None) -> Formula | None:
        marked = _without_marks(typed)
        spelled, new = marked
        end = self.at
        readings: list[tuple[tuple[str, ...], int]] = [(self.names.resolve(spelled, own=True), end)]
        power = Spelling(spelled.base, spelled.sub, "", spelled.row)
        can_be_power = before is not None and spelled.sup and not typed.sup.startswith("(")
        if can_be_power and before is not None:
            readings.append((self.names.resolve(power, own=True), before))
        readings.append((self.names.resolve(spelled), end))
        if can_be_power and before is not None:
            readings.append((self.names.resolve(power), before))
        for found, place in readings:
            if found:
                self.at = place
                implied = self._implied(typed) if all(map(self.names.is_array, found)) else None
                if implied is not None:
                    return implied
                leaf = self._leaf(found, typed.base + typed.sub, token)
                return primed(leaf) if new else leaf
        implied = self._implied(typed)
        if implied is not None:
            self.at = end
            return implied
        self.at = self.tokens.index(token)
        return None

    def _implied(self, typed: Spelling) -> Formula | None:
        """What a word without an index means in the working for a unit: out, net, target are those of that unit."""
        base = IMPLIED.get(typed.base)
        if base is None or not self.unit or typed.sub or typed.sup or typed.row:
            return None
        layer, _, place = self.unit[1:].partition("]")
        if base == "t" and layer != str(self.names.graph.depth):
            return None
        found = self.names.canonical(f"t{place}" if base == "t" else f"{base}{self.unit}")
        return None if found is None else Quantity(found)

    def _below(self, token: Token) -> str:
        """An index below: lowered digits, _1, _{11}, or digits right behind the letters."""
        if self.next.kind == "lowered":
            return self.skip().text
        if self.take("_"):
            return self._group() if self.next.text in ("{", "(") else self._loose()
        if self.next.kind == "number" and self._touches() and self.next.text.replace(",", "").isdigit():
            first = self.skip().text
            tail = _INDEX.match(self.source, self.next.at) if self.next.text == "," else None
            with_tail = f"{first}{tail[0]}" if tail else first
            if tail and self.names.resolve(Spelling(token.text, with_tail)):
                self.at += 2
                return with_tail
            return first
        return ""

    def _loose(self) -> str:
        """Behind an underscore without braces: a number, or a word with its digits."""
        if self.next.kind not in ("number", "name", "lowered"):
            raise self.fail("unexpected")
        text = self.skip().text
        if self.next.kind == "number" and self._touches() and text.isalpha():
            text += self.skip().text
        return text

    def _above(self) -> str:
        """An index above: raised digits, ^2, ^{(2)}, ^(2), ^new."""
        if self.next.kind == "raised":
            return self.skip().text
        if self.next.text != "^" or self.peek() in ("T", "⊤"):
            return ""
        start = self.at
        self.skip()
        if self.next.text in ("{", "("):
            opening = self.next.text
            text = self._group()
            if opening == "(":
                text = f"({text})"
        elif self.next.kind in ("number", "name") or self.next.text in ("+", "'"):
            text = self.skip().text
        else:
            text = ""
        if re.fullmatch(r"\[\w{1,4}\]", text):
            text = f"({text[1:-1]})"
        if not re.fullmatch(r"[(]?[\w+,'\-]{1,12}[)]?", text):
            self.at = start
            return ""
        return text

    def _group(self) -> str:
        """The text of a group in braces or parentheses, without spaces."""
        closing = OPENING[self.skip().text]
        text, depth = "", 1
        while True:
            token = self.skip()
            depth += (token.text in OPENING) - (token.text in OPENING.values())
            if not depth:
                break
            text += token.text
        if token.text != closing:
            raise self.fail("unexpected", token)
        return text

    def _touches(self) -> bool:
        """Whether nothing stands between the next token and the one before it."""
        return self.next.at > 0 and not self.source[self.next.at - 1].isspace()

    def _split(self, token: Token) -> Formula:
        """wx, as w · x; the first letters that are a name, then the rest."""
        for cut in range(len(token.text) - 1, 0, -1) if self.source.startswith(token.text, token.at) else ():
            head, tail = token.text[:cut], token.text[cut:]
            found = self.names.resolve(Spelling(head)) if cut < 4 else ()
            if len(found) == 1 and len(token.text) <= 4:
                place = self.tokens.index(token)
                self.tokens[place : place + 1] = [Token("name", head, token.at), Token("name", tail, token.at + cut)]
                self.at = place + 1
                return self._leaf(found, head, token)
        end = max(self.reached, self._identifier_end(token))
        raise Unreadable("unknown-name", token.at, name=self.source[token.at : end].strip(" &$\n"))

    def _updated(self, tree: Formula) -> Formula:
        """Marks of the value after the update: ' + new (t+1) (3); of the derivative: .grad."""
        if self.primes():
            return primed(tree)
        if not isinstance(tree, Quantity | Array):
            return tree
        if self.next.text == "." and self.peek() in ("grad", "gradient") and self.names.is_parameter(tree.name):
            self.at += 2
            return type(tree)(self.names.derivative("loss", tree.name))
        step = self._step(self.names.is_parameter(tree.name.partition("'")[0].partition("#")[0]))
        if step is None or step == 0 or "/" in tree.name:
            return tree
        return primed(tree) if step == 1 else type(tree)(f"{tree.name}#{step}")

    def _step(self, parameter: bool) -> int | None:
        """The number of updates that what stands behind a symbol says; None where nothing does."""
        here, texts = self.at, [self.next.text, *(self.peek(n) for n in range(1, 5))]
        mark = 1 if texts[0] in "_(" and texts[0] else 0
        word = bare(texts[mark])
        if word in NEW_WORDS or (word in OLD_WORDS and (mark or parameter)):
            closing = self._closing(texts, mark)
            if texts[0] != "(" or closing:
                self.at += mark + 1 + closing
                return int(word in NEW_WORDS)
        if texts[0] == "+" and self.tokens[here + 1].kind == "end":
            self.at += 1
            return 1
        if texts[0] == "#" and texts[1].isdigit() and len(texts[1]) < 7:
            self.at += 2
            return int(texts[1])
        if texts[0] != "(" or not parameter or not self._touches():
            return None
        if texts[1] in COUNTING and (texts[2] == ")" or texts[2:5] == ["+", "1", ")"]):
            self.at += 3 if texts[2] == ")" else 5
            return int(texts[2] != ")")
        if self.counted and texts[1].isdigit() and len(texts[1]) < 5 and texts[2] == ")":
            self.at += 3
            return int(texts[1])
        return None

    def _closing(self, texts: Sequence[str], mark: int) -> int:
        """How many tokens from a word in brackets to the bracket's end: (new), (new value)."""
        return next((n for n in (1, 2) if texts[mark + n : mark + n + 1] == [")"]), 0) if texts[0] == "(" else 0


def primed(tree: Formula) -> Formula:
    """The value after the update; what no update changes stays."""
    if isinstance(tree, Quantity | Array) and "/" not in tree.name and not tree.name.endswith("'"):
        return type(tree)(f"{tree.name}'")
    return tree


def _without_marks(typed: Spelling) -> tuple[Spelling, bool]:
    """The spelling without "new" or "old" in its index, and whether it was new."""
    sup, sub = typed.sup.strip("()"), typed.sub
    if sup in NEW or bare(sup) in NEW_WORDS:
        return Spelling(typed.base, sub, "", typed.row), True
    if sup in OLD or bare(sup) in OLD_WORDS:
        return Spelling(typed.base, sub, "", typed.row), False
    marked = _MARKED.fullmatch(sub)
    if marked is not None and (word := bare(marked["word"])) in NEW_WORDS | OLD_WORDS:
        return Spelling(typed.base, marked["rest"], typed.sup, typed.row), word in NEW_WORDS
    return typed, False


def _check_size(tokens: Sequence[Token]) -> None:
    """Refuse what is longer or nests deeper than a formula may."""
    if len(tokens) > TYPED.tokens or tokens[-1].at - tokens[0].at > TYPED.characters:
        raise Unreadable("too-long", tokens[min(len(tokens) - 1, TYPED.tokens)].at)
    depth = 0
    for token in tokens:
        depth += (token.text in OPENING) - (token.text in OPENING.values())
        if depth > TYPED.depth:
            raise Unreadable("too-deep", token.at)
