"""How codes are written and matched, what a voucher may say, and why one cannot be used."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from kashcraft.core.errors import DomainError
from kashcraft.core.formats import Formats
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import ALPHABET, CategoryId, ProductId, keyed_hash
from kashcraft.core.money import LARGEST_MINOR, Money
from kashcraft.pricing.rules import VoucherKind, VoucherTerms
from kashcraft.vouchers.models import DiscountType, Voucher

PREFIX = "VC"
RANDOM_LETTERS = 6
LONGEST_CODE = 40
MOST_AT_ONCE = 10_000
WHOLE_BP = 10_000
LEAST_BP = 100
MOST_USES = 1_000_000_000
BASIS_POINTS = 10_000
AMOUNTS = ("discount_value", "max_discount", "min_discount", "min_order_value", "max_order_value")
# What stays as it is once a voucher was used: orders name the code, and what it gave is summed up.
FIXED_ONCE_USED = ("code", "discount_type", "currency")

# What a person reads when a code does nothing; the same words in the bag, at checkout and in quick buy.
REFUSALS = {
    "voucher_unknown": _l("We do not know this code."),
    "voucher_not_started": _l("This code is not valid yet."),
    "voucher_ended": _l("This code is no longer valid."),
    "voucher_used_up": _l("This code has been fully used."),
    "voucher_used_by_customer": _l("You have used this code already."),
    "voucher_withheld": _l("This code cannot be used with this order now. Please sign in to use it."),
}

_BETWEEN = re.compile(r"[\s\-\u00ad\u2010-\u2015\u2212]")
_WRITTEN = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
_MISREAD = str.maketrans("ILO", "110")
# Codes of gift cards, which the same box takes.
_GIFT_CARD = re.compile(r"GC[A-Z0-9]{16}")


def customer_hash(key: str, customer: str) -> str:
    """Return what is stored of a customer (a mailbox, or the id of an account) beside a use: the HMAC-SHA256
    under a key made from ``key``, one of the shop's encryption keys.

    The key of the hash is an HMAC of it, so that neither serves for the other or for anything else.
    """
    return keyed_hash(keyed_hash(key, "customers of vouchers"), customer)


class Standing(StrEnum):
    """What a voucher is at a moment, for staff."""

    RUNNING = "running"
    SCHEDULED = "scheduled"
    USED_UP = "used_up"
    ENDED = "ended"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherFacts:
    """What staff say about a voucher. Amounts are minor units, a percentage's value basis points.

    Without ``code`` a new voucher gets a made-up one and an old one keeps its own. No category means all of
    the shop; a category stands for everything below it, a family for all of its choices.
    """

    name: str
    discount_type: DiscountType
    discount_value: int
    start_date: datetime
    expires_at: datetime
    code: str | None = None
    description: str | None = None
    currency: str | None = None
    max_discount: int | None = None
    min_discount: int | None = None
    min_order_value: int = 0
    max_order_value: int | None = None
    max_usages: int | None = None
    max_usage_per_user: int | None = 1
    requires_code: bool = True
    is_active: bool = True
    campaign: str | None = None
    notes: str | None = None
    category_ids: tuple[CategoryId, ...] = ()
    excluded_product_ids: tuple[ProductId, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a code: the voucher's terms, or the code of the refusal (see ``REFUSALS``), or neither
    where no code was given.

    ``used_before`` says whether it, or a voucher that would apply by itself, is refused because of what the
    customer has used before.
    """

    terms: VoucherTerms | None = None
    refusal: str | None = None
    used_before: bool = False


def code_key(text: str) -> str:
    """Return a code as it is matched: in capitals, without blanks and dashes of any kind."""
    return _BETWEEN.sub("", text).upper()


def code_keys(text: str) -> tuple[str, str]:
    """Return a typed code as it is matched, and as it is where I, L and O were read for 1, 1 and 0.

    Made-up codes have none of these letters, codes that staff chose may have them, so that the first form
    comes before the second.
    """
    key = code_key(text)[: LONGEST_CODE + 1]
    misread = key.removeprefix(PREFIX)
    made_up = key.startswith(PREFIX) and len(misread) == RANDOM_LETTERS
    return key, PREFIX + misread.translate(_MISREAD) if made_up else key


def new_code() -> str:
    """Return ``VC-`` and six random characters of the alphabet without look-alikes."""
    return f"{PREFIX}-{''.join(secrets.choice(ALPHABET) for _ in range(RANDOM_LETTERS))}"


def written_code(text: str) -> str:
    """Return a code that staff chose as it is printed: in capitals, words joined by dashes.

    Raises DomainError('voucher_code') for anything but 3 to 40 letters A to Z, digits and dashes, and for
    what reads like a gift card.
    """
    code = "-".join(text.upper().split())
    if (
        not 3 <= len(code) <= LONGEST_CODE
        or not _WRITTEN.fullmatch(code)
        or _GIFT_CARD.fullmatch(code_key(code))
    ):
        raise DomainError("voucher_code", field="code")
    return code


def check(facts: VoucherFacts) -> None:
    """Raise DomainError with the field in question where facts contradict themselves.

    Codes: voucher_value, voucher_percentage, voucher_currency, voucher_never (a fixed amount below the least
    that it must be worth), voucher_dates, voucher_order_values, voucher_amount, voucher_limit.
    """
    if not 0 < facts.discount_value <= LARGEST_MINOR:
        raise DomainError("voucher_value", field="discount_value")
    if facts.discount_type is DiscountType.PERCENTAGE:
        if not LEAST_BP <= facts.discount_value <= WHOLE_BP:
            raise DomainError("voucher_percentage", field="discount_value")
    elif not facts.currency:
        raise DomainError("voucher_currency", field="currency")
    elif (facts.min_discount or 0) > facts.discount_value:
        raise DomainError("voucher_never", field="min_discount")
    if facts.expires_at <= facts.start_date:
        raise DomainError("voucher_dates", field="expires_at")
    if facts.max_order_value is not None and facts.max_order_value < facts.min_order_value:
        raise DomainError("voucher_order_values", field="max_order_value")
    least_amounts = {"max_discount": 1, "min_discount": 0, "min_order_value": 0, "max_order_value": 0}
    for field, least in least_amounts.items():
        _within(facts, field, least, LARGEST_MINOR, "voucher_amount")
    for field in ("max_usages", "max_usage_per_user"):
        _within(facts, field, 1, MOST_USES, "voucher_limit")


def _within(facts: VoucherFacts, field: str, least: int, most: int, code: str) -> None:
    value = getattr(facts, field)
    if value is not None and not least <= value <= most:
        raise DomainError(code, field=field)


def standing(voucher: Voucher, moment: datetime) -> Standing:
    """Return what a voucher is at ``moment``: switched off comes before its dates, these before its limit."""
    if not voucher.is_active:
        return Standing.OFF
    if moment >= voucher.expires_at:
        return Standing.ENDED
    if moment < voucher.start_date:
        return Standing.SCHEDULED
    used_up = voucher.max_usages is not None and voucher.current_usages >= voucher.max_usages
    return Standing.USED_UP if used_up else Standing.RUNNING


def plain(value: Any) -> Any:
    """Return a value as a history keeps it: text, numbers, truth, lists; moments in ISO, ids as text."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (list, tuple, set, frozenset)):
        return sorted(str(one) for one in value)
    return str(value) if isinstance(value, UUID | StrEnum) else value


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return for each field that changed its value before and after, as a history keeps them."""
    pairs = {name: [plain(before.get(name)), plain(value)] for name, value in after.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def refusal(
    voucher: Voucher, *, moment: datetime, uses: int, own_uses: int, withheld: bool = False
) -> str | None:
    """Return why a voucher cannot be used at ``moment``, or None where it can.

    ``voucher`` may be a row of its columns. ``uses`` counts everybody's, ``own_uses`` this customer's, who
    is not told them where they are ``withheld``. The answer does not depend on a basket.
    """
    if not voucher.is_active or moment >= voucher.expires_at:
        return "voucher_ended"
    if moment < voucher.start_date:
        return "voucher_not_started"
    if voucher.max_usages is not None and uses >= voucher.max_usages:
        return "voucher_used_up"
    if voucher.max_usage_per_user is not None and withheld:
        return "voucher_withheld"
    if voucher.max_usage_per_user is not None and own_uses >= voucher.max_usage_per_user:
        return "voucher_used_by_customer"
    return None


def terms_of(voucher: Voucher, *, categories: Collection[UUID], products: Collection[UUID]) -> VoucherTerms:
    """Return what pricing needs to know, with every category it covers and every product it leaves out."""
    return VoucherTerms(
        reference=voucher.id,
        code=voucher.code,
        kind=VoucherKind(voucher.discount_type.value),
        value=voucher.discount_value,
        currency=voucher.currency,
        max_discount=voucher.max_discount,
        min_discount=voucher.min_discount,
        min_order_value=voucher.min_order_value,
        max_order_value=voucher.max_order_value,
        applicable_categories=frozenset(categories),
        excluded_products=frozenset(products),
        requires_code=voucher.requires_code,
    )


def benefit(voucher: Voucher, currency: str, formats: Formats) -> str:
    """Return what a voucher takes off, in words; ``currency`` is the shop's."""
    if voucher.discount_type is DiscountType.FIXED:
        amount = Money(voucher.discount_value, voucher.currency or currency)
        return _("%(amount)s off", amount=formats.amount(amount))
    share = formats.percent(voucher.discount_value, BASIS_POINTS)
    if voucher.max_discount is None:
        return _("%(share)s off", share=share)
    most = formats.amount(Money(voucher.max_discount, currency))
    return _("%(share)s off, at most %(most)s", share=share, most=most)


def condition(voucher: Voucher, currency: str, formats: Formats) -> str:
    """Return for which orders a voucher holds, in words; empty where for all."""

    def money(minor: int) -> str:
        return formats.amount(Money(minor, currency))

    least, most = voucher.min_order_value, voucher.max_order_value
    if least and most is not None:
        return _("Orders of %(least)s to %(most)s", least=money(least), most=money(most))
    if most is not None:
        return _("Orders of at most %(most)s", most=money(most))
    return _("Orders from %(least)s", least=money(least)) if least else ""


def told(name: str, value: Any, *, is_share: bool, currency: str, formats: Formats) -> str:
    """Return a value as a history kept it (see ``plain``), in words."""
    if isinstance(value, list):
        return str(len(value))
    if value is None or value == "":
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in ("start_date", "expires_at"):
        return formats.time(datetime.fromisoformat(value))
    if name == "discount_value" and is_share:
        return formats.percent(value, BASIS_POINTS)
    if name in AMOUNTS:
        return formats.amount(Money(value, currency))
    return formats.number(value) if isinstance(value, int) else str(value)
