"""The fields of an entry with both of their values."""

from __future__ import annotations

from kashcraft.audit.rules import changed_fields


def test_fields_of_either_side_are_listed_once() -> None:
    assert changed_fields({"name": "Bowl", "price": 100}, {"price": 120, "slug": "bowl"}) == [
        ("name", "Bowl", None),
        ("price", 100, 120),
        ("slug", None, "bowl"),
    ]
    assert changed_fields({}, {}) == []
