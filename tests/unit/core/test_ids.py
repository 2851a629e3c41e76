"""References, tokens and hashes."""

import pytest

from kashcraft.core import ids


def test_row_ids_sort_by_the_time_they_were_made() -> None:
    made = [ids.new_id() for _ in range(50)]

    assert made == sorted(made)
    assert {identity.version for identity in made} == {7}


def test_a_reference_carries_its_prefix_and_eight_characters() -> None:
    reference = ids.new_reference("KC")

    assert reference[:3] == "KC-"
    assert len(reference) == 11
    assert set(reference[3:]) <= set(ids.ALPHABET)


@pytest.mark.parametrize("typed", ["kc-{}", "KC {}", "  kc{} ", "{}", "KC-{}"])
def test_a_reference_is_read_however_it_is_typed(typed: str) -> None:
    reference = ids.new_reference("KC")

    assert ids.clean_reference(typed.format(reference[3:].lower()), "KC") == reference


def test_wrong_characters_and_swaps_of_neighbors_are_detected() -> None:
    body = ids.new_reference("KC")[3:]
    for place, right in enumerate(body):
        for wrong in set(ids.ALPHABET) - {right}:
            assert ids.clean_reference(f"KC-{body[:place]}{wrong}{body[place + 1 :]}", "KC") is None
    for place in range(len(body) - 1):
        swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
        if swapped != body:
            assert ids.clean_reference(f"KC-{swapped}", "KC") is None


@pytest.mark.parametrize("junk", ["", "KC-", "KC-1", "KC-????????", "é" * 8])
def test_an_invalid_reference_is_none(junk: str) -> None:
    assert ids.clean_reference(junk, "KC") is None


def test_tokens_are_long_and_stored_as_a_hash() -> None:
    token = ids.new_token()

    assert len(token) == 32
    assert ids.token_hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert ids.token_hash(token) != ids.token_hash(ids.new_token())


def test_a_keyed_hash_needs_its_key() -> None:
    assert ids.keyed_hash("one", "GC-1") == ids.keyed_hash("one", "GC-1")
    assert ids.keyed_hash("one", "GC-1") != ids.keyed_hash("two", "GC-1")
