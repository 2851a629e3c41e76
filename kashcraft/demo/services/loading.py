"""Load the demo shop: settings and catalogue first, then a year of actions in order of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kashcraft.accounts.models import User
from kashcraft.catalogue.rules import StoredPicture
from kashcraft.core import clock, reference_version, stored_settings
from kashcraft.core.db import db, table_of
from kashcraft.core.email_addresses import normalized_address
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import UserId
from kashcraft.core.jobs import Outbox
from kashcraft.core.passwords import hash_password
from kashcraft.core.settings import settings as settings_in_force
from kashcraft.demo.gateways import files
from kashcraft.demo.rules.discounts import with_discounts
from kashcraft.demo.rules.input import CatalogueItem, Person, Plan, PlannedOrder, PlannedReview
from kashcraft.demo.rules.year import DAY, YEAR, plan_year, units_sold
from kashcraft.demo.services import catalogue, discounts, reviews, setup
from kashcraft.demo.services.buying import PlannedAction, Purchase, ShopContext
from kashcraft.demo.services.catalogue import LoadedCatalogue
from kashcraft.notifications.models import Message, MessageStatus

HALF = YEAR // 2
# What an owner states before the first sale.
STATED = ("shop_name", "shop_address", "support_email", "shop_country", "shop_currency", "mail_from")
OPENED = timedelta(days=catalogue.OLDEST)
# Jobs with one of these arguments send e-mails or refunds, which count as sent in the invented past.
JOB_ARGUMENTS = {"user_id", "order_id", "payment_id", "refund_id", "message_id"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """The numbers of products, customers, orders and reviews that were loaded."""

    products: int
    customers: int
    orders: int
    reviews: int


def is_loaded() -> bool:
    """Return whether the demo shop is loaded, which is so when its owner has an account."""
    owner = normalized_address(files.staff()["member"][0]["email"])
    return db.session.scalar(sa.select(User.id).where(User.email_key == owner)) is not None


def load(*, pictures: dict[str, StoredPicture], settings: Any) -> Loaded:
    """Write the whole demo shop inside the caller's step and return the numbers of its records.

    Dates count back from now. ``pictures`` is the result of ``store_pictures``. E-mails are marked as sent,
    so that none is delivered. Raises DomainError where the shop has records with the same names already.
    """
    jobs_before = set(db.session.scalars(sa.select(Outbox.id)))
    today = clock.now()
    products = files.products()
    items = catalogue.list_items(products, settings.shop_currency)
    customers, guests = files.people("customers"), files.people("guests")
    plan = _plan(items, customers, guests, settings.shop_currency)
    password_hash = hash_password(files.staff()["password"])
    with clock.frozen(today) as stopped:
        _state_settings()
        loaded = _load_undated(products, pictures, settings.shop_currency)
        stopped.moment = today - OPENED
        staff = [setup.create_staff_account(member, password_hash) for member in files.staff()["member"]]
        catalogue.open_stock(loaded, items, units_sold(plan.orders, older_than=HALF))
        context = _shop_context(loaded, _id_of(staff[0]), settings)
        discounts.load_vouchers(
            categories=loaded.categories, currency=context.currency, staff_id=context.staff_id, today=today
        )
        actions = _actions(plan, customers, guests, context, today, password_hash)
        for action in sorted(actions, key=lambda action: action.moment):
            stopped.moment = action.moment
            action.run()
        stopped.moment = today
        discounts.load_card(currency=context.currency, staff_id=context.staff_id)
        reviews.rate_pages(plan.reviews, loaded)
        _settle_emails(jobs_before)
    return Loaded(len(products), len(customers), len(plan.orders), len(plan.reviews))


def _state_settings() -> None:
    """State who sells, where and in which currency, with the values that apply already."""
    found = settings_in_force()
    values = {name: getattr(found, name) for name in STATED}
    stored_settings.save(values=values, seen=stored_settings.state_of(values, found))


def _plan(
    items: Sequence[CatalogueItem], customers: Sequence[Person], guests: Sequence[Person], currency: str
) -> Plan:
    """Return the orders, reviews and discounts of the year."""
    year = plan_year(customers=len(customers), guests=len(guests), items=items, reviews=files.reviews())
    cards = discounts.goodwill_cards(currency)
    return with_discounts(
        year, discounts=discounts.planned(currency), items=items, card=cards.value, cards=cards.orders
    )


def _load_undated(
    products: Sequence[dict[str, Any]], pictures: dict[str, StoredPicture], currency: str
) -> LoadedCatalogue:
    """Load the records without a date: zones, taxes, help pages, offers, categories and products."""
    setup.load_zones(currency)
    setup.load_taxes()
    setup.load_pages()
    setup.load_offers(currency)
    return catalogue.load_products(products, catalogue.load_categories(pictures), pictures, currency)


def _shop_context(loaded: LoadedCatalogue, staff_id: UserId, settings: Any) -> ShopContext:
    return ShopContext(
        catalogue=loaded,
        currency=settings.shop_currency,
        hold_time=settings.hold_time,
        staff_id=staff_id,
        terms_version=db.session.scalar(sa.select(reference_version.current())),
    )


def describe(loaded: Loaded) -> Iterator[str]:
    """Return lines that list the loaded records, the accounts and the codes."""
    staff = files.staff()
    yield (
        f"{loaded.products} products, {loaded.customers} customers, {loaded.orders} orders "
        f"and {loaded.reviews} reviews are in the shop."
    )
    yield f"Everybody signs in with the password {staff['password']}:"
    for member in staff["member"]:
        yield f"  {member['email']} ({member['role']})"
    yield f"  {files.people('customers')[0].email} (customer)"
    yield "Codes to try in the bag:"
    yield from discounts.codes()


def _actions(
    plan: Plan,
    customers: Sequence[Person],
    guests: Sequence[Person],
    context: ShopContext,
    today: datetime,
    password_hash: str,
) -> list[PlannedAction]:
    """Return every action of the year, in no particular order."""
    accounts: dict[int, UserId] = {}

    def register(person: int) -> None:
        accounts[person] = setup.create_customer_account(customers[person], password_hash).id

    def review(planned: PlannedReview) -> None:
        reviews.write_review(
            plan=planned,
            person=customers[planned.person],
            user_id=accounts[planned.person],
            loaded=context.catalogue,
        )

    def ago(minutes: int) -> datetime:
        return today - timedelta(minutes=minutes)

    joined = _joined(plan.orders, len(customers))
    second_half = units_sold(plan.orders, up_to=HALF)
    actions = [
        PlannedAction(ago(minutes), partial(register, person)) for person, minutes in enumerate(joined)
    ]
    actions.append(PlannedAction(ago(HALF), partial(catalogue.restock, context.catalogue, second_half)))
    for order in plan.orders:
        person = (guests if order.is_guest else customers)[order.person]
        user = partial(accounts.get, -1 if order.is_guest else order.person)
        actions += Purchase(order, person, user, context).actions(today)
    actions += [PlannedAction(ago(planned.minutes_ago), partial(review, planned)) for planned in plan.reviews]
    return actions


def _joined(orders: Sequence[PlannedOrder], customers: int) -> list[int]:
    """Return how many minutes ago each customer registered: just before the first order, if there is one."""
    joined = [3 * DAY + 41 * DAY * person // 8 for person in range(customers)]
    for order in orders:
        if not order.is_guest:
            joined[order.person] = max(joined[order.person], order.minutes_ago + 7)
    return joined


def _id_of(user: User | None) -> UserId:
    if user is None:
        raise DomainError("demo_loaded")
    return user.id


def _settle_emails(jobs_before: set[UUID]) -> None:
    """Mark the past e-mails as sent when they were created, and delete the jobs that send them."""
    db.session.execute(
        sa.update(Message)
        .where(Message.status == MessageStatus.PENDING)
        .values(status=MessageStatus.SENT, sent_at=Message.created_at, attempts=1, context={})
    )
    pending = db.session.execute(sa.select(Outbox.id, Outbox.payload).where(Outbox.done_at.is_(None)))
    dropped = [
        {"dropped": row_id}
        for row_id, payload in pending
        if row_id not in jobs_before and JOB_ARGUMENTS & payload.keys()
    ]
    if dropped:
        table = table_of(Outbox)
        db.session.execute(sa.delete(table).where(table.c.id == sa.bindparam("dropped")), dropped)
