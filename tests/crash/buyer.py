"""Buyers in processes of their own, each of which is killed at one point of its purchase.

A program: it reads "POINT MEMBER MOMENT CARD" lines, orders that member's cart in a new process, and
answers with the exit status of that process, which is the negative number of its signal. At the point
"refunding" the process is a worker instead. Only the services of the shop run; the code that kills them
is here, at the edge of the database.
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

# The exit status of a process that was not killed.
SURVIVED = 3


def end(*_: object) -> NoReturn:
    """Kill this process like a power cut: nothing is rolled back, closed or logged."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives that")


def before(*beginning: str) -> Callable[[], None]:
    """Return a listener that kills the process before a statement that starts like this."""

    def watch() -> None:
        def look(_: Any, __: Any, text: str, *___: Any) -> None:
            if text.startswith(beginning):
                end()

        sa.event.listen(db.engine, "before_cursor_execute", look)

    return watch


def before_commit() -> None:
    """Kill the process when its next step is written but not committed."""
    sa.event.listen(db.engine, "commit", end)


# The preparations of each point before the order is placed, and before it is paid.
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
    """Place the order of the owner's cart and pay it, like the shop's views, up to ``point``."""
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
    """Run due jobs until the processor has paid a refund that the shop has not recorded."""
    before("UPDATE refunds SET")()
    enqueue_scheduled(SCHEDULES)
    jobs.run_due()


def attempt(app: Flask, point: str, member: str, moment: str, last4: str) -> None:
    """Run the purchase of one line in this process."""
    with app.app_context(), clock.frozen(datetime.fromisoformat(moment)):
        if point == "refunding":
            work()
        else:
            card = next(one for one in cards.CARDS if one.last4 == last4)
            purchase(point, Owner(user_id=UUID(member)), card)


def main() -> None:
    """Answer one line after another until the input ends."""
    app = create_app()
    for line in sys.stdin:
        # The parent opens no connection, so that its children share none.
        child = os.fork()
        if not child:
            # Standard output is for answers, so the shop logs to standard error.
            os.dup2(2, 1)
            attempt(app, *line.split())
            sys.exit(SURVIVED)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write(f"{ended}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
