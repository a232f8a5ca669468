"""The layer form as code: a derivation and names of wanted results go in; one numpy function that computes them from arrays comes out.

Every family is one array (units × inputs, units × rows), every adjoint another; the rule of a family's derivative, which the chain rule
gives for index letters, is printed as products of arrays. Only identifiers, numbers and operators of our own are ever compiled. An output
layer and a loss that belong together (sigmoid and binary cross-entropy, softmax and cross-entropy) are joined as their table says, so that
nothing is divided by an activation that has run into 0 or 1 (Goodfellow, Bengio and Courville, Deep Learning, 2016, 6.2.2).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import Any

from derivegen.calculus.chain import Derivation, Link
from derivegen.calculus.code.lines import Line, bare, held, in_place, let_go
from derivegen.calculus.numbers.evaluate import Symbolic
from derivegen.formula.arithmetic.value import called, constant
from derivegen.formula.tree import (
    BigSum,
    Bracket,
    Call,
    Cases,
    Compare,
    Formula,
    Indexed,
    Negative,
    Number,
    Power,
    Product,
    Quantity,
    Ratio,
    Sum,
)
from derivegen.network.family import PARAMETERS, Family
from derivegen.network.tables.losses import LOSSES

_COMPARED = {"<": "<", ">": ">", "≤": "<=", "≥": ">=", "=": "==", "≠": "!="}


@dataclass(frozen=True, slots=True)
class Piece:
    """Code whose value is an array with one axis for each letter, in that order. `operations` are (sign, operand) of which it is made from
    left to right, where each operand has all its axes."""

    code: str
    letters: tuple[str, ...] = ()
    operations: tuple[tuple[str, str], ...] = ()

    def along(self, order: Sequence[str]) -> str:
        """The code with its axes in this order, and one of length 1 for each letter it does not have; numpy adds those in front."""
        own = tuple(letter for letter in order if letter in self.letters)
        code = self.code
        if own != self.letters:
            places = tuple(self.letters.index(letter) for letter in own)
            code = f"{code}.T" if places == (1, 0) else f"{code}.transpose{places}"
        inner = list(order)[order.index(own[0]) :] if own else []
        if len(inner) == len(own):
            return code
        return f"{code}[{', '.join(':' if letter in own else 'None' for letter in inner)}]"


@dataclass
class LayerCode:
    """Writes the code of one derivation, line by line, as results are asked for."""

    derivation: Derivation
    lines: list[Line] = field(default_factory=list)
    functions: set[str] = field(default_factory=set)
    ones: set[int] = field(default_factory=set)
    _known: dict[str, str] = field(default_factory=dict)
    _arguments: dict[str, str] = field(default_factory=dict)

    # what is computed

    def result(self, name: str) -> str:
        """The variable that holds a family ("a[2]", "loss") or an adjoint ("dloss/dw[1]"); what it needs is written first."""
        top = self.derivation.name_of("")
        return self.adjoint(name.removeprefix(top)) if name.startswith(top) else self.family(name)

    def prepare(self, results: Sequence[str]) -> None:
        """Write what the results need layer after layer, forwards and back, so that no recursion gets deep; and each result as soon as what
        it is made of is there, so that arrays are not kept for longer than they are needed."""
        graph, top = self.derivation.graph, self.derivation.name_of("")
        inner = [family for family in graph.families.values() if family.kind in ("pre-activation", "activation")]
        for name in [*(family.name for family in inner), *results]:
            if not name.startswith(top):
                self.family(name)
        back = [graph.families[name.removeprefix(top)] for name in results if name.startswith(top)]
        lowest = min((family.layer for family in back), default=graph.depth + 1)
        for family in reversed(inner):
            at_end = self.joined and family is inner[-1]
            if family.layer >= lowest and not at_end:
                self.adjoint(family.name)
            for each in back if family.kind == "pre-activation" else ():
                if each.layer == family.layer and each.kind in PARAMETERS:
                    self.adjoint(each.name)

    def family(self, name: str) -> str:
        """The variable of a family's array."""
        if name not in self._known:
            family = self.derivation.graph.families[name]
            if family.formula is None:
                self._known[name] = self._arguments[name] = _identifier(name)
            else:
                self._known[name] = self._assigned(_identifier(name), self._forward(family), family)
        return self._known[name]

    def adjoint(self, name: str) -> str:
        """The variable of ∂root/∂(the family)."""
        key = f"∂{name}"
        if key not in self._known:
            family = self.derivation.graph.families[name]
            self._known[key] = self._assigned(f"d_{_identifier(name)}", self._backward(family), family)
        return self._known[key]

    @property
    def arguments(self) -> Mapping[str, str]:
        """The families that have to be given, by name, with their variables."""
        return self._arguments

    def _assigned(self, variable: str, piece: Piece, family: Family) -> str:
        """A line for the piece, its axes as those of the family."""
        from derivegen.formula.arithmetic.arrays import INTO

        letters = tuple(axis.letter for axis in family.axes)
        code = piece.along(letters)
        if set(piece.letters) != set(letters):
            code = f"broadcast_to({code}, ({''.join(f'{axis.size}, ' for axis in family.axes)}))"
        elif len(piece.operations) > 1 and letters and piece.letters == letters:
            self.lines += in_place(variable, piece.operations)
            return variable
        called_with = re.fullmatch(r"(\w+)\((\w+)\)", code)
        if called_with and called_with[1] in self.functions:
            function, argument = called_with.groups()
            taking = f"{variable} = {function}({argument}, {argument})"
            self.lines.append(Line(f"{variable} = {code}", True, argument if function in INTO else "", taking))
            return variable
        self.lines.append(Line(f"{variable} = {bare(code)}", fresh=bare(code) != code))
        return variable

    # forward

    def _forward(self, family: Family) -> Piece:
        assert family.formula is not None
        letters = tuple(axis.letter for axis in family.axes)
        if family.is_coupled:
            self.functions.add("shares")
            return Piece(f"shares({self.family(f'z[{family.layer}]')})", letters)
        if family.kind == "loss" and self.joined:
            return self._joint_loss(family)
        return self.piece(family.formula)

    @cached_property
    def joined(self) -> bool:
        """Whether the output layer and the loss are a pair that is joined."""
        graph = self.derivation.graph
        choice = graph.network.loss
        if choice is None or choice.formula is not None or choice.name not in LOSSES:
            return False
        return LOSSES[choice.name].with_activation == graph.output.rule

    def _joint_loss(self, family: Family) -> Piece:
        """The loss from z: −t ln σ(z) − (1 − t) ln(1 − σ(z)) = softplus(z) − tz; −t ln softmax(z) = t (ln Σ e^z − z); without a
        difference in which a small loss would lose its digits."""
        graph = self.derivation.graph
        own, soft = graph.stack[-1].z, graph.output.is_coupled
        z, t = self.family(own.name), self.family("t")
        letters = tuple(axis.letter for axis in own.axes)
        function = "surprise" if soft else "entropy"
        self.functions.add(function)
        terms = Piece(f"{t} * surprise({z})" if soft else f"entropy({z}, {t})", letters)
        if family.name == "loss terms":
            return terms
        kept = {axis.letter for axis in family.axes}
        term = Piece(f"({terms.code})", letters)
        shares = map(self.piece, self._shares(family))
        return self.contracted([*shares, term], [letter for letter in letters if letter not in kept])

    def _shares(self, family: Family) -> Iterator[Formula]:
        """The fractions 1/m, 1/n in front of a loss."""
        if isinstance(family.formula, Product):
            yield from (
                part for part in family.formula.factors if isinstance(part, Ratio) and isinstance(part.top, Number)
            )

    # backward

    def _backward(self, family: Family) -> Piece:
        if self.joined and family is self.derivation.graph.stack[-1].z:
            return self._joint_slope(family)
        parts = [part for link in self.derivation.links[family.name] for part in self._through(link)]
        if not parts:
            return Piece("0.0")
        found = self.added(parts)
        return self._masked(family, found)

    def _masked(self, family: Family, piece: Piece) -> Piece:
        if family.mask is None:
            return piece
        letters = tuple(axis.letter for axis in family.axes)
        return Piece(f"{piece.along(letters)} * mask_{_identifier(family.name)}", letters)

    def _joint_slope(self, family: Family) -> Piece:
        """∂loss/∂z = (a − t) · shares; of softmax a · Σ t − t, which is that where the targets add up to 1; from z, since a saturated a has
        lost the digits of the difference."""
        z, t = self.family(family.name), self.family("t")
        soft = self.derivation.graph.output.is_coupled
        letters = tuple(axis.letter for axis in family.axes)
        function = "soft_slope" if soft else "entropy_slope"
        self.functions.add(function)
        own = Piece(f"{function}({z}, {t})", letters)
        shares = map(self.piece, self._shares(self.derivation.root_family))
        return self.multiplied([*shares, own])

    def _through(self, link: Link) -> Iterator[Piece]:
        """What the root feels of a family through one link: the adjoint of the child times the link, summed over the child's other
        letters; of a coupled link without the members that stand for themselves."""
        child = self.derivation.graph.families[link.child]
        if link.factor is None:
            raise Symbolic(link.child)
        axes = tuple(axis.letter for axis in child.axes)
        at_root = child is self.derivation.root_family
        upstream = [] if at_root else [Piece(self.adjoint(child.name), axes)]
        factors = [*upstream, *map(self.piece, link.shares), *self._factors(link.factor)]
        free = [letter for letter in axes if letter not in link.leaf.letters]
        parent = self.derivation.graph.families[link.leaf.base]
        yield self._as_parent(self.contracted(factors, free), link, parent)
        if link.when == "cross":
            same = dict(zip(axes, link.leaf.letters, strict=True))
            alike = [Piece(f.code, tuple(same.get(letter, letter) for letter in f.letters)) for f in factors]
            yield self._as_parent(self.multiplied([Piece("-1.0"), *alike]), link, parent)

    @staticmethod
    def _as_parent(piece: Piece, link: Link, parent: Family) -> Piece:
        """The piece with the letters of the parent's own axes in place of those it has in the child's formula."""
        own = dict(zip(link.leaf.letters, (axis.letter for axis in parent.axes), strict=True))
        return Piece(piece.code, tuple(own[letter] for letter in piece.letters), piece.operations)

    # formulas

    def piece(self, tree: Formula) -> Piece:
        """The code of a formula under index letters. Raises Symbolic where it has no number."""
        match tree:
            case Indexed(base, letters):
                return Piece(self.family(base), letters)
            case Number(text):
                return Piece(repr(float(text)))
            case Bracket(body):
                return self.piece(body)
            case Negative() | Product():
                return self.contracted(list(self._factors(tree)), [])
            case Sum(terms):
                return self.added([self.piece(term) for term in terms])
            case Ratio(Number(top), Number(bottom)):
                return Piece(repr(float(top) / float(bottom)))
            case Ratio(top, bottom):
                return self._between(self.piece(top), "/", self.piece(bottom))
            case Power(base, exponent):
                raised = self.piece(base)
                return Piece(f"({held(raised.code)} ** {_exponent(exponent)})", raised.letters)
            case BigSum(body, Quantity(letter), _, Number(size)):
                return self._summed(body, letter, int(size))
            case Call():
                return self._call(tree)
            case Cases(branches):
                return self._cases(branches)
            case Compare(left, relation, right):
                return self._between(self.piece(left), _COMPARED[relation], self.piece(right))
        raise Symbolic(f"no number for {type(tree).__name__}")

    def _factors(self, tree: Formula) -> Iterator[Piece]:
        """The factors of a product, however it is written."""
        match tree:
            case Product(factors):
                for factor in factors:
                    yield from self._factors(factor)
            case Negative(body):
                yield Piece("-1.0")
                yield from self._factors(body)
            case Bracket(body):
                yield from self._factors(body)
            case Number("1"):
                return
            case _:
                yield self.piece(tree)

    def _summed(self, body: Formula, letter: str, size: int) -> Piece:
        sums = [letter]
        while isinstance(body, BigSum) and isinstance(body.index, Quantity) and isinstance(body.high, Number):
            sums.append(body.index.name)
            size, body = size * int(body.high.text), body.body
        factors = list(self._factors(body))
        found = self.contracted(factors, sums)
        there = {each for factor in factors for each in factor.letters}
        if there.issuperset(sums):
            return found
        sizes = self._sizes(sums)
        return self.multiplied([Piece(repr(float(prod(sizes[each] for each in sums if each not in there)))), found])

    def _sizes(self, letters: Iterable[str]) -> dict[str, int]:
        wanted = set(letters)
        families = self.derivation.graph.families.values()
        return {axis.letter: int(axis.size) for family in families for axis in family.axes if axis.letter in wanted}

    def _call(self, tree: Call) -> Piece:
        from derivegen.formula.arithmetic.arrays import ARRAYS

        name = called(tree)
        if name not in ARRAYS.functions:
            raise Symbolic(f"the unknown function {tree.function}")
        self.functions.add(name)
        pieces = [self.piece(argument) for argument in tree.arguments]
        order = self.order(pieces)
        arguments = [bare(piece.along(order)) for piece in pieces]
        return Piece(f"{name}({', '.join(arguments)})", order)

    def _cases(self, branches: Sequence[tuple[Formula, Formula | None]]) -> Piece:
        pieces = [(self.piece(then), None if when is None else self.piece(when)) for then, when in branches]
        order = self.order([piece for pair in pieces for piece in pair if piece is not None])
        code = "nan"
        for then, when in reversed(pieces):
            code = then.along(order) if when is None else f"where({when.along(order)}, {then.along(order)}, {code})"
        return Piece(code, order)

    # arrays put together

    def order(self, pieces: Sequence[Piece]) -> tuple[str, ...]:
        """All letters of the pieces, those of examples last."""
        found = dict.fromkeys(
            letter for piece in sorted(pieces, key=lambda p: -len(p.letters)) for letter in piece.letters
        )
        return tuple(sorted(found, key=self._examples.__contains__))

    @cached_property
    def _examples(self) -> frozenset[str]:
        families = self.derivation.graph.families.values()
        return frozenset(axis.letter for family in families for axis in family.axes if axis.counts == "example")

    def _between(self, left: Piece, sign: str, right: Piece) -> Piece:
        order = self.order([left, right])
        return Piece(f"({left.along(order)} {sign} {right.along(order)})", order)

    def added(self, pieces: Sequence[Piece]) -> Piece:
        """The sum."""
        if len(pieces) == 1:
            return pieces[0]
        order = self.order(pieces)
        code = pieces[0].along(order)
        operations = [("", code)]
        for piece in pieces[1:]:
            own = piece.along(order)
            sign, operand = ("-", own.removeprefix("-")) if own.startswith("-") else ("+", own)
            code = f"{code} {sign} {operand}"
            operations.append((sign, operand))
        return Piece(f"({code})", order, tuple(operations) if pieces[0].letters == order else ())

    def multiplied(self, pieces: Sequence[Piece]) -> Piece:
        """The product, entry by entry; numbers are put together first, the small arrays before the large. All products of two vectors are a
        product of matrices with one term each, which takes half the time of `outer`."""
        numbers = [float(piece.code) for piece in pieces if _is_number(piece.code)]
        arrays = sorted((piece for piece in pieces if not _is_number(piece.code)), key=lambda piece: len(piece.letters))
        number = prod(numbers)
        if not arrays:
            return Piece(repr(number))
        order = self.order(arrays)
        if (
            number == 1.0
            and [piece.letters for piece in arrays] == [(letter,) for letter in order]
            and len(arrays) == 2
        ):
            return Piece(f"({held(arrays[0].code)}[:, None].dot({arrays[1].code}[None]))", order)
        codes = [piece.along(order) for piece in arrays]
        if number == -1.0:
            return Piece(f"-({' * '.join(codes)})" if len(codes) > 1 else f"-{codes[0]}", order)
        alike = all(piece.letters == order for piece in arrays)
        if number != 1.0:
            codes.insert(len(codes) if alike else 0, repr(number))
        operations = (("", codes[0]), *(("*", code) for code in codes[1:])) if alike else ()
        return Piece(codes[0] if len(codes) == 1 else f"({' * '.join(codes)})", order, operations)

    def contracted(self, factors: Sequence[Piece], sums: Sequence[str]) -> Piece:
        """The product summed over some letters: what does not have them stands outside; two arrays that share just one of them, and
        nothing else, are a product of matrices."""
        over = {letter for letter in sums if any(letter in factor.letters for factor in factors)}
        inside = [factor for factor in factors if over.intersection(factor.letters)]
        outside = [factor for factor in factors if not over.intersection(factor.letters)]
        if not over:
            return self.multiplied(factors)
        return self.multiplied([*outside, self._inner(inside, over)])

    def _inner(self, factors: Sequence[Piece], over: set[str]) -> Piece:
        if len(factors) == 2:
            left, right = factors
            if set(left.letters) & set(right.letters) == over and len(over) == 1 and max(map(_axes, factors)) < 3:
                return self._matrix_product(left, right, *over)
        whole = self.multiplied(factors)
        if over.issuperset(whole.letters):
            return Piece(f"{held(whole.code)}.sum()")
        if len(whole.letters) == 2 and {whole.letters[1]} == over and over <= self._examples:  # half the time of `sum`
            (size,) = self._sizes(over).values()
            self.ones.add(size)
            return Piece(f"({held(whole.code)}.dot(ones_{size}))", whole.letters[:1])
        places = tuple(place for place, letter in enumerate(whole.letters) if letter in over)
        rest = tuple(letter for letter in whole.letters if letter not in over)
        return Piece(f"{held(whole.code)}.sum({places[0] if len(places) == 1 else places})", rest)

    def _matrix_product(self, left: Piece, right: Piece, letter: str) -> Piece:
        """left · right over one letter, examples behind. `dot` is `@` with 0.5 µs less to decide, of 1 for a small product."""
        rest = [tuple(each for each in piece.letters if each != letter) for piece in (left, right)]
        if rest[0] and rest[1] and self.order([Piece("", rest[0] + rest[1])]) != rest[0] + rest[1]:
            left, right, rest = right, left, rest[::-1]
        first, second = left.along((*rest[0], letter)), right.along((letter, *rest[1]))
        return Piece(f"({held(first)}.dot({bare(second)}))", rest[0] + rest[1])


@dataclass(frozen=True)
class LayerFunction:
    """A compiled function: arrays by family in `arguments`' order go into `computed`, `results` come out. `source` is what was compiled."""

    arguments: tuple[str, ...]
    results: tuple[str, ...]
    source: str
    computed: Callable[..., tuple[Any, ...]]

    def __call__(self, arrays: Mapping[str, Any]) -> tuple[Any, ...]:
        """The results, each an array whose axes are those of its family; what has no number is not finite, without a warning."""
        import numpy

        with numpy.errstate(all="ignore"):
            return self.computed(*[arrays[name] for name in self.arguments])


def layer_function(
    derivation: Derivation, results: Sequence[str], functions: Mapping[str, Callable[..., Any]] | None = None
) -> LayerFunction:
    """The function that computes families and adjoints of a network of layers by name, with functions of real arrays or others of the same
    names. Raises Symbolic where there is no number."""
    from derivegen.formula.arithmetic.arrays import ARRAYS, WHOLE

    if not isinstance(derivation.graph.network.rows, int):
        raise Symbolic("a symbolic number of rows")
    code = LayerCode(derivation)
    code.prepare(results)
    variables = [code.result(name) for name in results]
    returned = Line(f"return ({''.join(f'{variable}, ' for variable in variables)})")
    lines = let_go([*code.lines, returned])
    source = "\n    ".join((f"def computed({', '.join(code.arguments.values())}):", *lines)) + "\n"
    known = {**ARRAYS.functions, **WHOLE, **(functions or {})}
    namespace: dict[str, Any] = {name: known[name] for name in code.functions} | _numpy_functions() | _constants(code)
    exec(compile(source, "<layer form>", "exec"), namespace)
    return LayerFunction(tuple(code.arguments), tuple(results), source, namespace["computed"])


def _numpy_functions() -> dict[str, Any]:
    import numpy

    return {"broadcast_to": numpy.broadcast_to, "where": numpy.where, "subtract": numpy.subtract, "nan": numpy.nan}


def _constants(code: LayerCode) -> dict[str, Any]:
    """The masks of layers without some of their weights, and the ones that sums over examples are products with."""
    import numpy

    families = code.derivation.graph.families.values()
    masks = {f"mask_{_identifier(f.name)}": numpy.array(f.mask, float) for f in families if f.mask is not None}
    return masks | {f"ones_{size}": numpy.ones(size) for size in code.ones}


def _identifier(name: str) -> str:
    """w[1] → w_1."""
    return name.replace("[", "_").replace("]", "").replace(" ", "_")


def _exponent(tree: Formula) -> str:
    n = constant(tree)
    return str(int(n)) if n.denominator == 1 else repr(float(n))


def _is_number(code: str) -> bool:
    try:
        float(code)
    except ValueError:
        return False
    return True


def _axes(piece: Piece) -> int:
    return len(piece.letters)
