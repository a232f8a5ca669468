"""The loss of a saturated output layer in a program: a setting goes in; the functions, the loss and its slope by z that keep their digits
where an output has run into 0 or 1 come out.
"""

from __future__ import annotations

from derivegen.calculus.joined import SATURATED, is_joined, is_soft
from derivegen.calculus.numbers.evaluate import Trace
from derivegen.records import dataclass
from derivegen.solution.program.setting import Setting


@dataclass(frozen=True, slots=True)
class Joined:
    """The definitions a program needs, the loss over all outputs (and examples) before the shares, and the slope by z."""

    definitions: tuple[str, ...]
    loss: str
    slope: str


def is_saturated(trace: Trace) -> bool:
    """Whether an output comes too near to 0 or 1, at the start or in the run."""
    if not is_joined(trace.graph) or not trace.complete:
        return False
    first = (trace.number(name) for row in trace.graph.outputs_by_row for name in row)
    later = (a for update in trace.updates for row in update.outputs for a in row)
    return any(not SATURATED <= a <= 1 - SATURATED for many in (first, later) for a in many)


def joined(setting: Setting) -> Joined:
    """What stands for the loss and its slope."""
    z, t = setting.names[f"z[{setting.last}]"], setting.names["t"]
    if not is_soft(setting.trace.graph):
        loss = f"np.log1p(np.exp(-np.abs({z}))) + (np.maximum({z}, 0) - {t} * {z})"
        return Joined((), loss, f"np.where({z} > 0, (1 - {t}) - sigmoid(-{z}), sigmoid({z}) - {t})")
    a, others = setting.output, setting.names.identifiers.claim("others")
    along = ", axis=1, keepdims=True" if setting.several else ""
    first = "np.arange(len(z)), np.argmax(z, axis=1)" if setting.several else "np.argmax(z)"
    definition = f"def {others}(z):\n    powers = np.exp(z - np.max(z{along}))\n    powers[{first}] = 0\n    return np.sum(powers{along})"
    loss = f"{t} * (np.log1p({others}({z})) + (np.max({z}{along}) - {z}))"
    rest = f"{others}({z}) / (1 + {others}({z}))"
    return Joined((definition,), loss, f"np.where({a} > 0.5, (1 - {t}) - {rest}, {a} - {t})")
