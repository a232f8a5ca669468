"""How a network is trained, as the file states it: what the optimizer is, by what it is set, and in what portions the rows are taken."""

from __future__ import annotations

from fractions import Fraction

from derivegen.network.rule import Rule, Settings, rule_of
from derivegen.network.tables.optimizers import USUAL
from derivegen.records import dataclass


@dataclass(frozen=True, slots=True)
class Training:
    """How it is trained; `frozen` are names or beginnings of names, `settings` what the optimizer is set to otherwise than usual, `library`
    is whose form of it is taken; None: the textbook's; `schedule` is what the rate follows; None: it stays. An update uses `accumulate`
    batches, whose derivatives are `gathered` times that of their rows' loss; `shuffle` is the seed of the order of rows."""

    optimizer: str = USUAL
    learning_rate: Fraction | None = None
    steps: int = 1
    batch_size: int | None = None
    every: int = 1
    frozen: tuple[str, ...] = ()
    trained: tuple[str, ...] | None = None
    library: str | None = None
    settings: Settings = ()
    schedule: str | None = None
    accumulate: int = 1
    shuffle: int | None = None
    gathered: Fraction = Fraction(1)

    @property
    def rule(self) -> Rule:
        """What an update keeps and adds."""
        return rule_of(self.optimizer, self.library, self.settings, self.schedule, self.gathered)
