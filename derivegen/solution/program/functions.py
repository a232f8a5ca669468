"""The activations of a network go in; the functions of its program, and what they and their slopes are called, come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from derivegen.formula.print.python import HELPERS, NUMPY, python, without_ones
from derivegen.formula.tree import Call, Formula, Indexed, walk
from derivegen.network.family import Family
from derivegen.records import dataclass
from derivegen.solution.program.setting import Setting


@dataclass(frozen=True, slots=True)
class Function:
    """An activation in the program: what is called and what its slope is called, with the letters (z, a) that one takes; none if the
    slope is a number. `definitions` are the functions to be written for that, `trees` their formulas."""

    call: str
    slope: str = ""
    letters: tuple[str, ...] = ()
    definitions: tuple[str, ...] = ()
    trees: tuple[Formula, ...] = ()


def functions(setting: Setting) -> Mapping[int, Function]:
    """The activation of each layer that has one; layers with the same share it."""
    known: dict[object, Function] = {}
    found = {}
    for layer in setting.stack:
        if layer.linear:
            continue
        key = layer.a.function
        if key not in known:
            known[key] = _function(setting, layer.a, "f" if layer.a.rule == "formula" else layer.a.rule)
        found[layer.number] = known[key]
    return found


def _function(setting: Setting, family: Family, name: str) -> Function:
    claim = setting.names.identifiers.claim
    if family.is_coupled:
        own = claim(name)
        return Function(own, definitions=(softmax(own, setting.several),))
    link = next(iter(setting.trace.derivation.links_of(family)))
    assert family.formula is not None and link.factor is not None
    formula: Formula = Call(name, (link.leaf,)) if name in HELPERS else family.formula
    slope_formula = without_ones(link.factor)
    call, definitions = _known(formula), []
    if not call:
        call = claim(name)
        definitions.append(_definition(setting, call, ("z",), formula))
    bases = {part.base for part in walk(slope_formula) if isinstance(part, Indexed)}
    letters = tuple(base[0] for base in sorted(bases, reverse=True))
    slope = claim(f"{name}_slope") if letters else python(slope_formula, str, as_factor=True)
    if letters:
        definitions.append(_definition(setting, slope, letters, slope_formula))
    return Function(call, slope, letters, tuple(definitions), (formula, slope_formula))


def _known(formula: Formula) -> str:
    """The function of numpy's, or of those every program may have, that an activation is; or nothing."""
    if not isinstance(formula, Call) or len(formula.arguments) != 1 or not isinstance(formula.arguments[0], Indexed):
        return ""
    return NUMPY.get(formula.function) or HELPERS.get(formula.function, ("",))[0]


def _definition(setting: Setting, name: str, letters: Sequence[str], tree: Formula) -> str:
    body = (
        whole(tree, lambda base: base[0], letters[0]) if setting.arrays else python(tree, lambda base: base[0], False)
    )
    return f"def {name}({', '.join(letters)}):\n    return {body}"


def whole(tree: Formula, named: Callable[[str], str], like: str, as_factor: bool = False) -> str:
    """The code of a formula that is an array of the shape of `like`, of a constant too."""
    code = python(tree, named, True, as_factor)
    return code if any(isinstance(part, Indexed) for part in walk(tree)) else f"np.full(np.shape({like}), {code})"


def softmax(name: str, several: bool) -> str:
    """The definition of softmax; the greatest z is subtracted, which changes nothing and keeps e^z from overflowing."""
    along = ", axis=1, keepdims=True" if several else ""
    powers = f"    powers = np.exp(z - np.max(z{along}))"
    return f"def {name}(z):\n{powers}\n    return powers / np.sum(powers{along})"
