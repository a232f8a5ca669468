"""One network file solved stage by stage, as a command: after each stage prints its name, its seconds, the most memory it needed and
what is held at its end, in megabytes (`python -m tests.bench.stages FILE`).
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.bench.timing import processor


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Print what the stage cost."""
    with suppress(OSError):  # Linux forgets the peak so far; elsewhere peaks only grow
        Path("/proc/self/clear_refs").write_text("5")
    start = processor()
    yield
    seconds = processor() - start
    peak, held = memory()
    print(f"{name}\t{seconds}\t{peak}\t{held}", flush=True)


def memory() -> tuple[float, float]:
    """The most and the present memory."""
    status = Path("/proc/self/status")
    if not status.exists():
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return most, most
    found = dict(line.split(":", 1) for line in status.read_text().splitlines() if line.startswith("Vm"))
    return int(found["VmHWM"].split()[0]) / 1024, int(found["VmRSS"].split()[0]) / 1024


def main(path: str) -> None:
    """All stages of one file, what each made being kept."""
    with stage("import"):
        import derivegen
        from derivegen.calculus.chain import derive
        from derivegen.network.graph import build
    with stage("load"):
        network = derivegen.load(path)
    with stage("build"):
        graph = build(network)
    with stage("derive"):
        derivation = derive(graph)
        assert derivation.links
    with stage("evaluate"):
        from derivegen.calculus.numbers.evaluator import Evaluator
        from tests.bench.sized import arrays_of

        Evaluator(derivation)(arrays_of(network))
    with stage("solve and verify"):
        solution = derivegen.solve(network)
    with stage("compose"):
        assert solution._composed
    with stage("judge"):
        assert solution.document
    with stage("print Markdown"):
        solution.text("md")
    with stage("print PDF"):
        solution.pdf()


if __name__ == "__main__":
    main(sys.argv[1])
