"""The steps of a long run go in and are done; how far they are comes out on standard error."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from derivegen.cli.terminal import STOPPED, progress_bar, stop

if TYPE_CHECKING:
    from derivegen.classroom.run import Step

LONG, LARGE = 60, 10**9
"""A run of more seconds or bytes than that is announced."""


def follow(steps: Iterator[Step], total: int, jobs: int) -> None:
    """Do the steps and show on standard error how far they are: a bar on a terminal, else a line if it takes long."""
    start, done, announced, bar = time.monotonic(), 0, False, None
    try:
        for step in steps:
            for said in filter(None, (step.said, step.hard)):
                click.echo(said, err=True)
            if step.done == step.again and step.again > 0:
                click.echo(f"{step.again} of {total} were done before; going on from there", err=True)
            elif step.bytes and not announced:
                _announce(step, total, (time.monotonic() - start) / jobs)
                announced, bar = True, progress_bar(total)
            if bar is not None:
                bar.update(step.done - bar.pos)
            done = step.done
    except KeyboardInterrupt:
        stop(f"\nderivegen: stopped with {done} of {total} done; say the same again and it goes on from there", STOPPED)
    finally:
        if bar is not None:
            bar.render_finish()


def _announce(step: Step, total: int, seconds: float) -> None:
    """What a long run takes, judged by its first slice."""
    each = step.done - step.again
    left = (total - step.done) * seconds / each
    size = (total - step.done) * step.bytes / each
    if left > LONG or size > LARGE:
        click.echo(
            f"{total} students: about {_duration(left)} and {_size(size)}; "
            "you may stop it, the same command goes on from there",
            err=True,
        )


def _duration(seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return f"{round(hours / 24)} days"
    return f"{hours} h {rest} min" if hours else f"{minutes} min"


def _size(size: float) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{max(1, round(size / 1e6))} MB"
