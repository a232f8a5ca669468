"""A mask is ignored: a sum or a softmax that sees only some places runs over all of them, or zeros and ones are taken as ones."""

from __future__ import annotations

from derivegen.calculus.steps import Step
from derivegen.formula.letters import renamed
from derivegen.formula.places import Range, affine
from derivegen.formula.ranges import affine_in, formula_of
from derivegen.formula.tree import BigSum, Formula, Indexed, Quantity, transform, walk
from derivegen.mistakes.lettered import Change, all_kept, forward_as
from derivegen.mistakes.mistake import Example, mistake
from derivegen.mistakes.small_graphs import ATTENTION
from derivegen.network.family import Family
from derivegen.network.graph import Graph
from derivegen.records import replace


@mistake("forward", "input", example=Example(ATTENTION, "a[1][1]", 1, 0.498232), where="letters")
def rewrite(step: Step, graph: Graph) -> Step | None:
    """Σ_{s≤t} → Σ_s, with what is masked worked out as if it were not; mask_d · m_d → m_d."""
    return forward_as(step, graph, lambda formula: transform(transform(formula, _unmasked(graph)), all_kept(graph)))


def _unmasked(graph: Graph) -> Change:
    """Sums over letters that hang on others, run over all values."""

    def change(part: Formula) -> Formula | None:
        match part:
            case BigSum(body, Quantity(letter), low, high) if (
                whole := _whole(letter, body, (low, high), graph)
            ) is not None:
                seen = transform(body, lambda leaf: _written_out(leaf, graph))
                return BigSum(transform(seen, change), Quantity(letter), formula_of(whole.low), formula_of(whole.high))
        return None

    return change


def _whole(letter: str, body: Formula, ends: tuple[Formula, Formula], graph: Graph) -> Range | None:
    """All values of a letter where a sum over it hangs on another letter; None where it runs over all already."""
    if not any(affine_in(end).terms for end in ends):
        return None
    leaves = [part for part in walk(body) if isinstance(part, Indexed) and letter in part.places]
    axes = (graph.families[leaf.base].axes[leaf.places.index(letter)] for leaf in leaves)
    return next((replace(axis.whole, letter=letter) for axis in axes), None)


def _written_out(leaf: Formula, graph: Graph) -> Formula | None:
    """What a masked family is computed from, so that its members that the mask leaves out have numbers too."""
    if not isinstance(leaf, Indexed) or not _is_masked(graph.families[leaf.base]):
        return None
    (equation,) = graph.families[leaf.base].equations
    known = {own: place for own, place in zip(equation.places, leaf.places, strict=True) if isinstance(own, str)}
    if equation.formula is None or any(isinstance(place, Indexed) for place in known.values()):
        return None
    put = {own: affine(place) for own, place in known.items() if not isinstance(place, Indexed)}
    unmasked = transform(equation.formula, _unmasked(graph))
    return transform(renamed(unmasked, put), lambda inner: _written_out(inner, graph))


def _is_masked(family: Family) -> bool:
    own = family.equations
    return len(own) == 1 and any(each.low.terms or each.high.terms for each in own[0].domain)
