"""Delivery zones, tax rates, help pages, loyalty offers, and the accounts of staff and customers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kashcraft.accounts import queries as people
from kashcraft.accounts import services as accounts
from kashcraft.accounts.models import AddressType, Role, User
from kashcraft.content import services as content
from kashcraft.core.money import Money
from kashcraft.core.settings import formats
from kashcraft.demo.gateways import files
from kashcraft.demo.rules.amounts import in_currency
from kashcraft.demo.rules.input import Person
from kashcraft.loyalty import services as loyalty
from kashcraft.loyalty.models import RewardType, Tier
from kashcraft.pricing.rules import PPM
from kashcraft.shipping import services as shipping
from kashcraft.shipping.models import MethodCode
from kashcraft.shipping.rules import Band
from kashcraft.taxes import services as taxes

CLASSES = ("standard", "food")
# Name (with a placeholder for the amount), type, points, discount or months of an upgrade, lowest tier.
OFFERS = (
    ("Free standard delivery", RewardType.FREE_SHIPPING, 400, "0", None),
    ("{} off your next order", RewardType.DISCOUNT, 900, "10.00", None),
    ("{} off your next order", RewardType.DISCOUNT, 2_500, "30.00", Tier.SILVER),
    ("Tier upgrade", RewardType.VIP_UPGRADE, 1_500, "3", None),
)


def load_zones(currency: str) -> None:
    """Create the delivery zones with methods and prices, or replace those with the same names."""
    for position, entry in enumerate(files.zones()):
        zone = shipping.save_zone(
            name=entry["name"],
            currency=currency,
            countries=[(country, "") for country in entry.get("countries", ())],
            free_above=in_currency(entry["free_above"], currency).minor,
            position=position,
            is_rest_of_world=entry.get("rest_of_world", False),
        )
        for place, method in enumerate(entry["method"]):
            fastest, slowest = method["transit_days"]
            shipping.save_method(
                zone=zone,
                code=MethodCode(method["code"]),
                name=method["name"],
                bands=[_band(cells, currency) for cells in method["bands"]],
                transit_days_min=fastest,
                transit_days_max=slowest,
                max_weight_grams=method.get("max_weight"),
                position=place,
            )


def load_taxes() -> None:
    """Create the tax rates, or replace those of the same places."""
    for row in files.taxes():
        for tax_class in CLASSES:
            taxes.save_rate(
                tax_class=tax_class,
                country=row["country"],
                region=row["region"],
                name=row["name"],
                rate=int(Decimal(row[tax_class]) * PPM / 100),
            )


def load_pages() -> None:
    """Create the help pages, or replace those with the same slugs."""
    for page in files.help_pages():
        content.save_page(
            slug=page.slug,
            title=page.title,
            body=page.body,
            seo_description=page.summary,
            position=page.position,
        )


def create_staff_account(member: dict[str, Any], password_hash: str) -> User | None:
    """Create the account of a member of staff and return it, or None where the address has an account."""
    if people.find_user_by_email(member["email"]) is not None:
        return None
    user = accounts.register(email=member["email"], password_hash=password_hash, full_name=member["name"])
    accounts.grant_role(user_id=user.id, role=Role(member["role"]))
    return user


def create_customer_account(person: Person, password_hash: str) -> User:
    """Create a customer's account with one saved address and return it.

    Raises DomainError('already_registered') where the e-mail address has an account.
    """
    user = accounts.register(email=person.email, password_hash=password_hash, full_name=person.name)
    accounts.save_address(
        user_id=user.id, kind=AddressType.SHIPPING, address=person.address(), is_default=True
    )
    return user


def _band(cells: list[Any], currency: str) -> Band:
    grams, goods, price = cells
    return Band(
        price=in_currency(price, currency).minor,
        over_grams=grams,
        from_merchandise=in_currency(goods, currency).minor,
    )


def load_offers(currency: str) -> None:
    """Create the loyalty tiers and the offers that points can be redeemed for."""
    loyalty.ensure_tiers()
    for name, kind, points, value, tier in OFFERS:
        worth = in_currency(value, currency).minor if kind is RewardType.DISCOUNT else int(value)
        terms = loyalty.OfferTerms(
            name=name.format(formats().amount(Money(worth, currency))),
            reward_type=kind,
            points_cost=points,
            value=worth,
            min_tier_required=tier,
        )
        loyalty.create_offer(terms=terms)
