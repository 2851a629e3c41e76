"""Observations of reading: buffered in the request, written after it, and only those of visitors."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from flask_login import login_user
from sqlalchemy.exc import IntegrityError, OperationalError

from kashcraft.accounts import queries, services
from kashcraft.accounts.rules import Role
from kashcraft.core import observations
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import in_a_step, in_step
from kashcraft.core.ids import UserId, new_id
from kashcraft.core.observations import Observation, is_bot, observe
from tests.factories.people import person

PAGE, OTHER = new_id(), new_id()
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
GOOGLE = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


class Written:
    """A writer that records its calls and raises the next of its errors, if there is one."""

    def __init__(self) -> None:
        self.calls: list[list[Observation]] = []
        self.errors: list[Exception] = []
        self.called = threading.Event()

    def __call__(self, entries: Sequence[Observation]) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.calls.append(list(entries))
        self.called.set()

    @property
    def seen(self) -> list[object]:
        return [entry.subject_id for entries in self.calls for entry in entries]


@pytest.fixture
def written(app: Flask) -> Iterator[Written]:
    """The writer of the kind "read"; the entries of other tests are written first."""
    observations.flush(app)
    writer = Written()
    observations.connect(app, {"read": writer})
    yield writer
    observations.flush(app)
    observations.connect(app, {})


@pytest.fixture
def read(app: Flask) -> Callable[..., None]:
    """Opens a page that observes ``PAGE``, with these headers."""

    def open_page(
        *subjects: object, method: str = "GET", address: str = "203.0.113.9", **headers: str
    ) -> None:
        sent = {"User-Agent": BROWSER, **{name.replace("_", "-"): text for name, text in headers.items()}}
        environ = {"REMOTE_ADDR": address}
        with app.test_request_context("/", method=method, headers=sent, environ_base=environ):
            app.preprocess_request()
            for subject in subjects or (PAGE,):
                observe("read", subject_id=subject)  # type: ignore[arg-type]

    return open_page


def test_observations_are_written_later_and_together(
    app: Flask, written: Written, read: Callable[..., None]
) -> None:
    read()
    read(OTHER)
    assert written.calls == []

    observations.flush(app)

    assert (len(written.calls), written.seen) == (1, [PAGE, OTHER])


def test_a_page_that_is_seen_twice_in_a_request_counts_once(
    app: Flask, written: Written, read: Callable[..., None]
) -> None:
    read(PAGE, PAGE)

    observations.flush(app)

    assert written.seen == [PAGE]


def test_the_thread_writes_without_being_asked(
    app: Flask, written: Written, read: Callable[..., None]
) -> None:
    read()

    assert written.called.wait(30)
    assert written.seen == [PAGE]


@pytest.mark.parametrize(
    "request_of",
    [
        {"method": "POST"},
        {"method": "HEAD"},
        {"Sec_Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"User_Agent": GOOGLE},
        {"User_Agent": ""},
    ],
    ids=str,
)
def test_only_visitors_who_read_count(
    app: Flask, written: Written, read: Callable[..., None], request_of: dict[str, str]
) -> None:
    read(**request_of)

    observations.flush(app)

    assert written.seen == []


def test_staff_do_not_count_and_customers_are_known(app: Flask, written: Written) -> None:
    with app.app_context():
        customer, editor = UserId(person()), UserId(person(Role.EDITOR))
    for user_id in (customer, editor):
        with app.test_request_context("/", headers={"User-Agent": BROWSER}):
            app.preprocess_request()
            opened = in_step(partial(services.sign_in, user_id=user_id, user_agent=BROWSER))
            login_user(queries.find_signed_in_user(opened.token))
            observe("read", subject_id=PAGE)

    observations.flush(app)

    assert [entry.visitor for entry in written.calls[0]] == [str(customer)]


def test_a_guest_is_the_same_for_a_day_and_a_network(
    app: Flask, written: Written, read: Callable[..., None], frozen: FrozenClock
) -> None:
    read()
    frozen.advance(hours=3)
    read()
    read(address="198.51.100.4")
    read(User_Agent=f"{BROWSER} Other")
    frozen.advance(days=1)
    read()

    observations.flush(app)

    guests = [entry.visitor for entry in written.calls[0]]
    assert (guests[0] == guests[1], len(set(guests)), {len(guest) for guest in guests}) == (True, 4, {32})
    assert written.calls[0][1].at - written.calls[0][0].at == timedelta(hours=3)


def test_a_failed_request_leaves_nothing(app: Flask, written: Written) -> None:
    with pytest.raises(ZeroDivisionError), app.test_request_context("/", headers={"User-Agent": BROWSER}):
        app.preprocess_request()
        observe("read", subject_id=PAGE)
        raise ZeroDivisionError

    observations.flush(app)

    assert written.seen == []


def test_outside_of_a_request_nothing_is_observed(app: Flask, written: Written) -> None:
    with app.app_context():
        observe("read", subject_id=PAGE)

    observations.flush(app)

    assert written.seen == []


def test_a_busy_database_gets_them_the_next_time(
    app: Flask, written: Written, read: Callable[..., None]
) -> None:
    written.errors = [OperationalError("", {}, Exception("database is locked"))]
    read()
    observations.flush(app)
    read(OTHER)

    observations.flush(app)

    assert written.seen == [PAGE, OTHER]


def test_what_fails_otherwise_is_dropped(app: Flask, written: Written, read: Callable[..., None]) -> None:
    written.errors = [IntegrityError("", {}, Exception("violates a constraint"))]
    read()
    observations.flush(app)
    read(OTHER)

    observations.flush(app)

    assert written.seen == [OTHER]


def test_a_kind_without_a_writer_does_not_keep_others_from_being_written(
    app: Flask, written: Written, read: Callable[..., None]
) -> None:
    with app.test_request_context("/", headers={"User-Agent": BROWSER}):
        app.preprocess_request()
        observe("unknown to the wiring", subject_id=OTHER)
    read()

    observations.flush(app)

    assert written.seen == [PAGE]


def test_a_full_buffer_takes_no_more(
    app: Flask, written: Written, read: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observations, "MOST", 2)
    monkeypatch.setattr(observations, "FLUSH_SECONDS", 60.0)
    read(*(new_id() for _ in range(3)))

    observations.flush(app)

    assert len(written.seen) == 2


def test_a_writer_runs_in_a_step(app: Flask, read: Callable[..., None]) -> None:
    found: list[bool] = []
    observations.flush(app)
    observations.connect(app, {"read": lambda _: found.append(in_a_step())})
    read()

    observations.flush(app)
    observations.connect(app, {})

    assert found == [True]


@pytest.mark.parametrize(
    ("agent", "bot"), [(BROWSER, False), (GOOGLE, True), ("curl/8.5.0", True), ("  ", True)]
)
def test_programs_are_recognized(agent: str, bot: bool) -> None:
    assert is_bot(agent) is bot
