"""What is saved now, beside what was typed."""

from __future__ import annotations

from dataclasses import dataclass

from kashcraft.backoffice.presenters.saved_values import list_saved_values


@dataclass
class Field:
    """A field of a form."""

    label: object
    data: object


def test_only_fields_with_another_value_are_listed() -> None:
    fields = {
        "name": Field("Name", "Shawls"),
        "description": Field("Description", "One\r\n\r\nTwo "),
        "seo_title": Field("Search title", "Fine shawls"),
    }
    saved = {"name": "Scarves", "description": "One\n\nTwo", "seo_title": "", "unknown": "x"}

    assert list_saved_values(fields, saved) == [("Name", "Scarves"), ("Search title", "(empty)")]
