from __future__ import annotations

from gettext import NullTranslations

import pytest
from markupsafe import Markup, escape

from kashcraft.core import i18n
from kashcraft.core.i18n import gettext, lazy_gettext, ngettext

LOUD = {"Save": "SAVE & GO", "At most {maximum}": "NO MORE THAN {maximum}", "%d left": "%d LEFT"}


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


def test_a_lazy_text_is_its_english_until_it_is_shown() -> None:
    label = lazy_gettext("Save")

    assert label == "Save"
    assert {label: 1}["Save"] == 1
    assert (str(label), f"{label}", escape(label)) == ("Save", "Save", Markup("Save"))


def test_a_lazy_text_speaks_the_language_in_which_it_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    save, most, left = (lazy_gettext(text) for text in ("Save", "At most {maximum}", "%d left"))
    monkeypatch.setattr(i18n, "catalogue", Loud)

    assert str(save) == f"{save}" == "SAVE & GO"
    assert escape(save) == Markup("SAVE &amp; GO")
    assert most.format(maximum=3) == "NO MORE THAN 3"
    assert left % 3 == "3 LEFT"
