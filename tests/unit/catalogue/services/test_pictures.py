"""Changes of pictures are audited, raise the catalogue version, and do not overwrite one another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kashcraft.audit.models import AuditEntry
from kashcraft.catalogue import services
from kashcraft.catalogue.models import CatalogueChange, Product
from kashcraft.catalogue.queries.pictures import ListedPicture, list_listed_pictures
from kashcraft.catalogue.rules.picture_changes import image_subject, product_subject
from kashcraft.core.db import db, in_step, step
from kashcraft.core.errors import DomainError, NotFound
from kashcraft.core.ids import ImageId, ProductId, UploadId, new_id
from tests.factories.catalogue import add_picture, make_product, make_product_with_variants, variants_of
from tests.factories.rows import add_row
from tests.support.races import at_once


@pytest.fixture
def product(database: Flask) -> Product:
    """A product with variants and three pictures."""
    made = make_product_with_variants("Wrap")
    with step():
        for name in "abc":
            add_picture(made, name.upper(), f"{name}-0123456789ab")
    return made


def listed(product: Product) -> list[ListedPicture]:
    db.session.expire_all()
    return list(list_listed_pictures(product.id))


def alts(product: Product) -> str:
    return "".join(one.alt for one in listed(product))


def entries() -> list[tuple[Any, Any]]:
    rows = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
    assert {(row.subject, row.action, row.title) for row in rows} <= {("product", "pictures_changed", "Wrap")}
    return [(row.before, row.after) for row in rows]


def sent(subject: str, **values: Any) -> UploadId:
    ready = {"state": "ready", "picture": "new-0123456789ab 400x300 320 400", **values}
    return UploadId(in_step(lambda: add_row("uploads", subject=subject, **ready)))


def code(work: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as refused:
        in_step(work)
    return refused.value.code


def changes(product: Product) -> int:
    own = sa.select(sa.func.count()).where(CatalogueChange.product_id == product.id)
    return db.session.scalar(own.select_from(CatalogueChange)) or 0


def test_an_upload_becomes_the_last_picture_once(product: Product) -> None:
    upload_id, before = sent(product_subject(product.id)), changes(product)
    place = lambda: services.place_picture(product_id=product.id, upload_id=upload_id, alt="New")  # noqa: E731

    image_id = in_step(place)

    last = listed(product)[-1]
    assert (last.id, last.stem, last.alt, last.width, last.height, last.widths) == (
        image_id, "new-0123456789ab", "New", 400, 300, (320, 400),
    )  # fmt: skip
    assert changes(product) == before + 1
    assert entries() == [({}, {"picture": "new-0123456789ab", "alt": "New"})]
    assert code(place) == "upload_not_ready"
    foreign = sent("product:other", stem="x", picture="x-0 400x300 320 400")
    assert (
        code(lambda: services.place_picture(product_id=product.id, upload_id=foreign, alt="")) == "not_found"
    )


def test_a_picture_is_replaced_and_its_variants_stay(product: Product) -> None:
    first, small = listed(product)[0], variants_of(product)[0].id
    in_step(lambda: services.set_image_variants(image_id=first.id, variant_ids=[small]))
    upload_id, before = sent(image_subject(first.id)), changes(product)

    in_step(
        lambda: services.replace_picture(
            product_id=product.id, image_id=first.id, upload_id=upload_id, alt="New"
        )
    )

    now = listed(product)[0]
    assert (now.id, now.stem, now.widths, now.variant_ids) == (
        first.id, "new-0123456789ab", (320, 400), (small,),
    )  # fmt: skip
    assert changes(product) == before + 1
    assert entries() == [
        ({"picture": first.stem, "alt": "A"}, {"picture": "new-0123456789ab", "alt": "New"}),
    ]


def test_text_and_variants_are_edited_only_from_the_current_form(product: Product) -> None:
    first, small = listed(product)[0], variants_of(product)[0].id

    def edit(alt: str, variant_ids: list[ProductId], seen: str) -> bool:
        return services.edit_picture(
            product_id=product.id, image_id=first.id, alt=alt, variant_ids=variant_ids, seen=seen
        )

    assert in_step(lambda: edit("A", [], first.version)) is False
    assert in_step(lambda: edit("Front", [small], first.version)) is True
    assert code(lambda: edit("Mine", [], first.version)) == "picture_changed_since"
    stranger = make_product().id
    assert code(lambda: edit("Front", [stranger], listed(product)[0].version)) == "choice_of_another_product"
    assert (alts(product), listed(product)[0].variant_ids) == ("FrontBC", (small,))
    assert entries() == [
        (
            {"picture": first.stem, "alt": "A", "variants": []},
            {"alt": "Front", "variants": [str(small)]},
        )
    ]


def test_pictures_move_by_one_place_and_into_an_order(product: Product) -> None:
    a, b, c = (one.id for one in listed(product))

    def shift(image_id: ImageId, *, later: bool) -> bool:
        return in_step(lambda: services.shift_picture(product_id=product.id, image_id=image_id, later=later))

    assert (shift(a, later=True), alts(product)) == (True, "BAC")
    assert (shift(b, later=False), shift(c, later=True), alts(product)) == (False, False, "BAC")
    order = lambda *ids: services.order_pictures(product_id=product.id, image_ids=ids)  # noqa: E731
    assert (in_step(lambda: order(c, b, a)), alts(product)) == (True, "CBA")
    assert in_step(lambda: order(c, b, a)) is False
    assert code(lambda: order(c, b)) == "pictures_changed_since"
    assert code(lambda: order(c, b, a, ImageId(new_id()))) == "pictures_changed_since"
    assert code(
        lambda: services.shift_picture(product_id=product.id, image_id=ImageId(new_id()), later=True)
    ) == ("not_found")
    assert [after["order"][0][0] for _, after in entries()] == ["b", "c"]


def test_a_removed_picture_comes_back_to_its_place(product: Product) -> None:
    second, small = listed(product)[1], variants_of(product)[0].id
    in_step(lambda: services.set_image_variants(image_id=second.id, variant_ids=[small]))

    removed = in_step(lambda: services.take_picture_off(product_id=product.id, image_id=second.id))
    assert alts(product) == "AC"
    assert in_step(lambda: services.restore_picture(removed=removed)) is True
    assert in_step(lambda: services.restore_picture(removed=removed)) is False

    assert (alts(product), listed(product)[1].variant_ids) == ("ABC", (small,))
    values = {"picture": second.stem, "alt": "B"}
    assert entries() == [(values, {}), ({}, values)]
    assert code(lambda: services.take_picture_off(product_id=product.id, image_id=second.id)) == "not_found"


def test_concurrent_changes_keep_every_picture(product: Product, database: Flask) -> None:
    uploads = [
        sent(product_subject(product.id), stem=name, picture=f"{name} 400x300 320 400") for name in ("x", "y")
    ]
    first = listed(product)[0].id

    def place(upload_id: UploadId) -> Callable[[], object]:
        return lambda: in_step(
            lambda: services.place_picture(product_id=product.id, upload_id=upload_id, alt="N")
        )

    at_once(
        database,
        [
            *map(place, uploads),
            lambda: in_step(
                lambda: services.shift_picture(product_id=product.id, image_id=first, later=True)
            ),
        ],
    )

    assert sorted(alts(product)) == ["A", "B", "C", "N", "N"]
    assert len(entries()) == 3
    with pytest.raises(NotFound):
        in_step(lambda: services.order_pictures(product_id=variants_of(product)[0].id, image_ids=[]))
