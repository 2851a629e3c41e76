"""Words in their normal form."""

import pytest

from kashcraft.core.folding import fold, search_key


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Étole  EN soie ", "etole en soie"),
        ("E\u0301TOLE", "etole"),
        ("Straße", "strasse"),
        ("Smørrebrød Łódź Cœur", "smorrebrod lodz coeur"),
        ("Ελλάδα Й", "ελλαδα и"),
        ("कानी", "कानी"),
        ("한글", "한글"),
        ("ﬁne", "fine"),
        ("", ""),
    ],
)
def test_case_and_accents_are_folded_and_the_signs_of_other_scripts_stay(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(fold(text)) == fold(text)


def test_the_vowel_signs_of_other_scripts_tell_words_apart() -> None:
    assert fold("मन") != fold("मुन")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Papier-mâché boxes", "papier mache box"),
        ("Scarves, shawls & rugs", "scarf shawl rug"),
        ("The weaver’s brass glasses", "the weaver brass glass"),
        ("Berries; sizes; knives", "berry size knife"),
        ("100% silk", "100 silk"),
        ("'' -- _", ""),
    ],
)
def test_keys_hold_words_in_the_singular_without_punctuation(text: str, key: str) -> None:
    assert search_key(text) == key
    assert search_key(search_key(text)) == search_key(text)
