"""A job goes in, its answer comes out, whatever happens: what a worker process does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection

from derivegen.errors import CheckFailed, InputError, MissingPart
from derivegen.marking.bounded import TooLong, bounded
from derivegen.web.check import check
from derivegen.web.explain import explain, export, save
from derivegen.web.form import Answer, Visit
from derivegen.web.pool import working
from derivegen.web.practise import practise
from derivegen.web.trouble import trouble

SECONDS = 10.0
"""Of the processor, for one request; the usual ones take a twentieth of one."""
VIEWS: Mapping[str, Callable[[Visit], Answer]] = {
    "explain": explain,
    "practise": practise,
    "check": check,
    "export": export,
    "save": save,
}


def answer(job: Visit) -> Answer:
    """The answer; where there can be none, a page that says why."""
    try:
        with bounded(SECONDS):
            return VIEWS[job.view](job)
    except (InputError, MissingPart) as error:
        return trouble(str(error), job.language, 422)
    except TooLong:
        return trouble("web.slow", job.language, 503)
    except MemoryError:
        return trouble("web.memory", job.language, 503)
    except CheckFailed:
        return trouble("web.defect", job.language, 500)
    except (Exception, RecursionError):
        return trouble("web.defect", job.language, 500)


def work(pipe: Connection, memory: int) -> None:
    """The whole life of a worker process."""
    working(answer, pipe, memory)
