"""The table of notations: for each kind of quantity the pattern it is written by. To add one, add an entry.

A pattern is a letter or word with `_{…}` and `^{…}` and the placeholders <l> layer, <j> unit, <k> unit below, <n> running number, <r> row,
each with a whole number added if wanted (<l+1>). A placeholder with a question mark is left out where there is only one such thing.
`row` is what is added to the subscript of a quantity of one row.

Those named after books: Nielsen, Neural Networks and Deep Learning, 2015, ch. 2; Goodfellow, Bengio and Courville, Deep Learning, 2016,
6.5; Bishop, Pattern Recognition and Machine Learning, 2006, 5.3 (its biases are weights from a unit 0); Ng, Deep Learning Specialization;
Haykin, Neural Networks and Learning Machines, 2009, 4.4; Zhang and others, Dive into Deep Learning, 5.3. Where a book leaves the layer out,
it is added.
"""

from __future__ import annotations

from collections.abc import Mapping

from derivegen.records import dataclass, field


@dataclass(frozen=True, slots=True)
class Entry:
    """The patterns of one notation, the number of the first row, the letter of any row, the sign of δ against the derivative by
    z, and symbols for single quantities. One that is read only where it is `asked` for has letters that mean something else elsewhere."""

    name: str
    patterns: Mapping[str, str]
    first_row: int = 1
    row_letter: str = "r"
    delta_sign: int = 1
    symbols: Mapping[str, str] = field(default_factory=dict)
    asked: bool = False


_INDEXED = {
    "x": "x_{<k>}",
    "t": "t_{<j?>}",
    "w": "w^{(<l>)}_{<j><k>}",
    "b": "b^{(<l>)}_{<j>}",
    "shared b": "b^{(<l>)}",
    "theta": "θ^{(<l>)}_{<j>}",
    "z": "z^{(<l>)}_{<j>}",
    "a": "a^{(<l>)}_{<j>}",
    "output": "a^{(<l>)}_{<j>}",
    "loss": "L",
    "rate": "η",
    "delta": "δ^{(<l>)}_{<j>}",
    "step": "(<s>)",
    "row": "<r>",
}

NOTATIONS: dict[str, Entry] = {
    entry.name: entry
    for entry in (
        Entry("indexed", _INDEXED),
        Entry(
            "plain",
            _INDEXED
            | {
                "x": "x_{<k?>}",
                "w": "w_{<l>}",
                "b": "b_{<l>}",
                "shared b": "b_{<l>}",
                "theta": "θ_{<l>}",
                "z": "z_{<l?>}",
                "a": "h_{<l?>}",
                "output": "y_{<j?>}",
                "delta": "δ_{<l>}",
            },
        ),
        Entry(
            "superscript",
            _INDEXED
            | {
                "w": "w^{<l>}_{<j><k>}",
                "b": "b^{<l>}_{<j>}",
                "shared b": "b^{<l>}",
                "theta": "θ^{<l>}_{<j>}",
                "z": "z^{<l>}_{<j>}",
                "a": "f^{<l>}_{<j>}",
                "output": "\\hat{y}_{<j?>}",
                "loss": "E",
                "rate": "ε",
                "delta": "δ^{<l>}_{<j>}",
            },
        ),
        Entry(
            "rows",
            _INDEXED
            | {
                "w": "W_{<n>}",
                "b": "b_{<n>}",
                "shared b": "b_{<n>}",
                "theta": "θ_{<n>}",
                "z": "s_{<n>}",
                "a": "y_{<n>}",
                "output": "predicted_{<j?>}",
                "t": "expected_{<j?>}",
                "loss": "Loss",
                "delta": "δ_{<n>}",
            },
            first_row=0,
            row_letter="i",
        ),
        Entry(
            "numbered",
            _INDEXED
            | {
                "w": "w_{<n>}",
                "b": "b_{<n>}",
                "shared b": "b_{<n>}",
                "theta": "θ_{<n>}",
                "z": "z^{(<l>)}_{<j?>}",
                "a": "a^{(<l+1>)}_{<j?>}",
                "output": "a^{(<l+1>)}_{<j?>}",
                "loss": "C",
                "delta": "δ^{(<l>)}_{<j?>}",
            },
        ),
        Entry(
            "layers",
            _INDEXED
            | {
                "z": "z^{(<l+1>)}_{<j>}",
                "a": "a^{(<l+1>)}_{<j>}",
                "output": "s_{<j?>}",
                "t": "y_{<j?>}",
                "loss": "C",
                "delta": "δ^{(<l+1>)}_{<j>}",
            },
        ),
        Entry(
            "nielsen",
            _INDEXED
            | {
                "w": "w^{<l+1>}_{<j><k>}",
                "b": "b^{<l+1>}_{<j>}",
                "shared b": "b^{<l+1>}",
                "theta": "θ^{<l+1>}_{<j>}",
                "z": "z^{<l+1>}_{<j>}",
                "a": "a^{<l+1>}_{<j>}",
                "output": "a^{<l+1>}_{<j>}",
                "t": "y_{<j?>}",
                "loss": "C",
                "delta": "δ^{<l+1>}_{<j>}",
            },
        ),
        Entry(
            "net-out",
            _INDEXED
            | {
                "z": "net^{(<l>)}_{<j>}",
                "a": "out^{(<l>)}_{<j>}",
                "output": "out^{(<l>)}_{<j>}",
                "t": "target_{<j?>}",
                "loss": "E",
                "w": "w^{(<l>)}_{<j><k>}",
            },
        ),
        Entry(
            "goodfellow",
            _INDEXED
            | {
                "w": "W^{(<l>)}_{<j><k>}",
                "z": "a^{(<l>)}_{<j>}",
                "a": "h^{(<l>)}_{<j>}",
                "output": "\\hat{y}_{<j?>}",
                "t": "y_{<j?>}",
                "loss": "J",
                "rate": "ε",
                "delta": "g^{(<l>)}_{<j>}",
            },
            asked=True,
        ),
        Entry(
            "bishop",
            _INDEXED
            | {
                "z": "a^{(<l>)}_{<j>}",
                "a": "z^{(<l>)}_{<j>}",
                "output": "y_{<j?>}",
                "loss": "E",
            },
            asked=True,
        ),
        Entry(
            "ng",
            _INDEXED
            | {
                "w": "w^{[<l>]}_{<j><k>}",
                "b": "b^{[<l>]}_{<j>}",
                "shared b": "b^{[<l>]}",
                "theta": "θ^{[<l>]}_{<j>}",
                "z": "z^{[<l>]}_{<j>}",
                "a": "a^{[<l>]}_{<j>}",
                "output": "\\hat{y}_{<j?>}",
                "t": "y_{<j?>}",
                "loss": "J",
                "rate": "α",
                "delta": "dz^{[<l>]}_{<j>}",
            },
            asked=True,
        ),
        Entry(
            "haykin",
            _INDEXED
            | {
                "z": "v^{(<l>)}_{<j>}",
                "a": "y^{(<l>)}_{<j>}",
                "output": "o_{<j?>}",
                "t": "d_{<j?>}",
                "loss": "E",
            },
            asked=True,
        ),
        Entry(
            "d2l",
            _INDEXED
            | {
                "w": "W^{(<l>)}_{<j><k>}",
                "a": "h^{(<l>)}_{<j>}",
                "output": "\\hat{y}_{<j?>}",
                "t": "y_{<j?>}",
            },
            asked=True,
        ),
    )
}
