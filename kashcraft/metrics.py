"""Figures for Prometheus, where the settings ask for them: requests, jobs, acts, and the work that waits.

This module is imported only then. Where the shop is several processes they keep their figures as files in the
folder ``PROMETHEUS_MULTIPROC_DIR``, and whichever is asked answers for all.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator
from time import perf_counter

from flask import Flask, Response, g, request
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from kashcraft.core import activity_log, jobs
from kashcraft.core.db import READ_ERRORS
from kashcraft.core.settings import settings

PATH = "/metrics"
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

REQUESTS = Counter("kashcraft_requests", "Requests that were answered.", ["endpoint", "method", "status"])
SECONDS = Histogram(
    "kashcraft_request_seconds",
    "How long an answer took to make.",
    ["endpoint"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
JOBS = Counter("kashcraft_jobs", "Jobs that were run: done or failed.", ["job", "outcome"])
ACTS = Counter("kashcraft_acts", "What was done in the shop, as the log of acts has it.", ["event", "act"])


class Waiting(Collector):
    """The work that waits, asked for when somebody looks; without a database only that it cannot be read."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the figures."""
        up = GaugeMetricFamily("kashcraft_database_up", "Whether the database can be read.")
        waiting = GaugeMetricFamily(
            "kashcraft_outbox_waiting", "Work that is due and not done.", labels=["lane"]
        )
        given_up = GaugeMetricFamily("kashcraft_outbox_given_up", "Work that was given up.")
        try:
            counted, failed = jobs.count_waiting()
        except READ_ERRORS:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        given_up.add_metric([], failed)
        for lane, count in counted.items():
            waiting.add_metric([lane.value], count)
        yield from (up, waiting, given_up)


def init_app(app: Flask) -> None:
    """Count, and answer at ``/metrics``. To be called before the other parts, so that all are timed."""
    activity_log.listen(_count_act)
    jobs.listen(_count_job)
    app.add_url_rule(PATH, "metrics", show)

    @app.before_request
    def begin() -> None:
        g.timed_from = perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        method = request.method if request.method in METHODS else "other"
        REQUESTS.labels(endpoint, method, str(response.status_code)).inc()
        if "timed_from" in g:
            SECONDS.labels(endpoint).observe(perf_counter() - g.timed_from)
        return response


def show() -> Response:
    """Answer with every figure, to whoever has the token; without one in the settings to everybody."""
    wanted, given = settings().metrics_token, request.headers.get("Authorization", "")
    headers = {"Cache-Control": "no-store"}
    if wanted and not hmac.compare_digest(given.encode(), f"Bearer {wanted}".encode()):
        return Response("", 401, {**headers, "WWW-Authenticate": "Bearer"})
    return Response(figures(), headers={**headers, "Content-Type": CONTENT_TYPE_LATEST})


def figures() -> bytes:
    """Return the figures of all processes of the shop on this machine, in Prometheus's text format."""
    counted = REGISTRY
    if os.environ.get(FOLDER):
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    asked = CollectorRegistry()
    asked.register(Waiting())
    return bytes(generate_latest(counted) + generate_latest(asked))


def _count_act(event: str, act: str) -> None:
    ACTS.labels(event, act).inc()


def _count_job(name: str, went_well: bool) -> None:
    JOBS.labels(name, "done" if went_well else "failed").inc()
