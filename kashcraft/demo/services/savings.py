"""Vouchers and gift cards: what the shop offers, what staff give away, and what an order is priced with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kashcraft.core import clock
from kashcraft.core.ids import CategoryId, GiftCardId, UserId
from kashcraft.demo.gateways import files
from kashcraft.demo.rules.amounts import in_currency
from kashcraft.demo.rules.facts import Person, PlannedSaving
from kashcraft.gift_cards import queries as gift_card_queries
from kashcraft.gift_cards import services as gift_cards
from kashcraft.pricing.rules import GiftCardTerms, VoucherTerms
from kashcraft.vouchers import queries as voucher_queries
from kashcraft.vouchers import services as vouchers
from kashcraft.vouchers.models import DiscountType
from kashcraft.vouchers.rules import VoucherInput

BASIS_POINTS = 100
RUNS = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Goodwill:
    """The cards that staff gave away: minor units each, how many, and why."""

    value: int
    orders: int
    notes: str


def planned(currency: str) -> list[PlannedSaving]:
    """Return the vouchers that orders of the year use, for the plan."""
    return [
        PlannedSaving(
            code=entry["code"],
            orders=entry["orders"],
            order_from=in_currency(entry["order_from"], currency).minor,
            shelf=entry.get("shelf", ""),
        )
        for entry in files.savings()["voucher"]
        if "orders" in entry
    ]


def goodwill(currency: str) -> Goodwill:
    """Return what staff gave away in the year."""
    entry = files.savings()["goodwill"]
    return Goodwill(in_currency(entry["value"], currency).minor, entry["orders"], entry["notes"])


def load_vouchers(
    *, shelves: Mapping[str, CategoryId], currency: str, staff_id: UserId, today: datetime
) -> None:
    """Write every voucher; those that say no other day have run since the shop opened, which is now."""
    for entry in files.savings()["voucher"]:
        facts = _facts(entry, shelves=shelves, currency=currency, today=today)
        vouchers.create_voucher(data=facts, created_by=staff_id)


def load_card(*, currency: str, staff_id: UserId) -> None:
    """Issue the gift card whose code everybody may know; it counts as sent."""
    entry = files.savings()["gift_card"]
    card, _ = gift_cards.issue(
        card=gift_cards.NewCard(
            value=in_currency(entry["value"], currency).minor,
            currency=currency,
            notes="To be tried by everybody",
        ),
        code=entry["code"],
        user_id=staff_id,
    )
    gift_cards.mark_sent(card_id=card.id)


def give_card(*, value: int, currency: str, person: Person, staff_id: UserId) -> GiftCardId:
    """Issue a card of staff's goodwill, send it, and return its id."""
    card, _ = gift_cards.issue(
        card=gift_cards.NewCard(
            value=value,
            currency=currency,
            recipient_name=person.name,
            recipient_email=person.email,
            notes=goodwill(currency).notes,
            deliver_at=clock.now(),
        ),
        user_id=staff_id,
    )
    send_cards()
    return card.id


def send_cards() -> None:
    """Write the letters of gift cards whose moment has come."""
    gift_cards.deliver_due()


def customer_key(user_id: UserId | None, person: Person) -> str:
    """Return whom limits of vouchers count: the member, or the guest's address."""
    return voucher_queries.find_customer_key(user_id=user_id, email=person.email) or ""


def voucher(code: str, customer: str) -> VoucherTerms:
    """Return what the code is worth to a customer now. Raises LookupError where it cannot be used."""
    (found,), _ = voucher_queries.get_code_lookups([code], moment=clock.now(), customer_key=customer)
    if found.terms is None:
        raise LookupError(f"{code}: {found.refusal}")
    return found.terms


def cards(card_ids: Sequence[GiftCardId]) -> tuple[GiftCardTerms, ...]:
    """Return what gift cards are worth now."""
    return tuple(gift_card_queries.list_terms(card_ids))


def codes() -> list[str]:
    """Return what a visitor may type into the box for codes, one line each."""
    entries = files.savings()
    shown = [f"  {entry['code']} ({entry['name']})" for entry in entries["voucher"] if _is_open(entry)]
    return [*shown, f"  {entries['gift_card']['code']} (a gift card)"]


def _is_open(entry: Mapping[str, Any]) -> bool:
    return not {"uses", "starts_in_days", "automatic"} & entry.keys()


def _facts(
    entry: Mapping[str, Any], *, shelves: Mapping[str, CategoryId], currency: str, today: datetime
) -> VoucherInput:
    is_share = "percent" in entry
    starts = today + timedelta(days=entry["starts_in_days"]) if "starts_in_days" in entry else clock.now()
    ends = today + (timedelta(days=entry["ends_in_days"]) if "ends_in_days" in entry else RUNS)
    return VoucherInput(
        code=entry["code"],
        name=entry["name"],
        campaign=entry["campaign"],
        discount_type=DiscountType.PERCENTAGE if is_share else DiscountType.FIXED,
        discount_value=entry["percent"] * BASIS_POINTS
        if is_share
        else in_currency(entry["amount"], currency).minor,
        currency=None if is_share else currency,
        max_discount=in_currency(entry["most"], currency).minor if "most" in entry else None,
        min_order_value=in_currency(entry["order_from"], currency).minor,
        max_usages=entry.get("uses"),
        requires_code=not entry.get("automatic", False),
        start_date=starts,
        expires_at=ends,
        category_ids=(shelves[entry["shelf"]],) if "shelf" in entry else (),
    )
