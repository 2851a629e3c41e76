"""Buyers in processes of their own, each of which ends without warning at one point of its purchase.

A program: it takes "POINT MEMBER MOMENT CARD" a line, buys that member's bag in a new process, and answers
with how that process ended, the number of the signal below zero. At the point "refunding" the process is a
worker instead. Only the shop's own services run; what ends them stands here, at the edge of the database.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from kashcraft import create_app
from kashcraft.cart.rules import Owner
from kashcraft.checkout import queries
from kashcraft.checkout import services as checkout
from kashcraft.core import clock, jobs
from kashcraft.core.db import db, in_step
from kashcraft.core.jobs.relay import enqueue_scheduled
from kashcraft.payments import services as payments
from kashcraft.payments.gateways import cards
from kashcraft.wiring import SCHEDULES

# What a process does when it is still there although its point has come and gone.
SURVIVED = 3


def end(*_: object) -> NoReturn:
    """End this process as a power cut does: nothing is rolled back, closed or said."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives that")


def before(*beginning: str) -> Callable[[], None]:
    """Return what makes the process end before it sends a statement that begins so."""

    def watch() -> None:
        def look(_: Any, __: Any, text: str, *___: Any) -> None:
            if text.startswith(beginning):
                end()

        sa.event.listen(db.engine, "before_cursor_execute", look)

    return watch


def before_commit() -> None:
    """Make the process end when all of its next step is written and nothing of it committed."""
    sa.event.listen(db.engine, "commit", end)


# What each point prepares before the order is placed, and before it is paid.
WHILE_PLACING = {
    "unplaced": before_commit,
    "announced": before("UPDATE payments SET"),
}
WHILE_PAYING = {
    "charged": before("INSERT INTO webhook_receipts"),
    "selling": before("INSERT INTO inventory_logs"),
    "uncommitted": before_commit,
}


def purchase(point: str, owner: Owner, card: cards.SandboxCard) -> None:
    """Place the order of the owner's bag and pay it, as the shop's views do, up to ``point``."""
    state = queries.find_checkout_state(owner)
    assert state is not None
    seen = state.snapshot
    WHILE_PLACING.get(point, bool)()
    placed = in_step(lambda: checkout.place_order(owner=owner, seen=seen))
    assert placed.payment is not None
    if point == "placed":
        end()
    page = payments.begin(payment=placed.payment, number=placed.order.number)
    WHILE_PAYING.get(point, bool)()
    payments.pay_in_sandbox(reference=page.rsplit("/", 1)[1], card=card)
    if point == "recorded":
        end()


def work() -> None:
    """Do what is due until the processor has paid a refund out and the shop has not noted it."""
    before("UPDATE refunds SET")()
    enqueue_scheduled(SCHEDULES)
    jobs.run_due()


def attempt(app: Flask, point: str, member: str, moment: str, last4: str) -> None:
    """Do the work of one line in this process."""
    with app.app_context(), clock.frozen(datetime.fromisoformat(moment)):
        if point == "refunding":
            work()
        else:
            card = next(one for one in cards.CARDS if one.last4 == last4)
            purchase(point, Owner(user_id=UUID(member)), card)


def main() -> None:
    """Answer one line after another until there are no more."""
    app = create_app()
    for line in sys.stdin:
        # The parent never opens a connection, so that its children share none.
        child = os.fork()
        if not child:
            # Answers are the parent's; what the shop logs goes where errors go.
            os.dup2(2, 1)
            attempt(app, *line.split())
            sys.exit(SURVIVED)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{ended}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
