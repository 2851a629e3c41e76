"""Each address is taken once; an old one leads on until somebody else takes it."""

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


def test_a_name_makes_the_address_and_the_next_of_its_name_is_numbered(database: Flask) -> None:
    assert take("Kani shawl") == "kani-shawl"
    for _ in range(2):
        make_product("Kani shawl")

    assert take("Kani Shawl!") == "kani-shawl-3"
    assert take("Kani shawl", kind=CATEGORY) == "kani-shawl"


def test_a_wanted_address_is_taken_as_it_is_or_refused(database: Flask) -> None:
    make_product("Kani shawl")

    assert take("Kani shawl", "kani") == "kani"
    with pytest.raises(DomainError, match="slug_taken") as refusal:
        take("Another", "kani-shawl")
    assert (refusal.value.field, refusal.value.details) == ("slug", {"slug": "kani-shawl"})


def test_an_owner_never_stands_in_its_own_way(database: Flask) -> None:
    product = make_product("Kani shawl")

    assert take("Kani shawl", owner_id=product.id) == "kani-shawl"
    assert take("Kani shawl", "kani-shawl", owner_id=product.id) == "kani-shawl"


def test_a_name_without_letters_makes_no_address(database: Flask) -> None:
    with pytest.raises(DomainError, match="slug_empty"):
        take("!!!")


@pytest.mark.parametrize(("kind", "longest"), [(PRODUCT, LONGEST), (CATEGORY, LONGEST_CATEGORY)])
def test_a_number_still_fits_into_a_long_address(database: Flask, kind: RedirectKind, longest: int) -> None:
    name = "x" * 200
    if kind is PRODUCT:
        make_product(name)
    else:
        make_category(name[:120])

    slug = take(name, kind=kind)
    assert slug == "x" * (longest - 2) + "-2"


def test_who_takes_an_old_address_ends_its_leading_on(database: Flask) -> None:
    moved = make_product("Kani shawl")
    with step():
        services.rename_product(product_id=moved.id, slug="kani")
    assert old_addresses() == [("kani-shawl", moved.id)]

    assert make_product("Kani shawl").slug == "kani-shawl"
    assert old_addresses() == []


def test_an_address_of_another_shop_leads_to_the_product_that_was_imported_last(database: Flask) -> None:
    first, second = make_product("First"), make_product("Second")
    with step():
        services.add_handle_redirect(product_id=first.id, handle="Kani_Shawl")
    with step():
        services.add_handle_redirect(product_id=second.id, handle="Kani_Shawl")
        services.add_handle_redirect(product_id=second.id, handle="x" * (LONGEST + 1))

    assert old_addresses() == [("Kani_Shawl", second.id)]
