"""Editors send pictures of a product, describe, order, replace and remove them, with htmx and without."""

from __future__ import annotations

import html
import io
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from kashcraft.accounts.models import Role
from kashcraft.audit.models import AuditEntry
from kashcraft.catalogue.models import Product, ProductImage, ProductImageVariant
from kashcraft.core import jobs
from kashcraft.core.db import db, end_reading, step
from kashcraft.core.flash import text_of
from kashcraft.uploads.models import Upload
from tests.factories import pictures
from tests.factories.catalogue import add_picture, make_product, make_product_with_variants, variants_of
from tests.factories.people import signed_in

HTMX = {"HX-Request": "true"}


@pytest.fixture
def editor(app: Flask) -> FlaskClient:
    """An editor, who manages the catalogue."""
    return signed_in(app, Role.EDITOR)


@pytest.fixture
def product(database: Flask) -> Product:
    """A product with variants and two pictures."""
    made = make_product_with_variants("Walnut bowl", slug="walnut-bowl")
    with step():
        add_picture(made, "From above", "above-0123456789ab")
        add_picture(made, "From the side", "side-0123456789ab")
    return made


def url(product: Product, *parts: object) -> str:
    return "/".join([f"/backoffice/catalogue/{product.id}/pictures", *map(str, parts)])


def files(*some: tuple[bytes, str]) -> dict[str, Any]:
    return {"pictures": [(io.BytesIO(content), name) for content, name in some]}


def images() -> list[ProductImage]:
    end_reading()
    db.session.expire_all()
    return list(db.session.scalars(sa.select(ProductImage).order_by(ProductImage.position)))


def alts() -> list[str]:
    return [one.alt for one in images()]


def notice(answer: Any) -> str | None:
    """Return the notice of a redirect to the page of the pictures."""
    assert answer.status_code == 303
    return text_of(parse_qs(urlsplit(answer.location).query).get("notice", [""])[0])


def errors(answer: Any) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'class="field__error"[^>]*>([^<]+)<', answer.text)]


def upload() -> Upload:
    end_reading()
    db.session.expire_all()
    return db.session.scalars(sa.select(Upload).order_by(Upload.id.desc()).limit(1)).one()


def test_a_picture_is_sent_processed_described_and_shown(editor: FlaskClient, product: Product) -> None:
    sent = editor.post(url(product), data=files((pictures.picture(), "IMG 1.PNG")))
    assert notice(sent) == "The pictures are being processed. Load the page again to see them."
    waiting = editor.get(url(product)).text
    assert ("Being processed" in waiting, "Add to the product" in waiting) == (True, False)

    jobs.run_due()
    one = upload()
    page = editor.get(url(product)).text
    assert ("Being processed" in page, f"{one.stem}-400.webp" in page, one.name) == (False, True, "IMG 1.PNG")

    use, field = url(product, "sent", one.id, "use"), f"new-{one.id.hex}-alt"
    undescribed = editor.post(use, data={field: " "})
    assert (undescribed.status_code, errors(undescribed)) == (
        422, ["Please describe the picture in a few words."],
    )  # fmt: skip
    assert notice(editor.post(use, data={field: "With walnuts"})) == "Picture added."
    assert alts() == ["From above", "From the side", "With walnuts"]
    again = editor.post(use, data={field: "With walnuts"})
    assert notice(again) == "This picture is not ready yet, or was used already."
    assert f"{one.stem}-400.webp" in editor.get("/p/walnut-bowl").text
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.subject, entry.action, entry.after) == (
        "product", "pictures_changed", {"picture": one.stem, "alt": "With walnuts"},
    )  # fmt: skip


def test_refused_files_are_named_and_the_others_are_received(editor: FlaskClient, product: Product) -> None:
    some = files((b"%PDF-1.7", "care.pdf"), (pictures.picture(), "a.png"), (b"", "none.png"))

    refused = editor.post(url(product), data=some)

    assert (refused.status_code, errors(refused)) == (
        422,
        [
            "care.pdf: This file is not a JPEG, PNG, WebP, AVIF, GIF or TIFF picture.",
            "none.png: This file is empty.",
        ],
    )
    assert [one.name for one in db.session.scalars(sa.select(Upload))] == ["a.png"]
    assert errors(editor.post(url(product), data={})) == ["Please choose a picture."]


def test_a_picture_slightly_above_the_limit_is_refused_beside_its_field(
    editor: FlaskClient, product: Product
) -> None:
    large = editor.post(url(product), data=files((pictures.picture() + bytes(12 * 1024 * 1024), "a.png")))
    assert (large.status_code, errors(large)) == (422, ["a.png: This file is larger than 12 MB."])
    huge = editor.post(url(product), data=files((bytes(17 * 1024 * 1024), "a.png")))
    assert huge.status_code == 413


def test_htmx_gets_the_tiles_and_asks_until_the_job_has_ended(editor: FlaskClient, product: Product) -> None:
    some = files((pictures.huge_png(), "huge.png"), (b"<svg/>", "bowl.svg"))
    sent = editor.post(url(product), data=some, headers=HTMX)
    state = url(product, "sent", upload().id)

    assert (sent.status_code, "<html" in sent.text, sent.text.count("<li")) == (422, False, 2)
    assert f'hx-get="{state}"' in sent.text
    assert errors(sent) == ["bowl.svg: This file is not a JPEG, PNG, WebP, AVIF, GIF or TIFF picture."]
    assert f'hx-get="{state}"' in editor.get(state, headers=HTMX).text

    jobs.run_due()
    ended = editor.get(state, headers=HTMX)
    assert (errors(ended), "hx-get" in ended.text) == (
        ["This picture is too large: at most 50 million pixels."], False,
    )  # fmt: skip
    assert "<html" in editor.get(state).text
    assert notice(editor.post(f"{state}/discard")) == "The sent picture is deleted."
    assert editor.get(state).status_code == 404


def test_text_and_variants_change_and_an_outdated_form_does_not_win(
    editor: FlaskClient, product: Product
) -> None:
    first = images()[0]
    small = variants_of(product)[0].id
    prefix = f"picture-{first.id.hex}-"
    page = editor.get(url(product)).text
    found = re.search(rf'name="{prefix}version"[^>]*value="(\w+)"', page)
    assert found is not None
    version = found[1]
    form = {f"{prefix}alt": "Seen from above", f"{prefix}variants": str(small), f"{prefix}version": version}

    assert notice(editor.post(url(product, first.id), data=form)) == "Picture saved."
    assert alts() == ["Seen from above", "From the side"]
    shown = db.session.execute(sa.select(ProductImageVariant.image_id, ProductImageVariant.variant_id)).all()
    assert shown == [(first.id, small)]

    late = editor.post(url(product, first.id), data={**form, f"{prefix}alt": "My words"})
    assert (late.status_code, errors(late)) == (
        422, ["This picture was changed in the meantime. Please check it, and save again."],
    )  # fmt: skip
    assert ('value="My words"' in late.text, '<dd dir="auto">Seen from above</dd>' in late.text) == (
        True,
        True,
    )
    assert alts() == ["Seen from above", "From the side"]
    found = re.search(rf'name="{prefix}version"[^>]*value="(\w+)"', late.text)
    assert found is not None
    form |= {f"{prefix}alt": "My words", f"{prefix}version": found[1]}
    assert notice(editor.post(url(product, first.id), data=form)) == "Picture saved."
    assert alts() == ["My words", "From the side"]


def test_the_order_changes_by_buttons_and_by_dragging(editor: FlaskClient, product: Product) -> None:
    above, side = (one.id for one in images())
    assert editor.post(url(product, side, "earlier")).status_code == 303
    assert alts() == ["From the side", "From above"]
    assert editor.post(url(product, side, "earlier")).status_code == 303
    assert alts() == ["From the side", "From above"]

    dragged = editor.post(url(product, "order"), data={"ids": [str(above), str(side)]}, headers=HTMX)
    assert (dragged.status_code, dragged.headers["HX-Trigger"]) == (
        204, '{"announce": {"message": "Order saved."}}',
    )  # fmt: skip
    assert alts() == ["From above", "From the side"]
    stale = editor.post(url(product, "order"), data={"ids": [str(side)]})
    assert notice(stale) == "The pictures were changed in the meantime. This is their current order."
    assert alts() == ["From above", "From the side"]


def test_a_picture_is_replaced_in_its_place(editor: FlaskClient, product: Product) -> None:
    first = images()[0]
    missing = editor.post(url(product, first.id, "replace"), data={})
    assert (missing.status_code, errors(missing)) == (422, ["Please choose a picture."])
    name = f"replace-{first.id.hex}-pictures"
    editor.post(url(product, first.id, "replace"), data={name: (io.BytesIO(pictures.picture()), "new.png")})
    jobs.run_due()
    one = upload()
    page = editor.get(url(product)).text
    assert ("Replaces “From above”" in page, "Replace the picture" in page) == (True, True)

    used = editor.post(url(product, "sent", one.id, "use"), data={f"new-{one.id.hex}-alt": "From below"})

    assert notice(used) == "Picture replaced."
    now = images()[0]
    assert (now.id, now.alt, now.stem) == (first.id, "From below", one.stem)


def test_a_picture_is_removed_and_the_removal_undone(editor: FlaskClient, product: Product) -> None:
    first = images()[0]
    removed = editor.post(url(product, first.id, "remove"))
    page = editor.get(removed.location)
    packed = re.search(r'name="picture" value="([^"]+)"', page.text)

    assert ("Picture removed." in page.text, alts()) == (True, ["From the side"])
    assert packed is not None
    undo = {"picture": html.unescape(packed[1])}
    for _ in range(2):
        assert notice(editor.post(url(product, "restore"), data=undo)) == "Picture restored."
        assert alts() == ["From above", "From the side"]
    forged = editor.post(url(product, "restore"), data={"picture": "x"})
    assert notice(forged) == "It is too late to undo this."


def test_pictures_of_another_product_are_not_found(editor: FlaskClient, product: Product) -> None:
    other, image_id = make_product("Vase"), images()[0].id
    editor.post(url(product), data=files((pictures.picture(), "a.png")))
    sent = upload().id

    for path in ((image_id,), (image_id, "later"), (image_id, "remove"), (image_id, "replace")):
        assert editor.post(url(other, *path)).status_code == 404
    for path in (("sent", sent, "use"), ("sent", sent, "discard")):
        assert editor.post(url(other, *path)).status_code == 404
    assert editor.get(url(other, "sent", sent)).status_code == 404
    assert (alts(), upload().subject) == (["From above", "From the side"], f"product:{product.id}")


def test_the_page_needs_as_many_statements_for_many_pictures(
    editor: FlaskClient, product: Product, count_statements: Any
) -> None:
    editor.get(url(product))
    with count_statements() as few:
        editor.get(url(product))
    with step():
        for number in range(8):
            add_picture(product, f"Picture {number}", f"more-{number}-0123456789ab")
    with count_statements() as many:
        editor.get(url(product))
    assert len(many) == len(few)
