"""Normalization of words."""

import pytest

from kashcraft.core.text_folding import SearchTerm, fold, search_key, search_terms, search_words


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


def test_vowel_signs_of_other_scripts_distinguish_words() -> None:
    assert fold("मन") != fold("मुन")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Papier-mâché boxes", "papier mache box"),
        ("Scarves, shawls & rugs", "scarf shawl rug"),
        ("The weaver’s brass glasses", "the weaver brass glass"),
        ("Berries; sizes; knives", "berri size knife"),
        ("100% silk", "100 silk"),
        ("'' -- _", ""),
    ],
)
def test_keys_hold_words_in_one_form_without_punctuation(text: str, key: str) -> None:
    assert search_key(text) == key
    assert search_key(search_key(text)) == search_key(text)


@pytest.mark.parametrize(
    "words",
    """beanie beanies|hoodie hoodies hoody|cookie cookies|movie movies|berry berries|baby babies|ruby rubies
    |battery batteries|lady ladies|tie ties|pie pies|sky skies|fly flies|key keys|tray trays|toy toys
    |canvas canvases|lens lenses|iris irises|gas gases|trellis trellises|bus buses|cactus cactuses
    |glass glasses|dress dresses|brass brasses|mattress mattresses|vase vases|rose roses|house houses
    |blouse blouses|purse purses|fuse fuses|necklace necklaces|size sizes|prize prizes|quartz quartzes
    |topaz topazes|box boxes|tax taxes|axe axes|watch watches|bench benches|brush brushes|dish dishes
    |quiche quiches|cloche cloches|niche niches|shoe shoes|toe toes|canoe canoes|potato potatoes
    |mango mangoes mangos|kimono kimonos|sari saris|bikini bikinis|ski skis|bra bras|pen pens|pendant pendants
    |knife knives|penknife penknives|scarf scarves scarfs|headscarf headscarves|shelf shelves
    |bookshelf bookshelves|wife wives|leaf leaves|glove gloves|sleeve sleeves|valve valves|man men mens men's
    |woman women womens women’s|child children childrens|foot feet|tooth teeth|mouse mice|étole étoles"""
    .replace("\n    ", "").split("|"),
)  # fmt: skip
def test_a_word_and_its_plural_have_one_form(words: str) -> None:
    forms = {search_key(word) for word in words.split()}

    assert len(forms) == 1
    (form,) = forms
    assert search_key(form) == form


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sky", "ski"),
        ("glass", "glas"),
        ("brass", "bras"),
        ("rose", "row"),
        ("pens", "pendant"),
        ("canvas", "can"),
        ("blouse", "blues"),
        ("valves", "valet"),
        ("lens", "lentil"),
    ],
)
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert search_key(one) != search_key(other)


@pytest.mark.parametrize("word", ["glass", "brass", "lens", "canvas", "cactus", "iris", "this bus"])
def test_singular_words_that_end_in_s_are_unchanged(word: str) -> None:
    assert search_words(word)[-1] == word.split()[-1]


def test_the_last_word_of_a_search_may_be_incomplete() -> None:
    assert search_terms("Silk pens") == [SearchTerm("silk"), SearchTerm("pen", "pens")]
    assert search_terms("of") == [SearchTerm("of")]
    assert search_terms(" - ") == []


@pytest.mark.parametrize(
    ("typed", "name", "fits"),
    [
        ("pen", "Pens", True),
        ("pens", "Pen", True),
        ("pen", "Pendant", True),
        ("pens", "Pendant", False),
        ("pe", "Pens", False),
        ("dant", "Pendant", False),
        ("glas", "Glasses", True),
        ("beani", "Beanie", True),
        ("スカーフ", "絹のスカーフ", True),
        ("目覚", "時計", False),
    ],
)
def test_a_name_has_a_word_or_one_that_begins_so(typed: str, name: str, fits: bool) -> None:
    (term,) = search_terms(typed)

    assert term.fits(name) is fits
