"""The low-stock e-mail is sent when stock falls to the reorder level, once until it was above it again."""

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
    """Send the queued e-mails and return the subjects of all sent ones."""
    jobs.run_due()
    return [str(message["Subject"]) for message in sent_emails]


def test_one_e_mail_at_the_crossing_states_the_quantity_to_order(
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

    message = sent_emails[0]
    body = message.get_body(("plain",))
    assert message["To"] == "hello@kashcraft.example"
    assert body is not None
    assert "5 available, reorder level 5" in body.get_content()
    assert "Suggested order: 25." in body.get_content()
    assert "http://localhost/backoffice/stock" in body.get_content()


def test_the_alert_is_armed_again_above_the_reorder_level(
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


def test_a_variant_is_named_after_its_product_and_options(
    database: Flask, frozen: FrozenClock, sent_emails: list[EmailMessage]
) -> None:
    choice = variants_of(make_product_with_variants("Pheran", options={"Size": ("S",)}, stocks=(11,)))[0]
    hold(choice, 11)
    assert subjects(sent_emails) == [f"Sold out: Pheran, Size: S ({choice.sku})"]


def test_a_job_that_runs_twice_queues_one_e_mail(
    database: Flask, frozen: FrozenClock, sent_emails: list[EmailMessage]
) -> None:
    bowl = stocked(3)
    for _ in range(2):
        stock_jobs.notify_low_stock(product_id=str(bowl.id), occasion="the same")
    assert len(subjects(sent_emails)) == 1


def test_no_e_mail_for_stock_that_is_above_its_level_again(
    database: Flask, frozen: FrozenClock, sent_emails: list[EmailMessage]
) -> None:
    bowl = stocked(11)
    hold(bowl, 1)
    with step():
        services.restock(product_id=bowl.id, quantity=5, key="five")
    assert subjects(sent_emails) == []


def test_a_level_raised_above_the_free_units_alerts_immediately(
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


def test_a_reorder_level_needs_a_stock_record_and_is_not_negative(database: Flask) -> None:
    bowl = stocked(1)
    with pytest.raises(ValueError, match="at least 0"):
        set_level(bowl, -1)
    with pytest.raises(NotFound), step():
        services.set_reordering(product_id=new_id(), reorder_level=1, reorder_quantity=1)
