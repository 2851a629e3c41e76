"""Figures for Prometheus are counted if the settings ask for them, and shown to callers with the token."""

from __future__ import annotations

import http.client
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from kashcraft import cli, config, create_app, metrics
from kashcraft.config import ConfigError
from kashcraft.core import jobs
from kashcraft.core.db import step
from tests.conftest import browser
from tests.factories.orders import place, stocked
from tests.support import postgres, server
from tests.support.shops import own_shop
from tests.unit.test_config import PRODUCTION

TOKEN = "Zt5-uK2vR8_xQ4mN7bLw3HcJ6fGd9YpS"


@jobs.task("test.works")
def works() -> None:
    """Do nothing."""


@jobs.task("test.fails", tries=1)
def fails() -> None:
    """Give up."""
    raise jobs.PermanentFailure("no such thing")


@pytest.fixture(scope="module")
def counting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A shop that counts."""
    with own_shop(tmp_path_factory.mktemp("metrics"), metrics=True, metrics_token=TOKEN) as app:
        yield app


def read(text: str) -> dict[tuple[str, ...], float]:
    """Return the shop's own figures by their name and the values of their labels, by the labels' names."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name.startswith("kashcraft") and not sample.name.endswith("_created")
    }


def figures(app: Flask) -> dict[tuple[str, ...], float]:
    answer = browser(app).get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert answer.headers["Content-Type"].startswith("text/plain")
    return read(answer.text)


@pytest.mark.parametrize("given", [None, "", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
def test_who_has_no_token_reads_nothing(counting: Flask, given: str | None) -> None:
    answer = browser(counting).get("/metrics", headers={"Authorization": given} if given is not None else {})

    assert (answer.status_code, answer.text, answer.headers["WWW-Authenticate"]) == (401, "", "Bearer")


def test_requests_are_counted_by_endpoint_and_status(counting: Flask) -> None:
    before = figures(counting)
    browser(counting).get("/search?q=shawl")
    browser(counting).get("/nowhere")
    after = figures(counting)

    def more(*key: str) -> float:
        return after[key] - before.get(key, 0)

    assert more("kashcraft_requests_total", "storefront.search", "GET", "200") == 1
    assert more("kashcraft_requests_total", "none", "GET", "404") == 1
    assert more("kashcraft_request_seconds_count", "storefront.search") == 1


def test_actions_and_jobs_are_counted_and_waiting_jobs_are_reported(counting: Flask) -> None:
    before = figures(counting)
    with counting.app_context():
        place((stocked(3), 1))
        with step():
            jobs.enqueue(works)
            jobs.enqueue(fails)
        waiting = figures(counting)
        jobs.run_due()
        after = figures(counting)

    def more(*key: str) -> float:
        return after[key] - before.get(key, 0)

    assert waiting["kashcraft_outbox_waiting", "shop"] - before["kashcraft_outbox_waiting", "shop"] >= 2
    assert after["kashcraft_outbox_waiting", "shop"] == 0
    assert more("kashcraft_acts_total", "placed", "order") == 1
    assert more("kashcraft_jobs_total", "test.works", "done") == 1
    assert more("kashcraft_jobs_total", "test.fails", "failed") == 1
    assert more("kashcraft_outbox_given_up") == 1
    assert after["kashcraft_database_up",] == 1


def test_an_unreachable_database_is_reported(tmp_path: Path) -> None:
    app = create_app(config.load({}, instance_path=tmp_path, metrics=True))
    answer = browser(app).get("/metrics")

    found = read(answer.text)
    assert found["kashcraft_database_up",] == 0
    assert not [name for name, *_ in found if name.startswith("kashcraft_outbox")]


def test_machines_ask_under_any_name(counting: Flask) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Host": "10.0.0.7:8000"}

    assert browser(counting).get("/metrics", headers=headers).status_code == 200
    assert browser(counting).get("/search", headers=headers).status_code == 421


def test_a_shop_that_was_not_asked_to_counts_nothing(app: Flask, tmp_path: Path) -> None:
    assert browser(app).get("/metrics").status_code == 404
    assert browser(app).get("/metrics", headers={"Host": "10.0.0.7"}).status_code == 421
    done = subprocess.run(
        [sys.executable, "-c", "import sys, wsgi; print('prometheus_client' in sys.modules)"],
        cwd=server.ROOT, env=server.environment(tmp_path), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "False\n"


def test_production_counts_behind_a_token_that_nobody_guesses(tmp_path: Path) -> None:
    on = {**PRODUCTION, "KASHCRAFT_METRICS": "1"}

    with pytest.raises(ConfigError, match="KASHCRAFT_METRICS requires KASHCRAFT_METRICS_TOKEN in production"):
        config.load(on, instance_path=tmp_path)
    with pytest.raises(ConfigError, match="KASHCRAFT_METRICS_TOKEN must be at least 32 random characters"):
        config.load({**on, "KASHCRAFT_METRICS_TOKEN": "prometheus"}, instance_path=tmp_path)
    settings = config.load({**on, "KASHCRAFT_METRICS_TOKEN": TOKEN}, instance_path=tmp_path)
    assert (settings.metrics, settings.metrics_token) == (True, TOKEN)
    assert TOKEN not in repr(replace(settings))


@pytest.mark.postgres
def test_two_processes_answer_as_one(cluster: postgres.Cluster, tmp_path: Path) -> None:
    url = cluster.create_database()
    server.flask("db", "upgrade", variables=server.environment(tmp_path, url))

    def asked(port: int, path: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", path, headers={"Host": f"127.0.0.1:{port}"})
        text = connection.getresponse().read().decode()
        connection.close()
        return text

    with server.running(tmp_path, url, "--workers", "2", metrics="1") as shop:
        for _ in range(12):
            asked(shop.port, "/search?q=shawl")
        counts = {
            read(asked(shop.port, "/metrics"))["kashcraft_requests_total", "storefront.search", "GET", "200"]
            for _ in range(8)
        }
        files = list((tmp_path / "metrics").glob("counter_*.db"))

    assert counts == {12}
    assert len(files) == 2
    assert metrics.FOLDER == cli.METRICS_FOLDER
