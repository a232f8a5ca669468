"""A symbol as a person typed it: tokens in, a quantity or a whole array under its canonical name out.

symbol = letters marks* ("'" | "+" | "new")? ;  marks = below | above | "@" row ; or a canonical name, or a word as in a program.
"""

from __future__ import annotations

import re

from derivegen.formula.read.tokens import Token
from derivegen.formula.tree import Array, Formula, Number, Quantity
from derivegen.marking.read.index_marks import MarkReader
from derivegen.marking.read.typed_tokens import LOWERED, RAISED
from derivegen.marking.read.unreadable import Ambiguous, Unreadable
from derivegen.network.names import parse
from derivegen.notation.spelling import Spelling
from derivegen.notation.typed_names import NEW, OLD
from derivegen.notation.vocabulary import NEW_WORDS, OLD_WORDS, bare
from derivegen.records import replace

IDENTIFIER = re.compile(r"[A-Za-zͰ-Ͽ](?:[A-Za-z0-9_Ͱ-Ͽ]*[A-Za-z0-9Ͱ-Ͽ])?")
_MODULE = re.compile(r"[A-Za-z_][\w.]*\.(?:weight|bias)(?:\.grad)?\b(?:\[\d+(?:, ?\d+)*\])*")
_CANONICAL = re.compile(
    r"[A-Za-z]\w*(?:(?:\[\d{1,9}(?: ?, ?\d{1,9}){0,3}\])+|(?:\.\d{1,9}(?!\d))+)(?:@\w+)?'?(?:#\d+)?"
)
_PROGRAM = re.compile(r"^[ \t>]*d_?(?:[A-Z]\w{0,6}|[wb]\d{0,2})(?:\[[\d,]+\])?[ \t]*=", re.M)
"""Where a text calls derivatives of the loss dw2 or dU, as programs do, dy is one as well, and no differential."""
_MARKED = re.compile(r"(?P<rest>[\w,]*?)[,_(]*(?P<word>[^\W\d_]+)\)?")
IMPLIED = {
    **dict.fromkeys(("out", "output", "o", "a", "h", "y", "act"), "a"), **dict.fromkeys(("net", "z", "s", "sum", "in", "net_input"), "z"),
    **dict.fromkeys(("salida", "saída", "saida", "sortie", "ausgabe"), "a"),
    **dict.fromkeys(("neta", "soma", "suma", "somme", "summe"), "z"),
    **dict.fromkeys(("target", "t", "tgt", "label"), "t"), **dict.fromkeys(("δ", "delta"), "delta"),
}  # fmt: skip
"""Words that mean the unit a line is about where they have no index and no other meaning."""
_STARRED = re.compile(r"\*[ \t$`]*[=≈:]")
"""w5* = …, a new value."""
_CHANGED = re.compile("[/'#]")
"""What the name of a derivative, or of what some updates leave, has in it."""
OF_ROWS = ("m", "N")
"""Letters for the number of examples."""
COUNTING = ("t", "n", "k", "i", "τ", "m", "s")
"""Letters that count updates."""


class SymbolReader(MarkReader):
    """What is one symbol with its marks."""

    def symbol(self) -> Formula:
        """A quantity with its index and its marks; words that run into one another are taken apart if all are names."""
        token = self.next
        whole = self._identifier_end(token)
        marked = self.source[whole : whole + 1]
        if self.under or (marked and marked in "@_^" + RAISED + LOWERED):
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
        for pattern in (_MODULE, _CANONICAL, IDENTIFIER):
            match = pattern.match(self.source, token.at, self.tokens[-1].at)
            if match is None or match.end() == token.at + len(token.text) or self._is_within(match.end()):
                continue
            found = self.names.identifier(match[0])
            if found:
                return self._taken(found, match[0], match.end())
            if match[0].startswith(f"{token.text}["):
                self._beyond(token, match[0])
        return None

    def _is_within(self, place: int) -> bool:
        """Whether a place lies within the number behind a word: a1,2 is no a1, out_h1,2 no out_h1."""
        behind = self.tokens[self.at + 1 : self.at + 5]
        return any(each.kind == "number" and each.at < place < each.at + len(each.text) for each in behind)

    def _beyond(self, token: Token, shown: str) -> None:
        """Refuse a member that a family with index letters does not have."""
        ranges = self.names.graph.ranges(token.text)
        if ranges:
            raise Unreadable("beyond-range", token.at, name=shown, ranges=ranges)

    def _taken(self, found: tuple[str, ...], shown: str, end: int) -> Formula:
        token = self.next
        while self.next.kind != "end" and self.next.at < end:
            self.at += 1
        return self._leaf(found, shown, token)

    def _leaf(self, found: tuple[str, ...], shown: str, token: Token) -> Formula:
        if len(found) > 1:
            target = [name for name in found if self.takes_target and self.names.graph.kind_of(name) == "target"]
            if len(target) != 1:
                raise Ambiguous(token.at, shown, found)
            found = tuple(target)
        return Array(found[0]) if self.names.is_array(found[0]) else Quantity(found[0])

    def _marked(self) -> Formula | None:
        """A letter with what stands below, above and behind it. What stands above and is no index is left as an exponent."""
        token = self.next
        self.skip()
        sub, sup, row, before, new = "", "", "", None, False
        while True:
            here = self.at
            if not sub and (mark := self._below()):
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
        if (name := self._under_heading(spelled)) is not None:
            return Quantity(name)
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
                arrays = all(map(self.names.is_array, found)) and not self.names.settles(spelled)
                implied = self._implied(typed) if arrays else None
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

    def _under_heading(self, typed: Spelling) -> str | None:
        """The quantity of the example or the step in time that a line stands under: z^(1)_1 below "Example 2", h_1 behind "t = 3"."""
        row, moment = self.under.row, self.under.moment
        if row and not typed.row:
            here = replace(typed, row=row)
            found = self.names.resolve(here, own=True) or self.names.resolve(here)
            every = {name for name in (*found, *self.names.resolve(typed)) if name.endswith(f"@{row}")}
            some = [name for name in every if not self.names.is_array(name)]
            return some[0] if len(some) == 1 else None  # of z_12 the 2 may be the example
        if not moment or typed.sup or typed.row:
            return None
        found = self.names.resolve(replace(typed, sup=f"({moment})"), own=True)
        parts = parse(found[0]) if len(found) == 1 else None
        below = tuple(re.findall(r"\d", typed.sub.replace(",", "")))
        return found[0] if parts is not None and tuple(map(str, parts.indices)) == (moment, *below) else None

    def _implied(self, typed: Spelling) -> Formula | None:
        """What a word without an index means in the working for a unit: out, net, target are those of that unit."""
        base = IMPLIED.get(typed.base)
        if base is None or not self.unit or typed.sub or typed.sup or typed.row:
            return None
        unit = parse(f"a{self.unit}")
        assert unit is not None
        if base == "t" and unit.indices[0] != self.names.graph.depth:
            return None
        found = self.names.canonical(str(replace(unit, base=base, indices=unit.indices[base == "t" :])))
        return None if found is None else Quantity(found)

    def _split(self, token: Token) -> Formula:
        """Δw, what an update adds; wx, as w · x; the first letters that are a name, then the rest."""
        if token.text[0] == "Δ" and len(added := self.names.identifier(token.text)) == 1:
            self.at = self.tokens.index(token) + 1
            return self._leaf(added, token.text, token)
        for cut in range(len(token.text) - 1, 0, -1) if self.source.startswith(token.text, token.at) else ():
            head, tail = token.text[:cut], token.text[cut:]
            found = self.names.resolve(Spelling(head)) if cut < 4 else ()
            if len(found) == 1 and len(token.text) <= 4:
                place = self.tokens.index(token)
                self.tokens[place : place + 1] = [Token("name", head, token.at), Token("name", tail, token.at + cut)]
                self.at = place + 1
                return self._leaf(found, head, token)
        of_program = token.text[0] == "d" and len(token.text) > 1 and _PROGRAM.search(self.source)
        if of_program and (slope := self.names.identifier(token.text)):
            self.skip()
            return self._leaf(slope, token.text, token)
        if (rows := self._count_of_rows(token.text)) is not None:
            self.at = self.tokens.index(token) + 1
            return rows
        end = max(self.reached, self._identifier_end(token))
        typed = _CANONICAL.match(self.source, token.at)
        shown = (typed[0] if typed else self.source[token.at : end]).strip(" &$\n")
        self._beyond(token, shown)
        if self.names.canonical(f"{shown}@1"):
            count, one = self.names.graph.network.rows, f"{shown}@1"
            raise Unreadable("row-not-said", token.at, name=shown, count=str(count), other=one)
        raise Unreadable("unknown-name", token.at, name=shown)

    def _count_of_rows(self, letter: str) -> Formula | None:
        """The number of examples, as 1/m has it; None of any other letter, or where there is one example."""
        rows = self.names.graph.network.rows
        return Number(str(rows)) if letter in OF_ROWS and isinstance(rows, int) and rows > 1 else None

    def _updated(self, tree: Formula) -> Formula:
        """Marks of the value after the update: ' + new (t+1) (3); of the derivative: .grad."""
        if count := self.primes():
            return self._after(tree, count)
        if not isinstance(tree, Quantity | Array):
            return tree
        if self.next.text == "." and self.peek() in ("grad", "gradient") and self.names.is_parameter(tree.name):
            self.at += 2
            return type(tree)(self.names.derivative("loss", tree.name))
        step = self._step(tree)
        if step is None or step == 0 or _CHANGED.search(tree.name):
            return tree
        return primed(tree) if step == 1 else type(tree)(f"{tree.name}#{step}")

    def _after(self, tree: Formula, count: int) -> Formula:
        """The value that as many updates leave as a parameter has primes: w''."""
        if count > 1 and isinstance(tree, Quantity | Array) and self.names.is_parameter(tree.name):
            return type(tree)(f"{tree.name}#{count}")
        return primed(tree)

    def _step(self, tree: Quantity | Array) -> int | None:
        """The number of updates that what stands behind a symbol says; None where nothing does."""
        parameter = self.names.is_parameter(tree.name.partition("'")[0].partition("#")[0])
        here, first = self.at, self.next.text
        inner, taken = self._mark()
        word, apart = bare(inner[0]) if inner else "", taken > 1
        if 0 < len(inner) <= 2 and (word in NEW_WORDS or (word in OLD_WORDS and (apart or parameter))):
            self.at += taken
            return int(word in NEW_WORDS)
        new = first == "+" or (parameter and _STARRED.match(self.source, self.next.at) is not None)
        if new and self.tokens[here + 1].kind == "end":
            self.at += 1
            return 1
        if first == "#" and self.peek().isdigit() and len(self.peek()) < 7:
            self.at += 2
            return int(self.tokens[here + 1].text)
        if not (parameter and apart and inner and self._touches()):
            return None
        if inner[0] in COUNTING and inner[1:] in ([], ["+", "1"]):
            self.at += taken
            return len(inner) // 2
        bracket = first == "(" or (first == "[" and isinstance(tree, Quantity))
        counts = self.counted if bracket else first == "^" and "(" in (self.peek(), self.peek(2))
        if counts and len(inner) == 1 and inner[0].isdigit() and len(inner[0]) < 5:
            self.at += taken
            return int(inner[0])
        return None


def primed(tree: Formula) -> Formula:
    """The value after the update; what no update changes stays."""
    if isinstance(tree, Quantity | Array) and not _CHANGED.search(tree.name):
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
