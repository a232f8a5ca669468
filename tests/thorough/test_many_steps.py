"""A recurrence over two thousand steps, derivative by derivative."""

from __future__ import annotations

from tests.calculus.test_indexed import check_steps


def test_two_thousand_steps_need_no_recursion() -> None:
    check_steps(2000)
