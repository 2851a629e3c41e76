"""Structured data for search engines."""

from kashcraft.core.money import Money
from kashcraft.storefront.presenters import OfferData, breadcrumb_data, product_data, website_data


def test_a_product_without_variants_is_one_offer() -> None:
    data = product_data(
        name="Bowl",
        description="Turned.",
        url="https://shop.example/p/bowl",
        images=["https://shop.example/media/bowl-1280.webp"],
        brand="Kashcraft",
        offers=[OfferData("BOWL", Money(4050, "USD"), True, "https://shop.example/p/bowl")],
        rating=(4.666, 3),
    )
    assert (data["sku"], data["offers"]["@type"], data["offers"]["price"]) == ("BOWL", "Offer", "40.50")
    assert data["offers"]["availability"] == "https://schema.org/InStock"
    assert data["aggregateRating"] == {"@type": "AggregateRating", "ratingValue": "4.7", "reviewCount": 3}


def test_a_product_with_variants_is_an_aggregate_offer() -> None:
    data = product_data(
        name="Cap",
        description="",
        url="/p/cap",
        images=[],
        brand="K",
        offers=[
            OfferData("S", Money(3000, "USD"), False, "/p/cap?choice=1"),
            OfferData("M", Money(3500, "USD"), False, "/p/cap?choice=2", ["/media/cap-m-1280.webp"]),
        ],
        rating=None,
    )
    offers = data["offers"]
    assert (offers["lowPrice"], offers["highPrice"], offers["offerCount"]) == ("30.00", "35.00", 2)
    assert offers["availability"] == "https://schema.org/OutOfStock"
    assert "aggregateRating" not in data
    assert "sku" not in data
    assert [one.get("image") for one in offers["offers"]] == [None, ["/media/cap-m-1280.webp"]]


def test_the_price_that_is_crossed_out_is_part_of_the_offer() -> None:
    offer = OfferData("BOWL", Money(3000, "USD"), True, "/p/bowl", compare_at=Money(4000, "USD"))
    data = product_data(
        name="Bowl", description="", url="/p/bowl", images=[], brand="Kashcraft", offers=[offer], rating=None
    )
    assert (data["offers"]["price"], data["offers"]["priceSpecification"]) == (
        "30.00",
        {
            "@type": "UnitPriceSpecification",
            "priceType": "https://schema.org/StrikethroughPrice",
            "price": "40.00",
            "priceCurrency": "USD",
        },
    )


def test_breadcrumbs_are_numbered_from_one() -> None:
    items = breadcrumb_data([("Home", "/"), ("Shawls", "/c/shawls")])["itemListElement"]
    assert [(one["position"], one["name"]) for one in items] == [(1, "Home"), (2, "Shawls")]


def test_the_website_has_a_search_action() -> None:
    action = website_data(name="K", url="/", search="https://shop.example/search")["potentialAction"]
    assert action["target"]["urlTemplate"] == "https://shop.example/search?q={search_term_string}"
