"""Loading the demo shop: the house, the goods, then a year in the order of time."""

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
from kashcraft.core import clock, reference_version
from kashcraft.core.db import db, table_of
from kashcraft.core.email_addresses import normalized_address
from kashcraft.core.errors import DomainError
from kashcraft.core.ids import UserId
from kashcraft.core.jobs import Outbox
from kashcraft.core.passwords import hash_password
from kashcraft.demo.gateways import files
from kashcraft.demo.rules.facts import Good, Person, Plan, PlannedOrder, PlannedReview
from kashcraft.demo.rules.savings import with_savings
from kashcraft.demo.rules.year import DAY, YEAR, plan_year, units_sold
from kashcraft.demo.services import goods, house, savings, speaking
from kashcraft.demo.services.buying import House, PlannedAct, Purchase
from kashcraft.demo.services.goods import Stocked
from kashcraft.notifications.models import Message, MessageStatus

HALF = YEAR // 2
OPENED = timedelta(days=goods.OLDEST)
# Work of these subjects is what letters and pay-outs are made by; in a made-up past they have happened.
SUBJECTS = {"user_id", "order_id", "payment_id", "refund_id", "message_id"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """How much was loaded."""

    products: int
    customers: int
    orders: int
    reviews: int


def is_loaded() -> bool:
    """Return whether this shop has the demo shop in it: its owner has an account."""
    owner = normalized_address(files.staff()["member"][0]["email"])
    return db.session.scalar(sa.select(User.id).where(User.email_key == owner)) is not None


def load(*, pictures: dict[str, StoredPicture], settings: Any) -> Loaded:
    """Write the whole demo shop, dated back from now, inside the caller's step; return how much it was.

    ``pictures`` is what ``goods.keep_pictures`` returned. Letters count as sent, so that nobody gets any.
    Raises what the features refuse where the shop has things of the same names already.
    """
    owed_before = set(db.session.scalars(sa.select(Outbox.id)))
    today = clock.now()
    products = files.products()
    sellable = goods.goods_of(products, settings.shop_currency)
    customers, guests = files.people("customers"), files.people("guests")
    plan = _plan(sellable, customers, guests, settings.shop_currency)
    password_hash = hash_password(files.staff()["password"])
    with clock.frozen(today) as stopped:
        stocked = _furnish(products, pictures, settings.shop_currency)
        stopped.moment = today - OPENED
        staff = [house.hire(member, password_hash) for member in files.staff()["member"]]
        goods.open_stock(stocked, sellable, units_sold(plan.orders, older_than=HALF))
        facts = _house(stocked, _id_of(staff[0]), settings)
        savings.load_vouchers(
            shelves=stocked.shelves, currency=facts.currency, staff_id=facts.staff_id, today=today
        )
        acts = _acts(plan, customers, guests, facts, today, password_hash)
        for act in sorted(acts, key=lambda act: act.moment):
            stopped.moment = act.moment
            act.run()
        stopped.moment = today
        savings.load_card(currency=facts.currency, staff_id=facts.staff_id)
        speaking.rate_pages(plan.reviews, stocked)
        _settle_letters(owed_before)
    return Loaded(len(products), len(customers), len(plan.orders), len(plan.reviews))


def _plan(
    sellable: Sequence[Good], customers: Sequence[Person], guests: Sequence[Person], currency: str
) -> Plan:
    """Return the year: who buys what, says what, and saves something."""
    year = plan_year(customers=len(customers), guests=len(guests), goods=sellable, reviews=files.reviews())
    given = savings.goodwill(currency)
    return with_savings(
        year, savings=savings.planned(currency), goods=sellable, card=given.value, cards=given.orders
    )


def _furnish(
    products: Sequence[dict[str, Any]], pictures: dict[str, StoredPicture], currency: str
) -> Stocked:
    """Set up everything that has no date: zones, taxes, help pages, shelves and goods."""
    house.load_zones(currency)
    house.load_taxes()
    house.load_pages()
    house.load_offers(currency)
    return goods.load_products(products, goods.load_shelves(pictures), pictures, currency)


def _house(stocked: Stocked, staff_id: UserId, settings: Any) -> House:
    return House(
        stocked=stocked,
        currency=settings.shop_currency,
        hold_time=settings.hold_time,
        staff_id=staff_id,
        terms_version=db.session.scalar(sa.select(reference_version.current())),
    )


def describe(loaded: Loaded) -> Iterator[str]:
    """Return what was loaded, how to sign in and which codes there are, line by line."""
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
    yield from savings.codes()


def _acts(
    plan: Plan,
    customers: Sequence[Person],
    guests: Sequence[Person],
    facts: House,
    today: datetime,
    password_hash: str,
) -> list[PlannedAct]:
    """Return everything that happens in the year."""
    accounts: dict[int, UserId] = {}

    def register(person: int) -> None:
        accounts[person] = house.welcome(customers[person], password_hash).id

    def review(written: PlannedReview) -> None:
        speaking.write_review(
            written, person=customers[written.person], user_id=accounts[written.person], stocked=facts.stocked
        )

    def ago(minutes: int) -> datetime:
        return today - timedelta(minutes=minutes)

    joined = _joined(plan.orders, len(customers))
    second_half = units_sold(plan.orders, up_to=HALF)
    acts = [PlannedAct(ago(minutes), partial(register, person)) for person, minutes in enumerate(joined)]
    acts.append(PlannedAct(ago(HALF), partial(goods.restock, facts.stocked, second_half)))
    for order in plan.orders:
        person = (guests if order.is_guest else customers)[order.person]
        user = partial(accounts.get, -1 if order.is_guest else order.person)
        acts += Purchase(order, person, user, facts).acts(today)
    acts += [PlannedAct(ago(written.minutes_ago), partial(review, written)) for written in plan.reviews]
    return acts


def _joined(orders: Sequence[PlannedOrder], customers: int) -> list[int]:
    """Return how many minutes ago each customer opened the account: just before the first order, if any."""
    joined = [3 * DAY + 41 * DAY * person // 8 for person in range(customers)]
    for order in orders:
        if not order.is_guest:
            joined[order.person] = max(joined[order.person], order.minutes_ago + 7)
    return joined


def _id_of(user: User | None) -> UserId:
    if user is None:
        raise DomainError("demo_loaded")
    return user.id


def _settle_letters(owed_before: set[UUID]) -> None:
    """Have every letter of the past count as sent when it was written; drop the work that would send it."""
    db.session.execute(
        sa.update(Message)
        .where(Message.status == MessageStatus.PENDING)
        .values(status=MessageStatus.SENT, sent_at=Message.created_at, attempts=1, context={})
    )
    owed = db.session.execute(sa.select(Outbox.id, Outbox.payload).where(Outbox.done_at.is_(None)))
    dropped = [
        {"dropped": row_id}
        for row_id, payload in owed
        if row_id not in owed_before and SUBJECTS & payload.keys()
    ]
    if dropped:
        table = table_of(Outbox)
        db.session.execute(sa.delete(table).where(table.c.id == sa.bindparam("dropped")), dropped)
