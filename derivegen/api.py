"""The commands as functions: `load` a network, `solve` it, look at it or write it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from derivegen.calculus.assume import check_assumptions
from derivegen.calculus.chain import derive
from derivegen.calculus.numbers.evaluate import Trace
from derivegen.calculus.numbers.training import train
from derivegen.calculus.verify import verify
from derivegen.document.press import Press, press
from derivegen.errors import InputError
from derivegen.interop.models.bring import load as load
from derivegen.network.file.load import opened
from derivegen.network.graph import build
from derivegen.network.network import Network
from derivegen.notation.asked import canonical_all
from derivegen.records import replace
from derivegen.render.environment import Templates
from derivegen.solved import Solution as Solution
from derivegen.work import work_on

ONE_ASKED = "options: wrt[1]: "


def solve(
    network: Network | str | Path | Mapping[str, Any],
    *,
    templates: str | Path | None = None,
    wrt: str | Sequence[str] | None = None,
    **options: Any,
) -> Solution:
    """Derive, evaluate, train and verify. `options` are the keys of [document], and `notation`; names in `wrt` may be typed as `check`
    reads them: w5, dE/dw5. Raises InputError."""
    own, found = opened(network, **options), Templates(Path(templates) if templates else None)
    with work_on(own.source):
        made = press(build(own), found)
        if wrt is not None:
            made = press(build(opened(own, wrt=canonical_all(made.graph, made.notation, wrt))), found)
        return _solved(made)


def explain(network: Network | str | Path | Mapping[str, Any], name: str, **options: Any) -> Solution:
    """The solution whose document is the derivation of one derivative, that by the quantity `name`, typed as `check` reads it: w5, dE/dw5.
    `options` are those of `solve`. Raises InputError."""
    try:
        solution = solve(network, wrt=[name], **options)
    except InputError as error:  # whoever asks for one by its name has not written what it stands in elsewhere
        raise InputError(str(error).replace(ONE_ASKED, "", 1), error.about) from None
    return replace(solution, explained=(solution.network.options.wrt or (name,))[0])


def _solved(own: Press) -> Solution:
    derivation = derive(own.graph)
    trace = Trace(own.graph, derivation, own.rounding)
    if trace.complete and own.graph.parameters and own.graph.network.training.learning_rate is not None:
        trace = replace(trace, updates=train(derivation))
    check_assumptions(trace)
    verified = verify(trace)
    if trace.carried and trace.complete:
        from derivegen.solution.solution import Results, as_written

        trace = as_written(Results(trace, verified), own)
    return Solution(own, derivation, trace, verified)
