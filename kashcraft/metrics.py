"""Metrics for Prometheus: requests, jobs, actions, and pending jobs.

This module is imported only where the settings enable metrics. Several processes store their metrics as files
in the folder ``PROMETHEUS_MULTIPROC_DIR``, and each of them reports those of all.
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
from kashcraft.core.settings import installation

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
# The name and labels are an interface for dashboards, so they stay as they are.
ACTIONS = Counter("kashcraft_acts", "Actions in the shop, as in the activity log.", ["event", "act"])


class PendingJobs(Collector):
    """The numbers of due and failed jobs, read at each request; without a database, only that it is down."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the metrics."""
        up = GaugeMetricFamily("kashcraft_database_up", "Whether the database can be read.")
        waiting = GaugeMetricFamily("kashcraft_outbox_waiting", "Jobs that are due.", labels=["lane"])
        failed = GaugeMetricFamily("kashcraft_outbox_given_up", "Jobs that have failed permanently.")
        try:
            by_lane, failed_jobs = jobs.count_waiting()
        except READ_ERRORS:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        failed.add_metric([], failed_jobs)
        for lane, count in by_lane.items():
            waiting.add_metric([lane.value], count)
        yield from (up, waiting, failed)


def init_app(app: Flask) -> None:
    """Count requests, jobs and actions, and serve ``/metrics``.

    Call it before the other parts are installed, so that the measured time includes theirs.
    """
    activity_log.listen(_count_action)
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
    """Return all metrics to requests with the token, or to all requests where no token is set."""
    token, sent = installation().metrics_token, request.headers.get("Authorization", "")
    headers = {"Cache-Control": "no-store"}
    if token and not hmac.compare_digest(sent.encode(), f"Bearer {token}".encode()):
        return Response("", 401, {**headers, "WWW-Authenticate": "Bearer"})
    return Response(render_metrics(), headers={**headers, "Content-Type": CONTENT_TYPE_LATEST})


def render_metrics() -> bytes:
    """Return the metrics of all processes on this machine, in Prometheus's text format."""
    counted = REGISTRY
    if os.environ.get(FOLDER):
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    current = CollectorRegistry()
    current.register(PendingJobs())
    return bytes(generate_latest(counted) + generate_latest(current))


def _count_action(event: str, action: str) -> None:
    ACTIONS.labels(event, action).inc()


def _count_job(name: str, went_well: bool) -> None:
    JOBS.labels(name, "done" if went_well else "failed").inc()
