"""A class at work: so many students for so many seconds, each typing a line, dragging a number, clicking a weight or opening a page and
then thinking; every request is answered, and no worker grows. Client and server share the machine.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from tests.web.asked import NETWORK

STUDENTS = int(os.environ.get("DERIVEGEN_STUDENTS", "200"))
SECONDS = float(os.environ.get("DERIVEGEN_SECONDS", "300"))
THINKING = float(os.environ.get("DERIVEGEN_THINKING", "12"))
"""Seconds between two requests of a student, on the average: half of it to one and a half."""
WORKERS = 2
GROWTH = 20_000_000
"""Bytes by which a worker may differ from what it had after the first tenth of the time."""
LINES = ("z = 0.4*0.5 + 0.1 = 0.3", "h = 0.5744", "y = 0.3*0.5744 + 0.2 = 0.3723", "dL/dy = 0.6 - 0.3723 = 0.2277")
Request = tuple[str, str, dict[str, str]]
Answered = tuple[str, int, float]


def asked(chance: random.Random) -> Request:
    """What a student does next: its name, the address, the form."""
    lines = "\n".join(LINES[: chance.randrange(4)])
    return chance.choices(
        (
            ("line", "practise", {"net": NETWORK, "do": "line", "lines": lines, "line": chance.choice(LINES)}),
            (
                "number",
                "explain",
                {"net": NETWORK, "do": "numbers", "number:w[1][1][1]": f"0.{chance.randrange(1, 99)}"},
            ),
            ("weight", "explain", {"net": NETWORK, "do": "at", "at": "w[1][1][1]"}),
            ("page", "explain", {}),
        ),
        (5, 3, 1, 1),
    )[0]


async def answered(port: int, request: Request) -> Answered:
    """Its name, the status and the seconds to the last byte."""
    name, path, form = request
    body = urlencode(form).encode()
    head = f"{'POST' if form else 'GET'} /{path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-length: {len(body)}\r\n"
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{head}content-type: application/x-www-form-urlencoded\r\n\r\n".encode() + body)
    said = await reader.read()
    writer.close()
    return name, int(said.split(b" ", 2)[1]) if said else 0, time.perf_counter() - began


async def student(port: int, number: int, until: float) -> list[Answered]:
    """One student's requests; they come one after another into the room."""
    chance, found = random.Random(number), list[Answered]()
    await asyncio.sleep(chance.uniform(0, THINKING))
    while time.monotonic() < until:
        found.append(await answered(port, asked(chance)))
        await asyncio.sleep(chance.uniform(0.5, 1.5) * THINKING)
    return found


async def class_of(port: int, many: int, until: float) -> list[Answered]:
    """All of them together."""
    return [each for some in await asyncio.gather(*(student(port, one, until) for one in range(many))) for each in some]


@contextmanager
def server() -> Iterator[tuple[int, int]]:
    """A server of its own: its port and the number of its process."""
    command = [sys.executable, "-m", "derivegen", "serve", "--port", "0", "--workers", str(WORKERS), "--rate", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    ) as process:
        try:
            assert process.stdout is not None
            found = re.search(r":(\d+)/", process.stdout.readline())
            assert found is not None
            yield int(found[1]), process.pid
        finally:
            process.terminate()


def below(process: int) -> list[int]:
    """The numbers of the processes that a process has begun, and of theirs."""
    own = [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    return own + [number for each in own for number in below(each)]


def memory(process: int) -> dict[int, int]:
    """The bytes that each process of the server has to itself or shares."""
    pages = {each: int(Path(f"/proc/{each}/statm").read_text().split()[1]) for each in (process, *below(process))}
    return {each: count * os.sysconf("SC_PAGE_SIZE") for each, count in pages.items()}


def test_a_class_is_served_without_error_and_without_growth() -> None:
    with server() as (port, process):
        asyncio.run(class_of(port, STUDENTS, time.monotonic() + SECONDS / 10))
        before = memory(process)
        found = asyncio.run(class_of(port, STUDENTS, time.monotonic() + SECONDS))
        after = memory(process)
    print(f"\n{STUDENTS} students, {SECONDS:.0f} s, {len(found)} requests, {len(found) / SECONDS:.1f} a second")
    for name in ("line", "number", "weight", "page"):
        times = sorted(1000 * seconds for what, _, seconds in found if what == name)
        median, late, last = times[len(times) // 2], times[len(times) * 95 // 100], times[-1]
        print(
            f"{name}: {len(times)} times, median {median:.0f} ms, 95 of 100 within {late:.0f} ms, the slowest {last:.0f} ms"
        )
    print("answers:", dict(Counter(status for _, status, _ in found)))
    print("MB:", {each: (before[each] // 10**6, after[each] // 10**6) for each in before if each in after})
    assert {status for _, status, _ in found} == {200}
    assert before.keys() == after.keys() and all(after[each] - before[each] < GROWTH for each in before)
