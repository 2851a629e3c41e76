"""Events: handlers run in the step, jobs after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask

from kashcraft import wiring
from kashcraft.core import bus, jobs
from kashcraft.core.db import step

heard: list[str] = []


@dataclass(frozen=True)
class KettleBoiled:
    kettle_id: UUID
    degrees: int


@jobs.task("tests.pour")
def pour(kettle_id: str, degrees: int) -> None:
    heard.append(f"poured {kettle_id[-1]} at {degrees}")


@pytest.fixture(autouse=True)
def _own_wiring() -> Iterator[None]:
    heard.clear()
    whistle = bus.Wiring(in_step=(lambda event: heard.append(f"whistled at {event.degrees}"),), after=(pour,))
    bus.connect({KettleBoiled: whistle}, {KettleBoiled})
    yield
    bus.connect(wiring.REACTIONS, wiring.published())


def test_handlers_run_in_the_step_and_jobs_after_it(database: Flask) -> None:
    with step():
        bus.publish(KettleBoiled(UUID(int=5), 100))
        assert heard == ["whistled at 100"]
    jobs.run_due()

    assert heard == ["whistled at 100", "poured 5 at 100"]


def test_jobs_are_rolled_back_with_their_step(database: Flask) -> None:
    with pytest.raises(ZeroDivisionError), step():
        bus.publish(KettleBoiled(UUID(int=5), 100))
        raise ZeroDivisionError

    assert jobs.run_due() == 0


def test_events_are_published_inside_steps_only(database: Flask) -> None:
    with pytest.raises(RuntimeError, match="an event outside a step"):
        bus.publish(KettleBoiled(UUID(int=5), 100))


def test_an_event_without_wiring_prevents_the_start() -> None:
    with pytest.raises(LookupError, match=r"events without an entry in wiring.py: KettleBoiled"):
        bus.connect({}, {KettleBoiled})


def test_every_event_of_the_shop_is_wired() -> None:
    assert wiring.published() == set(wiring.REACTIONS)
