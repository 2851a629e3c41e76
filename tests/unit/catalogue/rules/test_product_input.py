"""The input of a product as JSON, and its version."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from kashcraft.catalogue.rules import PageInput, SafetyInput, SkuInput
from kashcraft.catalogue.rules.product_input import ProductInput
from kashcraft.core.ids import CategoryId, ProductId
from kashcraft.core.money import Money

SHAWL = ProductInput(
    page=PageInput(
        name="Shawl",
        category_ids=(CategoryId(UUID(int=1)),),
        tags=("warm",),
        publish_at=datetime(2026, 4, 1, tzinfo=UTC),
        safety=SafetyInput(maker="Asha", hs_code="6214.20"),
        description_html="<p>Not typed</p>",
    ),
    sold=SkuInput(sku="KC-1", price=Money(4000, "USD"), sale_price=Money(3000, "USD")),
    related_ids=(ProductId(UUID(int=2)),),
)


def test_values_are_plain() -> None:
    values = SHAWL.values()

    assert {name: values[name] for name in ("name", "category_ids", "tags", "publish_at", "price")} == {
        "name": "Shawl",
        "category_ids": ["00000000-0000-0000-0000-000000000001"],
        "tags": ["warm"],
        "publish_at": "2026-04-01T00:00:00+00:00",
        "price": 4000,
    }
    assert (values["sale_price"], values["cost"], values["status"]) == (3000, None, "active")
    assert (values["maker"], values["hs_code"]) == ("Asha", "6214.20")
    assert values["related_ids"] == ["00000000-0000-0000-0000-000000000002"]
    assert {"description_html", "source_urls", "published_at", "safety"} & values.keys() == set()


def test_the_version_follows_what_is_typed_alone() -> None:
    unseen = replace(SHAWL, page=replace(SHAWL.page, description_html=None))
    cheaper = replace(SHAWL, sold=replace(SHAWL.sold, price=Money(3999, "USD")) if SHAWL.sold else None)

    assert unseen.version == SHAWL.version
    assert len({SHAWL.version, cheaper.version, replace(SHAWL, sold=None).version}) == 3
    assert replace(SHAWL, page=PageInput(name="Shawl")).safety == SafetyInput()
