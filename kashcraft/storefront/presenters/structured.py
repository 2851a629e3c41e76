"""Structured data for search engines, in the vocabulary of schema.org."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kashcraft.core.money import Money


@dataclass(frozen=True, slots=True)
class OfferData:
    """An offer of a page.

    ``url`` and ``images`` are absolute addresses, the images are those of the variant. ``compare_at`` is the
    price that is crossed out.
    """

    sku: str
    price: Money
    in_stock: bool
    url: str
    images: Sequence[str] = ()
    compare_at: Money | None = None


_AVAILABILITY = {True: "https://schema.org/InStock", False: "https://schema.org/OutOfStock"}


def organization_data(*, name: str, url: str, logo: str, email: str) -> dict[str, Any]:
    """Return the data of the company."""
    return {"@context": "https://schema.org", "@type": "Organization", "name": name, "url": url, "logo": logo,
            "email": email}  # fmt: skip


def website_data(*, name: str, url: str, search: str) -> dict[str, Any]:
    """Return the data of the website; ``search`` is the address of the search page."""
    return {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": name,
        "url": url,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{search}?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }


def breadcrumb_data(items: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the breadcrumbs of a page: pairs of name and absolute address, starting at the root."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": url}
            for place, (name, url) in enumerate(items, start=1)
        ],
    }


def product_data(
    *,
    name: str,
    description: str,
    url: str,
    images: Sequence[str],
    brand: str,
    offers: Sequence[OfferData],
    rating: tuple[float, int] | None,
    category: str = "",
    material: str = "",
) -> dict[str, Any]:
    """Return the data of a product with its offers and its rating (average, count)."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": name,
        "description": description,
        "url": url,
        "image": list(images),
        "brand": {"@type": "Brand", "name": brand},
        "offers": _offers(offers, url),
    }
    data |= {key: value for key, value in (("category", category), ("material", material)) if value}
    if len(offers) == 1:
        data["sku"] = offers[0].sku
    if rating:
        average, count = rating
        data["aggregateRating"] = {
            "@type": "AggregateRating", "ratingValue": f"{average:.1f}", "reviewCount": count,
        }  # fmt: skip
    return data


def _crossed_out(price: Money) -> dict[str, str]:
    return {
        "@type": "UnitPriceSpecification",
        "priceType": "https://schema.org/StrikethroughPrice",
        "price": str(price.amount),
        "priceCurrency": price.currency,
    }


def _offers(offers: Sequence[OfferData], url: str) -> dict[str, Any]:
    single = [
        {
            "@type": "Offer",
            "sku": offer.sku,
            "price": str(offer.price.amount),
            "priceCurrency": offer.price.currency,
            "availability": _AVAILABILITY[offer.in_stock],
            "itemCondition": "https://schema.org/NewCondition",
            "url": offer.url,
            **({"image": list(offer.images)} if offer.images else {}),
            **({"priceSpecification": _crossed_out(offer.compare_at)} if offer.compare_at else {}),
        }
        for offer in offers
    ]
    if len(single) == 1:
        return single[0]
    amounts = sorted(offer.price for offer in offers)
    return {
        "@type": "AggregateOffer",
        "offerCount": len(offers),
        "lowPrice": str(amounts[0].amount),
        "highPrice": str(amounts[-1].amount),
        "priceCurrency": amounts[0].currency,
        "availability": _AVAILABILITY[any(offer.in_stock for offer in offers)],
        "url": url,
        "offers": single,
    }
