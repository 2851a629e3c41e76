"""The demo data is consistent: references resolve, addresses are valid, and no text is missing."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from kashcraft.accounts.rules import Address, check
from kashcraft.demo.gateways import files
from kashcraft.demo.rules.input import Person
from kashcraft.gift_cards.rules import canonical

PRODUCTS = files.products()
SLUGS = [product["slug"] for product in PRODUCTS]


def test_slugs_and_skus_are_used_once() -> None:
    skus = [variant["sku"] for product in PRODUCTS for variant in product.get("variant", [product])]

    assert len(set(SLUGS)) == len(SLUGS) == 43
    assert len(set(skus)) == len(skus) == 86


def test_every_category_without_children_has_products() -> None:
    categories = [entry["slug"] for entry in files.categories()]
    parents = {entry["parent"] for entry in files.categories() if "parent" in entry}

    assert parents <= set(categories)
    assert {product["category"] for product in PRODUCTS} == set(categories) - parents


@pytest.mark.parametrize("product", PRODUCTS, ids=SLUGS)
def test_a_product_has_all_its_texts_pictures_and_related_products(product: dict[str, object]) -> None:
    pictures = files.pictures()

    for name in ("name", "summary", "description", "care"):
        assert product[name]
    # A gift card is sent by e-mail and has no material.
    assert ("composition" in product) is (product.get("kind") != "gift_card")
    assert len(str(product["summary"])) <= 160
    assert set(product["related"]) <= set(SLUGS) - {product["slug"]}  # type: ignore[call-overload]
    assert len(product["related"]) == 4  # type: ignore[arg-type]
    assert all(pictures[stem]["alt"] for stem in product["pictures"])  # type: ignore[attr-defined]


def test_sale_prices_are_lower_and_costs_leave_a_margin() -> None:
    on_sale = [product for product in PRODUCTS if "sale_price" in product]

    assert len(on_sale) == 5
    for product in on_sale:
        assert Decimal(product["cost"]) < Decimal(product["sale_price"]) < Decimal(product["price"])


def test_some_products_are_sold_out_and_some_are_low_in_stock() -> None:
    stock = Counter(
        "none" if variant["stock"] == 0 else "low" if variant["stock"] <= 3 else "enough"
        for product in PRODUCTS
        for variant in product.get("variant", [product])
    )

    assert stock["none"] == 6
    assert stock["low"] >= 20


@pytest.mark.parametrize("table", ["customers", "guests"])
def test_addresses_are_valid_in_their_country(table: str) -> None:
    people = files.people(table)

    assert len({person.email for person in people}) == len(people)
    assert {person.email: check(Address(**person.address())) for person in people} == {
        person.email: {} for person in people
    }


def test_there_are_more_than_sixty_customers_from_many_countries() -> None:
    customers = files.people("customers")

    assert len(customers) == 64
    assert len({person.country for person in customers}) == 16


def test_a_second_line_of_the_street_is_a_field_of_its_own() -> None:
    person = Person("A", "a@example.com", "", "27 Alder Court, Apt 5", "Seattle", "WA", "98103", "US")

    assert (person.address()["street_address"], person.address()["street_address2"]) == (
        "27 Alder Court",
        "Apt 5",
    )


def test_every_picture_of_the_index_exists_in_all_its_widths_and_formats() -> None:
    expected = {
        f"{stem}-{step}.{kind}"
        for stem, entry in files.pictures().items()
        for step in (*entry["widths"], *(f"square-{width}" for width in entry.get("square", ())))
        for kind in ("avif", "webp")
    }

    assert {path.name for path in files.PICTURES.iterdir()} == expected | {"index.json"}


def test_square_scenes_for_phones_are_smaller_files_than_wide_ones() -> None:
    scenes = {stem: entry for stem, entry in files.pictures().items() if stem.startswith("scene-")}

    assert {tuple(entry["square"]) for entry in scenes.values()} == {(540, 750, 1125)}
    for stem in scenes:
        square = (files.PICTURES / f"{stem}-square-750.avif").stat().st_size
        assert square < (files.PICTURES / f"{stem}-1024.avif").stat().st_size


def test_reviews_are_of_known_products_and_have_every_score() -> None:
    reviews = files.reviews()

    assert {review.product for review in reviews} <= set(SLUGS)
    assert {review.score for review in reviews} == {1, 2, 3, 4, 5}
    assert Counter(review.state for review in reviews) == {"published": 191, "pending": 6, "rejected": 1}


def test_there_is_a_voucher_of_every_kind_and_a_gift_card_with_a_valid_code() -> None:
    savings = files.discounts()
    vouchers = {entry["code"]: entry for entry in savings["voucher"]}

    assert list(vouchers) == ["WELCOME10", "SHAWL25", "CHINAR20", "ALMOND15", "HEIRLOOM"]
    assert vouchers["CHINAR20"]["uses"] == vouchers["CHINAR20"]["orders"]
    assert vouchers["SHAWL25"]["category"] in {entry["slug"] for entry in files.categories()}
    assert canonical(savings["gift_card"]["code"]) == "KASHCRAFTDEM0001"


def test_help_pages_have_a_title_a_summary_and_a_place() -> None:
    pages = sorted(files.help_pages(), key=lambda page: page.position)

    assert [page.slug for page in pages] == ["shipping", "returns", "contact", "privacy", "terms", "about"]
    assert all(page.title and page.summary and len(page.body) > 400 for page in pages)
