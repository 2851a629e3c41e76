"""The facet index: orders, look-ups, and how little it holds."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from kashcraft.product_cards.rules import BitSet, Buyable, Index, IndexBuilder, Listed

START = datetime(2026, 1, 1, tzinfo=UTC)
WOOL_SHELF = UUID(int=900)


def listed(
    number: int, price: int = 1000, *, stock: bool = True, rating: tuple[int, int] = (0, 0), sold: int = 0
) -> Listed:
    return Listed(
        id=UUID(int=number),
        name=f"{'zyx'[number % 3]}-{number}",
        choices=(Buyable(UUID(int=number), price, stock),),
        rating_count=rating[0],
        rating_total=rating[1],
        sold_count=sold,
        published_at=START + timedelta(days=number),
    )


def names_in(index: Index, order: str) -> list[int]:
    return [index.id_at(at).int for at in index.orders[order]]


def test_orders() -> None:
    index = IndexBuilder(
        [
            listed(1, 3000, rating=(10, 50)),
            listed(2, 1000, rating=(1, 1), sold=9),
            listed(3, 2000, sold=4),
            listed(4, 2000),
        ]
    ).build(1, 1, None)
    assert names_in(index, "new") == [4, 3, 2, 1]
    assert names_in(index, "price") == [2, 4, 3, 1]
    assert names_in(index, "price-down") == [1, 4, 3, 2]
    assert names_in(index, "name") == [2, 1, 4, 3]
    assert names_in(index, "loved") == [1, 3, 4, 2]


def test_pieces_are_found_by_their_ids() -> None:
    index = IndexBuilder([listed(number) for number in (5, 1, 9)]).build(1, 1, None)
    places = index.positions_of([UUID(int=9), UUID(int=4), UUID(int=1)])
    assert [index.id_at(at).int for at in places] == [9, 1]
    assert index.position_of(UUID(int=10)) is None


def test_prices_are_bounded_on_both_sides() -> None:
    index = IndexBuilder([listed(1, 1000), listed(2, 2000), listed(3, 3000)]).build(1, 1, None)

    def within(low: int | None, high: int | None) -> list[int]:
        return sorted(index.id_at(at).int for at in index.priced(low, high))

    assert within(1000, 2000) == [1, 2]
    assert within(1001, None) == [2, 3]
    assert within(None, 999) == []
    assert within(2500, 1500) == []


def test_filters_and_shelves_pass_over_what_is_not_shown() -> None:
    builder = IndexBuilder([listed(1), listed(2, stock=False)])
    for product in (1, 2, 3):
        builder.answer("material", "Wool", UUID(int=product))
        builder.shelve(WOOL_SHELF, UUID(int=product))
    builder.answer("material", "Silk", UUID(int=3))
    index = builder.build(1, 1, None)
    assert index.filters["material"].keys() == {"Wool"}
    assert index.shelf(WOOL_SHELF) == index.everything == BitSet.full(2)
    assert len(index.in_stock) == 1
    assert list(index.shelf(UUID(int=7))) == []
    assert index.shared_by("material", 0) == [BitSet.full(2)]


def family(number: int, *choices: tuple[int, bool]) -> Listed:
    """A piece with choices of (price, in stock), whose ids are 100 times the piece's and up."""
    return Listed(
        id=UUID(int=number),
        name=f"family {number}",
        choices=tuple(
            Buyable(UUID(int=number * 100 + place), price, stock)
            for place, (price, stock) in enumerate(choices)
        ),
        published_at=START + timedelta(days=number),
    )


def ids_in(index: Index, choices: BitSet) -> list[int]:
    return [index.id_at(at).int for at in index.orders["new"] if at in index.pieces(choices)]


def test_a_piece_is_found_by_any_of_its_choices() -> None:
    index = IndexBuilder(
        [
            family(1, (1000, False), (2000, True), (3000, False)),
            listed(2, 1500),
            family(3, (500, True), (900, False)),
        ]
    ).build(1, 1, None)
    assert (index.size, len(index.pieces(index.everything))) == (6, 3)
    assert ids_in(index, index.in_stock) == [3, 2, 1]
    assert ids_in(index, index.priced(2000, 3000)) == [1]
    assert ids_in(index, index.priced(900, 1000)) == [3, 1]
    assert ids_in(index, index.in_stock & index.priced(900, 1000)) == []
    assert names_in(index, "price") == [3, 1, 2]
    assert len(index.whole(index.positions_of([UUID(int=3), UUID(int=1)]))) == 5


def test_what_a_piece_says_holds_for_all_choices_unless_one_of_them_says_it() -> None:
    builder = IndexBuilder([family(1, (1000, True), (1000, True))])
    builder.answer("colour", "Red", UUID(int=100))
    for value in ("Red", "Ivory"):
        builder.answer("colour", value, UUID(int=1))
    assert builder.build(1, 1, None).filters["colour"] == {
        "Ivory": BitSet.full(2),
        "Red": BitSet.of([0], 2),
    }


def test_a_value_written_in_several_ways_is_one_and_shown_as_most_write_it() -> None:
    builder = IndexBuilder([listed(number) for number in range(1, 6)])
    for number, value in enumerate(("red", "Red", "Red", "RED", "Écru"), 1):
        builder.answer("colour", value, UUID(int=number))
    builder.answer("colour", "Ecru", UUID(int=1))
    index = builder.build(1, 1, None)
    assert {value: len(choices) for value, choices in index.filters["colour"].items()} == {
        "Ecru": 2,
        "Red": 4,
    }


def test_names_sort_without_regard_to_case_and_accents() -> None:
    names = ["Zari", "étole", "Echarpe", "Étole", "eve"]
    pieces = [
        Listed(UUID(int=place), name, (Buyable(UUID(int=place), 100, True),))
        for place, name in enumerate(names, 1)
    ]
    index = IndexBuilder(pieces).build(1, 1, None)
    assert [names[index.id_at(at).int - 1] for at in index.orders["name"]] == [
        "Echarpe", "Étole", "étole", "eve", "Zari",
    ]  # fmt: skip


def test_ten_thousand_pieces_take_less_than_a_megabyte() -> None:
    builder = IndexBuilder([listed(number, number % 977) for number in range(1, 10_001)])
    for number in range(1, 10_001):
        for kind in ("material", "colour", "size"):
            builder.answer(kind, f"value {number % 40}", UUID(int=number))
        builder.shelve(UUID(int=2000 + number % 20), UUID(int=number))
    assert builder.build(1, 1, None).memory() < 1_000_000


def test_an_empty_shop_has_an_index() -> None:
    index = IndexBuilder([]).build(1, 1, None)
    assert (index.size, len(index.everything), len(index.priced(1, 2))) == (0, 0, 0)
