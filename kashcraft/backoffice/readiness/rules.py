"""What is needed before the first sale, and whether a shop has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

# The pages that a shop must have, by their addresses.
LEGAL_PAGES = ("terms", "privacy", "returns", "shipping", "contact")
IDENTITY = ("shop_name", "shop_address", "support_email")
REGION = ("shop_country", "shop_currency")
SENDER = "mail_from"


class Need(StrEnum):
    """Something that a shop needs before its first sale, in the order in which an owner does it."""

    IDENTITY = "identity"
    REGION = "region"
    TAX = "tax"
    DELIVERY = "delivery"
    PAYMENT = "payment"
    SENDER = "sender"
    PRODUCT = "product"
    PAGES = "pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopState:
    """What a shop has.

    ``stated`` names the settings that were stated; ``has_rate`` and ``has_delivery`` are for the country of
    the shop, ``pages`` are the addresses of complete help pages, and ``gateway`` is empty where nothing can
    be paid.
    """

    stated: frozenset[str] = frozenset()
    collects_tax: bool = True
    has_rate: bool = False
    has_delivery: bool = False
    gateway: str = ""
    has_product: bool = False
    pages: frozenset[str] = frozenset()


def has_identity(state: ShopState) -> bool:
    """Return whether name, address and e-mail address of the shop are stated."""
    return state.stated.issuperset(IDENTITY)


def has_region(state: ShopState) -> bool:
    """Return whether country and currency are stated."""
    return state.stated.issuperset(REGION)


def has_tax(state: ShopState) -> bool:
    """Return whether there is a tax rate for the shop's country, or the shop collects no tax."""
    return state.has_rate or not state.collects_tax


def has_delivery(state: ShopState) -> bool:
    """Return whether a delivery method with a price leads to the shop's country."""
    return state.has_delivery


def has_payment(state: ShopState) -> bool:
    """Return whether there is a payment gateway."""
    return bool(state.gateway)


def has_sender(state: ShopState) -> bool:
    """Return whether the sender of e-mails is stated."""
    return SENDER in state.stated


def has_product(state: ShopState) -> bool:
    """Return whether visitors can open a product."""
    return state.has_product


def has_pages(state: ShopState) -> bool:
    """Return whether all legal pages exist and are complete."""
    return not missing_pages(state)


def missing_pages(state: ShopState) -> list[str]:
    """Return the addresses of the legal pages that do not exist or are not complete."""
    return [slug for slug in LEGAL_PAGES if slug not in state.pages]


RULES: Mapping[Need, Callable[[ShopState], bool]] = {
    Need.IDENTITY: has_identity,
    Need.REGION: has_region,
    Need.TAX: has_tax,
    Need.DELIVERY: has_delivery,
    Need.PAYMENT: has_payment,
    Need.SENDER: has_sender,
    Need.PRODUCT: has_product,
    Need.PAGES: has_pages,
}


def list_missing(state: ShopState) -> list[Need]:
    """Return what the shop still needs, in the order of ``Need``."""
    return [need for need in Need if not RULES[need](state)]
