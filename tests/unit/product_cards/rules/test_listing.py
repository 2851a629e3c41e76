"""Lists by bitset arithmetic have the same result as filtering products one by one."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kashcraft.product_cards.rules import (
    Index,
    IndexedProduct,
    IndexedValue,
    IndexedVariant,
    Selection,
    build_index,
    run_selection,
    similar_to,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
CATEGORIES = {"shawls": UUID(int=901), "rugs": UUID(int=902)}


@dataclass(frozen=True)
class SampleVariant:
    """A variant with its own colors and sizes; those of its product hold for all variants."""

    price: int
    stock: bool
    colours: frozenset[str] = frozenset()
    sizes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sample:
    number: int
    variants: tuple[SampleVariant, ...]
    materials: frozenset[str]
    colours: frozenset[str]
    categories: frozenset[str]


def plain(number: int, price: int, stock: bool, material: str, colour: str, category: str) -> Sample:
    return Sample(
        number,
        (SampleVariant(price, stock),),
        frozenset({material}),
        frozenset({colour}),
        frozenset({category}),
    )


def variant_ids(product: Sample) -> list[UUID]:
    """Return the ids of the variants; a product without options is its own variant."""
    if len(product.variants) == 1:
        return [UUID(int=product.number)]
    return [UUID(int=product.number * 1000 + place) for place in range(len(product.variants))]


def indexed(one: Sample) -> IndexedProduct:
    """Return a product as the index reads it."""
    values = [IndexedValue("material", value) for value in one.materials]
    values += [IndexedValue("colour", value) for value in one.colours]
    for place, variant in enumerate(one.variants):
        values += [IndexedValue("colour", value, place) for value in variant.colours]
        values += [IndexedValue("size", value, place) for value in variant.sizes]
    return IndexedProduct(
        id=UUID(int=one.number),
        name=str(one.number),
        variants=tuple(
            IndexedVariant(id_, variant.price, variant.stock)
            for id_, variant in zip(variant_ids(one), one.variants, strict=True)
        ),
        published_at=START + timedelta(days=one.number),
        values=tuple(sorted(values)),
        category_ids=tuple(CATEGORIES[category] for category in one.categories),
    )


def index_of(products: list[Sample]) -> Index:
    return build_index(map(indexed, products))


def answers(product: Sample, variant: SampleVariant) -> dict[str, set[str]]:
    """Return the filter values of a variant: its own, and those of its product that no variant has."""
    own = {value for one in product.variants for value in one.colours}
    return {
        "material": set(product.materials),
        "colour": set(variant.colours | (product.colours - own)),
        "size": set(variant.sizes),
        "category": set(product.categories),
        "stock": {"in"} if variant.stock else set(),
    }


def matches(product: Sample, selection: Selection, *, without: str = "", value: str = "") -> bool:
    """Return whether one variant matches the whole selection, except facet ``without``, for which it has
    ``value`` instead.
    """
    if selection.category_id and selection.category_id not in {CATEGORIES[one] for one in product.categories}:
        return False
    for variant in product.variants:
        has = answers(product, variant)
        if selection.price_from is not None and variant.price < selection.price_from:
            continue
        if selection.price_to is not None and variant.price > selection.price_to:
            continue
        if value and value not in has[without]:
            continue
        if all(set(wanted) & has[facet] for facet, wanted in selection.chosen.items() if facet != without):
            return True
    return False


some = st.sets(st.sampled_from(["a", "b", "c"])).map(frozenset)
variants = st.builds(SampleVariant, st.integers(0, 20), st.booleans(), some, some)
products = st.lists(
    st.builds(
        Sample,
        number=st.integers(1, 800),
        variants=st.lists(variants, min_size=1, max_size=5).map(tuple),
        materials=some,
        colours=some,
        categories=st.sets(st.sampled_from(sorted(CATEGORIES))).map(frozenset),
    ),
    unique_by=lambda one: one.number,
    max_size=40,
)
values = st.lists(st.sampled_from(["a", "b", "c"]), unique=True, min_size=1).map(tuple)
selections = st.builds(
    Selection,
    category_id=st.sampled_from([None, *CATEGORIES.values()]),
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


@given(products, selections)
def test_bitsets_find_the_same_as_filtering_one_by_one(products: list[Sample], selection: Selection) -> None:
    result = run_selection(index_of(products), selection, CATEGORIES, 5)
    newest = sorted(products, key=lambda one: -one.number)
    found = [one.number for one in newest if matches(one, selection)]
    assert result.total == len(found)
    first = (selection.page - 1) * 5
    assert [one.int for one in result.ids] == found[first : first + 5]
    for facet in ("material", "colour", "size", "category", "stock"):
        for count in result.facets[facet]:
            beside = [one for one in products if matches(one, selection, without=facet, value=count.value)]
            assert (count.value, count.count) == (count.value, len(beside))
            assert count.checked == (count.value in selection.chosen.get(facet, ()))


def test_size_color_price_and_stock_have_to_match_in_one_variant() -> None:
    small_red = SampleVariant(1000, False, frozenset({"Red"}), frozenset({"S"}))
    medium_blue = SampleVariant(2000, True, frozenset({"Blue"}), frozenset({"M"}))
    shawl = Sample(1, (small_red, medium_blue), frozenset(), frozenset(), frozenset())
    index = index_of([shawl])

    def found(price_to: int | None = None, **chosen: str) -> int:
        selection = Selection(chosen={facet: (value,) for facet, value in chosen.items()}, price_to=price_to)
        return run_selection(index, selection, {}, 5).total

    assert (found(size="M", colour="Blue"), found(size="M", colour="Red")) == (1, 0)
    assert (found(size="M", stock="in"), found(size="S", stock="in")) == (1, 0)
    assert (found(size="M", price_to=2000), found(size="M", price_to=1500)) == (1, 0)
    medium = run_selection(index, Selection(chosen={"size": ("M",)}), {}, 5)
    assert {one.value: one.count for one in medium.facets["colour"]} == {"Blue": 1, "Red": 0}


PRODUCTS = [
    plain(1, 1000, True, "a", "a", "shawls"),
    plain(2, 2000, False, "a", "b", "shawls"),
    plain(3, 3000, True, "b", "a", "rugs"),
    plain(4, 4000, True, "a", "a", "shawls"),
]


def test_counts_of_a_facet_ignore_its_own_selection() -> None:
    result = run_selection(
        index_of(PRODUCTS), Selection(chosen={"material": ("a",), "colour": ("a",)}), CATEGORIES, 24
    )
    counts = {
        facet: {one.value: one.count for one in result.facets[facet]}
        for facet in ("material", "colour", "stock")
    }
    assert counts == {"material": {"a": 2, "b": 1}, "colour": {"a": 2, "b": 1}, "stock": {"in": 2}}
    assert result.total == 2


def test_price_bounds_cover_the_unfiltered_list() -> None:
    result = run_selection(
        index_of(PRODUCTS), Selection(category_id=CATEGORIES["shawls"], chosen={"colour": ("b",)}), {}, 24
    )
    assert (result.total, result.lowest, result.highest) == (1, 1000, 4000)


def test_a_search_has_its_own_order_until_another_is_requested() -> None:
    only = (UUID(int=1), UUID(int=4), UUID(int=99), UUID(int=2))
    index = index_of(PRODUCTS)
    ranked = run_selection(index, Selection(only=only, sort="relevance"), {}, 2, ranked=True)
    assert ([one.int for one in ranked.ids], ranked.total) == ([1, 4], 3)
    by_price = run_selection(index, Selection(only=only, sort="price-down"), {}, 24)
    assert [one.int for one in by_price.ids] == [4, 2, 1]


def test_removing_a_filter_returns_to_the_first_page() -> None:
    selection = Selection(chosen={"material": ("a", "b"), "colour": ("a",)}, page=3)
    assert selection.without("material", "a").chosen == {"material": ("b",), "colour": ("a",)}
    assert selection.without("colour", "a") == Selection(chosen={"material": ("a", "b")})


def test_similar_products_share_most_and_are_in_stock() -> None:
    assert [one.int for one in similar_to(index_of(PRODUCTS), UUID(int=1), 3)] == [4, 2, 3]
    assert similar_to(index_of(PRODUCTS), UUID(int=77), 3) == []
