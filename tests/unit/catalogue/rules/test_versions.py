"""The version of a form depends on its values alone."""

from __future__ import annotations

from kashcraft.catalogue.rules.versions import version_of


def test_a_version_changes_with_a_value_and_not_with_their_order() -> None:
    seen = version_of({"name": "Shawls", "price": 4000})

    assert seen == version_of({"price": 4000, "name": "Shawls"})
    assert len({seen, version_of({"name": "Shawls", "price": 4001}), version_of({"name": "Shawls"})}) == 3
    assert len(seen) == 20
