"""A hundred thousand things handed in to which something happened, in one process: each is marked, in a second and 200 MB, and nothing
but what a person can act on is said of it.

DERIVEGEN_HANDINS says how many, DERIVEGEN_HANDINS_FROM from which seed on.
"""

from __future__ import annotations

import os
import resource
import time

import pytest

from derivegen.classroom.marking import Marker
from derivegen.document.press import press
from derivegen.interop.handin.kinds import HANDINS
from derivegen.marking.read.files import held
from derivegen.network.file.load import load
from derivegen.network.graph import build
from derivegen.render.environment import Templates
from tests.fuzzed import handed_in

COUNT = int(os.environ.get("DERIVEGEN_HANDINS", "100000"))
FIRST = int(os.environ.get("DERIVEGEN_HANDINS_FROM", "0"))
SECONDS, BYTES = 1.0, 200 * 10**6
NETWORKS = ("article-004", "article-000", "xor", "article-001")


def memory() -> int:
    """The most bytes this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def test_whatever_is_handed_in_is_marked(capsys: pytest.CaptureFixture[str]) -> None:
    markers = [Marker(press(build(load(f"example:{name}")), Templates())) for name in NETWORKS]
    readers = {ending: each.content for each in HANDINS for ending in each.endings}
    amiss, slowest = list[str](), 0.0
    for seed in range(FIRST, FIRST + COUNT):
        name, data = handed_in(seed)
        before, start = memory(), time.process_time()
        markings = markers[seed % len(markers)].markings((held(name, data, readers),))
        took, grown = time.process_time() - start, memory() - before
        slowest = max(slowest, took)
        failed = [
            each.values for one in markings for each in one.findings if each.reason in ("file.failed", "file.slow")
        ]
        if took > SECONDS or grown > BYTES or failed:
            amiss.append(f"{seed} {name} {took:.2f} s {grown // 10**6} MB {failed}")
            with capsys.disabled():
                print(amiss[-1], flush=True)
        if (seed - FIRST) % 1000 == 999:
            with capsys.disabled():
                print(f"{seed - FIRST + 1} handed in, slowest {slowest:.2f} s, {memory() // 10**6} MB", flush=True)
    assert amiss == []
