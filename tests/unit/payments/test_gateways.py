"""The sandbox processor, and the signatures of its webhooks."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from kashcraft.core.clock import FrozenClock
from kashcraft.payments.gateways import BadSignature, GatewayRefused, IntentRequest, cards, get_gateway
from kashcraft.payments.gateways.processor import Processor, SandboxIntent
from kashcraft.payments.gateways.sandbox import SandboxGateway, signature_of
from kashcraft.payments.gateways.store import opened
from kashcraft.payments.models import PaymentStatus

S = PaymentStatus
KEY = str(UUID(int=7))
REQUEST = IntentRequest(
    key=KEY, amount=4500, currency="USD", description="KC-1", return_url="/payments/return/x"
)


@pytest.fixture
def processor(tmp_path: Path, frozen: FrozenClock) -> Processor:
    return Processor(tmp_path / "sandbox_processor.db")


@pytest.fixture
def intent(processor: Processor) -> SandboxIntent:
    return processor.create(REQUEST)


def card(last4: str) -> cards.SandboxCard:
    return next(card for card in cards.CARDS if card.last4 == last4)


def test_the_same_key_returns_the_same_intent(processor: Processor, intent: SandboxIntent) -> None:
    assert processor.create(REQUEST) == intent
    assert processor.get(intent.reference) == intent
    assert (intent.status, intent.amount) == (S.CREATED, 4500)


def test_an_unknown_intent_is_refused(processor: Processor) -> None:
    with pytest.raises(GatewayRefused):
        processor.get("pi_nobody")


@pytest.mark.parametrize(
    ("last4", "first", "code", "last"),
    [
        ("4242", S.SUCCEEDED, None, S.SUCCEEDED),
        ("4444", S.SUCCEEDED, None, S.SUCCEEDED),
        ("0005", S.SUCCEEDED, None, S.SUCCEEDED),
        ("0002", S.FAILED, "card_declined", S.FAILED),
        ("9995", S.FAILED, "insufficient_funds", S.FAILED),
        ("0069", S.FAILED, "expired_card", S.FAILED),
        ("0127", S.FAILED, "incorrect_cvc", S.FAILED),
        ("0077", S.PROCESSING, None, S.SUCCEEDED),
        ("0341", S.PROCESSING, None, S.FAILED),
    ],
)
def test_each_card_leads_to_its_status(
    processor: Processor, intent: SandboxIntent, last4: str, first: S, code: str | None, last: S
) -> None:
    assert processor.pay(intent.reference, card(last4)) is not None
    now = processor.get(intent.reference)
    assert (now.status, now.decline_code, now.last4) == (first, code, last4)
    settled = processor.settle(intent.reference)
    assert (settled is not None) is (first is S.PROCESSING)
    assert processor.get(intent.reference).status is last


@pytest.mark.parametrize(("approved", "status"), [(True, S.SUCCEEDED), (False, S.FAILED)])
def test_a_card_that_needs_confirmation_waits_for_the_answer(
    processor: Processor, intent: SandboxIntent, approved: bool, status: S
) -> None:
    assert processor.confirm(intent.reference, approved=True) is None
    processor.pay(intent.reference, card("3220"))
    assert processor.get(intent.reference).status is S.REQUIRES_ACTION
    assert processor.confirm(intent.reference, approved=approved) is not None
    assert processor.confirm(intent.reference, approved=not approved) is None
    assert processor.get(intent.reference).status is status


def test_an_intent_is_decided_once(processor: Processor, intent: SandboxIntent) -> None:
    assert processor.pay(intent.reference, card("0002")) is not None
    assert processor.pay(intent.reference, card("4242")) is None
    assert processor.cancel(intent.reference) is None
    assert processor.get(intent.reference).status is S.FAILED


def test_card_numbers_are_not_stored(processor: Processor, intent: SandboxIntent, tmp_path: Path) -> None:
    processor.pay(intent.reference, card("4242"))
    for path in tmp_path.iterdir():
        assert b"42424242" not in path.read_bytes()


def test_refunds_are_paid_once_and_never_exceed_the_payment(
    processor: Processor, intent: SandboxIntent
) -> None:
    with pytest.raises(GatewayRefused):
        processor.refund(reference=intent.reference, amount=1, key="unpaid")
    processor.pay(intent.reference, card("4242"))
    for _ in range(2):
        processor.refund(reference=intent.reference, amount=3000, key="a")
    assert processor.refunded(intent.reference) == 3000
    with pytest.raises(GatewayRefused):
        processor.refund(reference=intent.reference, amount=1501, key="b")
    processor.refund(reference=intent.reference, amount=1500, key="b")
    assert processor.refunded(intent.reference) == 4500


def test_a_webhook_reports_the_outcome(
    processor: Processor, intent: SandboxIntent, frozen: FrozenClock
) -> None:
    event = processor.pay(intent.reference, card("4242"))
    assert event is not None
    gateway = SandboxGateway(processor, "secret")
    notice = gateway.read_webhook(event.body, gateway.sign(event.body))
    assert (notice.event_id, notice.kind) == (event.id, "payment.succeeded")
    assert notice.outcome == gateway.fetch(intent.reference)
    assert (notice.outcome.payment_id, notice.outcome.amount) == (UUID(int=7), 4500)
    assert (notice.outcome.brand, notice.outcome.last4) == ("Visa", "4242")


def test_forged_altered_and_stale_webhooks_are_refused(processor: Processor, frozen: FrozenClock) -> None:
    gateway = SandboxGateway(processor, "secret")
    payload = {
        "key": KEY, "reference": "pi_1", "status": "succeeded", "amount": 1, "currency": "USD",
        "decline_code": None, "brand": None, "last4": None,
    }  # fmt: skip
    body = json.dumps({"id": "evt_1", "type": "payment.succeeded", "data": payload}).encode()
    moment = int(frozen.moment.timestamp())
    right = signature_of(body, "secret", moment)
    assert gateway.read_webhook(body, right).event_id == "evt_1"
    forged = [
        signature_of(body, "another secret", moment),
        right.replace(f"t={moment}", f"t={moment + 1}"),
        right + "0",
        f"t={moment}",
        "t=now,v1=x",
        "ünsigned",
        "",
    ]
    for signature in forged:
        with pytest.raises(BadSignature):
            gateway.read_webhook(body, signature)
    with pytest.raises(BadSignature):
        gateway.read_webhook(body.replace(b'"amount": 1', b'"amount": 2'), right)
    frozen.advance(seconds=300)
    assert gateway.read_webhook(body, right).event_id == "evt_1"
    frozen.advance(seconds=1)
    with pytest.raises(BadSignature):
        gateway.read_webhook(body, right)


def test_an_unknown_gateway_is_an_error(database: Flask) -> None:
    with pytest.raises(LookupError):
        get_gateway("nobody")


def test_a_failed_commit_is_rolled_back_and_the_next_one_works(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    tables = (
        "PRAGMA foreign_keys=ON; CREATE TABLE IF NOT EXISTS parts"
        " (id INTEGER PRIMARY KEY, whole INTEGER REFERENCES parts DEFERRABLE INITIALLY DEFERRED);"
    )
    with pytest.raises(sqlite3.IntegrityError), opened(path, tables, writing=True) as store:
        store.execute("INSERT INTO parts VALUES (1, 9)")
    with opened(path, tables, writing=True) as store:
        store.execute("INSERT INTO parts VALUES (2, 2)")
    with opened(path, tables) as store:
        assert [row["id"] for row in store.execute("SELECT id FROM parts")] == [2]


def test_a_forked_process_does_not_wait_for_threads_of_its_parent(
    processor: Processor, intent: SandboxIntent, tmp_path: Path
) -> None:
    done, held = threading.Event(), threading.Event()

    def hold() -> None:
        with opened(tmp_path / "sandbox_processor.db", ""):
            held.set()
            done.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(5)
    child = os.fork()
    if child == 0:
        os._exit(0 if processor.get(intent.reference) == intent else 1)
    ended, until = (0, 1), time.monotonic() + 5
    while ended[0] == 0 and time.monotonic() < until:
        ended = os.waitpid(child, os.WNOHANG)
        time.sleep(0.02)
    if ended[0] == 0:
        os.kill(child, 9)
        os.waitpid(child, 0)
    done.set()
    holder.join()
    assert ended == (child, 0)
    assert processor.get(intent.reference) == intent
