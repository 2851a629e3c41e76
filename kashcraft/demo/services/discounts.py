"""Vouchers and gift cards of the demo shop, and the terms that they give an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from kashcraft.core import clock
from kashcraft.core.ids import CategoryId, GiftCardId, UserId
from kashcraft.demo.gateways import files
from kashcraft.demo.rules.amounts import in_currency
from kashcraft.demo.rules.input import Person, PlannedDiscount
from kashcraft.gift_cards import queries as gift_card_queries
from kashcraft.gift_cards import services as gift_cards
from kashcraft.pricing.rules import GiftCardTerms, VoucherTerms
from kashcraft.vouchers import queries as voucher_queries
from kashcraft.vouchers import services as vouchers
from kashcraft.vouchers.models import DiscountType
from kashcraft.vouchers.rules import VoucherInput

BASIS_POINTS = 100
VALID_FOR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class GoodwillCards:
    """Gift cards that staff sent for goodwill: minor units of each, orders that used one, and the reason."""

    value: int
    orders: int
    notes: str


def planned(currency: str) -> list[PlannedDiscount]:
    """Return the vouchers that orders of the year use."""
    return [
        PlannedDiscount(
            code=entry["code"],
            orders=entry["orders"],
            order_from=in_currency(entry["order_from"], currency).minor,
            category=entry.get("category", ""),
        )
        for entry in files.discounts()["voucher"]
        if "orders" in entry
    ]


def goodwill_cards(currency: str) -> GoodwillCards:
    """Return the goodwill cards of the year."""
    entry = files.discounts()["goodwill_cards"]
    return GoodwillCards(in_currency(entry["value"], currency).minor, entry["orders"], entry["notes"])


def load_vouchers(
    *, categories: Mapping[str, CategoryId], currency: str, staff_id: UserId, today: datetime
) -> None:
    """Create every voucher; one without a start date is valid from now, when the shop opens."""
    for entry in files.discounts()["voucher"]:
        data = _voucher_input(entry, categories=categories, currency=currency, today=today)
        vouchers.create_voucher(data=data, created_by=staff_id)


def load_card(*, currency: str, staff_id: UserId) -> None:
    """Issue the gift card with the public code and mark it as sent."""
    entry = files.discounts()["gift_card"]
    card, _ = gift_cards.issue(
        card=gift_cards.NewCard(
            value=in_currency(entry["value"], currency).minor,
            currency=currency,
            notes="Public demo gift card",
        ),
        code=entry["code"],
        user_id=staff_id,
    )
    gift_cards.mark_sent(card_id=card.id)


def issue_goodwill_card(*, value: int, currency: str, person: Person, staff_id: UserId) -> GiftCardId:
    """Issue a card of staff's goodwill_cards, send it, and return its id."""
    card, _ = gift_cards.issue(
        card=gift_cards.NewCard(
            value=value,
            currency=currency,
            recipient_name=person.name,
            recipient_email=person.email,
            notes=goodwill_cards(currency).notes,
            deliver_at=clock.now(),
        ),
        user_id=staff_id,
    )
    send_cards()
    return card.id


def send_cards() -> None:
    """Send the gift cards whose delivery time has come."""
    gift_cards.deliver_due()


def customer_key(user_id: UserId | None, person: Person) -> str:
    """Return the key by which voucher limits count the customer: the member, or the guest's mailbox."""
    return voucher_queries.find_customer_key(user_id=user_id, email=person.email) or ""


def voucher(code: str, customer: str) -> VoucherTerms:
    """Return the terms of a voucher for a customer now. Raises LookupError where it cannot be used."""
    (found,), _ = voucher_queries.get_code_lookups([code], moment=clock.now(), customer_key=customer)
    if found.terms is None:
        raise LookupError(f"{code}: {found.refusal}")
    return found.terms


def cards(card_ids: Sequence[GiftCardId]) -> tuple[GiftCardTerms, ...]:
    """Return the current terms of gift cards."""
    return tuple(gift_card_queries.list_terms(card_ids))


def codes() -> list[str]:
    """Return the codes that a visitor can enter, one line each."""
    entries = files.discounts()
    shown = [f"  {entry['code']} ({entry['name']})" for entry in entries["voucher"] if _is_open(entry)]
    return [*shown, f"  {entries['gift_card']['code']} (a gift card)"]


def _is_open(entry: Mapping[str, Any]) -> bool:
    return not {"uses", "starts_in_days", "automatic"} & entry.keys()


def _voucher_input(
    entry: Mapping[str, Any], *, categories: Mapping[str, CategoryId], currency: str, today: datetime
) -> VoucherInput:
    is_share = "percent" in entry
    starts = today + timedelta(days=entry["starts_in_days"]) if "starts_in_days" in entry else clock.now()
    ends = today + (timedelta(days=entry["ends_in_days"]) if "ends_in_days" in entry else VALID_FOR)
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
        category_ids=(categories[entry["category"]],) if "category" in entry else (),
    )
