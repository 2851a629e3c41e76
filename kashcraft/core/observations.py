"""Observations of reading (what was seen, how often), written after the response and never in its request.

A view calls ``observe``. The observations of a request go into a bounded buffer of the process once it is
over, and a thread passes them every two seconds to the writers that ``wiring.py`` connects, each in a step
of its own. A crash loses what is in the buffer, and nothing else. Bots, prefetches, staff and failed requests
do not count.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from multiprocessing.util import Finalize

from flask import Flask, has_request_context, request

from kashcraft.core import activity_log, clock
from kashcraft.core.caches import request_memo
from kashcraft.core.db import in_step, takes_no_writes
from kashcraft.core.errors import reason_of
from kashcraft.core.ids import AnyId, keyed_hash
from kashcraft.core.logs import log
from kashcraft.core.security import network_of
from kashcraft.core.settings import settings

FLUSH_SECONDS = 2.0
# More observations than a process takes in two seconds; further ones are dropped and their number is logged.
MOST = 10_000
LONGEST_AGENT = 400
_SEEN = "observations"
_STAFF = "staff:"


@dataclass(frozen=True, slots=True)
class Observation:
    """One observation: something was seen at a time by a visitor.

    ``visitor`` is the id of a customer, or for a guest a hash that is another one on the next day.
    """

    kind: str
    subject_id: AnyId
    at: datetime
    visitor: str


# Writes the observations of one kind, in the order of the requests, inside a step.
Writer = Callable[[Sequence[Observation]], object]


def init_app(app: Flask) -> None:
    """Move the observations of each request into the buffer when it is over."""
    app.extensions[_SEEN] = _Buffer(app)

    @app.teardown_request
    def store_observations(error: BaseException | None) -> None:
        entries = request_memo().get(_SEEN)
        if entries and error is None:
            _buffer_of(app).add(entries)


def connect(app: Flask, writers: Mapping[str, Writer]) -> None:
    """Hand the observations of each kind to its writer."""
    _buffer_of(app).writers = dict(writers)


def observe(kind: str, *, subject_id: AnyId) -> None:
    """Note that the visitor of the current request has seen ``subject_id``, once per request.

    Nothing is noted for requests that change something, prefetches, staff, and outside of requests; bots are
    left out later. Costs no statement.
    """
    if not has_request_context() or not _is_read_by_a_visitor():
        return
    entries = request_memo().setdefault(_SEEN, {})
    entry = Observation(kind, subject_id, clock.now(), _visitor())
    entries.setdefault((kind, subject_id), (entry, request.user_agent.string[:LONGEST_AGENT]))


def flush(app: Flask) -> None:
    """Write what the buffer of this process holds, in the calling thread."""
    _buffer_of(app).flush()


def is_bot(agent: str) -> bool:
    """Return whether a User-Agent header names a program instead of a browser; an empty one does."""
    return not agent.strip() or _is_crawler(agent)


def _is_read_by_a_visitor() -> bool:
    if request.method != "GET" or activity_log.actor().startswith(_STAFF):
        return False
    purposes = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return not any("prefetch" in purpose.lower() for purpose in purposes)


def _visitor() -> str:
    """Return the customer's id, or for a guest a hash of network and browser under a key of the day."""
    actor = activity_log.actor()
    if actor != activity_log.GUEST:
        return actor
    day_key = keyed_hash(settings().secret_key, f"visitors:{clock.now().date().isoformat()}")
    network = network_of(request.remote_addr or "", 64)
    return keyed_hash(day_key, f"{network} {request.user_agent.string}")[:32]


@cache
def _crawlers() -> Callable[[str], bool]:
    # Imported by the thread that writes: its patterns take 3 MB and half a second to compile.
    from crawlerdetect import CrawlerDetect

    names_a_crawler: Callable[[str], bool] = CrawlerDetect().isCrawler
    return names_a_crawler


def _is_crawler(agent: str) -> bool:
    return _crawlers()(agent)


def _buffer_of(app: Flask) -> _Buffer:
    found: _Buffer = app.extensions[_SEEN]
    return found


_Entries = Mapping[tuple[str, AnyId], tuple[Observation, str]]


class _Buffer:
    """The observations of a process that are not written yet, and the thread that writes them."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.writers: dict[str, Writer] = {}
        self._entries: deque[tuple[Observation, str]] = deque()
        self._dropped = 0
        self._guard = threading.Lock()
        self._waiting = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, entries: _Entries) -> None:
        """Add the observations of a request, and start the thread with the first ones of this process."""
        with self._guard:
            room = MOST - len(self._entries)
            self._entries.extend(list(entries.values())[:room])
            self._dropped += max(0, len(entries) - room)
            # A forked process has the object of its parent's thread, which does not run here.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="observations", daemon=True)
                self._thread.start()
                Finalize(None, self.flush, exitpriority=20)
        self._waiting.set()

    def flush(self) -> None:
        """Write all observations, each kind in a step; those that cannot be written now wait."""
        with self._guard:
            entries, self._entries = list(self._entries), deque()
            dropped, self._dropped = self._dropped, 0
        if dropped:
            log.warning("observations were dropped", entries=dropped)
        by_kind: dict[str, list[tuple[Observation, str]]] = defaultdict(list)
        for entry, agent in entries:
            if not is_bot(agent):
                by_kind[entry.kind].append((entry, agent))
        for kind, some in by_kind.items():
            self._write(kind, some)

    def _run(self) -> None:
        while True:
            self._waiting.wait()
            self._waiting.clear()
            time.sleep(FLUSH_SECONDS)
            self.flush()

    def _write(self, kind: str, entries: list[tuple[Observation, str]]) -> None:
        try:
            work = partial(self.writers[kind], [entry for entry, _ in entries])
            with self.app.app_context(), activity_log.acting_as("observations"):
                in_step(work)
        except Exception as error:  # noqa: BLE001 - one kind must not keep the others from being written
            waits = takes_no_writes(error)
            if waits:
                self._put_back(entries)
            log.warning(
                "observations were not written",
                kind=kind,
                entries=len(entries),
                again=waits,
                reason=reason_of(error),
            )

    def _put_back(self, entries: list[tuple[Observation, str]]) -> None:
        """Put observations before newer ones, as far as there is room."""
        with self._guard:
            self._entries.extendleft(reversed(entries[: MOST - len(self._entries)]))
        self._waiting.set()
