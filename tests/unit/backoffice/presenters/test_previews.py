"""Previews of texts in a search engine."""

from __future__ import annotations

from kashcraft.backoffice.presenters.previews import Preview, preview_of, shorten


def test_long_texts_end_between_words() -> None:
    assert shorten("Fine shawls", 11) == "Fine shawls"
    assert shorten("Fine shawls", 10) == "Fine…"
    assert shorten("Handwoven", 5) == "Hand…"


def test_the_title_is_completed_by_the_name_of_the_shop() -> None:
    made = preview_of(html="<p>Warm</p>", title="Shawls", shop="Kashcraft", address="/c/shawls", text="Warm")

    assert made == Preview(html="<p>Warm</p>", title="Shawls · Kashcraft", address="/c/shawls", text="Warm")
    assert preview_of(html="", title="", shop="Kashcraft", address="", text="").title == "Kashcraft"
