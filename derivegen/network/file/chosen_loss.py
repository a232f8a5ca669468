"""Takes the sections of a network of layers; gives its loss, whether it is of one kind of layers alone or of several."""

from __future__ import annotations

from fractions import Fraction

from derivegen.network.file import layer_sections, schema
from derivegen.network.file.fitting import loss_parameters
from derivegen.network.file.messages import Fault, shown
from derivegen.network.file.own_graph import check_formula
from derivegen.network.layers.loss import STEPS
from derivegen.network.network import FormulaGraph, LossChoice, Reduction
from derivegen.network.tables.activations import USUAL
from derivegen.network.tables.losses import AVERAGES, LOSSES, PENALTIES, SMOOTHED, Over, usual_loss


def is_stacked(file: schema.NetworkFile) -> bool:
    """Whether it is worked under index letters: because there are other layers than dense ones on one another, or because the loss has a
    penalty, through which every parameter enters it a second way, or weights of classes."""
    kinds = any(not isinstance(each, layer_sections.Layer) or each.below is not None for each in file.layer or ())
    return kinds or bool(penalties(file.loss)) or _weighs(file.loss)


def why_stacked(file: schema.NetworkFile) -> str:
    """The reason, for messages."""
    held = [*penalties(file.loss), *(["class_weights"] if _weighs(file.loss) else [])]
    return f"beside a loss with {' and '.join(held)}" if held else "beside other layers than dense ones"


def _weighs(section: schema.Loss | None) -> bool:
    return section is not None and section.class_weights is not None


def penalties(section: schema.Loss | None) -> dict[str, Fraction]:
    """What is added to the loss, and how strongly; 0 adds nothing. Raises Fault."""
    found = {}
    for name in PENALTIES:
        value = None if section is None else getattr(section, name)
        if value is not None and value < 0:
            raise Fault(f"loss.{name}", shown(value), "a number of 0 or more", f"write {name} = 0.01")
        if value:
            found[name] = Fraction(value)
    return found


def loss_choice(file: schema.NetworkFile) -> LossChoice:
    """The loss, or what is wrong with it. Raises Fault."""
    section = file.loss
    if section is None or (section.name is None and section.formula is None):
        last = (file.layer[-1].activation if file.layer else None) or USUAL
        usual = usual_loss(str(last if isinstance(last, str) else last.name))
        fix = f'write [loss] and under it name = "{usual}"'
        raise Fault("loss", "nothing", "the name of a loss, since derivatives are those of the loss", fix)
    if section.name is not None and section.formula is not None:
        raise Fault("loss", "a name and a formula", "one of the two", "take the name out")
    if section.formula is not None:
        check_formula(section.formula, ("t", "a"), "loss.formula")
    name = section.name or "formula"
    parameters = loss_parameters(section, name)
    over_rows, outputs = _averages(section, name)
    stacked = is_stacked(file)
    if section.steps is not None and not stacked:
        raise Fault("loss.steps", shown(section.steps), "nothing, since there are no steps in time", "take it out")
    if stacked and name in LOSSES and LOSSES[name].kind == "unknown":
        raise Fault("loss.name", shown(name), f"a loss that is known, {why_stacked(file)}", "choose one")
    steps = section.steps or ("sum" if over_rows == "weighted_mean" else over_rows)
    held = penalties(section)
    if section.penalized is not None and not held:
        keys = " or ".join(f"{key} = 0.01" for key in PENALTIES)
        raise Fault("loss.penalized", shown(section.penalized), "something that is held small", f"add {keys}")
    kept = (
        tuple(held),
        section.penalized or "weights",
        _smoothing(section, name, why_stacked(file) if stacked else ""),
        _class_weights(section, name),
    )
    return LossChoice(name, section.formula, over_rows, outputs, parameters, steps if stacked else "sum", *kept)


def _averages(section: schema.Loss, name: str) -> tuple[Reduction, Over]:
    """How examples are combined, and the outputs of each: as is said, else as a library does, else as the loss has it. Raises Fault."""
    entry = LOSSES.get(name)
    reduction: Reduction = "sum" if entry is not None and entry.adds_up else "mean"
    outputs: Over = "sum" if entry is None else entry.outputs
    if section.library is not None:
        own = AVERAGES[section.library].losses
        if name not in own:
            found = f'"{section.library}" beside {f"name = {name!r}" if section.name else "a formula"}'.replace(
                "'", '"'
            )
            raise Fault("loss.as", found, f"a loss that it has: {', '.join(own)}", "take it out, or another loss")
        reduction, outputs = own[name].rows, own[name].outputs
    if section.outputs is not None and entry is not None and entry.kind == "unknown":
        raise Fault("loss.outputs", shown(section.outputs), "nothing, since the loss is unknown", "take it out")
    return section.reduction or reduction, section.outputs or outputs


def _class_weights(section: schema.Loss, name: str) -> tuple[Fraction, ...]:
    """How much each class counts. Raises Fault of a loss without classes."""
    weights = section.class_weights or ()
    weighing = [key for key, entry in LOSSES.items() if entry.weighted is not None]
    if weights and name not in weighing:
        raise Fault("loss.class_weights", shown(weights), f"none, or one of {', '.join(weighing)}", "take it out")
    if any(each < 0 for each in weights) or (weights and not any(weights)):
        raise Fault("loss.class_weights", shown(weights), "numbers of 0 or more, not all 0", "write [1.0, 2.0]")
    if section.reduction == "weighted_mean" and not weights:
        expected, fix = "sum or mean, since no class has a weight", "add class_weights, or write mean"
        raise Fault("loss.reduction", shown(section.reduction), expected, fix)
    return tuple(Fraction(each) for each in weights)


def _smoothing(section: schema.Loss, name: str, why: str) -> Fraction:
    """How much of each target is shared out. Raises Fault where targets are no classes."""
    value = Fraction(section.label_smoothing or 0)
    if not 0 <= value < 1:
        raise Fault("loss.label_smoothing", shown(value), "a number from 0 to below 1", "write label_smoothing = 0.1")
    classes = [key for key, entry in LOSSES.items() if entry.targets in SMOOTHED]
    if value and (why or name not in classes):
        expected = f"none {why}" if why else f"a loss whose targets are classes: {', '.join(classes)}"
        raise Fault("loss.label_smoothing", shown(value), expected, "take it out, and write the targets as they are")
    return value


def by_steps(graph: FormulaGraph) -> bool:
    """Whether there are outputs, and so a loss, at each step in time."""
    return any(letter.counts in STEPS for letter in graph.parts[-1].axes.values())


def check_steps(file: schema.NetworkFile, graph: FormulaGraph) -> None:
    """Refuse what is said of the outputs at each step where there are none. Raises Fault."""
    asked = None if file.loss is None else file.loss.steps
    if asked is not None and not by_steps(graph):
        expected = "nothing, since the last layer gives no output at each step"
        raise Fault("loss.steps", shown(asked), expected, "take it out")
