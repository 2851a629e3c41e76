"""Sets of positions answer what Python's own sets do."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kashcraft.product_cards.rules import BitSet

SIZE = 70
positions = st.sets(st.integers(0, SIZE - 1))


def test_a_set_says_which_positions_belong_to_it() -> None:
    some = BitSet.of([0, 3], 5)
    assert list(some) == [0, 3]
    assert (3 in some, 4 in some) == (True, False)
    assert some.flags() == b"\x01\x00\x00\x01\x00"
    assert (len(some), bool(some)) == (2, True)
    assert repr(some) == "BitSet.of([0, 3], 5)"
    assert (list(BitSet.full(3)), list(BitSet.run(range(1, 3), 4))) == ([0, 1, 2], [1, 2])


def test_a_set_of_nothing_is_a_set() -> None:
    nothing = BitSet.of([], 0)
    assert (list(nothing), len(nothing), bool(nothing)) == ([], 0, False)
    assert nothing == BitSet.full(0) == BitSet.union([], 0)
    assert list(nothing.ends_of_groups(nothing)) == []


def test_equal_sets_are_the_same_positions_of_as_many() -> None:
    assert BitSet.of([3, 0, 3], 5) == BitSet.of([0, 3], 5)
    assert BitSet.of([0], 5) != BitSet.of([0], 6)
    assert len({BitSet.of([1], 2), BitSet.of([1], 2)}) == 1
    assert BitSet.of([0], 1) != {0}


def test_a_page_is_picked_in_the_order_asked_for() -> None:
    some = BitSet.of([0, 1, 3, 4], 5)
    assert some.pick([4, 2, 0, 1, 3], 1, 2) == [0, 1]
    assert some.pick([4, 2, 0, 1, 3], 4, 2) == []


def test_groups_are_found_by_any_of_their_positions() -> None:
    ends = BitSet.of([2, 3, 5], 6)  # 0 1 2, 3, 4 5
    found = [list(BitSet.of(some, 6).ends_of_groups(ends)) for some in ([0], [1, 2], [3], [4], [0, 5], [])]
    assert found == [[2], [2], [3], [5], [2, 5], []]


@given(positions, positions)
def test_operations_equal_those_of_sets(one: set[int], other: set[int]) -> None:
    mine, theirs = BitSet.of(one, SIZE), BitSet.of(other, SIZE)
    assert set(mine) == one
    assert set(mine & theirs) == one & other
    assert set(mine - theirs) == one - other
    assert set(BitSet.union([mine, theirs], SIZE)) == one | other
    assert mine.meets(theirs) == bool(one & other)
    assert mine.count_shared(theirs) == len(one & other)


@given(positions, positions, positions)
def test_a_changed_set_is_the_same(one: set[int], gone: set[int], added: set[int]) -> None:
    larger = SIZE + 5
    changed = BitSet.of(one, SIZE).changed(BitSet.of(gone, SIZE), sorted(added), larger)
    assert changed == BitSet.of((one - gone) | added, larger)


def test_a_set_without_a_change_is_shared() -> None:
    some = BitSet.of([0, 3], 5)
    assert some.changed(BitSet.of([1], 5), [3], 5) is some


@given(positions, positions)
def test_ends_of_groups_equal_looking_at_each_group(chosen: set[int], inner: set[int]) -> None:
    ends = sorted({*inner, SIZE - 1})
    starts = [0, *(end + 1 for end in ends[:-1])]
    expected = [end for start, end in zip(starts, ends, strict=True) if chosen & set(range(start, end + 1))]
    assert list(BitSet.of(chosen, SIZE).ends_of_groups(BitSet.of(ends, SIZE))) == expected


@given(positions, st.permutations(range(SIZE)), st.integers(0, SIZE), st.integers(0, 30))
def test_picking_equals_filtering_and_slicing(
    chosen: set[int], order: list[int], start: int, count: int
) -> None:
    picked = BitSet.of(chosen, SIZE).pick(order, start, count)
    assert picked == [one for one in order if one in chosen][start : start + count]
