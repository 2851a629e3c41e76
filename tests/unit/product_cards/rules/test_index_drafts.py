"""An index that followed changes answers what one built anew does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from kashcraft.product_cards.rules import (
    SORTS,
    Index,
    IndexDraft,
    IndexedProduct,
    IndexedValue,
    IndexedVariant,
    Selection,
    build_index,
    index_drafts,
    run_selection,
    similar_to,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
CATEGORIES = {"root": UUID(int=901), "leaf": UUID(int=902), "other": UUID(int=903)}
BELOW = {
    CATEGORIES["root"]: [CATEGORIES["root"], CATEGORIES["leaf"]],
    CATEGORIES["leaf"]: [CATEGORIES["leaf"]],
    CATEGORIES["other"]: [CATEGORIES["other"]],
}
NUMBERS = range(1, 9)
spellings = st.sampled_from(["red", "Red", "RED", "ivory", "Ivory", "black"])


@st.composite
def product(draw: st.DrawFn, number: int) -> IndexedProduct:
    count = draw(st.integers(1, 3))
    ids = [UUID(int=number)] if count == 1 else [UUID(int=number * 100 + place) for place in range(count)]
    values = draw(
        st.sets(
            st.builds(
                IndexedValue, st.sampled_from(["material", "colour", "size"]), spellings,
                st.integers(-1, count - 1 if count > 1 else -1),
            ),
            max_size=4,
        )
    )  # fmt: skip
    rated = draw(st.integers(0, 2))
    return IndexedProduct(
        id=UUID(int=number),
        name=draw(st.sampled_from(["Bowl", "bowl", "Étole", "etole", "Tray"])),
        variants=[IndexedVariant(one, draw(st.integers(1, 4)), draw(st.booleans())) for one in ids],
        rating_count=rated,
        rating_total=rated * draw(st.integers(3, 5)),
        sold_count=draw(st.integers(0, 2)),
        published_at=draw(st.sampled_from([None, START, START + timedelta(days=1)])),
        values=tuple(sorted(values)),
        category_ids=tuple(draw(st.sets(st.sampled_from(sorted(CATEGORIES.values()))))),
        changes_at=draw(st.sampled_from([None, START, START + timedelta(days=2)])),
    )


@st.composite
def shop(draw: st.DrawFn) -> dict[int, IndexedProduct]:
    return {number: draw(product(number)) for number in draw(st.sets(st.sampled_from(NUMBERS)))}


@st.composite
def change(draw: st.DrawFn) -> dict[int, IndexedProduct | None]:
    numbers = draw(st.sets(st.sampled_from(NUMBERS), min_size=1, max_size=4))
    return {number: draw(st.one_of(st.none(), product(number))) for number in numbers}


def answers(index: Index) -> list[object]:
    """Return everything that pages read from an index, by ids."""
    by_slug = dict(CATEGORIES)
    colours = tuple(index.filters.get("colour", {}))[:1]
    selections = [
        Selection(sort=sort, category_id=category_id, chosen=chosen, price_from=low, price_to=high)
        for sort in SORTS
        for category_id in (None, CATEGORIES["root"])
        for chosen in ({}, {"colour": colours}, {"stock": ("in",)})
        for low, high in ((None, None), (2, 3))
    ]
    everything = [UUID(int=number) for number in NUMBERS]
    return [
        *(run_selection(index, selection, by_slug, 5) for selection in selections),
        run_selection(index, Selection(only=tuple(everything), sort="relevance"), by_slug, 5, ranked=True),
        *(similar_to(index, one, 6) for one in everything),
        {name: [index.id_at(at) for at in order] for name, order in index.orders.items()},
        [index.price_at[at] for at in index.by_price],
        {kind: list(values) for kind, values in index.filters.items()},
        {one: sorted(map(index.id_at, index.products(found))) for one, found in index.categories.items()},
        (index.valid_until, sorted(index.due_at(START + timedelta(days=9)))),
        len(index.everything), len(index.heads), len(index.by_id),
    ]  # fmt: skip


def following(index: Index, changed: dict[int, IndexedProduct | None]) -> Index:
    draft = IndexDraft(index)
    for number, one in changed.items():
        if one is None:
            draft.remove(UUID(int=number))
        else:
            draft.put(one)
    return draft.finish(index.version + 1, index.serial + 1, BELOW)


@settings(max_examples=150, deadline=None)
@given(shop(), st.lists(change(), min_size=1, max_size=4), st.sampled_from([0, 100]))
def test_an_index_that_follows_equals_one_that_is_built_anew(
    products: dict[int, IndexedProduct], changes: list[dict[int, IndexedProduct | None]], few: int
) -> None:
    known: dict[int, IndexedProduct | None] = dict(products)
    index = build_index(products.values(), below=BELOW)
    before = index_drafts.FEW_CHANGES
    index_drafts.FEW_CHANGES = few
    try:
        for changed in changes:
            old = answers(index)
            followed = following(index, changed)
            assert answers(index) == old
            index, known = followed, known | changed
    finally:
        index_drafts.FEW_CHANGES = before
    fresh = build_index([one for one in known.values() if one is not None], below=BELOW)
    assert answers(index) == answers(fresh)


def one(number: int, price: int) -> IndexedProduct:
    return IndexedProduct(UUID(int=number), f"Bowl {number}", [IndexedVariant(UUID(int=number), price, True)])


def test_a_change_of_price_keeps_positions_and_shares_the_other_orders() -> None:
    index = build_index([one(1, 100), one(2, 200)])
    changed = following(index, {1: one(1, 300)})
    assert (changed.size, changed.holes) == (2, 0)
    assert changed.orders["new"] is index.orders["new"]
    assert changed.heads is index.heads
    assert (list(index.price_at), list(changed.price_at)) == ([100, 200], [300, 200])


def test_products_that_are_removed_leave_holes() -> None:
    changed = following(build_index([one(1, 100), one(2, 200)]), {1: None, 3: one(3, 50)})
    assert (changed.size, changed.holes) == (3, 1)
    assert changed.position_of(UUID(int=1)) is None
    assert [changed.id_at(at).int for at in changed.orders["price"]] == [3, 2]
