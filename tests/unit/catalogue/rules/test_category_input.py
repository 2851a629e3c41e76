"""The input of a category as JSON, and its version."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from kashcraft.catalogue.rules.category_input import CategoryInput
from kashcraft.core.ids import CategoryId


def test_values_are_plain_and_each_of_them_changes_the_version() -> None:
    data = CategoryInput(name="Shawls", slug="shawls", parent_id=CategoryId(UUID(int=1)))

    assert data.values() == {
        "name": "Shawls",
        "slug": "shawls",
        "parent_id": "00000000-0000-0000-0000-000000000001",
        "description": "",
        "seo_title": "",
        "seo_description": "",
    }
    others = [
        replace(data, parent_id=None),
        *(replace(data, **{name: "new"}) for name in data.values() if name != "parent_id"),
    ]
    assert len({one.version for one in [data, *others]}) == 7
