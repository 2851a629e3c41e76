"""What search engines are told of a page, in the vocabulary of schema.org."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kashcraft.core.money import Money

_AVAILABILITY = {True: "https://schema.org/InStock", False: "https://schema.org/OutOfStock"}


def organization_data(*, name: str, url: str, logo: str, email: str) -> dict[str, Any]:
    """Return who runs the shop."""
    return {"@context": "https://schema.org", "@type": "Organization", "name": name, "url": url, "logo": logo,
            "email": email}  # fmt: skip


def website_data(*, name: str, url: str, search: str) -> dict[str, Any]:
    """Return the site and how it is searched; ``search`` is the address of the search page."""
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
    """Return the way to a page: (name, full address) from the root."""
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
    offers: Sequence[tuple[str, Money, bool, str]],
    rating: tuple[float, int] | None,
    category: str = "",
    material: str = "",
) -> dict[str, Any]:
    """Return a piece with its offers (SKU, price, in stock, full address) and its rating (average, count)."""
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
        data["sku"] = offers[0][0]
    if rating:
        average, count = rating
        data["aggregateRating"] = {
            "@type": "AggregateRating", "ratingValue": f"{average:.1f}", "reviewCount": count,
        }  # fmt: skip
    return data


def _offers(offers: Sequence[tuple[str, Money, bool, str]], url: str) -> dict[str, Any]:
    single = [
        {
            "@type": "Offer",
            "sku": sku,
            "price": str(price.amount),
            "priceCurrency": price.currency,
            "availability": _AVAILABILITY[in_stock],
            "itemCondition": "https://schema.org/NewCondition",
            "url": own_url,
        }
        for sku, price, in_stock, own_url in offers
    ]
    if len(single) == 1:
        return single[0]
    amounts = sorted(price for _, price, _, _ in offers)
    return {
        "@type": "AggregateOffer",
        "offerCount": len(offers),
        "lowPrice": str(amounts[0].amount),
        "highPrice": str(amounts[-1].amount),
        "priceCurrency": amounts[0].currency,
        "availability": _AVAILABILITY[any(in_stock for _, _, in_stock, _ in offers)],
        "url": url,
        "offers": single,
    }
