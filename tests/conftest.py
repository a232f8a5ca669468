"""For all tests: what stands with whom if they run in several processes, and how often garbage is collected."""

from __future__ import annotations

import gc
import re
from typing import Any

import pytest

from tests.gallery import names
from tests.solved import DRAWN, PLAIN

gc.set_threshold(
    200_000, 20, 100
)  # the collector of cyclic garbage looked through the many trees that tests keep; it took a tenth of their time


def pytest_collection_finish() -> None:
    """What is loaded by now stays; no collection need look at it again."""
    gc.freeze()


NAMES = "|".join(sorted((*names(), *DRAWN, *PLAIN), key=len, reverse=True))
OF_AN_EXAMPLE = re.compile(rf"\[(?:.*-)?({NAMES})(?:-.*)?\]$")


def group(nodeid: str) -> str:
    """With whom a test runs: with those of the same example, which solves it once (`tests.solved`), or else with those of its file."""
    found = OF_AN_EXAMPLE.search(nodeid)
    return found[1] if found else nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """For `pytest -n`: every group goes to one process, those with the most tests first."""
    from xdist.scheduler import LoadScopeScheduling

    class ByExample(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return group(nodeid)

    return ByExample(config, log)
