"""Why a quantity, or a formula of quantities, may have no number: what is raised then."""

from __future__ import annotations

from derivegen.calculus.numbers.evaluate import Symbolic
from derivegen.errors import InputError
from derivegen.formula.arithmetic.value import Irrational

NO_NUMBER = (Symbolic, Irrational, InputError, ArithmeticError, ValueError, KeyError, RecursionError)
