"""What a text of a layer kind is, and the texts that are made and not written: gates, windows, both ways through time."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Container, Iterator, Mapping
from typing import Final

from derivegen.network.network import Counts
from derivegen.records import dataclass, field, replace

Nodes = tuple[tuple[str, str], ...]
Sizes = Mapping[str, int]
Option = int | str | bool


@dataclass(frozen=True, slots=True)
class LayerText:
    """One text of a kind: what it takes, its letters, what it is given (weights before biases), its equations; `outside` what is 0 beyond
    its ranges, `constants` numbers by a rule of the letters' values, `counts` what letters count that is not what they count elsewhere,
    `masks` zeros and ones of the file, `fixed` other numbers of the file that nothing is differentiated by, `other` the letters of a second
    layer that enters, `when` the options for which this text holds. `nodes` may be a rule of the sizes of what enters."""

    takes: str
    nodes: Nodes | Callable[[Sizes], Nodes]
    axes: Mapping[str, str] = field(default_factory=dict)
    weights: tuple[str, ...] = ()
    biases: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    constants: Mapping[str, Callable[[Sizes, Sizes], float]] = field(default_factory=dict)
    masks: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    counts: Mapping[str, Counts] = field(default_factory=dict)
    other: str = ""
    when: Mapping[str, Option] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LayerKind:
    """A kind of layer: its texts, the first that fits being taken; options that may be left out; the numbers that parameters start with
    where the file gives none; the activation if it has one; whether only its own letters say what enters (`loose`); other names for it."""

    name: str
    texts: tuple[LayerText, ...]
    defaults: Mapping[str, Option] = field(default_factory=dict)
    start: Mapping[str, int] = field(default_factory=dict)
    activation: str | None = None
    loose: bool = False
    also: tuple[str, ...] = ()


COUNTED: Final[Mapping[str, Counts]] = {
    "t": "time",
    "s": "time",
    "r": "example",
    "e": "channel",
    "c": "channel",
    **dict.fromkeys("mnpq", "position"),
}
"""What letters count in the texts, where that is not units."""
EXAMPLE: Final = "r"
"""The letter of the examples."""
_FLAG: Final = re.compile(r"\{(\w+):([^{}]*)\}")
_STAR: Final = re.compile(r"(?<=[\[(,])\*(?=[,\]])")


def plain(text: str, star: Collection[str], there: Container[str], words: Container[str]) -> str:
    """A text as equations have it: the letters of the star, of the letters that may be missing those that are `there`, of what stands in
    braces that of these words."""
    text = _FLAG.sub(lambda match: match[2] if match[1] in words else "", text)
    text = _STAR.sub(",".join(star), text)
    text = re.sub(r"\b([a-z]\w*)\?", lambda match: match[1] if match[1] in there else "", text)
    text = re.sub(r",(?=,)", "", text)
    return re.sub(r"(?<=[\[(]),|,(?=\])", "", text).replace("[]", "")


def _both_ways(text: LayerText) -> LayerText:
    """The text, and beside it the same from the last step to the first, with names that end in _b; what both give stands side by side."""
    assert not callable(text.nodes)
    own = {re.split(r"\W", left)[0] for left in (*text.weights, *text.biases, *(left for left, _ in text.nodes))}

    def back(formula: str) -> str:
        named = re.sub(r"\b[a-z]+\b(?=\[)", lambda m: f"{m[0]}_b" if m[0] in own else m[0], formula)
        return named.replace("t-1", "t+1")

    last = re.split(r"\W", text.nodes[-1][0])[0]
    joined = (("y[t,d<=J]", f"{last}[t,d]"), ("y[t,d>J]", f"{last}_b[t,d-J]"))
    return replace(
        text,
        nodes=(*text.nodes, *((back(left), back(right)) for left, right in text.nodes), *joined),
        axes={**text.axes, "d": "2*j"},
        weights=(*text.weights, *map(back, text.weights)),
        biases=(*text.biases, *map(back, text.biases)),
        outside=(*text.outside, *(f"{name}_b" for name in text.outside)),
        when={**text.when, "bidirectional": True},
    )


def either_way(*texts: LayerText) -> tuple[LayerText, ...]:
    return (*map(_both_ways, texts), *texts)


def _gate(name: str, peephole: str = "") -> str:
    sums = f"sum(k, w{name}[j,k]*below[t,k]) + sum(m, u{name}[j,m]*h[t-1,m])"
    return sums + peephole + f"{{b: + b{name}[j]}}"


def _of_gates(letter: str, gates: str, axes: str) -> tuple[str, ...]:
    return tuple(f"{letter}{gate}[{axes}]" for gate in gates)


LSTM = LayerText(
    "t,k",
    (
        ("zi[t,j]", _gate("i", "{peephole: + vi[j]*c[t-1,j]}")),
        ("i[t,j]", "sigmoid(zi[t,j])"),
        ("zf[t,j]", _gate("f", "{peephole: + vf[j]*c[t-1,j]}")),
        ("f[t,j]", "sigmoid(zf[t,j])"),
        ("zg[t,j]", _gate("g")),
        ("g[t,j]", "tanh(zg[t,j])"),
        ("c[t,j]", "f[t,j]*c[t-1,j] + i[t,j]*g[t,j]"),
        ("zo[t,j]", _gate("o", "{peephole: + vo[j]*c[t,j]}")),
        ("o[t,j]", "sigmoid(zo[t,j])"),
        ("h[t,j]", "o[t,j]*tanh(c[t,j])"),
    ),
    {"j": "units", "m": "j"},
    weights=(*_of_gates("w", "ifgo", "j,k"), *_of_gates("u", "ifgo", "j,m")),
    biases=_of_gates("b", "ifgo", "j"),
    outside=("h", "c"),
)
PEEPHOLES = replace(LSTM, weights=(*LSTM.weights, *_of_gates("v", "ifo", "j")), when={"peephole": True})


def _gru(reset: str, candidate: str, biases: tuple[str, ...]) -> LayerText:
    return LayerText(
        "t,k",
        (
            ("zz[t,j]", _gate("z")),
            ("z[t,j]", "sigmoid(zz[t,j])"),
            ("zr[t,j]", _gate("r")),
            ("r[t,j]", "sigmoid(zr[t,j])"),
            ("zn[t,j]", "sum(k, wn[j,k]*below[t,k]) + " + candidate),
            ("n[t,j]", "tanh(zn[t,j])"),
            ("h[t,j]", "(1 - z[t,j])*n[t,j] + z[t,j]*h[t-1,j]"),
        ),
        {"j": "units", "m": "j"},
        weights=(*_of_gates("w", "zrn", "j,k"), *_of_gates("u", "zrn", "j,m")),
        biases=biases,
        outside=("h",),
        when={"reset": reset},
    )


_GATE_BIASES = _of_gates("b", "zrn", "j")
GRU = (
    _gru("before", "sum(m, un[j,m]*r[t,m]*h[t-1,m]){b: + bn[j]}", _GATE_BIASES),
    _gru(
        "after",
        "r[t,j]*(sum(m, un[j,m]*h[t-1,m]){b: + bh[j]}){b: + bn[j]}",
        (*_GATE_BIASES, "bh[j]"),
    ),
)
ALONG = "(n + 2*padding1 - dilation1*(u - 1) - 1)/stride1 + 1"
DOWN = {
    "p": "(m + 2*padding1 - dilation1*(u - 1) - 1)/stride1 + 1",
    "q": "(n + 2*padding2 - dilation2*(v - 1) - 1)/stride2 + 1",
}
AT = "stride1*p+dilation1*u-stride1-dilation1-padding1+1"
BESIDE = "stride2*q+dilation2*v-stride2-dilation2-padding2+1"
STEPS = {"padding": 0, "dilation": 1}


def pool(fold: str) -> tuple[LayerText, ...]:
    return (
        LayerText("c?,n", (("s[c?,p]", f"{fold}(u, below[c?,{AT}])"),), {"u": "size1", "p": ALONG}, outside=("below",)),
        LayerText(
            "c?,m,n",
            (("s[c?,p,q]", f"{fold}(u,v, below[c?,{AT},{BESIDE}])"),),
            {"u": "size1", "v": "size2", **DOWN},
            outside=("below",),
        ),
    )


def batch_norm(takes: str, unit: str, over: str) -> LayerText:
    """Normalised over all examples, and all places if there are any."""
    return LayerText(
        takes,
        (
            (f"mu[{unit}]", f"mean({over}, below[{takes}])"),
            (f"d[{takes}]", f"below[{takes}] - mu[{unit}]"),
            (f"v[{unit}]", f"mean({over}, d[{takes}]^2)"),
            (f"s[{unit}]", f"sqrt(v[{unit}] + epsilon)"),
            (f"n[{takes}]", f"d[{takes}]/s[{unit}]"),
            (f"y[{takes}]", f"g[{unit}]*n[{takes}] + b[{unit}]"),
        ),
        weights=(f"g[{unit}]",),
        biases=(f"b[{unit}]",),
        when={"running": False},
    )


def running_norm(takes: str, unit: str) -> LayerText:
    """Normalised with the mean and variance that were kept while it was trained, as it is used afterwards."""
    return LayerText(
        takes,
        (
            (f"n[{takes}]", f"(below[{takes}] - m[{unit}])/sqrt(v[{unit}] + epsilon)"),
            (f"y[{takes}]", f"g[{unit}]*n[{takes}] + b[{unit}]"),
        ),
        weights=(f"g[{unit}]",),
        biases=(f"b[{unit}]",),
        fixed=(f"m[{unit}]", f"v[{unit}]"),
        when={"running": True},
    )


def attention(seen: str, causal: bool) -> tuple[LayerText, ...]:
    """Of what enters, or of what another layer gives; of what enters also turned by places (Su and others 2021)."""

    def text(memory: str, at: str, axes: Mapping[str, str], turned: bool = False, **rest: object) -> LayerText:
        keys, inner, q, c = f"{memory}[s,{at}]", f"[g?,d,{at}]", *(("qr", "cr") if turned else ("q", "c"))
        turns = tuple(
            (f"{own}r[g?,{t},d]", f"C[{t},d]*{own}[g?,{t},d] + S[{t},d]*{own}[g?,{t},pair[d]]")
            for own, t in ("qt", "cs")
        )
        return LayerText(
            "t,k",
            (
                ("q[g?,t,d]", "sum(k, Q[g?,d,k]*below[t,k]){b: + bq[g?,d]}"),
                ("c[g?,s,d]", f"sum({at}, K{inner}*{keys}){{b: + bk[g?,d]}}"),
                ("v[g?,s,d]", f"sum({at}, V{inner}*{keys}){{b: + bv[g?,d]}}"),
                *(turns if turned else ()),
                (f"e[g?,t,{seen}]", f"sum(d, {q}[g?,t,d]*{c}[g?,s,d])/sqrt(D)"),
                (f"a[g?,t,{seen}]", f"softmax({seen}, e[g?,t,s])"),
                ("o[g?,t,d]", f"sum({seen}, a[g?,t,s]*v[g?,s,d])"),
                ("y[t,k]", "sum(g?,d, O[k,g?,d]*o[g?,t,d]){b: + bo[k]}"),
            ),
            {**axes, "g?": "heads", "d": "width/heads", **({"p": "width/heads/2"} if turned else {})},
            weights=("Q[g?,d,k]", f"K{inner}", f"V{inner}", "O[k,g?,d]"),
            biases=("bq[g?,d]", "bk[g?,d]", "bv[g?,d]", "bo[k]"),
            counts={"t": "token", "s": "token", "g": "head"},
            constants=TURNS if turned else {},
            when={"causal": causal, "rotary": turned},
            **rest,  # type: ignore[arg-type]
        )

    own = (text("below", "k", {"s": "t"}, turned) for turned in (False, True))
    return text("other", "m", {}, other="s,m"), *own


def _turned(at: Sizes, sizes: Sizes) -> tuple[float, float]:
    """cos and sin of the angle that a pair of entries is turned by, its place counted from 0; the first of a pair has −sin."""
    pair, second = divmod(at["d"] - 1, 2)
    angle = (at["t"] - 1) / 10_000 ** (2 * pair / sizes["d"])
    return math.cos(angle), math.sin(angle) if second else -math.sin(angle)


TURNS: Final[Mapping[str, Callable[[Sizes, Sizes], float]]] = {
    "C[t,d]": lambda at, sizes: _turned(at, sizes)[0],
    "S[t,d]": lambda at, sizes: _turned(at, sizes)[1],
    "pair[d]": lambda at, sizes: at["d"] + (1 if at["d"] % 2 else -1),
}
"""What turns queries and keys: each entry is multiplied by C and its partner in the pair by S."""


def row_by_row(sizes: Sizes) -> Nodes:
    """y is below with all its rows one after another: an equation for each row."""
    *before, last = sizes
    width, nodes = sizes[last], []
    for number, row in enumerate(_choices([sizes[letter] for letter in before])):
        at = ",".join(map(str, row))
        low, high = number * width + 1, (number + 1) * width
        nodes.append((f"y[j>={low}<={high}]", f"below[{at},j-{number * width}]"))
    return tuple(nodes)


def _choices(sizes: list[int]) -> Iterator[tuple[int, ...]]:
    if not sizes:
        yield ()
        return
    for rest in _choices(sizes[:-1]):
        yield from ((*rest, own) for own in range(1, sizes[-1] + 1))


def sinusoid(at: Sizes, sizes: Sizes) -> float:
    """sin and cos of the position, counted from 0, over wavelengths from 2π to 20000π."""
    pair, second = divmod(at["k"] - 1, 2)
    angle = (at["t"] - 1) / 10_000 ** (2 * pair / sizes["k"])
    return math.cos(angle) if second else math.sin(angle)
