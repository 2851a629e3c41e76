"""Lists by bitset arithmetic answer what filtering one piece after another would."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kashcraft.product_cards.rules import Index, IndexBuilder, Listed, Selection, run_selection, similar_to

START = datetime(2026, 1, 1, tzinfo=UTC)
SHELVES = {"shawls": UUID(int=901), "rugs": UUID(int=902)}


@dataclass(frozen=True)
class Piece:
    number: int
    price: int
    stock: bool
    materials: frozenset[str]
    colours: frozenset[str]
    shelves: frozenset[str]


def index_of(pieces: list[Piece]) -> Index:
    builder = IndexBuilder(
        Listed(
            id=UUID(int=one.number),
            name=str(one.number),
            price=one.price,
            in_stock=one.stock,
            published_at=START + timedelta(days=one.number),
        )
        for one in pieces
    )
    for one in pieces:
        for value in one.materials:
            builder.answer("material", value, UUID(int=one.number))
        for value in one.colours:
            builder.answer("colour", value, UUID(int=one.number))
        for shelf in one.shelves:
            builder.shelve(SHELVES[shelf], UUID(int=one.number))
    return builder.build(1, 1, None)


def matches(piece: Piece, selection: Selection, *, without: str = "") -> bool:
    """The plain meaning of a selection, one facet at a time; ``without`` is left out of account."""
    has = {
        "material": piece.materials,
        "colour": piece.colours,
        "category": piece.shelves,
        "stock": {"in"} if piece.stock else set(),
    }
    if selection.shelf_id and selection.shelf_id not in {SHELVES[one] for one in piece.shelves}:
        return False
    if selection.price_from is not None and piece.price < selection.price_from:
        return False
    if selection.price_to is not None and piece.price > selection.price_to:
        return False
    return all(set(values) & has[facet] for facet, values in selection.chosen.items() if facet != without)


some = st.sets(st.sampled_from(["a", "b", "c"])).map(frozenset)
pieces = st.lists(
    st.builds(
        Piece,
        number=st.integers(1, 800),
        price=st.integers(0, 20),
        stock=st.booleans(),
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
    for facet, has in (("material", "materials"), ("colour", "colours"), ("category", "shelves")):
        for count in result.facets[facet]:
            beside = [one for one in pieces if matches(one, selection, without=facet)]
            assert count.count == sum(count.value in getattr(one, has) for one in beside)
            assert count.checked == (count.value in selection.chosen.get(facet, ()))


PIECES = [
    Piece(1, 1000, True, frozenset({"a"}), frozenset({"a"}), frozenset({"shawls"})),
    Piece(2, 2000, False, frozenset({"a"}), frozenset({"b"}), frozenset({"shawls"})),
    Piece(3, 3000, True, frozenset({"b"}), frozenset({"a"}), frozenset({"rugs"})),
    Piece(4, 4000, True, frozenset({"a"}), frozenset({"a"}), frozenset({"shawls"})),
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
