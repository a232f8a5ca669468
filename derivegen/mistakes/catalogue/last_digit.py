"""Right method, right numbers, and the last digit off by a little: a slip of rounding, not of calculus.

It has no rewrite: whether a number is off by its last digit is seen from the digits (−0.1309 beside factors
that give −0.1308). It costs the mark for accuracy only.
"""

from __future__ import annotations

from derivegen.mistakes.mistake import Mistake

rewrite = Mistake("last-digit", "backward", frozenset(), None, None)
