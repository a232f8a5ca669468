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
from derivegen.notation.typed_names import NEW, OLD, Names, Spelling

IDENTIFIER = re.compile(r"[A-Za-zͰ-Ͽ](?:[A-Za-z0-9_Ͱ-Ͽ]*[A-Za-z0-9Ͱ-Ͽ])?")
_CANONICAL = re.compile(r"[A-Za-z]\w*(?:(?:\[\d{1,9}\])+|(?:\.\d{1,9}(?!\d))+)(?:@\w+)?'?(?:#\d+)?")
_INDEX = re.compile(r",\d+")
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

    def __init__(self, text: str, tokens: Sequence[Token], names: Names, end: int) -> None:
        self.source, self.names = text, names
        self.tokens = [*tokens, Token("end", "", end)]
        self.at = self.depth = self.reached = self.written = 0
        self.between_bars = False
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
            elif self.next.text == "@" and self.tokens[self.at + 1].kind in ("number", "name"):
                self.skip()
                row = self.skip().text
            else:
                break
        self.reached = self.next.at
        found = self._found(token, Spelling(token.text, sub, sup, row), before)
        return primed(found) if found is not None and new else found

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
                leaf = self._leaf(found, typed.base + typed.sub, token)
                return primed(leaf) if new else leaf
        self.at = self.tokens.index(token)
        return None

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
        """Marks of the value after the update: ' + new."""
        if self.primes():
            return primed(tree)
        if self.next.text in ("new", "updated") or (self.next.text == "+" and self.tokens[self.at + 1].kind == "end"):
            self.skip()
            return primed(tree)
        return tree


def primed(tree: Formula) -> Formula:
    """The value after the update; what no update changes stays."""
    if isinstance(tree, Quantity | Array) and "/" not in tree.name and not tree.name.endswith("'"):
        return type(tree)(f"{tree.name}'")
    return tree


def _without_marks(typed: Spelling) -> tuple[Spelling, bool]:
    """The spelling without "new" or "old" in its index, and whether it was new."""
    sup, sub = typed.sup.strip("()"), typed.sub
    if sup in NEW:
        return Spelling(typed.base, sub, "", typed.row), True
    if sup in OLD:
        return Spelling(typed.base, sub, "", typed.row), False
    head, _, tail = sub.rpartition(",")
    if tail in ("new", "neu", "old", "updated"):
        return Spelling(typed.base, head, typed.sup, typed.row), tail != "old"
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
