"""Sets of positions as numbers."""

from hypothesis import given
from hypothesis import strategies as st

from kashcraft.product_cards.rules import bits_of, mask_of, pick, position_mask

SIZE = 70
positions = st.sets(st.integers(0, SIZE - 1))


def test_a_set_is_a_number() -> None:
    assert bits_of([0, 3], 8) == 0b1001
    assert position_mask([0, 3], 8) == 0b1001
    assert mask_of(0b1001, 5) == b"\x01\x00\x00\x01\x00"
    assert position_mask([], 0) == bits_of([], 0) == 0


def test_a_page_is_picked_in_the_order_asked_for() -> None:
    assert pick([4, 2, 0, 1, 3], 0b11011, 1, 2) == [0, 1]
    assert pick([4, 2, 0, 1, 3], 0b11011, 4, 2) == []


@given(positions, st.permutations(range(SIZE)), st.integers(0, SIZE), st.integers(0, 30))
def test_picking_equals_filtering_and_slicing(
    chosen: set[int], order: list[int], start: int, count: int
) -> None:
    bits = bits_of(chosen, SIZE)
    assert bits == position_mask(chosen, SIZE)
    assert pick(order, bits, start, count) == [one for one in order if one in chosen][start : start + count]
