"""Lists by bitset arithmetic answer what filtering one piece after another would."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kashcraft.product_cards.rules import (
    Buyable,
    Index,
    IndexBuilder,
    Listed,
    Selection,
    run_selection,
    similar_to,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
SHELVES = {"shawls": UUID(int=901), "rugs": UUID(int=902)}


@dataclass(frozen=True)
class Choice:
    """What can be bought; colours and sizes are its own, beside those that its piece says of all choices."""

    price: int
    stock: bool
    colours: frozenset[str] = frozenset()
    sizes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Piece:
    number: int
    choices: tuple[Choice, ...]
    materials: frozenset[str]
    colours: frozenset[str]
    shelves: frozenset[str]


def plain(number: int, price: int, stock: bool, material: str, colour: str, shelf: str) -> Piece:
    return Piece(
        number, (Choice(price, stock),), frozenset({material}), frozenset({colour}), frozenset({shelf})
    )


def variant_ids(piece: Piece) -> list[UUID]:
    """A piece that stands alone is its own choice."""
    if len(piece.choices) == 1:
        return [UUID(int=piece.number)]
    return [UUID(int=piece.number * 1000 + place) for place in range(len(piece.choices))]


def index_of(pieces: list[Piece]) -> Index:
    builder = IndexBuilder(
        Listed(
            id=UUID(int=one.number),
            name=str(one.number),
            choices=tuple(
                Buyable(id_, choice.price, choice.stock)
                for id_, choice in zip(variant_ids(one), one.choices, strict=True)
            ),
            published_at=START + timedelta(days=one.number),
        )
        for one in pieces
    )
    for one in pieces:
        for id_, choice in zip(variant_ids(one), one.choices, strict=True):
            for value in choice.colours:
                builder.answer("colour", value, id_)
            for value in choice.sizes:
                builder.answer("size", value, id_)
    for one in pieces:
        for value in one.materials:
            builder.answer("material", value, UUID(int=one.number))
        for value in one.colours:
            builder.answer("colour", value, UUID(int=one.number))
        for shelf in one.shelves:
            builder.shelve(SHELVES[shelf], UUID(int=one.number))
    return builder.build(1, 1, None)


def answers(piece: Piece, choice: Choice) -> dict[str, set[str]]:
    """What one choice answers to: its own words, and those of its piece that no choice has for itself."""
    told = {value for one in piece.choices for value in one.colours}
    return {
        "material": set(piece.materials),
        "colour": set(choice.colours | (piece.colours - told)),
        "size": set(choice.sizes),
        "category": set(piece.shelves),
        "stock": {"in"} if choice.stock else set(),
    }


def matches(piece: Piece, selection: Selection, *, without: str = "", value: str = "") -> bool:
    """The plain meaning of a selection: one choice that fits all of it. ``without`` is left out of account,
    and where ``value`` is given, that choice has it instead.
    """
    if selection.shelf_id and selection.shelf_id not in {SHELVES[one] for one in piece.shelves}:
        return False
    for choice in piece.choices:
        has = answers(piece, choice)
        if selection.price_from is not None and choice.price < selection.price_from:
            continue
        if selection.price_to is not None and choice.price > selection.price_to:
            continue
        if value and value not in has[without]:
            continue
        if all(set(wanted) & has[facet] for facet, wanted in selection.chosen.items() if facet != without):
            return True
    return False


some = st.sets(st.sampled_from(["a", "b", "c"])).map(frozenset)
choices = st.builds(Choice, st.integers(0, 20), st.booleans(), some, some)
pieces = st.lists(
    st.builds(
        Piece,
        number=st.integers(1, 800),
        choices=st.lists(choices, min_size=1, max_size=5).map(tuple),
        materials=some,
        colours=some,
        shelves=st.sets(st.sampled_from(sorted(SHELVES))).map(frozenset),
    ),
    unique_by=lambda one: one.number,
    max_size=40,
)
values = st.lists(st.sampled_from(["a", "b", "c"]), unique=True, min_size=1).map(tuple)
selections = st.builds(
    Selection,
    shelf_id=st.sampled_from([None, *SHELVES.values()]),
    chosen=st.fixed_dictionaries(
        {},
        optional={
            "material": values,
            "colour": values,
            "size": values,
            "category": st.just(("shawls",)),
            "stock": st.just(("in",)),
        },
    ),
    price_from=st.none() | st.integers(0, 20),
    price_to=st.none() | st.integers(0, 20),
    page=st.integers(1, 3),
)


@given(pieces, selections)
def test_bitsets_answer_what_plain_filtering_does(pieces: list[Piece], selection: Selection) -> None:
    result = run_selection(index_of(pieces), selection, SHELVES, 5)
    newest = sorted(pieces, key=lambda one: -one.number)
    found = [one.number for one in newest if matches(one, selection)]
    assert result.total == len(found)
    first = (selection.page - 1) * 5
    assert [one.int for one in result.ids] == found[first : first + 5]
    for facet in ("material", "colour", "size", "category", "stock"):
        for count in result.facets[facet]:
            beside = [one for one in pieces if matches(one, selection, without=facet, value=count.value)]
            assert (count.value, count.count) == (count.value, len(beside))
            assert count.checked == (count.value in selection.chosen.get(facet, ()))


def test_size_colour_price_and_stock_hold_for_one_and_the_same_choice() -> None:
    small_red = Choice(1000, False, frozenset({"Red"}), frozenset({"S"}))
    medium_blue = Choice(2000, True, frozenset({"Blue"}), frozenset({"M"}))
    shawl = Piece(1, (small_red, medium_blue), frozenset(), frozenset(), frozenset())
    index = index_of([shawl])

    def found(price_to: int | None = None, **chosen: str) -> int:
        selection = Selection(chosen={facet: (value,) for facet, value in chosen.items()}, price_to=price_to)
        return run_selection(index, selection, {}, 5).total

    assert (found(size="M", colour="Blue"), found(size="M", colour="Red")) == (1, 0)
    assert (found(size="M", stock="in"), found(size="S", stock="in")) == (1, 0)
    assert (found(size="M", price_to=2000), found(size="M", price_to=1500)) == (1, 0)
    medium = run_selection(index, Selection(chosen={"size": ("M",)}), {}, 5)
    assert {one.value: one.count for one in medium.facets["colour"]} == {"Blue": 1, "Red": 0}


PIECES = [
    plain(1, 1000, True, "a", "a", "shawls"),
    plain(2, 2000, False, "a", "b", "shawls"),
    plain(3, 3000, True, "b", "a", "rugs"),
    plain(4, 4000, True, "a", "a", "shawls"),
]


def test_counts_follow_the_other_facets_but_not_their_own() -> None:
    result = run_selection(
        index_of(PIECES), Selection(chosen={"material": ("a",), "colour": ("a",)}), SHELVES, 24
    )
    counts = {
        facet: {one.value: one.count for one in result.facets[facet]}
        for facet in ("material", "colour", "stock")
    }
    assert counts == {"material": {"a": 2, "b": 1}, "colour": {"a": 2, "b": 1}, "stock": {"in": 2}}
    assert result.total == 2


def test_prices_range_over_the_whole_list_whatever_is_filtered() -> None:
    result = run_selection(
        index_of(PIECES), Selection(shelf_id=SHELVES["shawls"], chosen={"colour": ("b",)}), {}, 24
    )
    assert (result.total, result.lowest, result.highest) == (1, 1000, 4000)


def test_a_search_keeps_its_own_order_until_another_is_asked_for() -> None:
    only = (UUID(int=1), UUID(int=4), UUID(int=99), UUID(int=2))
    index = index_of(PIECES)
    ranked = run_selection(index, Selection(only=only, sort="relevance"), {}, 2, ranked=True)
    assert ([one.int for one in ranked.ids], ranked.total) == ([1, 4], 3)
    by_price = run_selection(index, Selection(only=only, sort="price-down"), {}, 24)
    assert [one.int for one in by_price.ids] == [4, 2, 1]


def test_a_filter_is_taken_away_from_the_first_page() -> None:
    selection = Selection(chosen={"material": ("a", "b"), "colour": ("a",)}, page=3)
    assert selection.without("material", "a").chosen == {"material": ("b",), "colour": ("a",)}
    assert selection.without("colour", "a") == Selection(chosen={"material": ("a", "b")})


def test_similar_pieces_share_most_and_are_in_stock() -> None:
    assert [one.int for one in similar_to(index_of(PIECES), UUID(int=1), 3)] == [4, 2, 3]
    assert similar_to(index_of(PIECES), UUID(int=77), 3) == []
