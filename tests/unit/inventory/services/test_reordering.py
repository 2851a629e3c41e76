"""One letter when a product comes down to its reorder level, and another only after it was above it again."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.catalogue.models import Product
from kashcraft.core import clock, jobs
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, step
from kashcraft.core.errors import NotFound
from kashcraft.core.ids import new_id
from kashcraft.inventory import jobs as stock_jobs
from kashcraft.inventory import services
from kashcraft.inventory.models import HolderKind, Inventory
from tests.factories.catalogue import make_product_with_variants, variants_of
from tests.factories.orders import stocked

QUICK = HolderKind.QUICK_CHECKOUT


def hold(product: Product, units: int) -> None:
    with step():
        services.hold(
            holder_kind=QUICK, holder_id=new_id(), lines=[(product.id, units)],
            expires_at=clock.now().replace(hour=23),
        )  # fmt: skip


def set_level(product: Product, level: int, quantity: int = 25) -> None:
    with step():
        services.set_reordering(product_id=product.id, reorder_level=level, reorder_quantity=quantity)


def armed(product: Product) -> bool | None:
    return db.session.scalar(sa.select(Inventory.low_stock_armed).where(Inventory.product_id == product.id))


def subjects(sent_emails: list[EmailMessage]) -> list[str]:
    """Send what is owed and return the subjects of all sent_emails."""
    jobs.run_due()
    return [str(letter["Subject"]) for letter in sent_emails]


def test_one_letter_at_the_crossing_with_how_many_to_order(
    database: Flask, frozen: FrozenClock, sent_emails: list[EmailMessage]
) -> None:
    bowl = stocked(12, name="Walnut bowl")
    set_level(bowl, 5)
    hold(bowl, 6)
    assert subjects(sent_emails) == []
    hold(bowl, 1)
    assert subjects(sent_emails) == [f"Only 5 left: Walnut bowl ({bowl.sku})"]
    hold(bowl, 1)
    hold(bowl, 4)
    assert len(subjects(sent_emails)) == 1

    letter = sent_emails[0]
    body = letter.get_body(("plain",))
    assert letter["To"] == "hello@kashcraft.example"
    assert body is not None
    assert "5 available, reorder level 5" in body.get_content()
    assert "Suggested order: 25." in body.get_content()
    assert "http://localhost/backoffice/stock" in body.get_content()


def test_it_is_armed_again_above_the_level(
    database: Flask, frozen: FrozenClock, sent_emails: list[EmailMessage]
) -> None:
    bowl = stocked(6)
    set_level(bowl, 5)
    assert armed(bowl) is True
    hold(bowl, 1)
    assert armed(bowl) is False
    assert len(subjects(sent_emails)) == 1
    with step():
        services.restock(product_id=bowl.id, quantity=1, key="one")
    assert armed(bowl) is True
    hold(bowl, 1)
    assert len(subjects(sent_emails)) == 2


def test_a_choice_is_named_by_its_family_and_options(
    database: Flask, frozen: FrozenClock, sent_emails: list[EmailMessage]
) -> None:
    choice = variants_of(make_product_with_variants("Pheran", options={"Size": ("S",)}, stocks=(11,)))[0]
    hold(choice, 11)
    assert subjects(sent_emails) == [f"Sold out: Pheran, Size: S ({choice.sku})"]


def test_a_job_that_runs_twice_writes_one_letter(
    database: Flask, frozen: FrozenClock, sent_emails: list[EmailMessage]
) -> None:
    bowl = stocked(3)
    for _ in range(2):
        stock_jobs.tell_low_stock(product_id=str(bowl.id), occasion="the same")
    assert len(subjects(sent_emails)) == 1


def test_nothing_is_said_of_what_is_above_its_level_again(
    database: Flask, frozen: FrozenClock, sent_emails: list[EmailMessage]
) -> None:
    bowl = stocked(11)
    hold(bowl, 1)
    with step():
        services.restock(product_id=bowl.id, quantity=5, key="five")
    assert subjects(sent_emails) == []


def test_a_level_raised_above_what_is_free_alerts_at_once(
    database: Flask, frozen: FrozenClock, sent_emails: list[EmailMessage]
) -> None:
    bowl = stocked(20)
    set_level(bowl, 20)
    assert armed(bowl) is False
    assert len(subjects(sent_emails)) == 1
    set_level(bowl, 21)
    assert len(subjects(sent_emails)) == 1
    set_level(bowl, 19)
    assert armed(bowl) is True


def test_a_reorder_level_needs_stock_and_is_not_below_zero(database: Flask) -> None:
    bowl = stocked(1)
    with pytest.raises(ValueError, match="at least 0"):
        set_level(bowl, -1)
    with pytest.raises(NotFound), step():
        services.set_reordering(product_id=new_id(), reorder_level=1, reorder_quantity=1)
