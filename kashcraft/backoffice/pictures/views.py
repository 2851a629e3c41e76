"""The page of a product's pictures, and what can be done with them."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from kashcraft.backoffice.pictures.forms import REFUSALS, EditPictureForm, PictureTextForm, SendPicturesForm
from kashcraft.backoffice.pictures.presenters import (
    PictureTile,
    SentPicture,
    SentTile,
    sent_tile,
    shown_picture,
)
from kashcraft.backoffice.rules import Permission
from kashcraft.backoffice.views.blueprint import bp, requires
from kashcraft.backoffice.views.lists import selected_ids
from kashcraft.backoffice.views.steps import attempt, go_with_undo, run, try_step
from kashcraft.catalogue import services as catalogue
from kashcraft.catalogue.queries import pictures as queries
from kashcraft.catalogue.queries.pictures import ListedPicture, PicturedProduct
from kashcraft.catalogue.rules.picture_changes import PURPOSE, RemovedPicture, image_subject, product_subject
from kashcraft.core import flash
from kashcraft.core.db import in_step
from kashcraft.core.errors import NotFound
from kashcraft.core.forms import note_refusal
from kashcraft.core.htmx import go_to, trigger, wants_fragment
from kashcraft.core.i18n import gettext as _
from kashcraft.core.i18n import lazy_gettext as _l
from kashcraft.core.ids import ImageId, ProductId, UploadId
from kashcraft.core.security import takes_files
from kashcraft.core.settings import settings
from kashcraft.core.signing import read_signed, sign
from kashcraft.uploads import services as uploads
from kashcraft.uploads.presenters import refusal_text
from kashcraft.uploads.queries import get_upload, list_open_uploads

FOLDER = "backoffice/pictures"
REMOVED = "removed_picture"
flash.register(
    {
        "pictures_sent": _l("The pictures are being processed. Load the page again to see them."),
        "picture_placed": _l("Picture added."),
        "picture_replaced": _l("Picture replaced."),
        "picture_not_ready": _l("This picture is not ready yet, or was used already."),
        "picture_edited": _l("Picture saved."),
        "picture_discarded": _l("The sent picture is deleted."),
        "picture_restored": _l("Picture restored."),
        "picture_not_restored": _l("It is too late to undo this."),
        "pictures_elsewhere": _l("The pictures were changed in the meantime. This is their current order."),
    }
)


@bp.get("/catalogue/<uuid:product_id>/pictures")
@requires(Permission.MANAGE_CATALOGUE)
def product_pictures(product_id: ProductId) -> ResponseReturnValue:
    """Show the pictures of a product, and those that were sent and are not used yet."""
    return _page(queries.get_pictured_product(product_id))


@bp.post("/catalogue/<uuid:product_id>/pictures")
@takes_files
@requires(Permission.MANAGE_CATALOGUE)
def send_pictures(product_id: ProductId) -> ResponseReturnValue:
    """Receive new pictures of a product; they are processed by jobs."""
    product = queries.get_pictured_product(product_id)
    return _receive(product)


@bp.post("/catalogue/<uuid:product_id>/pictures/<uuid:image_id>/replace")
@takes_files
@requires(Permission.MANAGE_CATALOGUE)
def replace_picture(product_id: ProductId, image_id: ImageId) -> ResponseReturnValue:
    """Receive a picture that is to replace another one."""
    product = queries.get_pictured_product(product_id)
    _picture_of(product, image_id)
    return _receive(product, image_id)


@bp.get("/catalogue/<uuid:product_id>/pictures/sent/<uuid:upload_id>")
@requires(Permission.MANAGE_CATALOGUE)
def sent_picture(product_id: ProductId, upload_id: UploadId) -> ResponseReturnValue:
    """Show the state of a sent picture; htmx asks until it is ready or refused."""
    product = queries.get_pictured_product(product_id)
    upload, _replaced = _sent(product, upload_id)
    if not wants_fragment():
        return _page(product)
    return render_template(
        f"{FOLDER}/_sent.html", tiles=[_tile(product, upload)], product=product, refused=[]
    )


@bp.post("/catalogue/<uuid:product_id>/pictures/sent/<uuid:upload_id>/use")
@requires(Permission.MANAGE_CATALOGUE)
def use_picture(product_id: ProductId, upload_id: UploadId) -> ResponseReturnValue:
    """Show a sent picture on the page of the product, with its text."""
    product = queries.get_pictured_product(product_id)
    _upload, image_id = _sent(product, upload_id)
    form = PictureTextForm.from_request(prefix=PictureTextForm.prefix_of(upload_id))
    if not form.validate():
        return _page(product, texts={upload_id: form})
    alt = form.alt.data or ""
    return run(
        lambda: _use(product_id, image_id, upload_id, alt),
        _url(product_id),
        done="picture_replaced" if image_id else "picture_placed",
        refused={"upload_not_ready": "picture_not_ready"},
    )


@bp.post("/catalogue/<uuid:product_id>/pictures/sent/<uuid:upload_id>/discard")
@requires(Permission.MANAGE_CATALOGUE)
def discard_picture(product_id: ProductId, upload_id: UploadId) -> ResponseReturnValue:
    """Delete a sent picture that is not used."""
    upload, _replaced = _sent(queries.get_pictured_product(product_id), upload_id)
    subject = upload.subject
    in_step(lambda: uploads.discard(upload_id=upload_id, subject=subject))
    return go_to(_url(product_id), notice="picture_discarded")


@bp.post("/catalogue/<uuid:product_id>/pictures/<uuid:image_id>")
@requires(Permission.MANAGE_CATALOGUE)
def edit_picture(product_id: ProductId, image_id: ImageId) -> ResponseReturnValue:
    """Change the text of a picture and the variants that it shows."""
    product = queries.get_pictured_product(product_id)
    _picture_of(product, image_id)
    form = _form(product, image_id, request.form)
    if form.validate():
        attempt(lambda: _edit(product_id, image_id, form), form, REFUSALS, field="alt")
    if form.errors:
        return _page(queries.get_pictured_product(product_id), edited={image_id: form})
    return go_to(_url(product_id, image_id), notice="picture_edited")


@bp.post("/catalogue/<uuid:product_id>/pictures/<uuid:image_id>/<any(earlier, later):direction>")
@requires(Permission.MANAGE_CATALOGUE)
def shift_picture(product_id: ProductId, image_id: ImageId, direction: str) -> ResponseReturnValue:
    """Move a picture one place earlier or later."""
    later = direction == "later"
    in_step(lambda: catalogue.shift_picture(product_id=product_id, image_id=image_id, later=later))
    return go_to(_url(product_id, image_id))


@bp.post("/catalogue/<uuid:product_id>/pictures/order")
@requires(Permission.MANAGE_CATALOGUE)
def order_pictures(product_id: ProductId) -> ResponseReturnValue:
    """Put the pictures into the order in which they were dragged."""
    image_ids = [ImageId(one) for one in selected_ids()]
    _result, refused = try_step(
        lambda: catalogue.order_pictures(product_id=product_id, image_ids=image_ids),
        ["pictures_changed_since"],
    )
    if refused:
        return go_to(_url(product_id), notice="pictures_elsewhere")
    if wants_fragment():
        return trigger(make_response("", 204), "announce", message=_("Order saved."))
    return go_to(_url(product_id))


@bp.post("/catalogue/<uuid:product_id>/pictures/<uuid:image_id>/remove")
@requires(Permission.MANAGE_CATALOGUE)
def remove_picture(product_id: ProductId, image_id: ImageId) -> ResponseReturnValue:
    """Remove a picture from the product; the response offers to undo it."""
    removed = in_step(lambda: catalogue.take_picture_off(product_id=product_id, image_id=image_id))
    undo = url_for("backoffice.restore_picture", product_id=product_id)
    return go_with_undo(
        _url(product_id), _("Picture removed."), undo, [("picture", sign(REMOVED, removed.packed()))]
    )


@bp.post("/catalogue/<uuid:product_id>/pictures/restore")
@requires(Permission.MANAGE_CATALOGUE)
def restore_picture(product_id: ProductId) -> ResponseReturnValue:
    """Show a removed picture again."""
    packed = read_signed(REMOVED, request.form.get("picture", ""), max_age=flash.SIGNED_SECONDS)
    removed = RemovedPicture.unpacked(packed) if packed else None
    if removed is None or removed.product_id != product_id:
        return go_to(_url(product_id), notice="picture_not_restored")
    in_step(lambda: catalogue.restore_picture(removed=removed))
    return go_to(_url(product_id), notice="picture_restored")


def _use(product_id: ProductId, image_id: ImageId | None, upload_id: UploadId, alt: str) -> None:
    """Add the picture of an upload, or show it in the place of another one."""
    if image_id is None:
        catalogue.place_picture(product_id=product_id, upload_id=upload_id, alt=alt)
    else:
        catalogue.replace_picture(product_id=product_id, image_id=image_id, upload_id=upload_id, alt=alt)


def _edit(product_id: ProductId, image_id: ImageId, form: EditPictureForm) -> None:
    catalogue.edit_picture(
        product_id=product_id,
        image_id=image_id,
        alt=form.alt.data or "",
        variant_ids=form.variant_ids,
        seen=form.version.data or "",
    )


def _receive(product: PicturedProduct, image_id: ImageId | None = None) -> ResponseReturnValue:
    """Store what was sent; refused files are named beside the field, or in the list that htmx adds to."""
    form = SendPicturesForm.from_files(prefix=SendPicturesForm.prefix_of(image_id))
    sent = _store(product, form, image_id) if form.validate() else []
    status = 422 if form.pictures.errors else 200
    if wants_fragment():
        tiles = [_tile(product, get_upload(one)) for one in sent]
        values = {"tiles": tiles, "product": product, "refused": form.pictures.errors}
        return make_response(render_template(f"{FOLDER}/_sent.html", **values), status)
    if status == 200:
        return go_to(_url(product.id), notice="pictures_sent")
    return _page(product, replacing={image_id: form})


def _store(product: PicturedProduct, form: SendPicturesForm, image_id: ImageId | None) -> list[UploadId]:
    """Store the files of a form and return their uploads; the field names refused ones."""
    sent, refused = uploads.receive_all(
        files=[(one.filename or "", one.stream) for one in form.pictures.files],
        folder=settings().uploads_path,
        purpose=PURPOSE,
        subject=image_subject(image_id) if image_id else product_subject(product.id),
        user_id=current_user.id,
        called=product.slug,
    )
    if refused:
        form.pictures.errors = [f"{name}: {refusal_text(code)}" for name, code in refused]
        note_refusal()
    return sent


def _page(
    product: PicturedProduct,
    *,
    replacing: Mapping[ImageId | None, SendPicturesForm] | None = None,
    texts: Mapping[UploadId, PictureTextForm] | None = None,
    edited: Mapping[ImageId, EditPictureForm] | None = None,
) -> Response:
    """Return the page; forms that were refused replace those of their pictures."""
    subjects = [product_subject(product.id), *(image_subject(one.id) for one in product.pictures)]
    replacing, edited, texts = replacing or {}, edited or {}, texts or {}
    page = render_template(
        f"{FOLDER}/page.html",
        product=product,
        form=replacing.get(None) or SendPicturesForm(),
        tiles=[_tile(product, one, texts.get(one.id)) for one in list_open_uploads(subjects)],
        pictures=[
            _listed(product, one, edited.get(one.id), replacing.get(one.id)) for one in product.pictures
        ],
    )
    return make_response(page, 422 if replacing or edited or texts else 200)


def _listed(
    product: PicturedProduct,
    one: ListedPicture,
    form: EditPictureForm | None,
    replacing: SendPicturesForm | None,
) -> PictureTile:
    """Return a picture with its forms; an outdated one with what is saved now, and its version."""
    saved: list[tuple[str, str]] = []
    if form is not None and form.version.data != one.version:
        saved = [(str(form.alt.label.text), one.alt)]
        form.version.data = one.version
    variants = list(map(str, one.variant_ids))
    stored = {"alt": one.alt, "variants": variants, "version": one.version}
    return PictureTile(
        id=one.id,
        picture=shown_picture(one),
        form=form or _form(product, one.id, data=stored),
        replacing=replacing or SendPicturesForm(prefix=SendPicturesForm.prefix_of(one.id)),
        saved=saved,
    )


def _form(
    product: PicturedProduct,
    image_id: ImageId,
    sent: MultiDict[str, str] | None = None,
    *,
    data: Mapping[str, object] | None = None,
) -> EditPictureForm:
    choices = [(str(variant_id), name) for variant_id, name in product.variants]
    return EditPictureForm(sent, image_id=image_id, variants=choices, data=data)


def _tile(product: PicturedProduct, upload: SentPicture, form: PictureTextForm | None = None) -> SentTile:
    replaced = next((one for one in product.pictures if image_subject(one.id) == upload.subject), None)
    text = replaced.alt if replaced else ""
    shown = form or PictureTextForm(prefix=PictureTextForm.prefix_of(upload.id), data={"alt": text})
    return sent_tile(upload, shown, replaces=text)


def _sent(product: PicturedProduct, upload_id: UploadId) -> tuple[SentPicture, ImageId | None]:
    """Return an upload for this product, and the picture that it replaces. Raises NotFound for others."""
    upload = get_upload(upload_id)
    if upload.subject == product_subject(product.id):
        return upload, None
    replaced = [one.id for one in product.pictures if image_subject(one.id) == upload.subject]
    if not replaced:
        raise NotFound
    return upload, replaced[0]


def _picture_of(product: PicturedProduct, image_id: ImageId) -> ListedPicture:
    found = next((one for one in product.pictures if one.id == image_id), None)
    if found is None:
        raise NotFound
    return found


def _url(product_id: ProductId, image_id: ImageId | None = None) -> str:
    anchor = f"picture-{image_id}" if image_id else None
    return url_for("backoffice.product_pictures", product_id=product_id, _anchor=anchor)
