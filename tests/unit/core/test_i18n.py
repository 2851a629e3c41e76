from __future__ import annotations

import json
from collections.abc import Callable
from gettext import NullTranslations

import pytest
from markupsafe import Markup, escape

from kashcraft.core import i18n
from kashcraft.core.i18n import LazyText, LazyTextError, gettext, lazy_gettext, ngettext

LOUD = {"Save": "SAVE & GO", "From %(low)s to %(high)s": "%(high)s > %(low)s"}


class Loud(NullTranslations):
    """A language of capitals."""

    def gettext(self, message: str) -> str:
        return LOUD[message]


def test_english_is_the_text_itself_with_its_places_filled() -> None:
    assert gettext("Save") == "Save"
    assert gettext("10 % of it") == "10 % of it"
    assert gettext("Made in %(place)s.", place="Srinagar") == "Made in Srinagar."


@pytest.mark.parametrize(("count", "text"), [(0, "0 pieces"), (1, "1 piece"), (2, "2 pieces")])
def test_the_count_chooses_the_form_and_fills_it(count: int, text: str) -> None:
    assert ngettext("%(num)s piece", "%(num)s pieces", count) == text


def test_a_lazy_text_speaks_the_language_in_which_it_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    save, between = lazy_gettext("Save"), lazy_gettext("From %(low)s to %(high)s", low=1)
    monkeypatch.setattr(i18n, "catalogue", Loud)

    assert str(save) == f"{save}" == "SAVE & GO"
    assert escape(save) == Markup("SAVE &amp; GO")
    assert between.filled(high=3) == "3 > 1"


def test_values_that_are_lazy_speak_that_language_too(monkeypatch: pytest.MonkeyPatch) -> None:
    text = lazy_gettext("From %(low)s to %(high)s", low=lazy_gettext("Save"), high="all")
    monkeypatch.setattr(i18n, "catalogue", Loud)

    assert str(text) == "all > SAVE & GO"


def test_lazy_texts_are_equal_by_text_and_values() -> None:
    assert lazy_gettext("Save") == lazy_gettext("Save")
    assert lazy_gettext("Save", low=1) != lazy_gettext("Save", low=2)
    assert len({lazy_gettext("Save"), lazy_gettext("Save"), lazy_gettext("Go")}) == 2
    assert lazy_gettext("Save") != 1
    assert lazy_gettext("Save") is not None


@pytest.mark.parametrize(
    "use",
    [
        lambda text: text % {"low": 1},
        lambda text: "%s" + text,
        lambda text: text + "!",
        lambda text: text * 2,
        lambda text: text.lower(),
        lambda text: text.format(low=1),
        lambda text: text.join(["a", "b"]),
        lambda text: text[:1],
        lambda text: len(text),
        lambda text: list(text),
        lambda text: "a" in text,
        lambda text: text == "Save",
        lambda text: text in ("Save", "Go"),
        lambda text: sorted([text, text]),
    ],
)
def test_what_would_freeze_a_lazy_text_says_what_to_do(use: Callable[[LazyText], object]) -> None:
    with pytest.raises(
        LazyTextError, match=r"the lazy text 'Save'\. .* say str\(\) at the moment it is shown\."
    ):
        use(lazy_gettext("Save"))


@pytest.mark.parametrize(
    "use", [json.dumps, lambda text: ", ".join([text]), lambda text: "Go".replace("o", text)]
)
def test_what_takes_strings_refuses_a_lazy_text(use: Callable[[LazyText], object]) -> None:
    with pytest.raises(TypeError):
        use(lazy_gettext("Save"))


def test_a_lazy_text_has_no_other_ways_of_a_string() -> None:
    text = lazy_gettext("Save")

    assert not isinstance(text, str)
    assert not hasattr(text, "lower")
    assert not hasattr(text, "unheard_of")
    assert repr(lazy_gettext("From %(low)s", low=1)) == "_l('From %(low)s', low=1)"
