"""Calls that threads make at the same time, and what they came to."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass
class Run:
    """What a number of calls came to; latencies in seconds."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    refused: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def succeeded(self) -> int:
        """Return how many calls were neither refused nor failed."""
        return len(self.latencies) - self.refused

    @property
    def rate(self) -> float:
        """Return how many calls succeeded in a second."""
        return self.succeeded / self.seconds if self.seconds else 0.0

    def note(self) -> str:
        """Return the latencies in words."""
        if not self.latencies:
            return ""
        median, worst = statistics.median(self.latencies) * 1000, max(self.latencies) * 1000
        return f"median {median:.1f} ms, worst {worst:.1f} ms"

    def wrong(self) -> str:
        """Return how many calls failed, and the first error; nothing where none did."""
        return f"{len(self.errors)} errors, first {self.errors[0][:200]}" if self.errors else ""


def at_once(work: Sequence[Callable[[], bool]], threads: int) -> Run:
    """Make all calls with that many threads; a call that returns False is a refusal."""
    run, remaining, gate = Run(), iter(work), threading.Barrier(threads + 1)
    turn = threading.Lock()

    def make_calls() -> None:
        gate.wait()
        while True:
            with turn:
                call = next(remaining, None)
            if call is None:
                return
            begun = time.perf_counter()
            try:
                succeeded = call()
            except Exception as error:  # noqa: BLE001 - counted, and reported with the row
                run.errors.append(repr(error))
                continue
            run.latencies.append(time.perf_counter() - begun)
            run.refused += not succeeded

    crew = [threading.Thread(target=make_calls) for _ in range(threads)]
    for one in crew:
        one.start()
    gate.wait()
    begun = time.perf_counter()
    for one in crew:
        one.join()
    run.seconds = time.perf_counter() - begun
    return run
