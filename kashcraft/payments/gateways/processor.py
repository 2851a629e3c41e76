"""The sandbox processor: a stand-in for a payment company, with its data in one small SQLite file.

It decides what a card does, and stores the card's brand and last digits but never its number. It writes
an event for every change, which a webhook sends to the shop.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kashcraft.core import clock
from kashcraft.payments.gateways import GatewayRefused, IntentRequest
from kashcraft.payments.gateways.cards import Behaviour, SandboxCard
from kashcraft.payments.gateways.store import opened
from kashcraft.payments.models import PaymentStatus

TABLES = """
CREATE TABLE IF NOT EXISTS intents (
    reference TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, amount INTEGER NOT NULL, currency TEXT NOT NULL,
    description TEXT NOT NULL, return_url TEXT NOT NULL, status TEXT NOT NULL, behaviour TEXT,
    decline_code TEXT, brand TEXT, last4 TEXT, refunded INTEGER NOT NULL DEFAULT 0
        CHECK (refunded BETWEEN 0 AND amount)
);
CREATE TABLE IF NOT EXISTS refunds (
    key TEXT PRIMARY KEY, reference TEXT NOT NULL REFERENCES intents, amount INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS events (
    id TEXT PRIMARY KEY, reference TEXT NOT NULL REFERENCES intents, body TEXT NOT NULL
);
"""
UNDECIDED = (PaymentStatus.CREATED, PaymentStatus.REQUIRES_ACTION)


@dataclass(frozen=True, slots=True)
class SandboxIntent:
    """A payment as the sandbox processor stores it."""

    reference: str
    key: str
    amount: int
    currency: str
    description: str
    return_url: str
    status: PaymentStatus
    behaviour: Behaviour | None
    decline_code: str | None
    brand: str | None
    last4: str | None

    @property
    def payload(self) -> dict[str, Any]:
        """Return the data of the intent that webhooks send to the shop."""
        return {
            "key": self.key,
            "reference": self.reference,
            "status": self.status.value,
            "amount": self.amount,
            "currency": self.currency,
            "decline_code": self.decline_code,
            "brand": self.brand,
            "last4": self.last4,
        }


@dataclass(frozen=True, slots=True)
class Event:
    """An event to be sent by webhook; ``body`` is what is signed and sent."""

    id: str
    body: bytes


class Processor:
    """The processor on its file; any number of processes may use it concurrently."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def create(self, request: IntentRequest) -> SandboxIntent:
        """Create an intent, once per ``request.key``, and return it."""
        row = (
            f"pi_{secrets.token_hex(12)}", request.key, request.amount, request.currency,
            request.description, request.return_url, PaymentStatus.CREATED.value,
        )  # fmt: skip
        with self._writing() as store:
            store.execute(
                "INSERT OR IGNORE INTO intents (reference, key, amount, currency, description, return_url,"
                " status) VALUES (?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            return _one(store, "key", request.key)

    def get(self, reference: str) -> SandboxIntent:
        """Return an intent. Raises GatewayRefused for an unknown reference."""
        with self._reading() as store:
            return _one(store, "reference", reference)

    def pay(self, reference: str, card: SandboxCard) -> Event | None:
        """Use a card; return the event, or None if the intent was decided before."""
        return self._decide(
            reference,
            (PaymentStatus.CREATED,),
            card.first_status,
            behaviour=card.behaviour,
            decline_code=card.decline_code if card.behaviour is Behaviour.DECLINES else None,
            brand=card.brand,
            last4=card.last4,
        )

    def confirm(self, reference: str, *, approved: bool) -> Event | None:
        """Answer the bank's question; return the event, or None if it was answered before."""
        status = PaymentStatus.SUCCEEDED if approved else PaymentStatus.FAILED
        code = None if approved else "confirmation_failed"
        return self._decide(reference, (PaymentStatus.REQUIRES_ACTION,), status, decline_code=code)

    def cancel(self, reference: str) -> Event | None:
        """Cancel an undecided intent; return the event, or None if it was decided before."""
        return self._decide(reference, UNDECIDED, PaymentStatus.CANCELLED)

    def settle(self, reference: str) -> Event | None:
        """Settle a slow intent; return the event, or None if it was settled before."""
        late = self.get(reference).behaviour is Behaviour.DECLINES_LATER
        status = PaymentStatus.FAILED if late else PaymentStatus.SUCCEEDED
        code = "bank_refused" if late else None
        return self._decide(reference, (PaymentStatus.PROCESSING,), status, decline_code=code)

    def refund(self, *, reference: str, amount: int, key: str) -> None:
        """Refund an amount, once per ``key``. Raises GatewayRefused if the intent does not hold as much."""
        with self._writing() as store:
            if store.execute("SELECT 1 FROM refunds WHERE key = ?", (key,)).fetchone():
                return
            paid = store.execute(
                "UPDATE intents SET refunded = refunded + ? WHERE reference = ? AND status = ?"
                " AND refunded + ? <= amount",
                (amount, reference, PaymentStatus.SUCCEEDED.value, amount),
            )
            if paid.rowcount != 1:
                raise GatewayRefused(f"{reference} does not hold {amount}")
            store.execute("INSERT INTO refunds VALUES (?, ?, ?)", (key, reference, amount))

    def refunded(self, reference: str) -> int:
        """Return the refunded amount of an intent."""
        with self._reading() as store:
            row = store.execute("SELECT refunded FROM intents WHERE reference = ?", (reference,)).fetchone()
            return int(row[0])

    def _decide(
        self, reference: str, origins: tuple[PaymentStatus, ...], status: PaymentStatus, **values: str | None
    ) -> Event | None:
        """Change the status of an intent from one of ``origins``, and write the event of the change."""
        columns = {"status": status.value, **values}
        names = ", ".join(f"{name} = ?" for name in columns)
        places = ", ".join("?" for _ in origins)
        with self._writing() as store:
            moved = store.execute(
                f"UPDATE intents SET {names} WHERE reference = ? AND status IN ({places})",  # noqa: S608
                (*columns.values(), reference, *(origin.value for origin in origins)),
            )
            if moved.rowcount != 1:
                return None
            return _write_event(store, _one(store, "reference", reference))

    def _reading(self) -> AbstractContextManager[sqlite3.Connection]:
        return opened(self._path, TABLES)

    def _writing(self) -> AbstractContextManager[sqlite3.Connection]:
        return opened(self._path, TABLES, writing=True)


def _one(store: sqlite3.Connection, column: str, value: str) -> SandboxIntent:
    row = store.execute(f"SELECT * FROM intents WHERE {column} = ?", (value,)).fetchone()  # noqa: S608
    if row is None:
        raise GatewayRefused(f"no intent {value}")
    return SandboxIntent(
        reference=row["reference"],
        key=row["key"],
        amount=row["amount"],
        currency=row["currency"],
        description=row["description"],
        return_url=row["return_url"],
        status=PaymentStatus(row["status"]),
        behaviour=Behaviour(row["behaviour"]) if row["behaviour"] else None,
        decline_code=row["decline_code"],
        brand=row["brand"],
        last4=row["last4"],
    )


def _write_event(store: sqlite3.Connection, intent: SandboxIntent) -> Event:
    identity = f"evt_{secrets.token_hex(12)}"
    event = {
        "id": identity,
        "type": f"payment.{intent.status.value}",
        "created": int(clock.now().timestamp()),
        "data": intent.payload,
    }
    body = json.dumps(event, separators=(",", ":"), sort_keys=True)
    store.execute("INSERT INTO events VALUES (?, ?, ?)", (identity, intent.reference, body))
    return Event(identity, body.encode())
