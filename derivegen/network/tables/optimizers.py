"""What a parameter is updated by, so far one rule alone: old − rate · gradient. The others have names, and are refused until they are
built.

There is no table of formulas here as long as nothing would read it: what is updated otherwise has to be derived and printed otherwise too.
"""

from __future__ import annotations

from typing import Final

GRADIENT_DESCENT: Final = "gradient_descent"
NOT_YET: Final = (
    *("momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam"),
    *("adamw", "nadam", "amsgrad", "lion", "rprop"),
)
