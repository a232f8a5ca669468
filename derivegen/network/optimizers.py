"""The table of optimizers: the update of one parameter, in `old`, `rate` and `gradient`."""

from __future__ import annotations

OPTIMIZERS: dict[str, str] = {"gradient_descent": "old - rate*gradient"}
NOT_YET = ("momentum", "nesterov", "adagrad", "rmsprop", "adam", "adamw")
