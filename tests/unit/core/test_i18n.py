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


def test_english_is_the_text_itself_with_its_values() -> None:
    assert gettext("Save") == "Save"
    assert gettext("10 % of it") == "10 % of it"
    assert gettext("Made in %(place)s.", place="Srinagar") == "Made in Srinagar."


@pytest.mark.parametrize(("count", "text"), [(0, "0 pieces"), (1, "1 piece"), (2, "2 pieces")])
def test_the_count_chooses_singular_or_plural_and_is_inserted(count: int, text: str) -> None:
    assert ngettext("%(num)s piece", "%(num)s pieces", count) == text


def test_a_lazy_text_is_in_the_current_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    save, between = lazy_gettext("Save"), lazy_gettext("From %(low)s to %(high)s", low=1)
    monkeypatch.setattr(i18n, "catalogue", Loud)

    assert str(save) == f"{save}" == "SAVE & GO"
    assert escape(save) == Markup("SAVE &amp; GO")
    assert between.filled(high=3) == "3 > 1"


def test_lazy_values_are_in_the_current_language(monkeypatch: pytest.MonkeyPatch) -> None:
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
def test_string_operations_on_a_lazy_text_raise_with_advice(use: Callable[[LazyText], object]) -> None:
    with pytest.raises(
        LazyTextError, match=r"the lazy text 'Save'\. .* say str\(\) at the moment it is shown\."
    ):
        use(lazy_gettext("Save"))


@pytest.mark.parametrize(
    "use", [json.dumps, lambda text: ", ".join([text]), lambda text: "Go".replace("o", text)]
)
def test_functions_for_strings_refuse_a_lazy_text(use: Callable[[LazyText], object]) -> None:
    with pytest.raises(TypeError):
        use(lazy_gettext("Save"))


def test_a_lazy_text_has_no_methods_of_strings() -> None:
    text = lazy_gettext("Save")

    assert not isinstance(text, str)
    assert not hasattr(text, "lower")
    assert not hasattr(text, "unheard_of")
    assert repr(lazy_gettext("From %(low)s", low=1)) == "_l('From %(low)s', low=1)"
