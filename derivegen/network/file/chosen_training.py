"""How a network is trained: the section of the file goes in; the training, checked, comes out."""

from __future__ import annotations

from fractions import Fraction

from derivegen.network.file import schema
from derivegen.network.file.chosen_loss import loss_choice
from derivegen.network.file.messages import Fault, shown
from derivegen.network.rule import CLIPPED, LASTS, SCHEDULED, Settings, form_of, rule_of, settings_of
from derivegen.network.tables.forms import BOOKS, LIBRARIES, SCHEDULES, SETTINGS
from derivegen.network.tables.optimizers import OPTIMIZERS
from derivegen.network.training import Training


def batched(training: schema.TrainingSection) -> tuple[str, str]:
    """The first key by which the rows are taken in portions, and what it says; "" where none does."""
    keys = {"batch_size": None, "accumulate": 1, "shuffle": None}
    found = ((key, getattr(training, key)) for key, usual in keys.items() if getattr(training, key) != usual)
    return next(((key, str(value)) for key, value in found), ("", ""))


def check_batch(training: schema.TrainingSection, rows: int | str) -> None:
    size = training.batch_size
    if size is not None and isinstance(rows, int) and size > rows:
        fix = "leave batch_size out to take all rows"
        raise Fault("training.batch_size", str(size), f"at most {rows}, the number of rows", fix)
    for key in ("accumulate", "shuffle") if size is None else ():
        value = getattr(training, key)
        if value is not None and (key, value) != ("accumulate", 1):
            raise Fault(f"training.{key}", f"{key} = {value} without batches", "batches of rows", "add batch_size = 1")
    if training.accumulate > 1 and size is not None and isinstance(rows, int) and rows % size:
        expected = f"a divisor of {rows}, the number of rows, so that batches that are accumulated are of one size"
        raise Fault("training.batch_size", str(size), expected, "change it, or take accumulate out")


def training(file: schema.NetworkFile) -> Training:
    """Everything but the names, which need the whole network."""
    section = file.training
    rate = section.learning_rate
    if rate is not None and rate <= 0:
        raise Fault("training.learning_rate", shown(rate), "a number above 0", "write learning_rate = 0.1")
    if section.frozen is not None and section.trained is not None:
        raise Fault("training.trained", "trained beside frozen", "one of the two", "take one of them out")
    library = None if section.library == BOOKS else section.library
    settings = _settings(section, library)
    _check_schedule(section, library, settings)
    if rate is None and library is not None and (usual := form_of(section.optimizer, library).rate) is not None:
        rate = Fraction(usual)
    run = (section.steps, section.batch_size, section.every)
    return Training(
        section.optimizer,
        rate,
        *run,
        library=library,
        settings=settings,
        schedule=section.schedule,
        accumulate=section.accumulate,
        shuffle=section.shuffle,
        gathered=_gathered(file, library),
    )


def _gathered(file: schema.NetworkFile, library: str | None) -> Fraction:
    """How many times the derivative of its rows' loss an update of several batches uses: a sum of means is so many means."""
    times, combined = file.training.accumulate, LIBRARIES[library or BOOKS].accumulates
    if times == 1 or combined is None or file.loss is None or combined == loss_choice(file).reduction:
        return Fraction(1)
    return Fraction(times) if combined == "sum" else Fraction(1, times)


def _check_schedule(section: schema.TrainingSection, library: str | None, settings: Settings) -> None:
    """Raise Fault where a schedule lacks a setting or has none to count by, or where nothing follows it."""
    if section.schedule is None:
        return
    given = dict(settings)
    for name, usual in SCHEDULES[section.schedule].settings.items():
        if usual is None and name not in given:
            found = f'nothing beside schedule = "{section.schedule}"'
            raise Fault(f"training.{name}", found, "a number of updates", f"write {name} = 10")
    if given[LASTS] < 1 or given[LASTS].denominator != 1:
        raise Fault(f"training.{LASTS}", shown(given[LASTS]), "a whole number of 1 or more", f"write {LASTS} = 10")
    if SCHEDULED not in rule_of(section.optimizer, library, settings, section.schedule).worked_out:
        found = f'a schedule beside optimizer = "{section.optimizer}"'
        raise Fault("training.schedule", found, "an optimizer whose steps follow the rate", "take it out")


def _settings(section: schema.TrainingSection, library: str | None) -> Settings:
    """What the optimizer is set to, if it is one that has such settings in that form."""
    forms = OPTIMIZERS[section.optimizer].forms
    if library is not None and library not in forms:
        known = ", ".join(f'"{name}"' for name in forms)
        found = f'"{library}" beside optimizer = "{section.optimizer}"'
        raise Fault("training.as", found, f"one of {known}", "take another form, or another optimizer")
    own = settings_of(section.optimizer, library, section.schedule)
    given = {name: getattr(section, name) for name in SETTINGS if getattr(section, name) is not None}
    if given.get("clip_value") and given.get(CLIPPED):
        raise Fault(f"training.{CLIPPED}", f"{CLIPPED} beside clip_value", "one of the two", "take one of them out")
    for name, value in given.items():
        if name not in own:
            found = f'{name} beside optimizer = "{section.optimizer}"' + (f', as = "{library}"' if library else "")
            raise Fault(f"training.{name}", found, f"its own settings: {', '.join(own)}", "take it out")
        below = SETTINGS[name].below
        if value < 0 or (below is not None and value >= below):
            expected = "a number of 0 or more" if below is None else f"a number from 0 to below {below}"
            raise Fault(f"training.{name}", shown(value), expected, f"write {name} = 0.1")
    return tuple((name, Fraction(value)) for name, value in given.items())
