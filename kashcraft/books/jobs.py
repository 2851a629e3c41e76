"""The daily check of all stored figures."""

from __future__ import annotations

from kashcraft.books import queries, services
from kashcraft.core.db import in_step
from kashcraft.core.jobs import task
from kashcraft.core.settings import shop_time


@task("books.prove")
def check_ledgers() -> None:
    """Compare every stored figure with its ledger, and send an e-mail about differences; repair nothing."""
    found = queries.list_differences()
    day = shop_time().date()
    in_step(lambda: services.queue_alert(differences=found, day=day))
