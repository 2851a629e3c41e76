"""The facet index: orders, lookups and its size."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from kashcraft.product_cards.rules import (
    BitSet,
    Index,
    IndexedProduct,
    IndexedValue,
    IndexedVariant,
    build_index,
)
from kashcraft.product_cards.rules.index import CATEGORY, MOST_SHARING

START = datetime(2026, 1, 1, tzinfo=UTC)
WOOL_CATEGORY = UUID(int=900)


def listed(
    number: int,
    price: int = 1000,
    *,
    stock: bool = True,
    rating: tuple[int, int] = (0, 0),
    sold: int = 0,
    values: tuple[IndexedValue, ...] = (),
    categories: tuple[UUID, ...] = (),
) -> IndexedProduct:
    return IndexedProduct(
        id=UUID(int=number),
        name=f"{'zyx'[number % 3]}-{number}",
        variants=(IndexedVariant(UUID(int=number), price, stock),),
        rating_count=rating[0],
        rating_total=rating[1],
        sold_count=sold,
        published_at=START + timedelta(days=number),
        values=values,
        category_ids=categories,
    )


def names_in(index: Index, order: str) -> list[int]:
    return [index.id_at(at).int for at in index.orders[order]]


def test_products_are_in_each_sort_order() -> None:
    index = build_index(
        [
            listed(1, 3000, rating=(10, 50)),
            listed(2, 1000, rating=(1, 1), sold=9),
            listed(3, 2000, sold=4),
            listed(4, 2000),
        ]
    )
    assert names_in(index, "new") == [4, 3, 2, 1]
    assert names_in(index, "price") == [2, 4, 3, 1]
    assert names_in(index, "price-down") == [1, 4, 3, 2]
    assert names_in(index, "name") == [2, 1, 4, 3]
    assert names_in(index, "loved") == [1, 3, 4, 2]


def test_products_are_found_by_id() -> None:
    index = build_index([listed(number) for number in (5, 1, 9)])
    places = index.positions_of([UUID(int=9), UUID(int=4), UUID(int=1)])
    assert [index.id_at(at).int for at in places] == [9, 1]
    assert index.position_of(UUID(int=10)) is None


def test_price_bounds_are_included() -> None:
    index = build_index([listed(1, 1000), listed(2, 2000), listed(3, 3000)])

    def within(low: int | None, high: int | None) -> list[int]:
        return sorted(index.id_at(at).int for at in index.priced(low, high))

    assert within(1000, 2000) == [1, 2]
    assert within(1001, None) == [2, 3]
    assert within(None, 999) == []
    assert within(2500, 1500) == []


def test_products_are_found_by_filter_and_category() -> None:
    wool = (IndexedValue("material", "Wool"),)
    index = build_index(
        [
            listed(1, values=wool, categories=(WOOL_CATEGORY,)),
            listed(2, stock=False, values=wool, categories=(WOOL_CATEGORY,)),
        ]
    )
    assert index.filters["material"].keys() == {"Wool"}
    assert index.in_category(WOOL_CATEGORY) == index.everything == BitSet.full(2)
    assert len(index.in_stock) == 1
    assert list(index.in_category(UUID(int=7))) == []
    assert [[*newest] for newest in index.newest_sharing("material", 0)] == [[1, 0]]
    assert [[*newest] for newest in index.newest_sharing(CATEGORY, 0)] == [[1, 0]]


def test_a_category_contains_the_products_of_those_below_it() -> None:
    above, empty = UUID(int=901), UUID(int=902)
    below = {above: [above, WOOL_CATEGORY], WOOL_CATEGORY: [WOOL_CATEGORY], empty: [empty]}
    index = build_index(
        [listed(1, categories=(WOOL_CATEGORY,)), listed(2, categories=(above,)), listed(3)], below=below
    )
    assert [len(index.in_category(one)) for one in (above, WOOL_CATEGORY, empty)] == [2, 1, 0]
    assert index.in_category(WOOL_CATEGORY) is index.direct[WOOL_CATEGORY]


def with_variants(number: int, *variants: tuple[int, bool]) -> IndexedProduct:
    """Return a product with variants of (price, in stock); their ids are 100 times the product's and up."""
    return IndexedProduct(
        id=UUID(int=number),
        name=f"product {number}",
        variants=tuple(
            IndexedVariant(UUID(int=number * 100 + place), price, stock)
            for place, (price, stock) in enumerate(variants)
        ),
        published_at=START + timedelta(days=number),
    )


def ids_in(index: Index, variants: BitSet) -> list[int]:
    return [index.id_at(at).int for at in index.orders["new"] if at in index.products(variants)]


def test_a_product_is_found_by_any_of_its_variants() -> None:
    index = build_index(
        [
            with_variants(1, (1000, False), (2000, True), (3000, False)),
            listed(2, 1500),
            with_variants(3, (500, True), (900, False)),
        ]
    )
    assert (index.size, len(index.products(index.everything))) == (6, 3)
    assert ids_in(index, index.in_stock) == [3, 2, 1]
    assert ids_in(index, index.priced(2000, 3000)) == [1]
    assert ids_in(index, index.priced(900, 1000)) == [3, 1]
    assert ids_in(index, index.in_stock & index.priced(900, 1000)) == []
    assert names_in(index, "price") == [3, 1, 2]
    assert len(index.whole(index.positions_of([UUID(int=3), UUID(int=1)]))) == 5


def test_a_value_of_a_product_holds_for_all_variants_unless_one_has_it() -> None:
    product = with_variants(1, (1000, True), (1000, True))
    values = (
        IndexedValue("colour", "Red"),
        IndexedValue("colour", "Ivory"),
        IndexedValue("colour", "Red", 0),
    )
    assert build_index([product._replace(values=values)]).filters["colour"] == {
        "Ivory": BitSet.full(2),
        "Red": BitSet.of([0], 2),
    }


def test_spellings_of_a_value_are_merged_under_the_most_frequent_one() -> None:
    written = ["red", "Red", "Red", "RED", "Écru"]
    products = [
        listed(number, values=(IndexedValue("colour", value),)) for number, value in enumerate(written, 1)
    ]
    products[0] = listed(1, values=(IndexedValue("colour", "red"), IndexedValue("colour", "Ecru")))
    index = build_index(products)
    assert {value: len(variants) for value, variants in index.filters["colour"].items()} == {
        "Ecru": 2,
        "Red": 4,
    }


def test_names_are_sorted_without_case_and_accents() -> None:
    names = ["Zari", "étole", "Echarpe", "Étole", "eve"]
    products = [
        IndexedProduct(UUID(int=place), name, (IndexedVariant(UUID(int=place), 100, True),))
        for place, name in enumerate(names, 1)
    ]
    index = build_index(products)
    assert [names[index.id_at(at).int - 1] for at in index.orders["name"]] == [
        "Echarpe", "Étole", "étole", "eve", "Zari",
    ]  # fmt: skip


def test_ten_thousand_products_take_less_than_two_megabytes() -> None:
    def values(number: int) -> tuple[IndexedValue, ...]:
        return tuple(IndexedValue(kind, f"value {number % 40}") for kind in ("material", "colour", "size"))

    index = build_index(
        listed(
            number, number % 977, values=values(number), categories=(UUID(int=2000 + number % 20),)
        )._replace(name=f"A product with a name of usual length {number}")
        for number in range(1, 10_001)
    )
    assert 1_000_000 < index.memory() < 2_000_000


def test_a_shop_without_products_has_an_index() -> None:
    index = build_index([])
    assert (index.size, len(index.everything), len(index.priced(1, 2))) == (0, 0, 0)


def test_the_newest_products_of_a_shared_value_are_compared() -> None:
    wool = (IndexedValue("material", "Wool"),)
    index = build_index([listed(number, values=wool) for number in range(1, MOST_SHARING + 9)])
    (newest,) = index.newest_sharing("material", index.positions_of([UUID(int=1)])[0])
    assert [index.id_at(at).int for at in newest] == [*range(MOST_SHARING + 8, 8, -1)]


def test_a_product_is_in_stock_where_one_of_its_variants_is() -> None:
    variants = (
        IndexedVariant(UUID(int=11), 1000, in_stock=False),
        IndexedVariant(UUID(int=12), 2000, in_stock=True),
    )
    index = build_index([listed(1)._replace(variants=variants), listed(2, stock=False)])
    assert [index.is_in_stock(at) for at in index.positions_of([UUID(int=1), UUID(int=2)])] == [True, False]
    assert index.prices_of(UUID(int=1)) == {UUID(int=11): 1000, UUID(int=12): 2000}
    assert index.prices_of(UUID(int=3)) == {}


def test_when_a_product_was_published_is_known() -> None:
    index = build_index([listed(1)])
    published, moment = START + timedelta(days=1), timedelta(microseconds=1)
    assert index.is_published_after(UUID(int=1), published - moment)
    assert not index.is_published_after(UUID(int=1), published)
    assert not index.is_published_after(UUID(int=2), published - moment)
