"""Addresses of help pages."""

from kashcraft.content.rules import page_path


def test_a_page_has_an_address_by_its_slug() -> None:
    assert page_path("shipping") == "/help/shipping"
