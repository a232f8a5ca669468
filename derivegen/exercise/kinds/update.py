"""Parameters after one step of training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from derivegen.document.blocks import Prose
from derivegen.document.pen import Pen
from derivegen.errors import InputError
from derivegen.exercise.asking import Asking
from derivegen.exercise.exercise import Question
from derivegen.exercise.kinds.kind import Kind
from derivegen.formula.tree import Quantity
from derivegen.network.asked import Question as Asked
from derivegen.network.names import parse_derivative
from derivegen.solution.optimizing import called_unless_plain


class Update(Kind):
    """New values of parameters."""

    def usually(self, asking: Asking) -> int:
        return 4 if asking.network.training.learning_rate is not None and asking.wanted else 0

    def named(self, asking: Asking, name: str, number: int) -> str:
        """Of a parameter or its derivative the new value."""
        plain = name.removesuffix("'")
        pair = parse_derivative(plain)
        plain = pair[1] if pair is not None else plain
        if plain not in asking.graph.trained:
            raise InputError(f"exercise.ask[{number}].of: {name} is not changed by an update; name a parameter")
        return plain + "'"

    def default(self, asking: Asking) -> Iterator[str]:
        yield from (f"{name}'" for name in asking.wanted if name in asking.graph.trained)

    def question(self, asking: Asking, number: int, of: Sequence[str], asked: Asked) -> Question:
        if asking.network.training.learning_rate is None:
            raise InputError(
                f"exercise.ask[{number}]: an update needs a learning rate; add learning_rate under [training]"
            )
        return super().question(asking, number, of, asked)

    def opening(self, pen: Pen) -> Prose:
        return pen.say("sheet.update", rate=Quantity("rate"), optimizer=called_unless_plain(pen))


KIND = Update()
