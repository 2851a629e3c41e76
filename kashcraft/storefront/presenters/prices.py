"""The fields of the price filter."""

from __future__ import annotations

from dataclasses import dataclass

from kashcraft.core.i18n import gettext as _
from kashcraft.core.money import Money, decimal_places
from kashcraft.product_cards.rules import Result, Selection
from kashcraft.storefront.rules import ListAddress, PriceRange


@dataclass(frozen=True)
class PriceField:
    """One field of the price filter."""

    name: str
    label: str
    value: str
    placeholder: str
    error: str

    @property
    def id(self) -> str:
        """Return the id of the field on the page."""
        return self.name.replace("_", "-")


def price_fields(
    selection: Selection, typed: PriceRange, address: ListAddress, result: Result
) -> list[PriceField]:
    """Return the fields of the price filter; empty where all products have the same price."""
    if result.lowest == result.highest and not typed.wrong:
        return []
    shown = (
        ("price_from", _("From"), selection.price_from, result.lowest, typed.first),
        ("price_to", _("To"), selection.price_to, result.highest, typed.last),
    )
    return [
        PriceField(
            name,
            label,
            price.text if price.error else address.amount(minor) if minor is not None else "",
            address.formats.amount(Money(bound, address.currency)),
            _problem(price.error, address),
        )
        for name, label, minor, bound, price in shown
    ]


def _problem(error: str, address: ListAddress) -> str:
    """Return the error of a price field in words, empty without an error."""
    if error == "unreadable":
        example = Money(25 * 10 ** decimal_places(address.currency), address.currency)
        return _("Enter a price like %(example)s.", example=address.formats.amount(example))
    return _("Enter a price that is not below zero.") if error else ""
