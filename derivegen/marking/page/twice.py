"""Names of a page that nothing settles go in, with those that are settled; out come those whose usual meaning has another name there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derivegen.marking.page.readings import Readings, SchemeReading
from derivegen.marking.page.told import Fact
from derivegen.marking.read.meant import SPELLED as FREE


def called_twice(
    readings: Readings, best: Sequence[SchemeReading], named: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Names that are usual for a quantity which the page calls otherwise, where their number is that of another: open between both."""
    found, taken = dict[str, tuple[str, ...]](), {names[0] for names in named.values() if len(names) == 1}
    for key in (key for reading in best if reading.scheme is None for key in reading.family.members):
        usual, said = readings.spelled.today(key), [fact for fact in readings.facts if fact.key == key]
        if len(usual) == 1 and usual[0] in taken and _contradicts(readings, said, usual[0]):
            others = (name for name in readings.task.graph.names() if not _contradicts(readings, said, name))
            found[key.removeprefix(FREE)] = (*usual, *others)[:3]
    return {key: names for key, names in found.items() if len(names) > 1}


def _contradicts(readings: Readings, said: Sequence[Fact], name: str) -> bool:
    """Whether anything that is told of a name speaks against a quantity."""
    return any(readings.fact(fact, name)[0] < 0 for fact in said)
