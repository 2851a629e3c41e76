"""Facets, filter chips and sort orders."""

from kashcraft.product_cards.rules import FacetCount, Result, Selection
from kashcraft.storefront.presenters import chips_of, facets_of, sorts_of
from kashcraft.storefront.rules import ListAddress

ADDRESS = ListAddress("/products", "USD")


def result(total: int = 5, **facets: list[FacetCount]) -> Result:
    counts = {
        name: facets.get(name, []) for name in ("category", "material", "colour", "size", "rating", "stock")
    }
    return Result(total, [], counts, 0, 0, {})


def test_only_facets_that_distinguish_products_are_shown() -> None:
    views = facets_of(
        result(
            material=[FacetCount("Wool", 5, False)],
            colour=[FacetCount("Red", 2, False), FacetCount("Blue", 0, False)],
            category=[FacetCount("shawls", 3, True)],
            stock=[FacetCount("in", 5, False)],
        ),
        {"shawls": "Shawls & scarves"},
        {"shawls": 1},
    )
    assert [(one.name, [choice.label for choice in one.choices]) for one in views] == [
        ("category", ["Shawls & scarves"]),
        ("colour", ["Red", "Blue"]),
    ]
    assert [one.open for one in views] == [True, False]
    assert [[choice.level for choice in one.choices] for one in views] == [[1], [0, 0]]


def test_the_stock_facet_is_shown_if_a_product_is_sold_out() -> None:
    (view,) = facets_of(result(stock=[FacetCount("in", 4, False)]), {}, {})
    assert (view.title, view.choices[0].label) == ("Availability", "In stock")


def test_a_size_with_a_superscript_digit_is_sorted_as_text() -> None:
    (view,) = facets_of(result(size=[FacetCount(one, 1, False) for one in ["m²", "②", "M"]]), {}, {})
    assert [one.value for one in view.choices] == ["M", "m²", "②"]


def test_sizes_are_in_their_natural_order() -> None:
    sizes = ["XL", "120 x 180 cm", "S", "Long", "60 x 90 cm", "M"]
    (view,) = facets_of(result(size=[FacetCount(one, 1, False) for one in sizes]), {}, {})
    assert [one.value for one in view.choices] == ["S", "M", "XL", "60 x 90 cm", "120 x 180 cm", "Long"]


def test_only_frequent_and_selected_values_of_a_long_facet_are_shown() -> None:
    counts = [FacetCount(f"v{number:02}", number, number == 0) for number in range(50)]
    (view,) = facets_of(result(material=counts), {}, {})
    assert len(view.choices) == 30
    assert view.choices[0].value == "v00"
    assert [one.value for one in view.choices[1:3]] == ["v21", "v22"]


def test_a_chip_removes_its_filter() -> None:
    selection = Selection(
        chosen={"material": ("Silk", "Wool"), "rating": ("4",)}, price_from=1000, price_to=2000, page=2
    )
    chips = {one.label: one.url for one in chips_of(selection, ADDRESS, {})}
    assert chips == {
        "Silk": "/products?material=Wool&rating=4&price_from=10&price_to=20",
        "Wool": "/products?material=Silk&rating=4&price_from=10&price_to=20",
        "4 stars and up": "/products?material=Silk&material=Wool&price_from=10&price_to=20",
        "From $10.00": "/products?material=Silk&material=Wool&rating=4&price_to=20",
        "Up to $20.00": "/products?material=Silk&material=Wool&rating=4&price_from=10",
    }


def test_relevance_is_available_for_searches_only() -> None:
    assert sorts_of(Selection(), "new")[0].label == "Newest"
    search = sorts_of(Selection(sort="relevance"), "relevance")
    assert (search[0].label, search[0].current, search[0].value) == ("Relevance", True, "relevance")
