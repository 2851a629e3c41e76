"""Reading and writing addresses of lists."""

import pytest

from kashcraft.core.formats import Formats
from kashcraft.product_cards.rules import Selection
from kashcraft.storefront.rules import ListAddress, clean_terms, is_filtered, read_prices, read_selection

OFFERED = {"material": ["Silk", "Wool"], "stock": ["in"], "rating": ["3", "4"]}


def read(**args: list[str]) -> Selection:
    return read_selection(args, offered=OFFERED, prices=read_prices(args, Formats(), "USD"))


def test_every_parameter_is_read() -> None:
    selection = read(
        material=["wool", "Silk", "Wool", " Gold  thread "],
        stock=["in", "out"],
        price_from=["10"],
        price_to=["99.50"],
        sort=["price"],
        page=["3"],
        utm_source=["mail"],
    )
    assert selection == Selection(
        chosen={"material": ("Gold thread", "Silk", "Wool"), "stock": ("in",)},
        price_from=1000,
        price_to=9950,
        sort="price",
        page=3,
    )


@pytest.mark.parametrize(
    "args",
    [
        {"price_to": [""]},
        {"price_to": ["  "]},
        {"sort": ["random"]},
        {"page": ["0"]},
        {"page": ["x"]},
        {"material": [" "]},
        {"rating": ["9"]},
    ],
)
def test_invalid_parameters_are_ignored(args: dict[str, list[str]]) -> None:
    assert read(**args) == Selection()


@pytest.mark.parametrize(
    ("typed", "minor"),
    [("100", 10000), ("$100", 10000), ("$1,250.50", 125050), ("100.5", 10050), ("0", 0), (" 7 USD ", 700)],
)
def test_prices_are_read_in_common_spellings(typed: str, minor: int) -> None:
    prices = read_prices({"price_from": [typed]}, Formats(), "USD")
    assert (prices.lowest, prices.highest, prices.wrong) == (minor, None, ())


@pytest.mark.parametrize(("typed", "minor"), [("1.000,00", 100000), ("100,50", 10050), ("1.000", 100000)])
def test_prices_are_read_in_the_locale_of_the_shop(typed: str, minor: int) -> None:
    assert read_prices({"price_to": [typed]}, Formats("de_DE"), "EUR").highest == minor


@pytest.mark.parametrize("typed", ["cheap", "-5", "1.234", "1e9", "100,50", "€5", "1_000", "9" * 30])
def test_an_invalid_price_is_retained_with_its_error(typed: str) -> None:
    prices = read_prices({"price_from": [typed], "price_to": ["50"]}, Formats(), "USD")
    assert (prices.lowest, prices.highest) == (None, 5000)
    assert prices.wrong == (("price_from", typed),)
    assert prices.first.error in {"unreadable", "below_zero"}


def test_price_bounds_in_the_wrong_order_are_swapped() -> None:
    selection = read(price_from=["500"], price_to=["100"])
    assert (selection.price_from, selection.price_to) == (10000, 50000)


def test_one_state_has_one_address() -> None:
    address = ListAddress("/c/shawls", "USD")
    first = read(material=["Wool", "Silk"], price_from=["10.00"], page=["1"])
    second = read(price_from=["10"], material=["Silk", "Wool"], sort=["new"])
    assert address.of(first) == address.of(second) == "/c/shawls?material=Silk&material=Wool&price_from=10"
    assert address.page(first, 2).endswith("&page=2")
    assert address.sorted_by(read(page=["4"]), "price") == "/c/shawls?sort=price"
    assert address.cleared(read(material=["Wool"], sort=["name"])) == "/c/shawls?sort=name"


def test_the_address_of_a_search_has_its_words() -> None:
    address = ListAddress("/search", "USD", "red & blue", "relevance")
    assert address.of(Selection(sort="relevance")) == "/search?q=red+%26+blue"


@pytest.mark.parametrize(("minor", "text"), [(1000, "10"), (1050, "10.5"), (1, "0.01"), (0, "0")])
def test_amounts_have_no_trailing_zeros(minor: int, text: str) -> None:
    assert ListAddress("/", "USD").amount(minor) == text


def test_amounts_follow_the_locale_of_the_shop() -> None:
    german = ListAddress("/", "EUR", formats=Formats("de_DE"))
    assert german.amount(125050) == "1250,5"
    assert read_prices({"price_to": [german.amount(125050)]}, german.formats, "EUR").highest == 125050


def test_amounts_without_decimal_places() -> None:
    assert ListAddress("/", "JPY").amount(1500) == "1500"


def test_a_selection_is_filtered_by_facets_and_prices() -> None:
    assert not is_filtered(Selection(sort="price", page=2))
    assert is_filtered(Selection(price_to=0))
    assert is_filtered(Selection(chosen={"stock": ("in",)}))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("  Kani  SHAWL ", ("kani", "shawl")),
        ("papier-mâché", ("papier", "mache")),
        ("Scarves & rugs, glass", ("scarf", "rug", "glass")),
        ("the weaver's Étoles", ("the", "weaver", "etole")),
        ("50% off; drop table", ("50", "off", "drop", "table")),
        ("-- '' !", ()),
        ("a b c d e f g h", ("a", "b", "c", "d", "e", "f")),
        ("x" * 60, ("x" * 40,)),
    ],
)
def test_a_search_is_split_into_terms(text: str, terms: tuple[str, ...]) -> None:
    assert tuple(term.word for term in clean_terms(text)) == terms
