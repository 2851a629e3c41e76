"""The daily proof."""

from __future__ import annotations

from kashcraft.books import queries, services
from kashcraft.core.db import in_step
from kashcraft.core.jobs import task
from kashcraft.core.settings import shop_time


@task("books.prove")
def prove() -> None:
    """Prove every book, and write to the shop where one is not right; nothing is repaired."""
    found = queries.list_differences()
    day = shop_time().date()
    in_step(lambda: services.write_alert(differences=found, day=day))
