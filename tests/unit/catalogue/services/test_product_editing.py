"""Staff change products: audited, never over a newer change, and published when their time has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.audit.models import AuditEntry
from kashcraft.catalogue import services
from kashcraft.catalogue.models import RedirectKind, Status
from kashcraft.catalogue.queries import find_new_slug, get_version
from kashcraft.catalogue.queries.products import get_product_details, list_variants
from kashcraft.catalogue.rules import PageInput, SafetyInput, SkuInput
from kashcraft.catalogue.rules.product_input import ProductInput
from kashcraft.core import clock
from kashcraft.core.clock import FrozenClock
from kashcraft.core.db import db, in_step, step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import ProductId, new_id
from kashcraft.core.money import Money
from tests.factories.catalogue import make_category, make_product, make_product_with_variants, variants_of
from tests.support.races import at_once, codes

pytestmark = pytest.mark.usefixtures("database")


def stored(product_id: ProductId) -> ProductInput:
    return get_product_details(product_id).data


def audited() -> list[tuple[str, Any, Any]]:
    """Return action, and the values before and after, of each entry of the audit trail."""
    rows = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
    return [(row.action, row.before, row.after) for row in rows]


def refusal(work: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as refused:
        in_step(work)
    return refused.value


def test_a_product_is_created_with_everything() -> None:
    wood, related = make_category("Wood"), make_product("Spoon")
    data = ProductInput(
        page=PageInput(
            name="Bowl", status=Status.DRAFT, category_ids=(wood.id,), tags=("walnut",),
            safety=SafetyInput(maker="Asha", origin_country="IN"),
        ),
        sold=SkuInput(sku="KC-BOWL", price=Money(4000, "USD")),
        related_ids=(related.id,),
    )  # fmt: skip
    with step():
        product_id = services.add_product(data=data).id

    saved = get_product_details(product_id)
    assert (saved.status, saved.is_parent, saved.variants) == (Status.DRAFT, False, 0)
    assert saved.data == replace(
        data, page=replace(data.page, slug="bowl", description_html="", published_at=None)
    )
    (entry,) = audited()
    assert (entry[0], entry[1], entry[2]) == ("created", {}, saved.data.values())


def test_a_change_is_audited_with_the_changed_values_alone() -> None:
    product = make_product("Bowl", price="40.00", description="Round")
    before = stored(product.id)
    page = replace(before.page, slug="Walnut bowl", description="Deep", safety=SafetyInput(hs_code="4419.90"))
    assert before.sold
    data = replace(before, page=page, sold=replace(before.sold, price=Money(4500, "USD")))
    with step():
        assert services.edit_product(product_id=product.id, data=data, seen=before.version)

    after = stored(product.id)
    assert (after.page.slug, after.page.description_html, after.page.published_at) == (
        "walnut-bowl", "<p>Deep</p>", before.page.published_at,
    )  # fmt: skip
    assert find_new_slug(RedirectKind.PRODUCT, "bowl") == "walnut-bowl"
    assert audited() == [
        (
            "changed",
            {"slug": "bowl", "description": "Round", "hs_code": "", "price": 4000},
            {"slug": "walnut-bowl", "description": "Deep", "hs_code": "4419.90", "price": 4500},
        )
    ]


def test_what_a_form_does_not_show_stays() -> None:
    product = make_product("Bowl", description="ignored", description_html="<p><b>Old</b></p>")
    with step():
        services.update_product(
            product_id=product.id,
            page=replace(stored(product.id).page, source_urls=("https://old.example/a.jpg",)),
        )
    before = stored(product.id)
    seen = replace(before, page=replace(before.page, source_urls=(), description_html=None, name="Dish"))
    with step():
        services.edit_product(product_id=product.id, data=seen, seen=before.version)

    page = stored(product.id).page
    assert (page.name, page.description_html) == ("Dish", "<p><b>Old</b></p>")
    assert page.source_urls == ("https://old.example/a.jpg",)


def test_an_outdated_form_and_unchanged_values_write_nothing() -> None:
    product = make_product("Bowl")
    before = stored(product.id)
    with step():
        assert not services.edit_product(product_id=product.id, data=before, seen=before.version)
        services.set_rating(product_id=product.id, count=1, total=5)
        services.rename_product(product_id=product.id, slug="other")

    error = refusal(lambda: services.edit_product(product_id=product.id, data=before, seen=before.version))
    assert (error.code, audited()) == ("product_changed_since", [])


def test_refusals_name_their_fields() -> None:
    product, other = make_product("Bowl"), make_product("Spoon", sku="KC-SPOON")
    before = stored(product.id)
    assert before.sold
    for wrong, code, field in (
        (replace(before, page=replace(before.page, slug=other.slug)), "slug_taken", "slug"),
        (replace(before, sold=replace(before.sold, sku="KC-SPOON")), "sku_taken", "sku"),
        (
            replace(before, sold=replace(before.sold, sale_price=before.sold.price)),
            "sale_price_not_lower",
            "sale_price",
        ),
    ):
        error = refusal(
            lambda wrong=wrong: services.edit_product(product_id=product.id, data=wrong, seen=before.version)
        )
        assert (error.code, error.field) == (code, field)
    assert (stored(product.id), audited()) == (before, [])


def test_one_of_two_concurrent_saves_wins(app: Flask) -> None:
    product_id = make_product("Bowl").id
    before = stored(product_id)

    def save(name: str) -> bool:
        data = replace(before, page=replace(before.page, name=name))
        return in_step(lambda: services.edit_product(product_id=product_id, data=data, seen=before.version))

    assert codes(at_once(app, [lambda: save("Dish"), lambda: save("Plate")])) == {
        "ok": 1,
        "product_changed_since": 1,
    }


def test_a_copy_is_a_draft_with_another_address_and_sku() -> None:
    product = make_product("Bowl", sku="KC-BOWL", tags=("walnut",))
    with step():
        (first,) = services.duplicate_product(product_id=product.id)
        (second,) = services.duplicate_product(product_id=product.id)

    copies = [stored(one) for one in (first, second)]
    assert [(one.page.slug, one.sold.sku if one.sold else "") for one in copies] == [
        ("bowl-2", "KC-BOWL-COPY"),
        ("bowl-3", "KC-BOWL-COPY2"),
    ]
    assert [(one.page.status, one.page.published_at, one.page.tags) for one in copies] == [
        (Status.DRAFT, None, ("walnut",))
    ] * 2


def test_a_copy_of_a_product_with_variants_has_the_current_ones() -> None:
    product = make_product_with_variants("Pheran", options={"Size": ("S", "M", "L")})
    with step():
        services.archive_product(product_id=variants_of(product)[2].id)
        page_id, *variants = services.duplicate_product(product_id=product.id)

    copied = list_variants(page_id)
    assert [one.id for one in copied] == variants
    assert [one.data.option_values for one in copied] == [{"Size": "S"}, {"Size": "M"}]
    assert all(one.data.sold.sku.endswith("-COPY") for one in copied)
    assert (get_product_details(page_id).variants, len(list_variants(product.id))) == (2, 3)
    assert [one.is_retired for one in list_variants(product.id)] == [False, False, True]


def test_a_status_is_set_and_taken_back(frozen: FrozenClock) -> None:
    product = make_product_with_variants("Pheran")
    with step():
        assert services.set_status(product_id=product.id, status=Status.ARCHIVED) is Status.ACTIVE
        assert services.set_status(product_id=product.id, status=Status.ARCHIVED) is None
    with step():
        assert services.set_status(product_id=product.id, status=Status.DRAFT) is Status.ARCHIVED
        assert services.set_status(product_id=product.id, status=Status.ACTIVE) is Status.DRAFT

    assert [one.status for one in variants_of(product)] == [Status.ACTIVE] * 3
    assert [action for action, _, _ in audited()] == ["archived", "unpublished", "published"]
    with pytest.raises(NotFound), step():
        services.set_status(product_id=ProductId(new_id()), status=Status.ACTIVE)


def test_a_draft_is_published_when_its_time_has_come(frozen: FrozenClock) -> None:
    later = clock.now() + timedelta(hours=1)
    waiting = make_product("Bowl", status=Status.DRAFT, published_at=None, publish_at=later)
    gone = make_product("Spoon", status=Status.DRAFT, published_at=None, publish_at=later)
    with step():
        services.set_status(product_id=gone.id, status=Status.ARCHIVED)
    with step():
        assert services.publish_due() == 0
    frozen.advance(hours=1)
    version = get_version()
    with step():
        assert services.publish_due() == 1

    page = stored(waiting.id).page
    assert (page.status, page.publish_at, page.published_at) == (Status.ACTIVE, None, later)
    assert stored(gone.id).page.status is Status.ARCHIVED
    assert (get_version() > version, audited()[-1]) == (
        True,
        ("published", {"status": "draft"}, {"status": "active"}),
    )
    with step():
        assert services.publish_due() == 0
