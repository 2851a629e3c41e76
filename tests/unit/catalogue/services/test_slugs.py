"""Each slug is unique; an old one redirects until another page gets it."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.catalogue import services
from kashcraft.catalogue.models import RedirectKind, SlugRedirect
from kashcraft.catalogue.services.slugs import LONGEST, LONGEST_CATEGORY, claim_slug
from kashcraft.core.db import db, step
from kashcraft.core.errors import DomainError
from tests.factories.catalogue import make_category, make_product

PRODUCT, CATEGORY = RedirectKind.PRODUCT, RedirectKind.CATEGORY


def take(
    name: str, wanted: str | None = None, *, kind: RedirectKind = PRODUCT, owner_id: UUID | None = None
) -> str:
    with step():
        return claim_slug(kind, wanted, name, owner_id=owner_id)


def old_addresses() -> list[tuple[str, UUID | None]]:
    rows = db.session.execute(
        sa.select(SlugRedirect.slug, SlugRedirect.product_id).order_by(SlugRedirect.slug)
    )
    return [tuple(row) for row in rows]


def test_a_slug_is_made_from_the_name_and_numbered_if_taken(database: Flask) -> None:
    assert take("Kani shawl") == "kani-shawl"
    for _ in range(2):
        make_product("Kani shawl")

    assert take("Kani Shawl!") == "kani-shawl-3"
    assert take("Kani shawl", kind=CATEGORY) == "kani-shawl"


def test_a_wanted_slug_is_used_unchanged_or_refused(database: Flask) -> None:
    make_product("Kani shawl")

    assert take("Kani shawl", "kani") == "kani"
    with pytest.raises(DomainError, match="slug_taken") as refusal:
        take("Another", "kani-shawl")
    assert (refusal.value.field, refusal.value.details) == ("slug", {"slug": "kani-shawl"})


def test_an_owner_can_have_its_own_slug_again(database: Flask) -> None:
    product = make_product("Kani shawl")

    assert take("Kani shawl", owner_id=product.id) == "kani-shawl"
    assert take("Kani shawl", "kani-shawl", owner_id=product.id) == "kani-shawl"


def test_a_name_of_signs_alone_makes_no_slug(database: Flask) -> None:
    with pytest.raises(DomainError, match="slug_empty"):
        take("!!!")


@pytest.mark.parametrize(("kind", "longest"), [(PRODUCT, LONGEST), (CATEGORY, LONGEST_CATEGORY)])
def test_a_long_slug_is_cut_for_its_number(database: Flask, kind: RedirectKind, longest: int) -> None:
    name = "x" * 200
    if kind is PRODUCT:
        make_product(name)
    else:
        make_category(name[:120])

    slug = take(name, kind=kind)
    assert slug == "x" * (longest - 2) + "-2"


def test_a_slug_that_is_used_again_redirects_no_longer(database: Flask) -> None:
    moved = make_product("Kani shawl")
    with step():
        services.rename_product(product_id=moved.id, slug="kani")
    assert old_addresses() == [("kani-shawl", moved.id)]

    assert make_product("Kani shawl").slug == "kani-shawl"
    assert old_addresses() == []


def test_a_handle_redirects_to_the_product_imported_last(database: Flask) -> None:
    first, second = make_product("First"), make_product("Second")
    with step():
        services.add_handle_redirect(product_id=first.id, handle="Kani_Shawl")
    with step():
        services.add_handle_redirect(product_id=second.id, handle="Kani_Shawl")
        services.add_handle_redirect(product_id=second.id, handle="x" * (LONGEST + 1))

    assert old_addresses() == [("Kani_Shawl", second.id)]
