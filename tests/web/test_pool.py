"""Worker processes: each ends alone, whatever happens to it, and costs the one request it had."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from multiprocessing.connection import Connection

import pytest

from derivegen.web.form import Answer, Sent, Visit
from derivegen.web.pool import Allowance, Broken, BrokenOff, Busy, Crew, working


def answer(job: Visit) -> Answer:
    """What the processes of these tests do."""
    match job.view:
        case "sleep":
            time.sleep(60)
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "hoard":
            try:
                return Answer(b"x" * 10**9)
            except MemoryError:
                return Answer(b"no memory")
    return Answer(f"{job.view} by {os.getpid()}".encode())


def work(pipe: Connection, memory: int) -> None:
    working(answer, pipe, memory)


async def _each(pool: Crew) -> None:
    first = await pool.ask(Visit("hello"))
    assert first.body.startswith(b"hello by ") and (await pool.ask(Visit("hello"))).body == first.body
    with pytest.raises(Broken):
        await pool.ask(Visit("die"))
    second = await pool.ask(Visit("hello"))
    assert second.body.startswith(b"hello by ") and second.body != first.body
    with pytest.raises(BrokenOff):
        await pool.ask(Visit("sleep"))  # long before it wakes
    assert (await pool.ask(Visit("hoard"))).body == b"no memory"
    number = pool.workers[0].number
    assert number is not None
    os.kill(number, signal.SIGKILL)  # between two requests
    with pytest.raises(Broken):
        await pool.ask(Visit("hello"))
    assert (await pool.ask(Visit("hello", Sent()))).body.startswith(b"hello by ")
    waiting = [asyncio.create_task(pool.ask(Visit("hello"))) for _ in range(9)]
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert sum(isinstance(each, Busy) for each in found) > 0 and sum(isinstance(each, Answer) for each in found) >= 2


async def _late(pool: Crew) -> None:
    sleeping = asyncio.create_task(pool.ask(Visit("sleep")))
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await pool.ask(Visit("hello"))
    with pytest.raises(BrokenOff):
        await sleeping
    assert (await pool.ask(Visit("hello"))).body.startswith(b"hello by ")


def test_nobody_waits_for_ever() -> None:
    pool = Crew(1, work, Allowance(seconds=1.5, patience=0.1), preload=())
    try:
        asyncio.run(_late(pool))
    finally:
        pool.end()


def test_a_process_that_ends_costs_one_request() -> None:
    pool = Crew(1, work, Allowance(seconds=2.0, memory=500_000_000, waiting=2), preload=())
    numbers = [worker.number for worker in pool.workers]
    try:
        asyncio.run(_each(pool))
        assert [worker.number for worker in pool.workers] != numbers
    finally:
        pool.end()
